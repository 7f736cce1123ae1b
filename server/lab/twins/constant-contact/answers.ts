import type { LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

/** Constant Contact puts faults into a list. */
export const failure = (status: number, key: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, [{ error_key: key, error_message: message }], headers)
export const invalid = (message: string) => failure(400, 'contacts.api.validation.error', message)
export const notFound = () => failure(404, 'resource.not_found', 'The requested resource was not found.')

export type Body = Readonly<Record<string, unknown>>
export const bodyOf = (request: LabRequest) => (request.json ?? {}) as Body
export const moment = (at: number) => new Date(at).toISOString()

/** A page of a list; the link to the next one holds where it begins and what was asked. */
export function pageOf(request: LabRequest, name: string, items: readonly object[], more: object = {}) {
  const from = JSON.parse(Buffer.from(request.query.get('cursor') ?? 'MA==', 'base64').toString()) as unknown
  const limit = Number(request.query.get('limit') ?? '50')
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) return invalid('limit must be between 1 and 500')
  if (typeof from !== 'number') return invalid('The cursor is not valid.')
  const end = from + limit
  const query = new URLSearchParams(request.query)
  query.set('cursor', Buffer.from(String(end)).toString('base64'))
  const next = end < items.length ? { _links: { next: { href: `/v3${request.path}?${query}` } } } : {}
  return json(200, { [name]: items.slice(from, end), ...more, ...next })
}
