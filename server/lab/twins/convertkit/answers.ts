import type { LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

export const failure = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { errors: [message] }, headers)
export const notFound = () => failure(404, 'Not Found')

export type Body = Readonly<Record<string, unknown>>
export const bodyOf = (request: LabRequest) => (request.json ?? {}) as Body
export const moment = (at: number) => new Date(at).toISOString().replace(/\.\d+Z/, 'Z')

const cursorOf = (item: { readonly id: number }) => Buffer.from(JSON.stringify([item.id])).toString('base64')

/** A page of a list, newest first; the next begins after a cursor. */
export function pageOf(request: LabRequest, name: string, items: readonly { readonly id: number }[]) {
  const size = Number(request.query.get('per_page') ?? '500')
  if (!Number.isInteger(size) || size < 1 || size > 1000) return failure(422, 'Per page must be between 1 and 1000')
  const after = request.query.get('after')
  const start = after === null ? 0 : items.findIndex((item) => cursorOf(item) === after) + 1
  if (after !== null && start === 0) return failure(422, 'The after cursor is invalid')
  const chosen = items.slice(start, start + size)
  const [first, last] = [chosen[0], chosen.at(-1)]
  return json(200, {
    [name]: chosen,
    pagination: {
      has_previous_page: start > 0,
      has_next_page: start + size < items.length,
      start_cursor: first === undefined ? null : cursorOf(first),
      end_cursor: last === undefined ? null : cursorOf(last),
      per_page: size,
    },
  })
}
