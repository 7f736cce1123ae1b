import type { ObjectParam } from '@pothos/core'
import { builder, defaultPage, maxPage } from './builder.ts'
import { InvalidInputError } from './errors.ts'

/** Arguments of a Relay cursor connection, as clients send them. */
export interface PageArgs {
  readonly first?: number | null | undefined
  readonly last?: number | null | undefined
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
}

/** What to read for a page: keys of the neighbours, one row more than asked (to learn whether more follows), and the direction. */
export interface Slice<K> {
  readonly after: K | null
  readonly before: K | null
  readonly limit: number
  /** Read from the end; the page turns the rows around again. */
  readonly inverted: boolean
}

export interface Page<R> {
  readonly edges: { readonly cursor: string; readonly node: R }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** How a list is ordered: the keys of a row, and what a cursor's keys must look like. */
export interface Order<R, K extends readonly string[]> {
  readonly keys: (row: R) => K
  readonly valid: (keys: readonly unknown[]) => boolean
}

/** Cost of a page field: the page itself and every row it may hold. */
export const pageCost = (args: PageArgs): { field: number; multiplier: number } => ({
  field: 2,
  multiplier: Math.min(args.first ?? args.last ?? defaultPage, maxPage),
})

/** Reads one page. Throws InvalidInputError for sizes beyond 1 to 100 and for cursors of another list. */
export async function readPage<R, K extends readonly string[]>(
  args: PageArgs,
  order: Order<R, K>,
  read: (slice: Slice<K>) => Promise<readonly R[]>,
): Promise<Page<R>> {
  const { first, last } = args
  if (first != null && last != null) throw invalid('last', 'Use `first` or `last`, not both.')
  for (const [path, size] of [
    ['first', first],
    ['last', last],
  ] as const)
    if (size != null && (size < 1 || size > maxPage))
      throw invalid(path, `A page holds 1 to ${maxPage} rows, not ${size}.`)

  const size = first ?? last ?? defaultPage
  const inverted = last != null
  const after = decode(args.after, 'after', order)
  const before = decode(args.before, 'before', order)
  const found = await read({ after, before, limit: size + 1, inverted })
  const more = found.length > size
  const rows = more ? found.slice(0, size) : [...found]
  if (inverted) rows.reverse()

  const edges = rows.map((node) => ({ cursor: encode(order.keys(node)), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: inverted ? before !== null : more,
      hasPreviousPage: inverted ? more : after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const invalid = (path: string, message: string): InvalidInputError => new InvalidInputError([{ path, message }])
const encode = (keys: readonly string[]): string => Buffer.from(keys.join('|')).toString('base64url')

function decode<R, K extends readonly string[]>(
  cursor: string | null | undefined,
  path: string,
  order: Order<R, K>,
): K | null {
  if (cursor == null) return null
  const keys = Buffer.from(cursor, 'base64url').toString('utf8').split('|')
  if (!order.valid(keys)) throw invalid(path, 'This is no cursor of this list. Take one from `pageInfo` or an edge.')
  return keys as readonly string[] as K
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const digits = /^\d{1,19}$/

/** Newest or oldest first by an instant; the id breaks ties. */
export const byInstant = <R extends { readonly id: string }>(
  instant: (row: R) => Date,
): Order<R, readonly [string, string]> => ({
  keys: (row) => [String(instant(row).getTime()), row.id],
  valid: (keys) => keys.length === 2 && digits.test(String(keys[0])) && uuid.test(String(keys[1])),
})

/** By a number that grows, such as a stream position. */
export const byPosition = <R>(position: (row: R) => bigint | number): Order<R, readonly [string]> => ({
  keys: (row) => [String(position(row))],
  valid: (keys) => keys.length === 1 && digits.test(String(keys[0])),
})

/** Defines `<Noun>Connection` and `<Noun>Edge`. */
export function pageType<const N extends string, T extends ObjectParam<SchemaTypesOfBuilder>>(
  noun: N,
  type: T,
  plural: string,
) {
  return builder.connectionObject(
    { type, name: `${noun}Connection`, description: `One page of ${plural}.` },
    { name: `${noun}Edge`, description: `One of the ${plural} on a page, with its cursor.` },
  )
}

type SchemaTypesOfBuilder = (typeof builder)['$inferSchemaTypes']
