import type { Slice } from '../page.ts'

// Pages in Prisma's words, as where.ts has them in SQL's.

type Sort = 'asc' | 'desc'
interface Range<V> {
  lt?: V
  lte?: V
  gt?: V
  gte?: V
}
type On<C extends string, V> = { [K in C]?: V }

/** What a page adds to a query; `within` belongs under AND. */
interface Sliced<W, O> {
  readonly within: W[]
  readonly orderBy: O[]
  readonly take: number
}

const past = (direction: Sort) => (direction === 'asc' ? 'gt' : 'lt')
const opposite = (direction: Sort): Sort => (direction === 'asc' ? 'desc' : 'asc')

/** Last instant PostgreSQL and JavaScript write alike; a cursor may name a later one. */
const lastInstant = Date.UTC(9999, 11, 31)
const lastInteger = 2_147_483_647

type InstantBound<C extends string> = On<C, Range<Date>> & { OR: (On<C, Range<Date>> | { id: Range<string> })[] }

/** Rows of a slice by an instant, ids break ties (byInstant of page.ts). */
export function instantSlice<C extends string>(
  column: C,
  slice: Slice<readonly [string, string]>,
  direction: Sort,
): Sliced<InstantBound<C>, On<C, Sort> | { id: Sort }> {
  const on = <V>(value: V) => ({ [column]: value }) as On<C, V>
  const bound = ([instant, id]: readonly [string, string], towards: Sort): InstantBound<C> => {
    const at = new Date(Math.min(Number(instant), lastInstant))
    const sign = past(towards)
    // The first condition follows from the second; it is there for the index.
    return { ...on({ [`${sign}e`]: at }), OR: [on({ [sign]: at }), { id: { [sign]: id } }] }
  }
  const towards = slice.inverted ? opposite(direction) : direction
  return {
    within: [
      ...(slice.after ? [bound(slice.after, direction)] : []),
      ...(slice.before ? [bound(slice.before, opposite(direction))] : []),
    ],
    orderBy: [on(towards), { id: towards }],
    take: slice.limit,
  }
}

/** Rows of a slice by a growing number (byPosition of page.ts). */
export function positionSlice<C extends string>(
  column: C,
  slice: Slice<readonly [string]>,
  direction: Sort,
): Sliced<On<C, Range<number>>, On<C, Sort>> {
  const on = <V>(value: V) => ({ [column]: value }) as On<C, V>
  const bound = ([position]: readonly [string], towards: Sort) =>
    on({ [past(towards)]: Math.min(Number(position), lastInteger) })
  const towards = slice.inverted ? opposite(direction) : direction
  return {
    within: [
      ...(slice.after ? [bound(slice.after, direction)] : []),
      ...(slice.before ? [bound(slice.before, opposite(direction))] : []),
    ],
    orderBy: [on(towards)],
    take: slice.limit,
  }
}

/** A text that contains the words, whatever their case; null without words. */
export function containing(words: string | null | undefined): { contains: string; mode: 'insensitive' } | null {
  const text = words?.trim()
  // Prisma hands the pattern to ILIKE as it is.
  return text ? { contains: text.replace(/[\\%_]/g, (sign) => `\\${sign}`), mode: 'insensitive' } : null
}
