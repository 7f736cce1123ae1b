import type { CallFigures } from '../loaders.ts'
import { callConditions, type CallFilter } from './call-filter.ts'
import { bucketCount, quantile } from './histogram.ts'
import { inOrder, within, type Reach } from './reach.ts'
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

// Summing each bucket as a column is an order of magnitude cheaper than unnesting the arrays and grouping again.
const sums = Array.from({ length: bucketCount }, (_, n) => `sum("buckets"[${n + 1}])::int`).join(', ')
const figureColumns = `coalesce(sum("calls"), 0)::int as "calls", coalesce(sum("errors"), 0)::int as "errors", array[${sums}] as "buckets"`
interface FigureRow extends Record<string, unknown> {
  readonly calls: number
  readonly errors: number
  readonly buckets: readonly (number | null)[]
}
const figures = (row: FigureRow): CallFigures => ({
  calls: row.calls,
  errors: row.errors,
  p50Ms: quantile(row.buckets, 0.5),
  p95Ms: quantile(row.buckets, 0.95),
})
const silence: CallFigures = { calls: 0, errors: 0, p50Ms: null, p95Ms: null }

/** Figures of each connection over the last 24 hours, from the roll-ups. */
export async function figuresOfDay(reach: Reach, ids: readonly string[]): Promise<CallFigures[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', ids, 'uuid')
  where.and(`"minute" >= ${where.param(new Date(reach.now().getTime() - 86_400_000))}::timestamptz`)
  const rows = await reach.tenant.sql.query<FigureRow & { connectionId: string }>(
    `select "connectionId", ${figureColumns} from "CallRollup" ${where} group by "connectionId"`,
    where.params,
  )
  return inOrder(ids, rows, (row) => row.connectionId, figures).map((found) => found ?? silence)
}

/** Figures of the whole organization (within reach) over a span, from the roll-ups. */
export async function figuresOfSpan(reach: Reach, since: Date, until: Date): Promise<CallFigures> {
  const where = within(new Where(), reach, '"connectionId"')
  where.and(`"minute" >= ${where.param(since)}::timestamptz and "minute" < ${where.param(until)}::timestamptz`)
  const [row] = await reach.tenant.sql.query<FigureRow>(
    `select ${figureColumns} from "CallRollup" ${where}`,
    where.params,
  )
  return row === undefined ? silence : figures(row)
}

/** Calls per minute of the last `minutes`, oldest first, without gaps, from the roll-ups. */
export async function callsPerMinute(reach: Reach, minutes: number): Promise<CallBar[]> {
  const last = Math.floor(reach.now().getTime() / 60_000) * 60_000
  const first = last - (minutes - 1) * 60_000
  const where = within(new Where(), reach, '"connectionId"')
  where.and(`"minute" >= ${where.param(new Date(first))}::timestamptz`)
  const rows = await reach.tenant.sql.query<{ minute: Date; calls: number; errors: number }>(
    `select "minute", sum("calls")::int as "calls", sum("errors")::int as "errors" from "CallRollup" ${where} group by "minute"`,
    where.params,
  )
  const found = new Map(rows.map((row) => [row.minute.getTime(), row]))
  return Array.from({ length: minutes }, (_, n) => {
    const at = first + n * 60_000
    return { at: new Date(at), calls: found.get(at)?.calls ?? 0, errors: found.get(at)?.errors ?? 0 }
  })
}
