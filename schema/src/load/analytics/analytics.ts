import { InvalidInputError } from '../../errors.ts'
import type { Reach } from '../reach.ts'
import { groupingOf, type AnalyticsFilter, type GroupBy, type Grouping } from './groups.ts'
import { piecesOf, type Piece, type StoredGrain } from './pieces.ts'
import { before, rangeOf, type Grain, type Range, type RangeInput } from './range.ts'
import { Adder, pointRows, sumsByKey, type Figures, type Key, type PointRow, type Sums } from './rows.ts'

export interface AnalyticsInput {
  readonly range: RangeInput
  readonly grain: Grain | 'AUTO'
  readonly groupBy: GroupBy
  readonly filter: AnalyticsFilter
  readonly compare: 'PREVIOUS' | 'YEAR' | 'NONE'
  /** Series at most, the busiest first. */
  readonly top: number
}

/** Figures of one point of a line. */
export interface Point extends Figures {
  readonly at: Date
}

export interface Line {
  readonly points: readonly Point[]
  readonly totals: Figures
}

/** A line of one group. `key` is stable; what it names depends on the grouping. */
export interface Series extends Key {
  readonly key: string
  readonly groupBy: GroupBy
  readonly totals: Figures
  /** Read when first asked for, of all series together; without percentiles unless they are wanted. */
  points(percentiles: boolean): Promise<readonly Point[]>
}

export interface Comparison extends Line {
  readonly range: Range
}

/** Series of one answer at most: what a chart can show and a table can hold. */
export const mostSeries = 50

const widestOf: Readonly<Record<Grain, StoredGrain>> = {
  MINUTE: 'MINUTE',
  HOUR: 'HOUR',
  DAY: 'DAY',
  WEEK: 'DAY',
  MONTH: 'MONTH',
}

/** The finest rows a dimension has. */
const finestOf = (dimension: string): StoredGrain =>
  dimension === 'OPERATION' || dimension === 'API_KEY' ? 'HOUR' : 'MINUTE'

/** Analytics of a span. Nothing is read before it is asked for, and then once. */
export class Analytics {
  readonly range: Range
  readonly currency: string
  readonly #reach: Reach
  readonly #input: AnalyticsInput
  #grouping: Promise<Grouping> | undefined
  #whole: Promise<Line> | undefined

  constructor(reach: Reach, input: AnalyticsInput, measures: { readonly timeZone: string; readonly currency: string }) {
    if (input.top < 1 || input.top > mostSeries)
      throw new InvalidInputError([{ path: 'top', message: `1 to ${mostSeries} series, not ${input.top}.` }])
    this.#reach = reach
    this.#input = input
    const finest = input.groupBy === 'OPERATION' || input.groupBy === 'API_KEY' ? 'HOUR' : 'MINUTE'
    const isFiltered = Object.values(input.filter).some((value) => value != null) || reach.connectionIds.length > 0
    const isGrouped = input.groupBy !== 'NONE' || isFiltered
    this.range = rangeOf(input.range, input.grain, { now: reach.now(), timeZone: measures.timeZone, finest, isGrouped })
    this.currency = measures.currency
  }

  get reach(): Reach {
    return this.#reach
  }

  get filter(): AnalyticsFilter {
    return this.#input.filter
  }

