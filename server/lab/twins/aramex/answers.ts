import type { LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

export interface ClientInfo {
  readonly UserName?: unknown
  readonly Password?: unknown
  readonly AccountNumber?: unknown
  readonly AccountPin?: unknown
  readonly AccountEntity?: unknown
  readonly AccountCountryCode?: unknown
}

export type Body = Readonly<Record<string, unknown>> & {
  readonly ClientInfo?: ClientInfo
  readonly Transaction?: unknown
}

export const bodyOf = (request: LabRequest): Body =>
  typeof request.json === 'object' && request.json !== null ? (request.json as Body) : {}

/** Aramex answers 200 and puts what went wrong inside. */
export const refuse = (body: Body, code: string, message: string, more: Readonly<Record<string, unknown>> = {}) =>
  json(200, {
    Transaction: body.Transaction ?? null,
    Notifications: [{ Code: code, Message: message }],
    HasErrors: true,
    ...more,
  })

export const accept = (body: Body, more: Readonly<Record<string, unknown>>) =>
  json(200, { Transaction: body.Transaction ?? null, Notifications: [], HasErrors: false, ...more })

export interface Address {
  readonly City?: unknown
  readonly CountryCode?: unknown
}

export const cities: Readonly<Record<string, readonly string[]>> = {
  AE: ['dubai', 'abu dhabi', 'sharjah', 'ajman', 'al ain', 'ras al khaimah', 'fujairah'],
  SA: ['riyadh', 'jeddah', 'dammam'],
  KW: ['kuwait city'],
  QA: ['doha'],
}

/** What Aramex objects to in an address; null for nothing. */
export function addressFault(name: string, value: unknown): string | null {
  const address = (value ?? {}) as Address
  if (typeof address.CountryCode !== 'string' || !/^[A-Z]{2}$/.test(address.CountryCode))
    return `${name} - Country code is invalid`
  const known = cities[address.CountryCode]
  const city = String(address.City ?? '')
  return known !== undefined && !known.includes(city.toLowerCase()) ? `${name} - City name is invalid (${city})` : null
}
