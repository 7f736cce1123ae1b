import type { LiveInboundEvent } from '../events.ts'
import type { InboundContent } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { inboundConditions, type InboundFilter } from './inbound-filter.ts'
import { byIds, latestKeys } from './partitioned.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

// Without the body, the headers and the query, which only the event's own page shows.
const columns = [
  'seq',
  'id',
  'at',
  'organizationId',
  'sourceId',
  'connectionId',
  'provider',
  'vendorEventId',
  'vendorType',
  'occurredAt',
  'state',
  'verdict',
  'verdictText',
  'method',
  'bytes',
  'ipAddress',
  'correlationId',
  'attempts',
  'nextAttemptAt',
  'error',
  'run',
  'assignedType',
  'events',
  'routedAt',
]
  .map((column) => `"${column}"`)
  .join(', ')

type Row = LiveInboundEvent & Record<string, unknown>

const order = byInstant<LiveInboundEvent>((row) => row.at)

/** Inbound events, latest first. */
export const inboundPage = (
  reach: Reach,
  args: PageArgs,
  filter: InboundFilter,
  search?: string | null,
): Promise<Page<LiveInboundEvent>> =>
  readPage(args, order, (slice) => {
    const where = inboundConditions(within(new Where(), reach, '"connectionId"'), filter, search, reach.now())
    const tail = slicing(where, slice, latestKeys, 'desc')
    return reach.tenant.sql.query<Row>(`select ${columns} from "InboundEvent" ${where} ${tail}`, where.params)
  })

export async function inboundEventsById(reach: Reach, ids: readonly string[]): Promise<(LiveInboundEvent | null)[]> {
  const where = byIds(within(new Where(), reach, '"connectionId"'), ids)
  const rows = await reach.tenant.sql.query<Row>(`select ${columns} from "InboundEvent" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

export async function inboundContents(reach: Reach, ids: readonly string[]): Promise<(InboundContent | null)[]> {
  const where = byIds(within(new Where(), reach, '"connectionId"'), ids)
  const rows = await reach.tenant.sql.query<InboundContent & { id: string }>(
    `select "id", "query", "head", "body", "assignedMap" from "InboundEvent" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}
