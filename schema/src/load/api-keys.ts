import type { ApiKeyAddressModel, ApiKeyRefusalModel } from '@patchbay/prisma/generated/models.ts'
import type { ApiKeyHandover, ApiKeyRow } from '../loaders.ts'
import { byInstant, readPage, type Order, type Page, type PageArgs } from '../page.ts'
import { latestKeys } from './partitioned.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { instantKeys, slicing, Where, type Keyset } from './where.ts'

/** Days before its end, and before rotation is due, from which a key is shown as such. */
export const keyWarningDays = 14

export type ApiKeyState = 'ACTIVE' | 'EXPIRING' | 'DUE' | 'REVOKED' | 'EXPIRED'

export interface ApiKeyFilter {
  readonly state?: readonly ApiKeyState[] | null | undefined
  readonly environment?: readonly string[] | null | undefined
}

export interface RefusalFilter {
  readonly reason?: readonly string[] | null | undefined
  readonly apiKeyId?: string | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

type Found<R> = R & Record<string, unknown>

/** Every column but the hash. */
const columns = [
  'id',
  'organizationId',
  'name',
  'description',
  'prefix',
  'scopes',
  'connectionIds',
  'allowedNetworks',
  'ratePerMinute',
  'temporary',
  'expiresAt',
  'rotationDays',
  'rotateAt',
  'autoRotate',
  'replacesId',
  'version',
  'revokedAt',
  'revokedById',
  'revokedReason',
  'lastUsedAt',
  'createdById',
  'createdAt',
] as const satisfies readonly (keyof ApiKeyRow)[]
/** The bootstrap key and keys of older hubs have no list of connections at all: they are not narrowed. */
const column = (name: string): string =>
  name === 'connectionIds' ? `coalesce("connectionIds", '{}') as "connectionIds"` : `"${name}"`
const selected = `${columns.map(column).join(', ')}, "role"::text as "role", "environment"::text as "environment"`

const order = byInstant<ApiKeyRow>((row) => row.createdAt)
const keyset = { ...latestKeys, columns: ['"createdAt"', '"id"'] }

const warnedMs = keyWarningDays * 86_400_000

/** What a key is right now; the later word wins: a revoked key is revoked whatever else it would be. */
export function stateOf(row: Pick<ApiKeyRow, 'revokedAt' | 'expiresAt' | 'rotateAt'>, now: Date): ApiKeyState {
  const soon = new Date(now.getTime() + warnedMs)
  if (row.revokedAt !== null) return 'REVOKED'
  if (row.expiresAt !== null && row.expiresAt <= now) return 'EXPIRED'
  if (row.expiresAt !== null && row.expiresAt <= soon) return 'EXPIRING'
  if (row.rotateAt !== null && row.rotateAt <= soon) return 'DUE'
  return 'ACTIVE'
}

/** A key narrowed to some connections sees the keys that reach no further than itself. */
function withinReach(reach: Reach): Where {
  const where = within(new Where(), reach, null)
  if (reach.connectionIds.length === 0) return where
  return where.and(`"connectionIds" <> '{}' and "connectionIds" <@ ${where.param([...reach.connectionIds])}::uuid[]`)
}

function conditions(reach: Reach, filter: ApiKeyFilter, search: string | null | undefined): Where {
  const where = withinReach(reach)
    .oneOf('"environment"', filter.environment)
    .contains(['"name"', '"description"', '"prefix"', '"id"::text'], search)
  const now = `${where.param(reach.now().toISOString())}::timestamptz`
  const soon = `(${now} + interval '${keyWarningDays} days')`
  if (filter.state == null) return where.and(`not ("temporary" and "expiresAt" <= ${now})`)
  const state = `case when "revokedAt" is not null then 'REVOKED' when "expiresAt" <= ${now} then 'EXPIRED'
    when "expiresAt" <= ${soon} then 'EXPIRING' when "rotateAt" <= ${soon} then 'DUE' else 'ACTIVE' end`
  return where.and(`(${state}) = any(${where.param([...filter.state])}::text[])`)
}

/** Keys, newest first. Without a filter by state, temporary keys that have ended are left out. */
export const apiKeyPage = (
  reach: Reach,
  args: PageArgs,
  filter: ApiKeyFilter,
  search?: string | null,
): Promise<Page<ApiKeyRow>> =>
  readPage(args, order, (slice) => {
    const where = conditions(reach, filter, search)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Found<ApiKeyRow>>(`select ${selected} from "ApiKey" ${where} ${tail}`, where.params)
  })

/** How many keys a filter finds. */
export async function countApiKeys(reach: Reach, filter: ApiKeyFilter, search?: string | null): Promise<number> {
  const where = conditions(reach, filter, search)
  const [row] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from "ApiKey" ${where}`,
    where.params,
  )
  return row?.count ?? 0
}

export async function apiKeysById(reach: Reach, ids: readonly string[]): Promise<(ApiKeyRow | null)[]> {
  const where = withinReach(reach).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Found<ApiKeyRow>>(`select ${selected} from "ApiKey" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** The key that replaces each; the latest when there were several. */
export async function apiKeysReplacing(reach: Reach, ids: readonly string[]): Promise<(ApiKeyRow | null)[]> {
  const where = withinReach(reach).oneOf('"replacesId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Found<ApiKeyRow>>(
    `select ${selected} from "ApiKey" ${where} order by "createdAt", "id"`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.replacesId ?? '',
    (row) => row,
  )
}

/** Successors that wait to be fetched, by old key; never a ciphertext. */
export async function apiKeyHandovers(reach: Reach, ids: readonly string[]): Promise<(ApiKeyHandover | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"apiKeyId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Found<ApiKeyHandover>>(
    `select "apiKeyId", "successorId", "createdAt", "expiresAt" from "ApiKeySuccessor" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.apiKeyId,
    (row) => row,
  )
}

// An address has no id of its own: it breaks ties itself.
const addressOrder: Order<ApiKeyAddressModel, readonly [string, string]> = {
  keys: (row) => [String(row.lastAt.getTime()), row.ipAddress],
  valid: (keys) =>
    keys.length === 2 && /^\d{1,15}$/.test(String(keys[0])) && /^[0-9a-f.:]{2,45}$/i.test(String(keys[1])),
}
const addressKeys: Keyset = {
  columns: ['"lastAt"', '"ipAddress"'],
  types: ['timestamptz', 'text'],
  values: ([at, address]) => [new Date(Number(at)), address],
}

/** Where a key was used from, latest first. */
export const addressPage = (reach: Reach, args: PageArgs, apiKeyId: string): Promise<Page<ApiKeyAddressModel>> =>
  readPage(args, addressOrder, (slice) => {
    const where = within(new Where(), reach, null)
    where.and(`"apiKeyId" = ${where.param(apiKeyId)}::uuid`)
    const tail = slicing(where, slice, addressKeys, 'desc')
    return reach.tenant.sql.query<Found<ApiKeyAddressModel>>(
      `select * from "ApiKeyAddress" ${where} ${tail}`,
      where.params,
    )
  })

const refusalOrder = byInstant<ApiKeyRefusalModel>((row) => row.hour)

/** Refused attempts, latest hour first. */
export const refusalPage = (reach: Reach, args: PageArgs, filter: RefusalFilter): Promise<Page<ApiKeyRefusalModel>> =>
  readPage(args, refusalOrder, (slice) => {
    const where = within(new Where(), reach, null).oneOf('"reason"', filter.reason)
    if (filter.apiKeyId != null) where.and(`"apiKeyId" = ${where.param(filter.apiKeyId)}::uuid`)
    if (filter.since != null) where.and(`"lastAt" >= ${where.param(filter.since.toISOString())}::timestamptz`)
    if (filter.until != null) where.and(`"firstAt" < ${where.param(filter.until.toISOString())}::timestamptz`)
    if (reach.connectionIds.length > 0)
      where.and(
        `"apiKeyId" in (select "id" from "ApiKey" where "connectionIds" <> '{}'
          and "connectionIds" <@ ${where.param([...reach.connectionIds])}::uuid[])`,
      )
    const tail = slicing(where, slice, instantKeys('hour'), 'desc')
    return reach.tenant.sql.query<Found<ApiKeyRefusalModel>>(
      `select * from "ApiKeyRefusal" ${where} ${tail}`,
      where.params,
    )
  })
