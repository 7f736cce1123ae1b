import type { Replay } from '../../replay.ts'
import { once } from '../../replay.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

export const locationId = 'LLABNOOR0001'
export const merchantId = 'MLABNOORATEL1'

export const failure = (
  status: number,
  category: string,
  code: string,
  detail: string,
  field?: string,
  headers: Readonly<Record<string, string>> = {},
) => json(status, { errors: [{ category, code, detail, ...(field === undefined ? {} : { field }) }] }, headers)

export const invalid = (code: string, detail: string, field?: string) =>
  failure(400, 'INVALID_REQUEST_ERROR', code, detail, field)
export const missing = (noun: string, id: string) =>
  failure(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND', `Could not find ${noun} with id: ${id}`)

export interface Cash {
  amount: number
  currency: string
}
export const isCash = (value: unknown): value is Cash =>
  typeof value === 'object' &&
  value !== null &&
  Number.isInteger((value as Partial<Cash>).amount) &&
  typeof (value as Partial<Cash>).currency === 'string'

export const instant = (now: number) => new Date(now).toISOString()

export const bodyOf = (request: LabRequest) => (request.json ?? {}) as Readonly<Record<string, unknown>>
export const textOf = (body: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** A page with Square's own cursor; an empty list is left away, as Square does. */
export function pageOf<Item>(
  name: string,
  all: readonly Item[],
  { cursor, limit, most = 100 }: { cursor: string | null; limit: number; most?: number },
): LabAnswer {
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    return invalid('VALUE_TOO_HIGH', `Must be between 1 and ${most}.`, 'limit')
  const start = Number(Buffer.from(cursor ?? '', 'base64url').toString() || '0')
  if (!Number.isInteger(start)) return invalid('INVALID_CURSOR', 'The pagination cursor is invalid.', 'cursor')
  const items = all.slice(start, start + limit)
  const next = start + limit
  return json(200, {
    ...(items.length === 0 ? {} : { [name]: items }),
    ...(next < all.length ? { cursor: Buffer.from(String(next)).toString('base64url') } : {}),
  })
}

/** A request that is done once per `idempotency_key`, which stands in its body. */
export const idempotent =
  <State extends { replays: Record<string, Replay> }>(
    handle: (request: LabRequest, bench: Bench<State>) => LabAnswer,
  ) =>
  (request: LabRequest, bench: Bench<State>): LabAnswer => {
    const key = textOf(bodyOf(request), 'idempotency_key')
    if (key === null) return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', 'idempotency_key')
    if (key.length > 45)
      return invalid('VALUE_TOO_LONG', 'Field must not be greater than 45 in length', 'idempotency_key')
    return once(bench.state.replays, `${request.path}:${key}`, request.text, {
      make: () => handle(request, bench),
      replayed: (answer) => answer,
      clash: () =>
        invalid(
          'IDEMPOTENCY_KEY_REUSED',
          'Different request parameters used for the same idempotency_key.',
          'idempotency_key',
        ),
    })
  }
