import { z } from 'zod'
import type { Call, CallAnswer, CallRequest, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'

/** Path below the connection's account. */
export const pathOf = ({ settings }: ConnectionFacts, rest: string): string =>
  `/accounting/account/${encodeURIComponent(settings['accountId'] || 'none')}${rest}`

const resultOf = <Shape extends z.ZodType>(shape: Shape) => z.object({ response: z.object({ result: shape }) })

/** The one thing that an answer is about, under its own name. */
export const readOne = <Shape extends z.ZodType, Output>(
  answer: CallAnswer,
  name: string,
  shape: Shape,
  map: (found: z.output<Shape>) => Output,
): Output =>
  readAnswer('FreshBooks', answer, resultOf(z.object({ [name]: shape })), ({ response }) =>
    map(response.result[name] as z.output<Shape>),
  )

export interface Listing {
  readonly path: string
  /** Name of the list in the answer. */
  readonly name: string
  readonly query?: CallRequest['query']
  readonly first: number
  readonly after: string | null
}

/** One page of a list. */
export async function readPage<Row extends z.ZodType>(call: Call, listing: Listing, row: Row) {
  const { path, name, query = {}, first, after } = listing
  const page = readNumberCursor(after, 1)
  const answer = await call({ method: 'GET', path, query: { ...query, page, per_page: first } })
  const shape = resultOf(z.object({ page: z.int(), pages: z.int(), [name]: z.array(row) }))
  return readAnswer('FreshBooks', answer, shape, ({ response: { result } }) => ({
    rows: result[name] as readonly z.output<Row>[],
    nextCursor: page < Number(result['pages']) ? numberCursor(page + 1) : null,
  }))
}

export const amount = z.object({ amount: z.string(), code: z.string().length(3) })

const eastern = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** FreshBooks' accounting writes moments as "2026-01-01 09:00:00" in the time of New York; null for what is none. */
export function momentOf(text: string | null | undefined): string | null {
  if (!text || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const asUtc = Date.parse(`${text.replace(' ', 'T')}Z`)
  // Four or five hours behind; in the hour that comes twice in autumn the first is taken.
  const found = [4, 5]
    .map((hours) => new Date(asUtc + hours * 3_600_000))
    .find((moment) => eastern.format(moment) === text)
  return (found ?? new Date(asUtc + 5 * 3_600_000)).toISOString()
}
