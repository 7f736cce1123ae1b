import type { DeliveryFigures, SourceFigures, SpanKey } from '../loaders.ts'
import { quantile, sumBuckets } from './histogram.ts'
import { within, type Reach } from './reach.ts'
import { Where } from './where.ts'

// Everything here is read from the roll-ups: as many rows as minutes or hours, however many requests they counted.

/** Longest span of figures, in hours. */
export const longestHours = 92 * 24

const widths = [60, 300, 900, 3600, 21_600, 86_400] as const
const mostBars = 120

interface Span {
  readonly barSeconds: number
  /** Beginnings of the bars, in milliseconds, oldest first. */
  readonly bars: readonly number[]
  readonly since: Date
  /** Rows that make up the bars: minutes are not kept for long. */
  readonly grain: 'MINUTE' | 'HOUR'
}

/** The last `hours` in at most 120 bars, the last of which holds this moment. */
function spanOf(hours: number, now: Date): Span {
  const barSeconds = widths.find((width) => (hours * 3600) / width <= mostBars) ?? 86_400
  const width = barSeconds * 1000
  const count = Math.max(1, Math.ceil((hours * 3600) / barSeconds))
  const last = Math.floor(now.getTime() / width) * width
  const bars = Array.from({ length: count }, (_, n) => last - (count - 1 - n) * width)
  return { barSeconds, bars, since: new Date(bars[0] ?? last), grain: barSeconds < 3600 ? 'MINUTE' : 'HOUR' }
}

const split = (key: SpanKey): { id: string; hours: number } => ({ id: key.slice(0, 36), hours: Number(key.slice(37)) })

/** Answers keys span by span: a level of a query asks for one, or as many as it has aliases. */
async function perSpan<V>(
  keys: readonly SpanKey[],
  read: (ids: readonly string[], hours: number) => Promise<ReadonlyMap<string, V>>,
  empty: (hours: number) => V,
): Promise<V[]> {
  const hours = [...new Set(keys.map((key) => split(key).hours))]
  const found = new Map(
    await Promise.all(
      hours.map(async (span) => {
        const ids = keys.map(split).flatMap((key) => (key.hours === span ? [key.id] : []))
        return [span, await read(ids, span)] as const
      }),
    ),
  )
  return keys.map((key) => {
    const { id, hours: span } = split(key)
    return found.get(span)?.get(id) ?? empty(span)
  })
}

const binOf = (where: Where, { barSeconds, since }: Span): string =>
  `date_bin(${where.param(`${barSeconds} seconds`)}::interval, "at", ${where.param(since)}::timestamptz)`

const sourceCounts = ['received', 'verified', 'duplicates', 'quarantined', 'refused', 'failed'] as const
type SourceRow = Record<(typeof sourceCounts)[number], number> & { id: string; at: Date | null; last: Date | null }

/** Requests of each source over the last hours. */
export const sourceFigures = (reach: Reach, keys: readonly SpanKey[]): Promise<SourceFigures[]> => {
  const now = reach.now()
  const figures = ({ barSeconds, bars }: Span, rows: readonly SourceRow[]): SourceFigures => {
    const total = rows.find((row) => row.at === null)
    const byBar = new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.at.getTime(), row] as const])))
    return {
      received: total?.received ?? 0,
      verified: total?.verified ?? 0,
      duplicates: total?.duplicates ?? 0,
      quarantined: total?.quarantined ?? 0,
      refused: total?.refused ?? 0,
      failed: total?.failed ?? 0,
      lastReceivedAt: total?.last ?? null,
      barSeconds,
      bars: bars.map((at) => {
        const { received = 0, quarantined = 0, failed = 0 } = byBar.get(at) ?? {}
        return { at: new Date(at), received, quarantined, failed }
      }),
    }
  }
  return perSpan(
    keys,
    async (ids, hours) => {
      const span = spanOf(hours, now)
      const where = within(new Where(), reach, null).oneOf('"sourceId"', ids, 'uuid')
      where.and(`"grain" = '${span.grain}' and "at" >= ${where.param(span.since)}::timestamptz`)
      const sums = sourceCounts.map((name) => `sum("${name}")::int as "${name}"`).join(', ')
      const bin = binOf(where, span)
      const rows = await reach.tenant.sql.query<SourceRow>(
        `select "sourceId" as "id", ${bin} as "at", max("lastAt") as "last", ${sums}
         from "SourceRollup" ${where} group by "sourceId", grouping sets ((2), ())`,
        where.params,
      )
      return new Map([...Map.groupBy(rows, (row) => row.id)].map(([id, found]) => [id, figures(span, found)]))
    },
    (hours) => figures(spanOf(hours, now), []),
  )
}

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms))

