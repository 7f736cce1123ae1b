import type { AlertModel, AlertNoticeModel } from '@patchbay/prisma/generated/models.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { idOf, latestKeys } from './partitioned.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

export interface AlertFilter {
  readonly state?: readonly string[] | null | undefined
  readonly severity?: readonly string[] | null | undefined
  readonly kind?: readonly string[] | null | undefined
  /** Row id of a connection. */
  readonly connectionId?: string | null | undefined
  /** Row id of what it is about. */
  readonly subjectId?: string | null | undefined
  readonly silenced?: boolean | null | undefined
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
    `(lower("subjectType") = 'endpoint' or "connectionId" = ${mine} or "subjectId" = ${mine}
      or "subjectId" in (select "id" from "Source" where "connectionId" = ${mine}))`,
  )
}

export function alertConditions(reach: Reach, filter: AlertFilter, search: string | null | undefined): Where {
  const where = withinReach(reach)
    .oneOf('"state"', filter.state)
    .oneOf('"severity"', filter.severity)
    .oneOf('"kind"', filter.kind)
  if (filter.connectionId != null) {
    const connection = `${where.param(filter.connectionId)}::uuid`
    where.and(`("connectionId" = ${connection} or "subjectId" = ${connection})`)
  }
  if (filter.subjectId != null) where.and(`"subjectId" = ${where.param(filter.subjectId)}::uuid`)
  if (filter.silenced != null) where.and(`"silenceId" is ${filter.silenced ? 'not ' : ''}null`)
  if (filter.since != null) where.and(`"lastAt" >= ${where.param(filter.since)}::timestamptz`)
  const id = idOf(search)
  return id === null
    ? where.contains(['"title"', '"text"', '"kind"'], search)
    : where.and(`"id" = ${where.param(id)}::uuid`)
}

/** Alerts, latest first. */
export const alertPage = (
  reach: Reach,
  args: PageArgs,
  filter: AlertFilter,
  search?: string | null,
): Promise<Page<AlertModel>> =>
  readPage(args, order, (slice) => {
    const where = alertConditions(reach, filter, search)
    const tail = slicing(where, slice, latestKeys, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "Alert" ${where} ${tail}`, where.params)
  })

/** How many alerts a filter finds. */
export async function countAlerts(reach: Reach, filter: AlertFilter, search?: string | null): Promise<number> {
  const where = alertConditions(reach, filter, search)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from "Alert" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}

/** More unseen alerts than this are not counted: a badge says "99+" anyway. */
export const mostUnseen = 1_000

/** Alerts of the bell that somebody has not looked at: open, not silenced, changed since the last look. */
export async function countUnseen(reach: Reach, viewerId: string): Promise<number> {
  const where = withinReach(reach).and(`"state" = 'OPEN'`).and('"silenceId" is null')
  const seen = where.param(viewerId)
  where.and(
    `"seq" > coalesce((select "seq" from "AlertSeen" where "userId" = ${seen} and "organizationId" = "Alert"."organizationId"), 0)`,
  )
  where.and(`exists (select 1 from "AlertNotice" notice join "AlertChannel" channel on channel."id" = notice."channelId"
    where notice."alertId" = "Alert"."id" and channel."kind" = 'IN_APP')`)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from (select 1 from "Alert" ${where} limit ${mostUnseen}) as found`,
    where.params,
  )
  return row?.count ?? 0
}

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

/** Notices of each alert, in the order they were made. */
export async function noticesOfAlerts(reach: Reach, ids: readonly string[]): Promise<AlertNoticeModel[][]> {
  const where = within(new Where(), reach, null).oneOf('"alertId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<AlertNoticeModel & Record<string, unknown>>(
    `select * from "AlertNotice" ${where} order by "createdAt", "id"`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.alertId,
    (row) => row,
  )
}
