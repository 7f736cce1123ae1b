import type { AlertModel } from '@patchbay/prisma/generated/models.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { latestKeys } from './partitioned.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

export interface AlertFilter {
  readonly severity?: readonly string[] | null | undefined
  readonly kind?: readonly string[] | null | undefined
  /** Row id of what it is about. */
  readonly subjectId?: string | null | undefined
  readonly since?: Date | null | undefined
}

type Row = AlertModel & Record<string, unknown>

const order = byInstant<AlertModel>((row) => row.at)

/** Alerts of endpoints are the organization's; those of a source or connection are its own. */
function withinReach(reach: Reach): Where {
  const where = within(new Where(), reach, null)
  if (reach.connectionIds.length === 0) return where
  const mine = `any(${where.param([...reach.connectionIds])}::uuid[])`
  return where.and(
    `("subjectType" = 'endpoint' or "subjectId" = ${mine}
      or "subjectId" in (select "id" from "Source" where "connectionId" = ${mine}))`,
  )
}

/** Alerts, latest first. */
export const alertPage = (reach: Reach, args: PageArgs, filter: AlertFilter): Promise<Page<AlertModel>> =>
  readPage(args, order, (slice) => {
    const where = withinReach(reach).oneOf('"severity"', filter.severity).oneOf('"kind"', filter.kind)
    if (filter.subjectId != null) where.and(`"subjectId" = ${where.param(filter.subjectId)}::uuid`)
    if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
    const tail = slicing(where, slice, latestKeys, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "Alert" ${where} ${tail}`, where.params)
  })

export async function alertsById(reach: Reach, ids: readonly string[]): Promise<(AlertModel | null)[]> {
  const where = withinReach(reach).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row>(`select * from "Alert" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}
