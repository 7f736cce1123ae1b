import { instantOf } from '@patchbay/prisma/instant-of.ts'
import { InvalidInputError } from '../errors.ts'
import type { AttemptContent, AttemptRow } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { byIds, latestKeys } from './partitioned.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

export interface AttemptFilter {
  /** Row ids. */
  readonly deliveryId?: readonly string[] | null | undefined
  readonly endpointId?: readonly string[] | null | undefined
  readonly outcome?: readonly string[] | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

const columns = [
  'id',
  'at',
  'organizationId',
  'deliveryId',
  'endpointId',
  'eventId',
  'round',
  'number',
  'outcome',
  'finishedAt',
  'status',
  'errorClass',
  'message',
  'latencyMs',
  'requestBytes',
  'nextAttemptAt',
]
  .map((column) => `"${column}"`)
  .join(', ')

type Row = AttemptRow & Record<string, unknown>

const order = byInstant<AttemptRow>((row) => row.at)

/** The instant inside a delivery's id, in SQL. */
const deliveryInstant = `to_timestamp(('x' || substr(replace("deliveryId"::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0)::timestamptz(3)`

/** An attempt does not name its connection; a key narrowed to some sees those of their deliveries. */
function withinReach(reach: Reach): Where {
  const where = within(new Where(), reach, null)
  if (reach.connectionIds.length === 0) return where
  return where.and(
    `(select d."connectionId" from "Delivery" d where d."at" = ${deliveryInstant} and d."id" = "deliveryId")
       = any(${where.param([...reach.connectionIds])}::uuid[])`,
  )
}

/**
 * What a filter of attempts asks for. Throws InvalidInputError when a narrowed key names no deliveries: the delivery of
 * every attempt there is would have to be looked up.
 */
export function attemptConditions(reach: Reach, filter: AttemptFilter): Where {
  if (reach.connectionIds.length > 0 && filter.deliveryId == null)
    throw new InvalidInputError([
      { path: 'filter.deliveryId', message: 'Name the deliveries: this key is narrowed to some connections.' },
    ])
  const where = withinReach(reach)
    .oneOf('"deliveryId"', filter.deliveryId, 'uuid')
    .oneOf('"endpointId"', filter.endpointId, 'uuid')
    .oneOf('"outcome"', filter.outcome)
  if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
  if (filter.until != null) where.and(`"at" < ${where.param(filter.until)}::timestamptz`)
  return where
}

/** Attempts, latest first. Throws as attemptConditions does. */
export async function attemptPage(reach: Reach, args: PageArgs, filter: AttemptFilter): Promise<Page<AttemptRow>> {
  return readPage(args, order, (slice) => {
    const where = attemptConditions(reach, filter)
    const tail = slicing(where, slice, latestKeys, 'desc')
    return reach.tenant.sql.query<Row>(`select ${columns} from "Attempt" ${where} ${tail}`, where.params)
  })
}

export async function attemptsById(reach: Reach, ids: readonly string[]): Promise<(AttemptRow | null)[]> {
  const where = byIds(withinReach(reach), ids)
  const rows = await reach.tenant.sql.query<Row>(`select ${columns} from "Attempt" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

export async function attemptContents(reach: Reach, ids: readonly string[]): Promise<(AttemptContent | null)[]> {
  const where = byIds(withinReach(reach), ids)
  const rows = await reach.tenant.sql.query<AttemptContent & { id: string }>(
    `select "id", "requestHead", "responseHead", "responseBody" from "Attempt" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Attempts of one delivery that are shown: many replays make many. */
const mostOfDelivery = 100

/** Attempts of deliveries within reach, oldest first. None is older than its delivery, which spares older months. */
export async function attemptsOfDeliveries(reach: Reach, ids: readonly string[]): Promise<AttemptRow[][]> {
  const where = within(new Where(), reach, null).and('"deliveryId" = k.id and "at" >= k.at')
  const keys = `unnest(${where.param([...ids])}::uuid[], ${where.param(ids.map(instantOf))}::timestamptz[])`
  const rows = await reach.tenant.sql.query<Row>(
    `select a.* from ${keys} as k(id, at) cross join lateral
     (select ${columns} from "Attempt" ${where} order by "at" desc, "id" desc limit ${mostOfDelivery}) as a
     order by a."at", a."id"`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.deliveryId,
    (row) => row,
  )
}
