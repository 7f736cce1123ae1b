import type { LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'

export const root = '/wp-json/wc/v3'

export const refuse = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): LabAnswer => json(status, { code, message, data: { status } }, headers)

export const invalidId = (noun: string) => refuse(404, `woocommerce_rest_${noun}_invalid_id`, 'Invalid ID.')

/** A page of a list; how many there are stands in headers. */
export function paged(all: readonly unknown[], { query }: LabRequest): LabAnswer {
  const [page, size] = [Number(query.get('page') ?? '1'), Number(query.get('per_page') ?? '10')]
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > 100)
    return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): per_page')
  return json(200, all.slice((page - 1) * size, page * size), {
    'x-wp-total': String(all.length),
    'x-wp-totalpages': String(Math.ceil(all.length / size)),
  })
}

export const numberOf = (request: LabRequest, name = 'id') => Number(request.params[name])
