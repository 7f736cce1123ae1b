import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { EventContent, EventRow } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { byIds, idOf, latestKeys } from './partitioned.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

export interface EventFilter {
  /** Names of types. */
  readonly type?: readonly string[] | null | undefined
  /** Row ids. */
  readonly connectionId?: readonly string[] | null | undefined
  readonly provider?: readonly string[] | null | undefined
  readonly orderKey?: string | null | undefined
  readonly test?: boolean | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

// Without data and source, which are fetched only when someone looks.
const columns = [
  'id',
  'at',
  'organizationId',
  'type',
  'version',
  'occurredAt',
  'connectionId',
  'provider',
  'inboundEventId',
  'ordinal',
  'run',
  'orderKey',
  'test',
]
  .map((column) => `"${column}"`)
  .join(', ')

type Row = EventRow & Record<string, unknown>

const order = byInstant<EventRow>((row) => row.at)

export function eventConditions(where: Where, filter: EventFilter, search?: string | null): Where {
  where
    .oneOf('"type"', filter.type)
    .oneOf('"connectionId"', filter.connectionId, 'uuid')
    .oneOf('"provider"', filter.provider)
  if (filter.orderKey != null) where.and(`"orderKey" = ${where.param(filter.orderKey)}`)
  if (filter.test != null) where.and(`"test" = ${where.param(filter.test)}`)
  if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
  if (filter.until != null) where.and(`"at" < ${where.param(filter.until)}::timestamptz`)
  const text = search?.trim() ?? ''
  const id = idOf(text)
  if (id !== null) byIds(where, [id])
  else if (text !== '') where.and(`"orderKey" = ${where.param(text)}`)
  return where
}

/** Events, latest first. */
export const eventPage = (
  reach: Reach,
  args: PageArgs,
  filter: EventFilter,
  search?: string | null,
): Promise<Page<EventRow>> =>
  readPage(args, order, (slice) => {
    const where = eventConditions(within(new Where(), reach, '"connectionId"'), filter, search)
    const tail = slicing(where, slice, latestKeys, 'desc')
    return reach.tenant.sql.query<Row>(`select ${columns} from "Event" ${where} ${tail}`, where.params)
  })

export async function eventsById(reach: Reach, ids: readonly string[]): Promise<(EventRow | null)[]> {
  const where = byIds(within(new Where(), reach, '"connectionId"'), ids)
  const rows = await reach.tenant.sql.query<Row>(`select ${columns} from "Event" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

export async function eventContents(reach: Reach, ids: readonly string[]): Promise<(EventContent | null)[]> {
  const where = byIds(within(new Where(), reach, '"connectionId"'), ids)
  const rows = await reach.tenant.sql.query<EventContent & { id: string }>(
    `select "id", "data", "source" from "Event" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Most events of one inbound event that are shown: a vendor's batch may hold many. */
const mostOfInbound = 200

/** Events of inbound events, in order of runs and places. */
export async function eventsOfInbound(reach: Reach, ids: readonly string[]): Promise<EventRow[][]> {
  const where = within(new Where(), reach, '"connectionId"').and('"at" = k.at and "inboundEventId" = k.id')
  const keys = `unnest(${where.param(ids.map(instantOf))}::timestamptz[], ${where.param([...ids])}::uuid[])`
  const rows = await reach.tenant.sql.query<Row>(
    `select e.* from ${keys} as k(at, id) cross join lateral
     (select ${columns} from "Event" ${where} order by "run", "ordinal" limit ${mostOfInbound}) as e`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.inboundEventId ?? '',
    (row) => row,
  )
}
