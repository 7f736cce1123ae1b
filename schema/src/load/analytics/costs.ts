import { within, type Reach } from '../reach.ts'
import { Where } from '../where.ts'
import { accrued, type Subscription } from './accrual.ts'
import { connectionsById, goneKey, groupingOf, type AnalyticsFilter } from './groups.ts'
import { piecesOf } from './pieces.ts'
import { piecewise } from './piecewise.ts'
import { nextOf, type Range } from './range.ts'
import { placeOf, sumsByKey } from './rows.ts'

/** Costs by what causes them, in millionths of the organization's currency. */
export interface Cost {
  readonly callsMicros: bigint
  readonly transactionsMicros: bigint
  readonly subscriptionsMicros: bigint
}

export interface CostPoint extends Cost {
  readonly at: Date
}

export interface CostItem extends Cost {
  readonly key: string
  /** Of the item with the most costs, where several are together. */
  readonly connectionId: string
  readonly groupBy: CostGroup
}

export type CostGroup = 'CONNECTION' | 'PROVIDER' | 'CATEGORY'

export const totalOf = ({ callsMicros, transactionsMicros, subscriptionsMicros }: Cost): bigint =>
  callsMicros + transactionsMicros + subscriptionsMicros

type Sums = { -readonly [N in keyof Cost]: bigint }
const nothing = (): Sums => ({ callsMicros: 0n, transactionsMicros: 0n, subscriptionsMicros: 0n })

interface SubscriptionRow extends Subscription, Record<string, unknown> {
  readonly connectionId: string
}

/** Costs of a span: by connection, and by point. */
export interface Spending {
  readonly byConnection: ReadonlyMap<string, Cost>
  readonly points: readonly CostPoint[]
  readonly totals: Cost
}

/** Reads what a span cost, of the connections a filter leaves within reach. */
export async function spendingOf(reach: Reach, range: Range, filter: AnalyticsFilter): Promise<Spending> {
  const { whole } = await groupingOf(reach, 'NONE', filter)
  const { connectionIds } = whole
  const [callRows, transactionRows, subscriptions] = await Promise.all([
    callCosts(reach, range, connectionIds),
    transactionCosts(reach, range, connectionIds),
    subscriptionsOf(reach, range, connectionIds),
  ])
  const byConnection = new Map<string, Sums>()
  const points = range.points.map((at) => ({ at, ...nothing() }))
  const add = (connectionId: string | null, place: number | null, name: keyof Cost, micros: bigint) => {
    const point = place === null ? undefined : points[place]
    if (point !== undefined) point[name] += micros
    if (connectionId === null) return
    const sums = byConnection.get(connectionId) ?? nothing()
    sums[name] += micros
    byConnection.set(connectionId, sums)
  }
  for (const { connectionId, costMicros } of callRows.totals) add(connectionId, null, 'callsMicros', costMicros)
  for (const { middle, costMicros } of callRows.points)
    add(null, placeOf(range.points, middle), 'callsMicros', costMicros)
  for (const { connectionId, middle, costMicros } of transactionRows)
    add(connectionId, placeOf(range.points, middle), 'transactionsMicros', costMicros)
  for (const price of subscriptions)
    range.points.forEach((at, n) => {
      const from = at < range.since ? range.since : at
      const next = nextOf(range.grain, at, range.timeZone)
      const to = next < range.until ? next : range.until
      const micros = accrued(price, from, to, range.timeZone)
      if (micros !== 0n) add(price.connectionId, n, 'subscriptionsMicros', micros)
    })
  const totals = nothing()
  for (const sums of byConnection.values())
    for (const name of Object.keys(totals) as (keyof Cost)[]) totals[name] += sums[name]
  return { byConnection, points, totals }
}

