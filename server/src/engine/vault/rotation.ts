import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Audit } from '../audit/contract.ts'
import { type RewrapPosition, type Rewrapped, sealedTables, type Vault } from './contract.ts'
import { RotationIncompleteError } from './errors.ts'

export interface RotationState {
  readonly primaryKeyId: string
  readonly keyIds: readonly string[]
  /** Rows still wrapped by another than the primary key. */
  readonly remaining: number
  /** Sealed rows by the master key that wraps them. */
  readonly rowsByKey: Readonly<Record<string, number>>
}

export interface RotationOptions {
  readonly database: Pick<Database, 'system' | 'tenant'>
  readonly vault: Vault
  readonly audit: Pick<Audit, 'append'>
  /** One organization, or null for all of them. */
  readonly organizationId: string | null
  /** Who asked for it, as the audit entries of `organizationId` name them. */
  readonly actorFor: (organizationId: string) => Actor
  /** Rows per transaction. Default 100. */
  readonly batch?: number
  /** Stops between two batches; what is done stays done. */
  readonly signal?: AbortSignal
}

// Some rows of these tables hold no secret: an alert channel without an address, an erasure that is done.
const allSealed = sealedTables
  .map((table) => `select "organizationId", "keyId" from "${table}" where "keyId" is not null`)
  .join(' union all ')

/** How far a rotation is, for what `sql` may see: the owner's handle counts all organizations. */
export async function rotationState(sql: Sql, vault: Pick<Vault, 'primaryKeyId' | 'keyIds'>): Promise<RotationState> {
  const rows = await sql.query<{ keyId: string; rows: number }>(
    `select "keyId", count(*)::int as rows from (${allSealed}) as sealed group by 1 order by 1`,
  )
  const rowsByKey = Object.fromEntries(rows.map((row) => [row.keyId, row.rows]))
  const total = rows.reduce((sum, row) => sum + row.rows, 0)
  const { primaryKeyId, keyIds } = vault
  return { primaryKeyId, keyIds, remaining: total - (rowsByKey[primaryKeyId] ?? 0), rowsByKey }
}

/**
 * Organizations whose rotation to the primary key was asked for and never finished: the process that ran it was killed.
 * A rotation that did finish but had to leave rows behind is not one of them.
 */
export async function unfinishedRotations(sql: Sql, vault: Pick<Vault, 'primaryKeyId'>): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select behind.id from (select distinct "organizationId" as id from (${allSealed}) as sealed where "keyId" <> $1) as behind
     cross join lateral (
       select "action", "subjectId" from "AuditEntry" where "organizationId" = behind.id and "subjectType" = 'vault'
         and "action" in ('vault.rotationRequested', 'vault.rotationStarted', 'vault.rotationFinished')
       order by "position" desc limit 1
     ) as latest
     where latest."action" <> 'vault.rotationFinished' and latest."subjectId" = $1 order by 1`,
    [vault.primaryKeyId],
  )
  return rows.map(({ id }) => id)
}

/**
 * The worker of a rotation: re-wraps every data key under the primary master key, organization by organization, in
 * small transactions beside the running hub. Killed, it is simply run again. To roll back, make the old key the primary
 * one and rotate again while both are configured. Returns how many rows were moved.
 * @throws RotationIncompleteError when rows were in use all the time; run it again
 */
export async function rotate(options: RotationOptions): Promise<number> {
  const { database, vault, organizationId } = options
  const organizations = organizationId
    ? [organizationId]
    : (
        await database.system.sql.query<{ id: string }>(
          `select distinct "organizationId" as id from (${allSealed}) as sealed where "keyId" <> $1 order by 1`,
          [vault.primaryKeyId],
        )
      ).map((row) => row.id)
  let moved = 0
  let inUse = 0
  for (const id of organizations) {
    const result = await rotateOrganization(id, options)
    moved += result.moved
    inUse += result.inUse
  }
  if (inUse > 0) throw new RotationIncompleteError(inUse)
  return moved
}

async function rotateOrganization(id: string, options: RotationOptions): Promise<{ moved: number; inUse: number }> {
  const { vault, batch = 100, signal } = options
  const tenant = options.database.tenant(id)
  const before = await rotationState(tenant.sql, vault)
  if (before.remaining === 0) return { moved: 0, inUse: 0 }
  const record = (action: string, after: Record<string, unknown>) =>
    tenant.prisma.$transaction((tx) =>
      options.audit.append(tx, options.actorFor(id), {
        action,
        subjectType: 'vault',
        subjectId: vault.primaryKeyId,
        after,
      }),
    )

  await record('vault.rotationStarted', { primaryKeyId: vault.primaryKeyId, remaining: before.remaining })
  let moved = 0
  const unreadable: string[] = []
  let position: RewrapPosition | null = null
  do {
    signal?.throwIfAborted()
    const step: Rewrapped = await tenant.sql.transaction((sql) => vault.rewrap(sql, batch, position))
    moved += step.moved
    unreadable.push(...step.unreadable)
    position = step.next
  } while (position)
  const { remaining } = await rotationState(tenant.sql, vault)
  await record('vault.rotationFinished', { moved, remaining, unreadable: unreadable.slice(0, 100) })
  return { moved, inUse: Math.max(0, remaining - unreadable.length) }
}
