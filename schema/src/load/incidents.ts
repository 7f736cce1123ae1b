import type { IncidentEntryModel, IncidentModel } from '@patchbay/prisma/generated/models.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { instantKeys, slicing, Where } from './where.ts'

export interface IncidentFilter {
  readonly state?: readonly string[] | null | undefined
  readonly severity?: readonly string[] | null | undefined
  /** Row ids. */
  readonly connectionId?: readonly string[] | null | undefined
}

type Row<T> = T & Record<string, unknown>
const order = byInstant<IncidentModel>((row) => row.openedAt)

const conditions = (reach: Reach, filter: IncidentFilter): Where =>
  within(new Where(), reach, '"connectionId"')
    .oneOf('"state"', filter.state)
    .oneOf('"severity"', filter.severity)
    .oneOf('"connectionId"', filter.connectionId, 'uuid')

/** Incidents, latest first. */
export function incidentPage(reach: Reach, args: PageArgs, filter: IncidentFilter): Promise<Page<IncidentModel>> {
  return readPage(args, order, (slice) => {
    const where = conditions(reach, filter)
    const tail = slicing(where, slice, instantKeys('openedAt'), 'desc')
    return reach.tenant.sql.query<Row<IncidentModel>>(`select * from "Incident" ${where} ${tail}`, where.params)
  })
}

export async function countIncidents(reach: Reach, filter: IncidentFilter): Promise<number> {
  const where = conditions(reach, filter)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from "Incident" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}

export async function incidentsById(reach: Reach, ids: readonly string[]): Promise<(IncidentModel | null)[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row<IncidentModel>>(`select * from "Incident" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

export async function openIncidents(reach: Reach, connectionIds: readonly string[]): Promise<IncidentModel[][]> {
  const where = conditions(reach, { state: ['OPEN'], connectionId: connectionIds })
  const rows = await reach.tenant.sql.query<Row<IncidentModel>>(
    `select * from "Incident" ${where} order by "openedAt" desc`,
    where.params,
  )
  return grouped(
    connectionIds,
    rows,
    (row) => row.connectionId,
    (row) => row,
  )
}

/** Timelines, oldest entry first. */
export async function incidentEntries(reach: Reach, incidentIds: readonly string[]): Promise<IncidentEntryModel[][]> {
  const where = within(new Where(), reach, null).oneOf('"incidentId"', incidentIds, 'uuid')
  const rows = await reach.tenant.sql.query<Row<IncidentEntryModel>>(
    `select * from "IncidentEntry" ${where} order by "at", "seq"`,
    where.params,
  )
  return grouped(
    incidentIds,
    rows,
    (row) => row.incidentId,
    (row) => row,
  )
}
