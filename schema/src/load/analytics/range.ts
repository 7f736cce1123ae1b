import { DateTime } from 'luxon'
import { windowOf } from '../../calendar.ts'
import { InvalidInputError } from '../../errors.ts'

/** Widths of a point. Weeks begin on Monday. */
export type Grain = 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'
const grains: readonly Grain[] = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH']

/** Spans that end now. Rolling ones are so long; the others begin where the calendar does. */
export type Preset =
  | 'HOUR'
  | 'DAY'
  | 'WEEK'
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR'
  | 'TODAY'
  | 'THIS_WEEK'
  | 'THIS_MONTH'
  | 'THIS_QUARTER'
  | 'THIS_YEAR'
  | 'LAST_MONTH'

export interface RangeInput {
  readonly preset?: Preset | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

/** A span and the points it is shown in. */
export interface Range {
  readonly since: Date
  readonly until: Date
  readonly grain: Grain
  readonly timeZone: string
  /** Beginnings of the points, oldest first, without gaps; the first may lie before `since`. */
  readonly points: readonly Date[]
}

/** Days rows are kept at least; see PATCHBAY_MINUTE_FIGURE_DAYS and its neighbours. */
export const keptDays = { MINUTE: 8, HOUR: 400, DAY: 1830 } as const

const dayMs = 86_400_000
/** Longest spans AUTO shows in points of a grain: about 200 of them, and 360 minutes. */
const autoDays = [
  ['MINUTE', 0.25],
  ['HOUR', 8.5],
  ['DAY', 200],
  ['WEEK', 1400],
  ['MONTH', Infinity],
] as const
const longestDays = keptDays.DAY
/** Points of one answer at most: a month by the hour, two years by the day. */
const mostPoints = 750
const pointMs: Readonly<Record<Grain, number>> = {
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: dayMs,
  WEEK: 7 * dayMs,
  MONTH: 30 * dayMs,
}
const words: Readonly<Record<Grain, string>> = {
  MINUTE: 'minute',
  HOUR: 'hour',
  DAY: 'day',
  WEEK: 'week',
  MONTH: 'month',
}

/** Beginning of the point an instant is in. */
export function beginningOf(grain: Grain, at: Date, zone: string): Date {
  if (grain !== 'WEEK') return windowOf(grain, at, zone).start
  const day = DateTime.fromJSDate(windowOf('DAY', at, zone).start, { zone })
  return windowOf(
    'DAY',
    day
      .minus({ days: day.weekday - 1 })
      .plus({ hours: 12 })
      .toJSDate(),
    zone,
  ).start
}

/** Ends of points that were asked for before: charts ask for the same ones again and again, and calendars take their time. */
const ends = new Map<string, number>()
const mostEnds = 10_000

/** Beginning of the point after the one that begins at `start`. */
export function nextOf(grain: Grain, start: Date, zone: string): Date {
  const key = `${grain} ${zone} ${start.getTime()}`
  let end = ends.get(key)
  if (end === undefined) {
    end = endOf(grain, start, zone).getTime()
    if (ends.size >= mostEnds) ends.clear()
    ends.set(key, end)
  }
  return new Date(end)
}

function endOf(grain: Grain, start: Date, zone: string): Date {
  if (grain !== 'WEEK') return windowOf(grain, start, zone).end
  const later = DateTime.fromJSDate(start, { zone }).plus({ days: 7, hours: 12 })
  return windowOf('DAY', later.toJSDate(), zone).start
}

/** `count` local days before the beginning of today, and so on: the clock of a zone that changes keeps its midnight. */
const daysBefore = (now: Date, days: number, zone: string): Date =>
  windowOf(
    'DAY',
    DateTime.fromJSDate(now, { zone }).startOf('day').plus({ hours: 12 }).minus({ days }).toJSDate(),
    zone,
  ).start

function presetOf(preset: Preset, now: Date, zone: string): { since: Date; until: Date } {
  const back = (ms: number) => new Date(now.getTime() - ms)
  const local = DateTime.fromJSDate(now, { zone })
  const month = windowOf('MONTH', now, zone).start
  switch (preset) {
    case 'HOUR':
      return { since: beginningOf('MINUTE', back(59 * 60_000), zone), until: now }
    case 'DAY':
      return { since: beginningOf('HOUR', back(23 * 3_600_000), zone), until: now }
    case 'WEEK':
      return { since: daysBefore(now, 6, zone), until: now }
    case 'MONTH':
      return { since: daysBefore(now, 29, zone), until: now }
    case 'QUARTER':
      return { since: daysBefore(now, 89, zone), until: now }
    case 'YEAR':
      return { since: daysBefore(now, 364, zone), until: now }
    case 'TODAY':
      return { since: windowOf('DAY', now, zone).start, until: now }
    case 'THIS_WEEK':
      return { since: beginningOf('WEEK', now, zone), until: now }
    case 'THIS_MONTH':
      return { since: month, until: now }
    case 'THIS_QUARTER':
      return { since: windowOf('MONTH', local.startOf('quarter').plus({ days: 2 }).toJSDate(), zone).start, until: now }
    case 'THIS_YEAR':
      return { since: windowOf('MONTH', local.startOf('year').plus({ days: 2 }).toJSDate(), zone).start, until: now }
    case 'LAST_MONTH':
      return { since: windowOf('MONTH', new Date(month.getTime() - 1), zone).start, until: month }
  }
}

const fault = (path: string, message: string): InvalidInputError => new InvalidInputError([{ path, message }])

/** The span asked for. Throws InvalidInputError in words when there is none, or none that is kept. */
function spanOf(input: RangeInput, now: Date, zone: string): { since: Date; until: Date } {
  if (input.preset != null) {
    if (input.since != null || input.until != null)
      throw fault('range.preset', 'Give a preset, or since and until, not both.')
    return presetOf(input.preset, now, zone)
  }
  if (input.since == null) throw fault('range.since', 'Say when the span begins, or choose a preset.')
  const since = beginningOf('MINUTE', input.since, zone)
  const asked = input.until ?? now
  const until = asked > now ? now : asked
  if (since >= now) throw fault('range.since', 'The span begins in the future: nothing has happened there yet.')
  if (until <= since) throw fault('range.until', 'The span must end after it begins.')
  if (now.getTime() - since.getTime() > longestDays * dayMs)
    throw fault('range.since', `Figures are kept for ${longestDays} days. Begin later.`)
  return { since, until }
}

export interface RangeFacts {
  readonly now: Date
  readonly timeZone: string
  readonly finest?: 'MINUTE' | 'HOUR' | 'DAY'
  /** Every point is added up of many connections: weeks, which are made of days, give way to months. */
  readonly isGrouped?: boolean
}

/**
 * Points of a span. `finest` is the narrowest grain there are rows of; default MINUTE. Throws InvalidInputError in words when
 * the grain does not go with it.
 */
export function rangeOf(
  input: RangeInput,
  grain: Grain | 'AUTO',
  { now, timeZone: zone, finest = 'MINUTE', isGrouped = false }: RangeFacts,
): Range {
  const span = spanOf(input, now, zone)
  const days = (span.until.getTime() - span.since.getTime()) / dayMs
  const ageDays = (now.getTime() - span.since.getTime()) / dayMs
  const isCounted = (each: Grain) => grains.indexOf(each) >= grains.indexOf(finest)
  const isKept = (each: Grain) =>
    isCounted(each) &&
    (each === 'MINUTE' ? ageDays <= keptDays.MINUTE : each === 'HOUR' ? ageDays <= keptDays.HOUR : true)
  if (grain !== 'AUTO' && !isCounted(grain))
    throw fault('grain', `This is not counted by the ${words[grain]}. Choose ${finest} or wider.`)
  if (grain !== 'AUTO' && !isKept(grain))
    throw fault(
      'grain',
      `Figures by the ${words[grain]} are kept for ${keptDays[grain as 'HOUR']} days. Choose a wider grain or begin later.`,
    )
  const chosen =
    grain === 'AUTO'
      ? (autoDays.find(([each, most]) => days <= most && isKept(each) && !(isGrouped && each === 'WEEK'))?.[0] ??
        'MONTH')
      : grain
  const count = (span.until.getTime() - span.since.getTime()) / pointMs[chosen]
  if (count > mostPoints)
    throw fault(
      'grain',
      `${Math.ceil(count)} points by the ${words[chosen]} are too many to show, ${mostPoints} are the most. Choose a wider grain or a shorter span.`,
    )
  // Nothing finer than a day, or an hour, is there any more: the span begins where that one did.
  const edge: Grain = isKept('MINUTE') ? 'MINUTE' : isKept('HOUR') ? 'HOUR' : 'DAY'
  const since = beginningOf(edge, span.since, zone)
  return { since, until: span.until, grain: chosen, timeZone: zone, points: pointsOf(chosen, since, span.until, zone) }
}

function pointsOf(grain: Grain, since: Date, until: Date, zone: string): Date[] {
  const points: Date[] = []
  for (let at = beginningOf(grain, since, zone); at < until; at = nextOf(grain, at, zone)) points.push(at)
  return points
}

/**
 * The span a range is compared with: as long and just before it (PREVIOUS), or the same a year earlier (YEAR). Whole days
 * stay whole where clocks change in between.
 */
export function before(range: Range, compare: 'PREVIOUS' | 'YEAR', preset: Preset | null | undefined): Range {
  const { since, until, grain, timeZone: zone } = range
  const local = (at: Date) => DateTime.fromJSDate(at, { zone })
  const months = preset === 'THIS_MONTH' || preset === 'LAST_MONTH' ? 1 : preset === 'THIS_QUARTER' ? 3 : 0
  const days = Math.ceil((until.getTime() - since.getTime()) / dayMs - 1 / 24)
  const shift = (at: Date): Date => {
    if (compare === 'YEAR' || preset === 'THIS_YEAR') return local(at).minus({ years: 1 }).toJSDate()
    if (months > 0) return local(at).minus({ months }).toJSDate()
    if (preset === 'THIS_WEEK') return local(at).minus({ days: 7 }).toJSDate()
    return days < 2 && preset !== 'TODAY'
      ? new Date(at.getTime() - (until.getTime() - since.getTime()))
      : local(at).minus({ days }).toJSDate()
  }
  const from = beginningOf('MINUTE', shift(since), zone)
  const to = months > 0 && preset === 'LAST_MONTH' ? windowOf('MONTH', since, zone).start : shift(until)
  return { since: from, until: to, grain, timeZone: zone, points: pointsOf(grain, from, to, zone) }
}
