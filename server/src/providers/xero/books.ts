import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'

const connections = z.array(
  z.object({ tenantId: z.string(), tenantType: z.string(), tenantName: z.string().nullish() }),
)

/** Organisations the sign-in opened. */
export async function organisations(call: Call) {
  const answer = await call({ host: 'connections', method: 'GET', path: '/Connections' })
  return readAnswer('Xero', answer, connections, (all) =>
    all
      .filter(({ tenantType }) => tenantType === 'ORGANISATION')
      .map(({ tenantId, tenantName }) => ({ id: tenantId, name: tenantName ?? tenantId })),
  )
}

/**
 * A call into the books of one organisation: the connection's, or the only one that the sign-in opened.
 * @throws ProviderCallError NOT_CONFIGURED when there is none, or several and the connection names none
 */
export async function booksOf(call: Call, { settings }: ConnectionFacts): Promise<Call> {
  if (settings['tenantId']) return call
  const all = await organisations(call)
  const [only, ...others] = all
  if (only === undefined || others.length > 0)
    throw new ProviderCallError({
      errorClass: 'NOT_CONFIGURED',
      message:
        only === undefined
          ? 'Xero: the sign-in opened no organisation.'
          : 'Xero: the sign-in opened several organisations.',
      advice:
        only === undefined
          ? 'Choose "Reconnect" and pick an organisation on Xero’s page.'
          : `Set the organisation ID to one of: ${all.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
      field: 'tenantId',
    })
  return (request) => call({ ...request, headers: { ...request.headers, 'xero-tenant-id': only.id } })
}

/** The one thing of a list that Xero answers changes with. */
export const oneOf = <Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  z.object({ [name]: z.tuple([item]) } as Record<Name, z.ZodTuple<[Item]>>)

/** A page of a list; `pagination` is missing on older tenants, where a full page may have a next one. */
export const pageOf = <Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  z
    .object({ pagination: z.object({ page: z.int(), pageCount: z.int() }).nullish() })
    .extend({ [name]: z.array(item) } as Record<Name, z.ZodArray<Item>>)

/** Moment of `/Date(1518685950940+0000)/`, the only form in which Xero tells when something changed; null for none. */
export function momentOf(text: string | null | undefined): Date | null {
  const ms = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(text ?? '')?.[1]
  return ms === undefined ? null : new Date(Number(ms))
}

/** The header that asks for what changed; none for all. Xero reads ISO 8601 here, in UTC. */
export const changedSince = (updatedSince: string | undefined): { readonly headers?: Record<string, string> } =>
  updatedSince === undefined ? {} : { headers: { 'if-modified-since': new Date(updatedSince).toISOString() } }

/** Day of such a moment, or of the plain text beside it. */
export const dayOf = (text: string | null | undefined): string | null =>
  momentOf(text)?.toISOString().slice(0, 10) ?? /^\d{4}-\d\d-\d\d/.exec(text ?? '')?.[0] ?? null

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** An account of a payment or a bank: Xero takes its number in the chart of accounts or its id, each under a name of its own. */
export const accountRef = (id: string) => (uuid.test(id) ? { AccountID: id } : { Code: id })
/** The same on a line. */
export const lineAccount = (id: string) => (uuid.test(id) ? { AccountID: id } : { AccountCode: id })

/** A text inside a `where`. How Xero escapes a quote there is not documented, so none is sent. */
export function quoted(text: string): string {
  if (/["\\\p{Cc}]/u.test(text))
    throw cannotSend('Xero cannot look for a text with quotes or backslashes.', 'Leave them out and ask again.')
  return `"${text}"`
}
