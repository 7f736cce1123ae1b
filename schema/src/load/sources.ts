import type { SourceModel, SourceRuleModel } from '@patchbay/prisma/generated/models.ts'
import type { SecretTrace } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { grouped, inOrder, within, type Reach } from './reach.ts'
import { latestKeys } from './partitioned.ts'
import { slicing, Where } from './where.ts'

export interface SourceFilter {
  /** Row ids. */
  readonly connectionId?: readonly string[] | null | undefined
  readonly provider?: readonly string[] | null | undefined
  readonly registration?: readonly string[] | null | undefined
  readonly enabled?: boolean | null | undefined
}

type Row = SourceModel & Record<string, unknown>

const order = byInstant<SourceModel>((row) => row.createdAt)
const keyset = { ...latestKeys, columns: ['"createdAt"', '"id"'] }

function conditions(reach: Reach, filter: SourceFilter): Where {
  const where = within(new Where(), reach, '"connectionId"')
    .oneOf('"connectionId"', filter.connectionId, 'uuid')
    .oneOf('"registration"', filter.registration)
  if (filter.enabled != null) where.and(`"enabled" = ${where.param(filter.enabled)}`)
  if (filter.provider != null)
    where.and(
      `"connectionId" in (select "id" from "Connection" where "provider" = any(${where.param([...filter.provider])}::text[]))`,
    )
  return where
}

/** Sources, newest first. */
export const sourcePage = (reach: Reach, args: PageArgs, filter: SourceFilter): Promise<Page<SourceModel>> =>
  readPage(args, order, (slice) => {
    const where = conditions(reach, filter)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "Source" ${where} ${tail}`, where.params)
  })

/** How many sources a filter finds. */
export async function countSources(reach: Reach, filter: SourceFilter): Promise<number> {
  const where = conditions(reach, filter)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from "Source" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}

async function sourcesBy(
  reach: Reach,
  column: 'id' | 'connectionId',
  keys: readonly string[],
): Promise<(SourceModel | null)[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf(`"${column}"`, keys, 'uuid')
  const rows = await reach.tenant.sql.query<Row>(`select * from "Source" ${where}`, where.params)
  return inOrder(
    keys,
    rows,
    (row) => row[column],
    (row) => row,
  )
}

export const sourcesById = (reach: Reach, ids: readonly string[]): Promise<(SourceModel | null)[]> =>
  sourcesBy(reach, 'id', ids)

export const sourcesByConnection = (reach: Reach, ids: readonly string[]): Promise<(SourceModel | null)[]> =>
  sourcesBy(reach, 'connectionId', ids)

/** Traces of sources' secrets, newest first; never a ciphertext or a hash. */
export async function sourceSecrets(reach: Reach, ids: readonly string[]): Promise<SecretTrace[][]> {
  const where = within(new Where(), reach, null).oneOf('"sourceId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<SecretTrace & Record<string, unknown>>(
    `select "id", "organizationId", "sourceId", "kind", "hint", "createdById", "createdAt", "expiresAt"
     from "SourceSecret" ${where} order by "createdAt" desc, "id" desc`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.sourceId,
    (row) => row,
  )
}

/** What people assigned, newest first. */
export async function sourceRules(reach: Reach, ids: readonly string[]): Promise<SourceRuleModel[][]> {
  const where = within(new Where(), reach, null).oneOf('"sourceId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<SourceRuleModel & Record<string, unknown>>(
    `select * from "SourceRule" ${where} order by "createdAt" desc, "id" desc`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.sourceId,
    (row) => row,
  )
}