  grouping(): Promise<Grouping> {
    return (this.#grouping ??= groupingOf(this.#reach, this.#input.groupBy, this.#input.filter))
  }

  /** Everything together. */
  whole(): Promise<Line> {
    return (this.#whole ??= this.#line(this.range))
  }

  /** Everything together in the span it is compared with; null when it is with none. */
  async previous(): Promise<Comparison | null> {
    const { compare } = this.#input
    if (compare === 'NONE') return null
    const range = before(this.range, compare, this.#input.range.preset)
    return { range, ...(await this.#line(range)) }
  }

  /** The busiest groups, busiest first. `inFull`: percentiles of their points will be asked for, so all is read at once. */
  async series(inFull = false): Promise<readonly Series[]> {
    const { groupBy, top } = this.#input
    const { range } = this
    const grouping = await this.grouping()
    const totalPieces = this.#pieces(range, grouping.scope.dimension, 'MONTH')
    const sums = await sumsByKey(this.#reach, totalPieces, grouping.scope)
    const chosen = busiest(sums, grouping, top)
    if (chosen.length === 0) return []
    const keyOf = grouping.keyOf.bind(grouping)
    const isAll = sums.every((row) => chosen.includes(keyOf(row)))
    const scope = isAll ? grouping.scope : grouping.only(chosen, sums)
    const read = async (percentiles: boolean) => {
      const pieces = this.#pieces(range, scope.dimension, widestOf[range.grain])
      return linesOf(await pointRows(this.#reach, pieces, scope, range.points, percentiles), range.points, keyOf)
    }
    const lines = new Map<boolean, Promise<Map<string, Line>>>()
    // By the month, points are of the same rows as the whole.
    const isOneRead = inFull || widestOf[range.grain] === 'MONTH'
    if (isOneRead) for (const percentiles of [true, false]) lines.set(percentiles, lines.get(true) ?? read(true))
    const totals = isOneRead
      ? await lines.get(true)
      : linesOf(await pointRows(this.#reach, totalPieces, scope, [range.since]), [range.since], keyOf)
    return chosen.flatMap((key) => {
      const line = totals?.get(key)
      const sample = sums.find((row) => keyOf(row) === key)
      if (line === undefined || sample === undefined) return []
      const points = async (percentiles: boolean) => {
        const all = lines.get(percentiles) ?? read(percentiles)
        lines.set(percentiles, all)
        return (await all).get(key)?.points ?? emptyLine(range.points).points
      }
      return [{ key, groupBy, connectionId: sample.connectionId, name: sample.name, totals: line.totals, points }]
    })
  }

  async #line(range: Range): Promise<Line> {
    const { whole } = await this.grouping()
    const pieces = this.#pieces(range, whole.dimension, widestOf[range.grain])
    const rows = await pointRows(this.#reach, pieces, whole, range.points)
    return linesOf(rows, range.points, () => '').get('') ?? emptyLine(range.points)
  }

  #pieces({ since, until, timeZone }: Range, dimension: string, widest: StoredGrain): Piece[] {
    const now = this.#reach.now()
    return piecesOf(since, until, { timeZone, now, widest, finest: finestOf(dimension) })
  }
}

/** Keys of the groups with the most calls. */
function busiest(sums: readonly (Key & Sums)[], grouping: Grouping, top: number): string[] {
  const calls = new Map<string, number>()
  for (const row of sums) {
    const key = grouping.keyOf(row)
    calls.set(key, (calls.get(key) ?? 0) + row.calls)
  }
  const sorted = [...calls].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
  return sorted.slice(0, top).map(([key]) => key)
}

const emptyLine = (points: readonly Date[]): Line => ({
  points: points.map((at) => ({ at, ...new Adder().figures() })),
  totals: new Adder().figures(),
})

/** Lines out of stored rows, by key. */
function linesOf(rows: readonly PointRow[], points: readonly Date[], keyOf: (row: Key) => string): Map<string, Line> {
  const adders = new Map<string, { points: Map<number, Adder>; totals: Adder }>()
  for (const row of rows) {
    const key = keyOf(row)
    let line = adders.get(key)
    if (line === undefined) adders.set(key, (line = { points: new Map(), totals: new Adder() }))
    let point = line.points.get(row.place)
    if (point === undefined) line.points.set(row.place, (point = new Adder()))
    point.add(row)
  }
  for (const { points: each, totals } of adders.values()) for (const point of each.values()) totals.merge(point)
  const nothing = new Adder().figures()
  return new Map(
    [...adders].map(([key, line]) => [
      key,
      {
        points: points.map((at, n) => ({ at, ...(line.points.get(n)?.figures() ?? nothing) })),
        totals: line.totals.figures(),
      },
    ]),
  )
}
