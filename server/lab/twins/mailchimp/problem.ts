import type { LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

export const failure = (
  status: number,
  title: string,
  detail: string,
  errors: readonly { readonly field: string; readonly message: string }[] = [],
  headers: Readonly<Record<string, string>> = {},
) =>
  json(
    status,
    { type: 'https://mailchimp.com/developer/marketing/docs/errors/', title, status, detail, instance: 'lab', errors },
    { 'content-type': 'application/problem+json', ...headers },
  )

export const invalid = (field: string, message: string) =>
  failure(400, 'Invalid Resource', 'The resource submitted could not be validated.', [{ field, message }])
export const notFound = () => failure(404, 'Resource Not Found', 'The requested resource could not be found.')

export type Body = Readonly<Record<string, unknown>>
export const bodyOf = (request: LabRequest) => (request.json ?? {}) as Body

/** A page of a list, by count and offset. */
export function pageOf(request: LabRequest, name: string, items: readonly object[], more: object = {}) {
  const count = Number(request.query.get('count') ?? '10')
  const offset = Number(request.query.get('offset') ?? '0')
  if (!Number.isInteger(count) || count < 0 || count > 1000) return invalid('count', 'Must be between 0 and 1000.')
  return json(200, { [name]: items.slice(offset, offset + count), total_items: items.length, ...more })
}
