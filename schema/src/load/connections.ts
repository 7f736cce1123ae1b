import type { GrantModel } from '@patchbay/prisma/generated/models.ts'
import type { TestReport } from '../commands/connection.ts'
import type { ConnectionRow, CredentialHint } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { callOfJson, recentCallsJson, recentKey, type CallJson, type RecentAsk } from './calls.ts'
import { selectList } from './columns.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { instantKeys, slicing, Where } from './where.ts'

export interface ConnectionFilter {
  readonly status?: readonly string[] | null | undefined
  readonly health?: readonly string[] | null | undefined
  readonly category?: readonly string[] | null | undefined
  readonly environment?: readonly string[] | null | undefined
  /** Provider slugs. */
  readonly provider?: readonly string[] | null | undefined
  readonly simulated?: boolean | null | undefined
}

const table = [
  'id',
  'organizationId',
  'provider',
  'category',
  'name',
  'environment',
  'status',
  'statusReason',
  'simulated',
  'baseUrl',
  'settings',
  'lastTestAt',
  'probeIntervalSeconds',
  'nextProbeAt',
  'health',
  'healthSince',
  'healthReason',
  'lastProbeAt',
  'lastLatencyMs',
  'failuresInRow',
  'successesInRow',
  'cacheTtlSeconds',
  'cacheStaleSeconds',
  'version',
  'createdAt',
  'updatedAt',
] as const
const columns = selectList(table, [], null)

const order = byInstant<ConnectionRow>((row) => row.createdAt)
const keyset = instantKeys('createdAt')

function conditions(reach: Reach, filter: ConnectionFilter, search: string | null | undefined): Where {
  const where = within(new Where(), reach, '"id"')
    .oneOf('"status"', filter.status)
    .oneOf('"health"', filter.health)
    .oneOf('"category"', filter.category)
    .oneOf('"environment"', filter.environment)
    .oneOf('"provider"', filter.provider)
    .contains(['"name"', '"provider"', '"id"::text'], search)
  if (filter.simulated != null) where.and(`"simulated" = ${where.param(filter.simulated)}`)
  return where
}

/** What a page of connections should hold. */
export interface ConnectionAsk {
  readonly filter: ConnectionFilter
  readonly search?: string | null | undefined
  /** Columns to read; null, the default, reads all. */
  readonly columns?: ReadonlySet<string> | null
  /** Latest calls to read in the same breath, left on the rows. */
  readonly recent?: RecentAsk | null
}

type PageRow = Omit<ConnectionRow, 'recentCalls'> & { recentCalls: CallJson[] | null }

/** Connections, newest first. */
export function connectionPage(reach: Reach, args: PageArgs, ask: ConnectionAsk): Promise<Page<ConnectionRow>> {
  const list = selectList(table, ['id', 'createdAt'], ask.columns ?? null)
  return readPage(args, order, async (slice) => {
    const where = conditions(reach, ask.filter, ask.search)
    const tail = slicing(where, slice, keyset, 'desc')
    const page = `select ${list} from "Connection" ${where} ${tail}`
    const { recent } = ask
    if (!recent) return reach.tenant.sql.query<ConnectionRow>(page, where.params)
    // One journey to the database instead of two: it costs more than the reading.
    const calls = recentCallsJson(recent, where.param(reach.tenant.organizationId))
    const rows = await reach.tenant.sql.query<PageRow>(
      `select c.*, ${calls} as "recentCalls" from (${page}) as c`,
      where.params,
    )
    return rows.map((row) => ({
      ...row,
      recentCalls: new Map([[recentKey(row.id, recent), (row.recentCalls ?? []).map(callOfJson)]]),
    }))
  })
}

/** How many connections a filter finds. */
export async function countConnections(
  reach: Reach,
  filter: ConnectionFilter,
  search?: string | null,
): Promise<number> {
  const where = conditions(reach, filter, search)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from "Connection" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}

export async function connectionsById(reach: Reach, ids: readonly string[]): Promise<(ConnectionRow | null)[]> {
  const where = within(new Where(), reach, '"id"').oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<ConnectionRow>(`select ${columns} from "Connection" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

export async function lastTests(reach: Reach, ids: readonly string[]): Promise<(TestReport | null)[]> {
  const where = within(new Where(), reach, '"id"').oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<{ id: string; lastTest: TestReport | null }>(
    `select "id", "lastTest" from "Connection" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row.lastTest,
  )
}

/** Hints of the credentials in use, one per field; never a ciphertext. */
export async function credentialHints(reach: Reach, ids: readonly string[]): Promise<CredentialHint[][]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<{
    connectionId: string
    hints: Record<string, string>
    createdAt: Date
    dueAt: Date | null
  }>(
    `select distinct on ("connectionId") "connectionId", "hints", "createdAt", "dueAt" from "Credential"
     ${where.and(`"kind" = 'FIELDS'`)} order by "connectionId", "version" desc`,
    where.params,
  )
  const hints = rows.flatMap((row) =>
    Object.entries(row.hints).map(([field, hint]) => ({
      connectionId: row.connectionId,
      field,
      hint,
      updatedAt: row.createdAt,
      dueAt: row.dueAt,
    })),
  )
  return grouped(
    ids,
    hints,
    (row) => row.connectionId,
    ({ field, hint, updatedAt, dueAt }) => ({ field, hint, updatedAt, dueAt }),
  )
}

export async function grants(reach: Reach, ids: readonly string[]): Promise<(GrantModel | null)[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<GrantModel & Record<string, unknown>>(
    `select * from "Grant" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.connectionId,
    (row) => row,
  )
}

/** Connections per provider slug. */
export async function countsByProvider(reach: Reach, slugs: readonly string[]): Promise<number[]> {
  const where = within(new Where(), reach, '"id"').oneOf('"provider"', slugs)
  const rows = await reach.tenant.sql.query<{ provider: string; count: number }>(
    `select "provider", count(*)::int as "count" from "Connection" ${where} group by "provider"`,
    where.params,
  )
  return inOrder(
    slugs,
    rows,
    (row) => row.provider,
    (row) => row.count,
  ).map((count) => count ?? 0)
}

/** Connections by health state; paused ones counted apart. */
export async function countsByHealth(reach: Reach): Promise<{ state: string; count: number }[]> {
  const where = within(new Where(), reach, '"id"')
  return reach.tenant.sql.query<{ state: string; count: number }>(
    `select case when "status" = 'DISABLED' then 'PAUSED' else "health"::text end as "state", count(*)::int as "count"
     from "Connection" ${where} group by 1`,
    where.params,
  )
}

/** Ids of the connections of some providers, within reach. */
export async function connectionsOf(reach: Reach, slugs: readonly string[]): Promise<string[]> {
  const where = within(new Where(), reach, '"id"').oneOf('"provider"', slugs)
  const rows = await reach.tenant.sql.query<{ id: string }>(`select "id" from "Connection" ${where}`, where.params)
  return rows.map(({ id }) => id)
}
