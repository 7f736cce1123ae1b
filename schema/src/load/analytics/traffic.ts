import { addBuckets, quantile, type Histogram } from '../histogram.ts'
import { within, type Reach } from '../reach.ts'
import { Where } from '../where.ts'
import { piecesOf } from './pieces.ts'
import { piecewise } from './piecewise.ts'
import type { Range } from './range.ts'
import { placeOf } from './rows.ts'

// Webhooks both ways in figures, from their own roll-ups.

const webhookCounts = ['received', 'verified', 'duplicates', 'quarantined', 'refused', 'failed', 'routed'] as const

/** Webhooks received, of all sources within reach. */
export interface WebhookTraffic extends Readonly<Record<(typeof webhookCounts)[number], number>> {
  /** From receipt to routed, on average; null when none was routed. */
  readonly queueMs: number | null
}

const deliveryCounts = ['attempts', 'delivered', 'failed', 'dead', 'firstAttempts'] as const

/** Deliveries of all endpoints. */
export interface DeliveryTraffic extends Readonly<Record<(typeof deliveryCounts)[number], number>> {
  readonly p95Ms: number | null
  /** From the event to the first attempt, on average; null without one. */
  readonly queueMs: number | null
}

export interface Traffic<T> {
  readonly totals: T
  readonly points: readonly (T & { readonly at: Date })[]
}

type Counts = Record<string, number>
interface Row extends Record<string, unknown> {
  readonly middle: Date
  readonly buckets?: string
}

const piecesIn = (reach: Reach, { since, until, timeZone, grain }: Range) =>
  piecesOf(since, until, {
    timeZone,
    now: reach.now(),
    widest: grain === 'MINUTE' ? 'MINUTE' : grain === 'HOUR' ? 'HOUR' : 'DAY',
  })

/** Sums rows up by point and in all. */
function sumUp<T>(
  rows: readonly Row[],
  points: readonly Date[],
  names: readonly string[],
  finish: (counts: Counts, histogram: Histogram) => T,
): Traffic<T> {
  const empty = () => ({ counts: Object.fromEntries(names.map((name) => [name, 0])) as Counts, histogram: new Map() })
  const sums = [...points.map(empty), empty()]
  for (const row of rows)
    for (const sum of [sums[placeOf(points, row.middle)], sums.at(-1)]) {
      if (sum === undefined) continue
      for (const name of names) sum.counts[name] = (sum.counts[name] ?? 0) + Number(row[name])
      addBuckets(sum.histogram, row.buckets ?? null)
    }
  const finished = sums.map(({ counts, histogram }) => finish(counts, histogram))
  return {
    totals: finished.at(-1) as T,
    points: points.map((at, n) => ({ ...(finished[n] as T), at })),
  }
}

const average = (total: number | undefined, count: number | undefined): number | null =>
  count ? Math.round(((total ?? 0) / count) * 10) / 10 : null

const columnsOf = (names: readonly string[]): string =>
  names.map((name) => (name === 'queueTotalMs' ? `"${name}"::float8 as "${name}"` : `"${name}"`)).join(', ')

/** Webhooks received over a span; of the connections named, or of all within reach. */
export async function webhookTraffic(
  reach: Reach,
  range: Range,
  connectionIds: readonly string[] | null,
): Promise<Traffic<WebhookTraffic>> {
  const names = [...webhookCounts, 'queueTotalMs']
  const [text, params] = piecewise(piecesIn(reach, range), 'SourceRollup', `"middle", ${columnsOf(names)}`, (where) => {
    within(where, reach, null)
    if (connectionIds === null) return
    const own = new Where()
    own.params.push(...where.params)
    within(own, reach, '"connectionId"').oneOf('"connectionId"', connectionIds, 'uuid')
    where.params.splice(0, where.params.length, ...own.params)
    where.and(`"sourceId" in (select "id" from "Source" ${own})`)
  })
  const rows = await reach.tenant.sql.query<Row>(text, params)
  return sumUp(rows, range.points, names, (counts) => {
    const { queueTotalMs, ...rest } = counts
    return { ...rest, queueMs: average(queueTotalMs, rest['routed']) } as unknown as WebhookTraffic
  })
}

/** Deliveries of all endpoints over a span. */
export async function deliveryTraffic(reach: Reach, range: Range): Promise<Traffic<DeliveryTraffic>> {
  const names = [...deliveryCounts, 'queueTotalMs']
  const columns = `"middle", ${columnsOf(names)}, "buckets"::text as "buckets"`
  const [text, params] = piecewise(piecesIn(reach, range), 'DeliveryRollup', columns, (where) => {
    within(where, reach, null)
  })
  const rows = await reach.tenant.sql.query<Row>(text, params)
  return sumUp(rows, range.points, names, (counts, histogram) => {
    const { queueTotalMs, ...rest } = counts
    const queueMs = average(queueTotalMs, rest['firstAttempts'])
    return { ...rest, p95Ms: quantile(histogram, 0.95), queueMs } as unknown as DeliveryTraffic
  })
}
