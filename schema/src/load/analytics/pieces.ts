import { windowOf } from '../../calendar.ts'
import { keptDays } from './range.ts'

/** Grains rows are stored in, coarsest first. */
export type StoredGrain = 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE'
const grains = ['MONTH', 'DAY', 'HOUR', 'MINUTE'] as const

/** Rows of one grain that begin within [from, to). */
export interface Piece {
  readonly grain: StoredGrain
  readonly from: Date
  readonly to: Date
}

export interface SpanFacts {
  readonly timeZone: string
  readonly now: Date
  /** Rows to use at most; default MONTH. */
  readonly widest?: StoredGrain | undefined
  /** Rows there are at the finest; default MINUTE. */
  readonly finest?: StoredGrain | undefined
}

const dayMs = 86_400_000

/**
 * A row counts for the span its middle lies in, not its beginning: days of the time zone an organization had before still
 * fall on the day they were nearly all of, and every row falls on one.
 */
export const middleMs: Readonly<Record<StoredGrain, number>> = {
  MONTH: 14 * dayMs,
  DAY: dayMs / 2,
  HOUR: 29 * 60_000,
  MINUTE: 0,
}

/**
 * A span cut into as few rows as it can be had from: whole months, the days before and after them, and so on down to
 * minutes. An edge of which nothing fine enough is kept any more is taken whole.
 */
export function piecesOf(since: Date, until: Date, facts: SpanFacts): Piece[] {
  const { timeZone, now, widest = 'MONTH', finest = 'MINUTE' } = facts
  const isKept = (grain: StoredGrain, at: Date): boolean =>
    grains.indexOf(grain) <= grains.indexOf(finest) &&
    (grain === 'MONTH' || now.getTime() - at.getTime() <= keptDays[grain] * dayMs)

  function cut(from: Date, to: Date, level: number): Piece[] {
    const grain = grains[level]
    if (grain === undefined || from >= to) return []
    const finer = grains[level + 1]
    const first = windowOf(grain, from, timeZone)
    const headFits = finer === undefined || !isKept(finer, from)
    const begin = first.start.getTime() === from.getTime() || headFits ? first.start : first.end
    // The row of the present holds nothing of the future: it is whole as it is.
    const last = windowOf(grain, new Date(to.getTime() - 1), timeZone)
    const isWhole = last.end <= to || to >= now || finer === undefined || !isKept(finer, last.start)
    const end = isWhole ? last.end : last.start
    if (begin >= end) return cut(from, to, level + 1)
    return [
      ...cut(from, begin, level + 1),
      { grain, from: begin, to: end },
      ...(isWhole ? [] : cut(end, to, level + 1)),
    ]
  }
  return cut(since, until, grains.indexOf(widest))
}
