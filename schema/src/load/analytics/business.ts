import { within, type Reach } from '../reach.ts'
import { piecesOf } from './pieces.ts'
import { piecewise } from './piecewise.ts'
import { beginningOf, type Range } from './range.ts'
import { placeOf } from './rows.ts'

// What the events say of the business itself, from the roll-ups of normalised events.

export interface Amount {
  readonly currency: string
  readonly amountMinor: bigint
}

export interface TypeFigures {
  readonly type: string
  readonly events: number
  /** From the vendor's moment to ours, on average. */
  readonly averageDelayMs: number
  /** Largest first. */
  readonly amounts: readonly Amount[]
}

export interface BusinessPoint {
  readonly at: Date
  readonly events: number
  readonly orders: number
  readonly transactions: number
}

export interface Business {
  readonly events: number
  /** Orders that came in (order.created). */
  readonly orders: number
  /** Payments taken (payment.succeeded). */
  readonly transactions: number
  /** Payments that failed (payment.failed). */
  readonly failedTransactions: number
  /** Length of the span in days, for figures per day. */
  readonly days: number
  readonly averageDelayMs: number | null
  /** Of payments taken, largest first. */
  readonly amounts: readonly Amount[]
  /** Most frequent first. */
  readonly types: readonly TypeFigures[]
  readonly points: readonly BusinessPoint[]
}

export interface ConnectionBusiness extends Business {
  readonly connectionId: string
}

interface Row extends Record<string, unknown> {
  readonly middle: Date
  readonly connectionId: string
  readonly type: string
  readonly currency: string
  readonly events: number
  readonly amountMinor: bigint
  readonly delayTotalMs: number
}

/** Events of a span within reach, as stored. */
export async function eventRows(
  reach: Reach,
  range: Range,
  connectionIds: readonly string[] | null,
): Promise<readonly Row[]> {
  const { since, until, timeZone, grain } = range
  const pieces = piecesOf(since, until, {
    timeZone,
    now: reach.now(),
    widest: grain === 'MINUTE' || grain === 'HOUR' ? 'HOUR' : 'DAY',
    finest: 'HOUR',
  })
  const columns = `"middle", "connectionId"::text as "connectionId", "type", "currency", "events", "amountMinor",
    "delayTotalMs"::float8 as "delayTotalMs"`
  const [text, params] = piecewise(pieces, 'EventRollup', columns, (where) => {
    within(where, reach, '"connectionId"').oneOf('"connectionId"', connectionIds, 'uuid')
  })
  return reach.tenant.sql.query<Row>(text, params)
}

/** Points of events: they are counted by the hour at the finest. */
export function eventPoints({ points, timeZone, grain }: Range): Date[] {
  if (grain !== 'MINUTE') return [...points]
  const hours = new Set(points.map((at) => beginningOf('HOUR', at, timeZone).getTime()))
  return [...hours].map((ms) => new Date(ms))
}

/** What rows come to. */
export function businessOf(rows: readonly Row[], range: Range): Business {
  const points = eventPoints(range)
  const bars = points.map((at) => ({ at, events: 0, orders: 0, transactions: 0 }))
  const types = new Map<string, { events: number; delay: number; amounts: Map<string, bigint> }>()
  for (const row of rows) {
    const type = types.get(row.type) ?? { events: 0, delay: 0, amounts: new Map() }
    types.set(row.type, type)
    type.events += row.events
    type.delay += row.delayTotalMs
    if (row.currency !== '') type.amounts.set(row.currency, (type.amounts.get(row.currency) ?? 0n) + row.amountMinor)
    const bar = bars[placeOf(points, row.middle)]
    if (bar === undefined) continue
    bar.events += row.events
    if (row.type === 'order.created') bar.orders += row.events
    if (row.type === 'payment.succeeded') bar.transactions += row.events
  }
  const count = (name: string) => types.get(name)?.events ?? 0
  const events = [...types.values()].reduce((sum, type) => sum + type.events, 0)
  const delay = [...types.values()].reduce((sum, type) => sum + type.delay, 0)
  return {
    events,
    orders: count('order.created'),
    transactions: count('payment.succeeded'),
    failedTransactions: count('payment.failed'),
    days: (range.until.getTime() - range.since.getTime()) / 86_400_000,
    averageDelayMs: events === 0 ? null : delay / events,
    amounts: amountsOf(types.get('payment.succeeded')?.amounts),
    types: [...types]
      .map(([type, { events, delay, amounts }]) => ({
        type,
        events,
        averageDelayMs: delay / events,
        amounts: amountsOf(amounts),
      }))
      .sort((a, b) => b.events - a.events || (a.type < b.type ? -1 : 1)),
    points: bars,
  }
}

const amountsOf = (amounts: ReadonlyMap<string, bigint> | undefined): Amount[] =>
  [...(amounts ?? [])]
    .map(([currency, amountMinor]) => ({ currency, amountMinor }))
    .sort((a, b) => (a.amountMinor === b.amountMinor ? 0 : a.amountMinor < b.amountMinor ? 1 : -1))

/** Connections listed at most. */
const mostConnections = 50

/** The same by connection, the one with the most events first. */
export function businessByConnection(rows: readonly Row[], range: Range): ConnectionBusiness[] {
  return [...Map.groupBy(rows, ({ connectionId }) => connectionId)]
    .map(([connectionId, own]) => ({ connectionId, ...businessOf(own, range) }))
    .sort((a, b) => b.events - a.events || (a.connectionId < b.connectionId ? -1 : 1))
    .slice(0, mostConnections)
}
