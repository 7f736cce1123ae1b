import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { entryFacts, extendChain, lockChain, onSql } from './chain.ts'

export const trimmedAction = 'audit.trimmed'

/** The last entry that retention removed. */
export interface TrimmedHead {
  readonly through: number
  readonly hash: string
}

export interface TrimOptions {
  readonly database: Pick<Database, 'system'>
  readonly now: () => Date
  readonly newId: () => string
}

/** Entries removed in one transaction; whoever appends to the chain waits for at most that. */
const batch = 5_000

/** First moment of the month `at` lies in, UTC: trimming once a month leaves one entry a month, not one an hour. */
function monthOf(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1))
}

export async function trimChains(before: Date, options: TrimOptions, signal?: AbortSignal): Promise<number> {
  const limit = monthOf(before)
  const { sql } = options.database.system
  const chains = await sql.query<{ id: string }>(
    `select distinct "organizationId" as id from "AuditEntry" where "at" < $1::timestamptz`,
    [limit],
  )
  let removed = 0
  for (const { id } of chains) {
    for (;;) {
      signal?.throwIfAborted()
      const step = await sql.transaction((tx) => trimStep(tx, { ...options, organizationId: id, limit }))
      removed += step
      if (step < batch) break
    }
  }
  return removed
}

/** Removes the oldest entries up to the first that is young enough; clocks of replicas differ, positions do not. */
async function trimStep(
  tx: Sql,
  { organizationId, limit, now, newId }: TrimOptions & { organizationId: string; limit: Date },
): Promise<number> {
  const chain = onSql(tx)
  await lockChain(chain, organizationId)
  const [last] = await tx.query<{ position: number; hash: string }>(
    `select "position", "hash" from "AuditEntry" where "organizationId" = $1::uuid and "position" < (
       select coalesce(min("position"), 2147483647) from "AuditEntry" where "organizationId" = $1::uuid and "at" >= $2::timestamptz
     ) and "position" < $3::int + (select min("position") from "AuditEntry" where "organizationId" = $1::uuid)
     order by "position" desc limit 1`,
    [organizationId, limit, batch],
  )
  if (!last) return 0
  await tx.query(`set local hub.retention = 'on'`)
  const gone = await tx.query(
    `delete from "AuditEntry" where "organizationId" = $1::uuid and "position" <= $2::int returning 1`,
    [organizationId, last.position],
  )
  const head: TrimmedHead = { through: last.position, hash: last.hash }
  const actor: Actor = {
    kind: 'SYSTEM',
    id: null,
    name: 'Retention',
    organizationId,
    ipAddress: null,
    correlationId: newId(),
    connectionIds: [],
  }
  const entry = { action: trimmedAction, subjectType: 'audit', subjectId: null, after: head }
  await extendChain(chain, [entryFacts(actor, entry, now())], newId)
  return gone.length
}
