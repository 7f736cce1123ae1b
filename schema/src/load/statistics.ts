import type { CallFigures } from '../loaders.ts'
import { callConditions, type CallFilter } from './call-filter.ts'
import { addBuckets, quantile, type Histogram } from './histogram.ts'
import { within, type Reach } from './reach.ts'
import { readSpan } from './span-of.ts'
import { Where } from './where.ts'

/** One bar of a strip of calls. */
export interface CallBar {
  readonly at: Date
  readonly calls: number
  readonly errors: number
}

export interface CallStatistics extends CallFigures {
  readonly since: Date
  readonly until: Date
  /** Width of a bar. */
  readonly barSeconds: number
  /** Without gaps, oldest first. */
  readonly bars: readonly CallBar[]
}

/** Statistics of the calls a filter finds; the span defaults to the last hour and may be 92 days at most. */
export async function callStatistics(
  reach: Reach,
  filter: CallFilter,
  search?: string | null,
): Promise<CallStatistics> {
  const { since, until, barSeconds, origin } = readSpan(filter, reach.now())
  const where = callConditions(within(new Where(), reach, '"connectionId"'), { ...filter, since, until }, search)
  const bin = `date_bin(${where.param(`${barSeconds} seconds`)}::interval, "at", ${where.param(origin)}::timestamptz)`
  const rows = await reach.tenant.sql.query<{
    at: Date | null
    calls: number
    errors: number
    p50: number | null
    p95: number | null
  }>(
    `select ${bin} as "at", count(*)::int as "calls", (count(*) filter (where not "ok"))::int as "errors",
       (percentile_disc(0.5) within group (order by "latencyMs"))::int as "p50",
       (percentile_disc(0.95) within group (order by "latencyMs"))::int as "p95"
     from "Call" ${where} group by grouping sets ((1), ())`,
    where.params,
  )
  const total = rows.find((row) => row.at === null)
  const found = new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.at.getTime(), row] as const])))
  const bars: CallBar[] = []
  for (let at = origin.getTime(); at < until.getTime(); at += barSeconds * 1000) {
    const row = found.get(at)
    bars.push({ at: new Date(at), calls: row?.calls ?? 0, errors: row?.errors ?? 0 })
  }
  return {
    since,
    until,
    barSeconds,
    bars,
    calls: total?.calls ?? 0,
    errors: total?.errors ?? 0,
    p50Ms: total?.p50 ?? null,
    p95Ms: total?.p95 ?? null,
  }
}

interface FigureRow extends Record<string, unknown> {
  readonly key: string
  readonly calls: number
  readonly errors: number
  readonly buckets: string
}

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms))

/** Sums up rows by their key. */
function figuresByKey(rows: readonly FigureRow[]): Map<string, CallFigures> {
  const sums = new Map<string, { calls: number; errors: number; buckets: Histogram }>()
  for (const row of rows) {
    const sum = sums.get(row.key) ?? { calls: 0, errors: 0, buckets: new Map() }
    sum.calls += row.calls
    sum.errors += row.errors
    addBuckets(sum.buckets, row.buckets)
    sums.set(row.key, sum)
  }
  return new Map(
    [...sums].map(([key, { calls, errors, buckets }]) => [
      key,
      { calls, errors, p50Ms: rounded(quantile(buckets, 0.5)), p95Ms: rounded(quantile(buckets, 0.95)) },
    ]),
  )
}
const silence: CallFigures = { calls: 0, errors: 0, p50Ms: null, p95Ms: null }

const hourMs = 3_600_000
const minuteMs = 60_000

/** Conditions for the rows of one grain in a span, of the whole organization where the reader may see all of it. */
function rowsOf(reach: Reach, grain: 'MINUTE' | 'HOUR', since: Date, until: Date | null): Where {
  const isWhole = reach.connectionIds.length === 0
  const where = within(new Where(), reach, '"connectionId"')
  where.and(`"grain" = '${grain}' and "dimension" = '${isWhole ? 'ALL' : 'CONNECTION'}'`)
  where.and(`"at" >= ${where.param(since)}::timestamptz`)
  if (until !== null) where.and(`"at" < ${where.param(until)}::timestamptz`)
  return where
}

/** Figures of each connection over the last 24 hours, from the roll-ups: whole hours, and minutes before the first one. */
export async function figuresOfDay(reach: Reach, ids: readonly string[]): Promise<CallFigures[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', ids, 'uuid')
  const since = Math.floor((reach.now().getTime() - 24 * hourMs) / minuteMs) * minuteMs
  // Hours of zones begin at any quarter; an hour row that begins an hour later is surely within.
  const whole = where.param(new Date(since))
  where.and(`"dimension" = 'CONNECTION' and "at" >= ${whole}::timestamptz and (
    "grain" = 'HOUR' or "grain" = 'MINUTE' and "at" < coalesce((select min("at") from "CallRollup"
      where "organizationId" = ${where.param(reach.tenant.organizationId)}::uuid and "grain" = 'HOUR' and "dimension" = 'ALL'
        and "at" >= ${whole}::timestamptz), 'infinity'))`)
  const rows = await reach.tenant.sql.query<FigureRow>(
    `select "connectionId"::text as "key", "calls", "errors", "buckets"::text as "buckets" from "CallRollup" ${where}`,
    where.params,
  )
  const found = figuresByKey(rows)
  return ids.map((id) => found.get(id) ?? silence)
}

/** Figures of the whole organization (within reach) over a span of minutes, from the roll-ups. */
export async function figuresOfSpan(reach: Reach, since: Date, until: Date): Promise<CallFigures> {
  const where = rowsOf(reach, 'MINUTE', since, until)
  const rows = await reach.tenant.sql.query<FigureRow>(
    `select '' as "key", "calls", "errors", "buckets"::text as "buckets" from "CallRollup" ${where}`,
    where.params,
  )
  return figuresByKey(rows).get('') ?? silence
}

/** Calls per minute of the last `minutes`, oldest first, without gaps, from the roll-ups. */
export async function callsPerMinute(reach: Reach, minutes: number): Promise<CallBar[]> {
  const last = Math.floor(reach.now().getTime() / minuteMs) * minuteMs
  const first = last - (minutes - 1) * minuteMs
  const where = rowsOf(reach, 'MINUTE', new Date(first), null)
  const rows = await reach.tenant.sql.query<{ at: Date; calls: number; errors: number }>(
    `select "at", sum("calls")::int as "calls", sum("errors")::int as "errors" from "CallRollup" ${where} group by "at"`,
    where.params,
  )
  const found = new Map(rows.map((row) => [row.at.getTime(), row]))
  return Array.from({ length: minutes }, (_, n) => {
    const at = first + n * minuteMs
    return { at: new Date(at), calls: found.get(at)?.calls ?? 0, errors: found.get(at)?.errors ?? 0 }
  })
}
