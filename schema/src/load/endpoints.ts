import type { EndpointLaneModel, EndpointModel } from '@patchbay/prisma/generated/models.ts'
import type { KeyTrace } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { latestKeys } from './partitioned.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

export interface EndpointFilter {
  readonly enabled?: boolean | null | undefined
  /** Breaker states. */
  readonly breaker?: readonly string[] | null | undefined
  readonly payload?: readonly string[] | null | undefined
  /** Ask for this type of event. */
  readonly eventType?: string | null | undefined
}

type Row = EndpointModel & Record<string, unknown>

const order = byInstant<EndpointModel>((row) => row.createdAt)
const keyset = { ...latestKeys, columns: ['"createdAt"', '"id"'] }

/** Patterns that fit a type: itself, `*`, and `noun.*` for every noun it begins with. */
function patternsOf(type: string): string[] {
  const parts = type.split('.')
  return ['*', type, ...parts.slice(0, -1).map((_, n) => `${parts.slice(0, n + 1).join('.')}.*`)]
}

function conditions(reach: Reach, filter: EndpointFilter, search: string | null | undefined): Where {
  const where = within(new Where(), reach, null)
    .and('"deletedAt" is null')
    .oneOf('"payload"', filter.payload)
    .contains(['"url"', '"description"', '"id"::text'], search)
  if (filter.enabled != null) where.and(`"enabled" = ${where.param(filter.enabled)}`)
  if (filter.eventType != null) where.and(`"eventTypes" && ${where.param(patternsOf(filter.eventType))}::text[]`)
  if (filter.breaker != null)
    where.and(
      `"id" in (select "endpointId" from "EndpointLane" where "breaker"::text = any(${where.param([...filter.breaker])}::text[]))`,
    )
  return where
}

/** Endpoints that are not deleted, newest first. */
export const endpointPage = (
  reach: Reach,
  args: PageArgs,
  filter: EndpointFilter,
  search?: string | null,
): Promise<Page<EndpointModel>> =>
  readPage(args, order, (slice) => {
    const where = conditions(reach, filter, search)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "Endpoint" ${where} ${tail}`, where.params)
  })

/** How many endpoints a filter finds. */
export async function countEndpoints(reach: Reach, filter: EndpointFilter, search?: string | null): Promise<number> {
  const where = conditions(reach, filter, search)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from "Endpoint" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}

/** Endpoints an explanation speaks of at most. */
const mostExplained = 200

/** Every endpoint there is, oldest first: what an event is explained by. */
export function endpointsToExplain(reach: Reach): Promise<EndpointModel[]> {
  const where = within(new Where(), reach, null).and('"deletedAt" is null')
  return reach.tenant.sql.query<Row>(
    `select * from "Endpoint" ${where} order by "createdAt", "id" limit ${mostExplained}`,
    where.params,
  )
}

export async function endpointsById(reach: Reach, ids: readonly string[]): Promise<(EndpointModel | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row>(`select * from "Endpoint" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Traces of endpoints' keys, newest first; never a ciphertext. */
export async function endpointKeys(reach: Reach, ids: readonly string[]): Promise<KeyTrace[][]> {
  const where = within(new Where(), reach, null).oneOf('"endpointId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<KeyTrace & Record<string, unknown>>(
    `select "id", "organizationId", "endpointId", "algorithm", "publicKey", "hint", "createdById", "createdAt", "expiresAt"
     from "EndpointKey" ${where} order by "createdAt" desc, "id" desc`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.endpointId,
    (row) => row,
  )
}

export async function endpointLanes(reach: Reach, ids: readonly string[]): Promise<(EndpointLaneModel | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"endpointId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<EndpointLaneModel & Record<string, unknown>>(
    `select * from "EndpointLane" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.endpointId,
    (row) => row,
  )
}

/** Counts stop here: a list that long needs no exact number, and a count must not become a scan. */
export const countedAtMost = 10_000

/** Deliveries that are still to be sent, per endpoint, from the index of what is due. */
export async function waitingByEndpoint(reach: Reach, ids: readonly string[]): Promise<number[]> {
  const where = within(new Where(), reach, '"connectionId"').and('"endpointId" = k.id and "nextAttemptAt" is not null')
  const rows = await reach.tenant.sql.query<{ id: string; count: number }>(
    `select k.id, d.count from unnest(${where.param([...ids])}::uuid[]) as k(id) cross join lateral
     (select count(*)::int as count from (select 1 from "Delivery" ${where} limit ${countedAtMost}) as one) as d`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row.count,
  ).map((count) => count ?? 0)
}
