import type { Database } from '@patchbay/prisma/database.ts'
import type { Shop } from './shop.ts'
import type { Vendor } from './vendor.ts'

export interface Kill {
  /** Milliseconds since 1970, right before the signal. */
  readonly at: number
}

export interface StormReckoned {
  readonly stored: number
  readonly events: number
  readonly deliveries: number
  readonly attempts: number
  /** Attempts that a kill left open. */
  readonly lost: number
  /** Deliveries that arrived more than once. */
  readonly repeated: number
}

/** Longest an attempt may stay open: its timeout, and what its result may wait for a commit. */
const longestAttemptMs = 15_000

interface Stored extends Record<string, unknown> {
  id: string
  vendorId: string
  state: string
  events: number
  deliveries: number
  delivered: number
}

interface Tried extends Record<string, unknown> {
  eventId: string
  path: string
  outcome: string
  at: Date
}

/** Compares what was acknowledged, what is stored, and what arrived. Returns what is not as it must be. */
export async function reckonStorm(
  database: Database,
  facts: { readonly vendor: Vendor; readonly shop: Shop; readonly kills: readonly Kill[] },
): Promise<{ readonly violations: string[]; readonly reckoned: StormReckoned }> {
  const { vendor, shop, kills } = facts
  const { sql } = database.system
  const violations: string[] = [...vendor.refusals, ...shop.forged]
  const endpoints = shop.received.size

  const stored = await sql.query<Stored>(
    `select i.id, i."vendorEventId" as "vendorId", i.state::text as state,
       count(distinct e.id)::int as events, count(d.id)::int as deliveries,
       count(d.id) filter (where d.state = 'DELIVERED')::int as delivered
     from "InboundEvent" i
     left join "Event" e on e."inboundEventId" = i.id
     left join "Delivery" d on d."eventId" = e.id
     where i."vendorEventId" like 'evt_storm_%'
     group by i.id, i."vendorEventId", i.state`,
  )
  const byVendorId = Map.groupBy(stored, ({ vendorId }) => vendorId)
  for (const id of vendor.acknowledged) {
    const rows = byVendorId.get(id) ?? []
    if (rows.length !== 1) violations.push(`${id} was acknowledged and is stored ${rows.length} times`)
  }
  for (const row of stored) {
    if (row.state !== 'ROUTED') violations.push(`${row.vendorId} is ${row.state}`)
    if (row.events !== 1) violations.push(`${row.vendorId} became ${row.events} events`)
    if (row.deliveries !== endpoints || row.delivered !== endpoints)
      violations.push(`${row.vendorId} has ${row.deliveries} deliveries, ${row.delivered} of them delivered`)
  }

  const tried = await sql.query<Tried>(
    `select a."eventId" as "eventId", '/' || split_part(p.url, '/', 4) as path, a.outcome::text as outcome, a.at
     from "Attempt" a join "Endpoint" p on p.id = a."endpointId"`,
  )
  const attempts = Map.groupBy(tried, ({ eventId, path }) => `${path} ${eventId}`)
  const eventIds = new Set(tried.map(({ eventId }) => eventId))
  let repeated = 0
  for (const [path, seen] of shop.received) {
    for (const [id, times] of seen) {
      const own = attempts.get(`${path} ${id}`) ?? []
      if (own.length < times) violations.push(`${path} got ${id} ${times} times in ${own.length} attempts`)
      if (times < 2) continue
      repeated++
      const open = own.filter(({ outcome, at }) => outcome === 'LOST' && wasOpenAt(kills, at)).length
      if (open < times - 1) violations.push(`${path} got ${id} ${times} times, ${open} attempts were open at a kill`)
    }
    for (const id of eventIds) if (!seen.has(id)) violations.push(`${path} never got ${id}`)
  }
  const unfinished = tried.filter(({ outcome }) => outcome === 'OPEN').length
  if (unfinished > 0) violations.push(`${unfinished} attempts are still open`)
  return {
    violations,
    reckoned: {
      stored: stored.length,
      events: stored.reduce((sum, row) => sum + row.events, 0),
      deliveries: stored.reduce((sum, row) => sum + row.deliveries, 0),
      attempts: tried.length,
      lost: tried.filter(({ outcome }) => outcome === 'LOST').length,
      repeated,
    },
  }
}

function wasOpenAt(kills: readonly Kill[], began: Date): boolean {
  // Both clocks are this machine's; a signal is on its way for a moment.
  return kills.some(({ at }) => began.getTime() <= at + 1_000 && at <= began.getTime() + longestAttemptMs)
}
