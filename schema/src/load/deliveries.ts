import type { DeliveryModel } from '@patchbay/prisma/generated/models.ts'
import type { SpanKey } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { deliveryConditions, type DeliveryFilter } from './delivery-filter.ts'
import { byIds, latestKeys } from './partitioned.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

type Row = DeliveryModel & Record<string, unknown>

const order = byInstant<DeliveryModel>((row) => row.at)

/** Deliveries, latest event first. */
export const deliveryPage = (
  reach: Reach,
  args: PageArgs,
  filter: DeliveryFilter,
  search?: string | null,
): Promise<Page<DeliveryModel>> =>
  readPage(args, order, (slice) => {
    const where = deliveryConditions(within(new Where(), reach, '"connectionId"'), filter, search)
    const tail = slicing(where, slice, latestKeys, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "Delivery" ${where} ${tail}`, where.params)
  })

export async function deliveriesById(reach: Reach, ids: readonly string[]): Promise<(DeliveryModel | null)[]> {
  const where = byIds(within(new Where(), reach, '"connectionId"'), ids)
  const rows = await reach.tenant.sql.query<Row>(`select * from "Delivery" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Deliveries of events: a delivery lies at its event's instant. */
export async function deliveriesOfEvents(reach: Reach, ids: readonly string[]): Promise<DeliveryModel[][]> {
  const where = byIds(within(new Where(), reach, '"connectionId"'), ids, { at: '"at"', id: '"eventId"' })
  const rows = await reach.tenant.sql.query<Row>(
    `select * from "Delivery" ${where} order by "endpointId", "id"`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.eventId,
    (row) => row,
  )
}

/** Recent deliveries of one endpoint that can be asked for. */
export const mostRecentDeliveries = 50

/** Latest deliveries of each endpoint, newest first. */
export async function recentDeliveries(reach: Reach, keys: readonly SpanKey[]): Promise<DeliveryModel[][]> {
  const wanted = keys.map((key) => ({ id: key.slice(0, 36), count: Number(key.slice(37)) }))
  const most = Math.max(...wanted.map(({ count }) => count))
  const ids = [...new Set(wanted.map(({ id }) => id))]
  const where = within(new Where(), reach, '"connectionId"').and('"endpointId" = k.id')
  const rows = await reach.tenant.sql.query<Row>(
    `select d.* from unnest(${where.param(ids)}::uuid[]) as k(id) cross join lateral
     (select * from "Delivery" ${where} order by "at" desc, "id" desc limit ${where.param(most)}) as d`,
    where.params,
  )
  const byEndpoint = Map.groupBy(rows, (row) => row.endpointId)
  return wanted.map(({ id, count }) => (byEndpoint.get(id) ?? []).slice(0, count))
}