/** Costs of groups, dearest first. */
export async function costItems(
  reach: Reach,
  byConnection: ReadonlyMap<string, Cost>,
  groupBy: CostGroup,
): Promise<readonly CostItem[]> {
  const known = groupBy === 'CONNECTION' ? null : await connectionsById(reach)
  const property = groupBy === 'PROVIDER' ? 'provider' : 'category'
  const keyOf = (id: string) => (known === null ? id : (known.get(id)?.[property] ?? goneKey))
  const sorted = [...byConnection].sort(([, a], [, b]) => (totalOf(a) < totalOf(b) ? 1 : -1))
  return [...Map.groupBy(sorted, ([id]) => keyOf(id))]
    .map(([key, group]) => {
      const sums = nothing()
      for (const [, cost] of group) for (const name of Object.keys(sums) as (keyof Cost)[]) sums[name] += cost[name]
      return { key, connectionId: group[0]?.[0] ?? '', groupBy, ...sums }
    })
    .filter((item) => totalOf(item) !== 0n)
    .sort((a, b) => (totalOf(a) < totalOf(b) ? 1 : totalOf(a) > totalOf(b) ? -1 : a.key < b.key ? -1 : 1))
}

const facts = (reach: Reach, { timeZone, grain }: Range) => ({
  timeZone,
  now: reach.now(),
  widest: grain === 'WEEK' ? ('DAY' as const) : grain,
})

async function callCosts(reach: Reach, range: Range, connectionIds: readonly string[] | null) {
  const { since, until } = range
  const wide = piecesOf(since, until, { ...facts(reach, range), widest: 'MONTH' })
  const totals = await sumsByKey(reach, wide, { dimension: 'CONNECTION', connectionIds })
  if (totals.every(({ costMicros }) => costMicros === 0n)) return { totals: [], points: [] }
  const [text, params] = piecewise(
    piecesOf(since, until, facts(reach, range)),
    'CallRollup',
    '"middle", "costMicros"',
    (where) => {
      within(where, reach, '"connectionId"').oneOf('"connectionId"', connectionIds, 'uuid')
      const isWhole = connectionIds === null && reach.connectionIds.length === 0
      where.and(`"dimension" = '${isWhole ? 'ALL' : 'CONNECTION'}'`)
    },
  )
  const points = await reach.tenant.sql.query<{ middle: Date; costMicros: bigint }>(
    `select "middle", sum("costMicros")::int8 as "costMicros" from (${text}) as r group by 1`,
    params,
  )
  return { totals, points }
}

function transactionCosts(reach: Reach, range: Range, connectionIds: readonly string[] | null) {
  const { widest, ...rest } = facts(reach, range)
  const pieces = piecesOf(range.since, range.until, {
    ...rest,
    widest: widest === 'MINUTE' || widest === 'HOUR' ? 'HOUR' : 'DAY',
    finest: 'HOUR',
  })
  const columns = '"middle", "connectionId", "costMicros"'
  const [text, params] = piecewise(pieces, 'EventRollup', columns, (where) => {
    within(where, reach, '"connectionId"').oneOf('"connectionId"', connectionIds, 'uuid').and('"costMicros" <> 0')
  })
  return reach.tenant.sql.query<{ middle: Date; connectionId: string; costMicros: bigint }>(
    `select "middle", "connectionId"::text as "connectionId", sum("costMicros")::int8 as "costMicros" from (${text}) as r group by 1, 2`,
    params,
  )
}

/** Prices by the month that hold at some time of a span. */
export function subscriptionsOf(
  reach: Reach,
  { since, until }: Pick<Range, 'since' | 'until'>,
  connectionIds: readonly string[] | null,
): Promise<SubscriptionRow[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', connectionIds, 'uuid')
  where.and(`"kind" = 'PER_MONTH' and "since" < ${where.param(until)}::timestamptz`)
  where.and(`("until" is null or "until" > ${where.param(since)}::timestamptz)`)
  return reach.tenant.sql.query<SubscriptionRow>(
    `select "connectionId"::text as "connectionId", "amountMicros", "since", "until" from "Price" ${where}`,
    where.params,
  )
}
