import type { Tenant } from '@patchbay/prisma/database.ts'
import type { Context } from '../context.ts'
import type { Where } from './where.ts'

/** How far a reader may look: one organization, and within it the connections an API key is narrowed to. */
export interface Reach {
  readonly tenant: Tenant
  /** Empty means every connection. */
  readonly connectionIds: readonly string[]
  readonly now: () => Date
}

export const reachOf = (ctx: Context): Reach => ({
  tenant: ctx.tenant(),
  connectionIds: ctx.viewer?.connectionIds ?? [],
  now: ctx.now,
})

/**
 * Keeps a query within reach. Row level security already holds the organization; naming it again lets the planner use the
 * indexes that begin with it.
 */
export function within(where: Where, reach: Reach, connectionColumn: string | null): Where {
  where.and(`"organizationId" = ${where.param(reach.tenant.organizationId)}::uuid`)
  if (connectionColumn !== null && reach.connectionIds.length > 0)
    where.oneOf(connectionColumn, reach.connectionIds, 'uuid')
  return where
}

/** The same in Prisma's words, for what has no connection. */
export const mine = (ctx: Pick<Context, 'tenant'>): { organizationId: string } => ({
  organizationId: ctx.tenant().organizationId,
})

/** The same in Prisma's words, for what belongs to a connection. */
export const reachable = (
  reach: Pick<Reach, 'tenant' | 'connectionIds'>,
): { organizationId: string; connectionId?: { in: string[] } } => ({
  organizationId: reach.tenant.organizationId,
  ...(reach.connectionIds.length > 0 && { connectionId: { in: [...reach.connectionIds] } }),
})

/** Whether a connection's things are within reach. */
export const reaches = (reach: Pick<Reach, 'connectionIds'>, connectionId: string): boolean =>
  reach.connectionIds.length === 0 || reach.connectionIds.includes(connectionId)

/** Answers in the order of the keys, as a dataloader must. */
export function inOrder<R, V>(
  keys: readonly string[],
  rows: readonly R[],
  key: (row: R) => string,
  value: (row: R) => V,
): (V | null)[] {
  const found = new Map(rows.map((row) => [key(row), value(row)]))
  return keys.map((wanted) => found.get(wanted) ?? null)
}

/** All rows of each key, in the rows' order. */
export function grouped<R, V>(
  keys: readonly string[],
  rows: readonly R[],
  key: (row: R) => string,
  value: (row: R) => V,
): V[][] {
  const groups = new Map<string, V[]>(keys.map((wanted) => [wanted, []]))
  for (const row of rows) groups.get(key(row))?.push(value(row))
  return keys.map((wanted) => groups.get(wanted) ?? [])
}