interface DeliveryRow extends Record<string, unknown> {
  readonly id: string
  readonly at: Date | null
  readonly attempts: number
  readonly delivered: number
  readonly failed: number
  readonly dead: number
  readonly buckets: string
}

/** Attempts of each endpoint over the last hours. */
export const endpointFigures = (reach: Reach, keys: readonly SpanKey[]): Promise<DeliveryFigures[]> => {
  const now = reach.now()
  const figures = ({ barSeconds, bars }: Span, rows: readonly DeliveryRow[]): DeliveryFigures => {
    const total = rows.find((row) => row.at === null)
    const byBar = new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.at.getTime(), row] as const])))
    const latencies = sumBuckets([total?.buckets ?? null])
    return {
      attempts: total?.attempts ?? 0,
      delivered: total?.delivered ?? 0,
      failed: total?.failed ?? 0,
      dead: total?.dead ?? 0,
      p50Ms: rounded(quantile(latencies, 0.5)),
      p95Ms: rounded(quantile(latencies, 0.95)),
      barSeconds,
      bars: bars.map((at) => {
        const { delivered = 0, failed = 0, dead = 0 } = byBar.get(at) ?? {}
        return { at: new Date(at), delivered, failed, dead }
      }),
    }
  }
  return perSpan(
    keys,
    async (ids, hours) => {
      const span = spanOf(hours, now)
      const where = within(new Where(), reach, null).oneOf('"endpointId"', ids, 'uuid')
      where.and(`"grain" = '${span.grain}' and "at" >= ${where.param(span.since)}::timestamptz`)
      const sums = ['attempts', 'delivered', 'failed', 'dead'].map((name) => `sum("${name}")::int as "${name}"`)
      const bin = binOf(where, span)
      const rows = await reach.tenant.sql.query<DeliveryRow>(
        `select "endpointId" as "id", ${bin} as "at", ${sums.join(', ')}, hub_sum_buckets("buckets")::text as "buckets"
         from "DeliveryRollup" ${where} group by "endpointId", grouping sets ((2), ())`,
        where.params,
      )
      return new Map([...Map.groupBy(rows, (row) => row.id)].map(([id, found]) => [id, figures(span, found)]))
    },
    (hours) => figures(spanOf(hours, now), []),
  )
}

/** Requests at all sources within reach in the last 24 hours, source by source as the roll-up is ordered. */
export async function receivedOfDay(reach: Reach): Promise<number> {
  const where = within(new Where(), reach, '"connectionId"')
  const since = where.param(new Date(reach.now().getTime() - 24 * 3_600_000))
  const [row] = await reach.tenant.sql.query<{ received: number }>(
    `select coalesce(sum(r.received), 0)::int as received from (select "id", "organizationId" from "Source" ${where}) as s
     cross join lateral (select sum("received") as received from "SourceRollup"
       where "organizationId" = s."organizationId" and "sourceId" = s."id" and "grain" = 'MINUTE'
         and "at" >= ${since}::timestamptz) as r`,
    where.params,
  )
  return row?.received ?? 0
}
