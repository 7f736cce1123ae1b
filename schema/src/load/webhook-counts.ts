import { countedAtMost } from './endpoints.ts'
import { within, type Reach } from './reach.ts'
import { Where } from './where.ts'

/**
 * The order of the short lists. Under row level security PostgreSQL does not look into its statistics of an enum (its
 * comparison is not leakproof) and takes rare states for common ones; asked for in order, it reads the short index.
 */
const inOrder = 'order by "at" desc, "id" desc'

/** Counts at most so many rows, by a partial index: a flood must not make the first screen slow. */
async function countSome(reach: Reach, table: 'InboundEvent' | 'Delivery', condition: string): Promise<number> {
  const where = within(new Where(), reach, '"connectionId"').and(condition)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from "${table}" ${where} ${inOrder} limit ${countedAtMost}) as one`,
    where.params,
  )
  return row?.count ?? 0
}

const shortList = `"state" in ('UNMATCHED', 'FAILED', 'QUARANTINED')`

/** Inbound events that a person has to look at. */
export const countInbox = (reach: Reach): Promise<number> =>
  countSome(reach, 'InboundEvent', `${shortList} and "state" in ('UNMATCHED', 'FAILED')`)

/** Inbound events that could not be verified. */
export const countQuarantine = (reach: Reach): Promise<number> =>
  countSome(reach, 'InboundEvent', `${shortList} and "state" = 'QUARANTINED'`)

/** Deliveries that were given up. */
export const countDead = (reach: Reach): Promise<number> => countSome(reach, 'Delivery', `"state" = 'DEAD'`)

/** Deliveries that are still to be sent: endpoint by endpoint, as the index of what is due is ordered. */
export async function countWaiting(reach: Reach): Promise<number> {
  const where = within(new Where(), reach, '"connectionId"').and(
    '"endpointId" = e."id" and "nextAttemptAt" is not null',
  )
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select coalesce(sum(d.count), 0)::int as count from "Endpoint" e cross join lateral
     (select count(*) as count from (select 1 from "Delivery" ${where} limit ${countedAtMost}) as one) as d
     where e."organizationId" = $1::uuid`,
    where.params,
  )
  return row?.count ?? 0
}

/** Endpoints whose breaker holds deliveries back or lets them through slowly. */
export async function countUnwell(reach: Reach): Promise<number> {
  const where = within(new Where(), reach, null).and(`"breaker" <> 'CLOSED'`)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as count from "EndpointLane" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}
