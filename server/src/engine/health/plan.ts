import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { Jobs } from '../jobs/contract.ts'
import type { HealthSettings } from './settings.ts'

export interface PlanTools {
  readonly database: Database
  readonly jobs: Pick<Jobs, 'send'>
  readonly settings: HealthSettings
  readonly now: () => Date
  readonly random: () => number
}

interface DueRow extends Record<string, unknown> {
  readonly id: string
  readonly organizationId: string
  readonly nextProbeAt: Date | string | null
  readonly probeIntervalSeconds: number
}

/** Connections planned in one transaction: short enough that the embedded database stays answering. */
const batch = 200

/**
 * Queues every probe that falls due before the next planning and moves `nextProbeAt`, in one transaction per batch: a
 * kill in between loses both or neither, a second planner skips what the first holds, and whatever was due while nobody
 * planned is due now.
 */
export async function plan(tools: PlanTools): Promise<number> {
  const longAgo = new Date(tools.now().getTime() - tools.settings.abandonedTestSeconds * 1000)
  await endTests(tools.database, longAgo)
  let queued = 0
  for (;;) {
    const done = await tools.database.system.sql.transaction((sql) => planBatch(tools, sql))
    queued += done.jobs
    if (done.connections < batch) return queued
  }
}

async function planBatch(tools: PlanTools, sql: Sql): Promise<{ connections: number; jobs: number }> {
  const now = tools.now().getTime()
  const horizon = now + tools.settings.planAheadSeconds * 1000
  const due = await sql.query<DueRow>(
    `select "id", "organizationId", "nextProbeAt", "probeIntervalSeconds" from "Connection"
     where "status" in ('ACTIVE', 'ERROR') and ("nextProbeAt" is null or "nextProbeAt" < $1)
     order by "nextProbeAt" asc nulls first limit ${batch} for update skip locked`,
    [new Date(horizon)],
  )
  let jobs = 0
  const next: string[] = []
  for (const row of due) {
    let at = row.nextProbeAt === null ? now : Math.max(now, new Date(row.nextProbeAt).getTime())
    for (let turn = 0; at < horizon; turn += 1) {
      // One key per turn of this minute or the next: a backlog never holds more than two plannings' worth of a connection's
      // probes, and the last turn of one planning, taken late, does not swallow the first of the next.
      const singletonKey = `${row.id}:${Math.floor(now / 60_000) % 2}.${turn}`
      const data = { organizationId: row.organizationId, connectionId: row.id }
      await tools.jobs.send('health.probe', data, { startAfter: new Date(at), singletonKey, sql })
      jobs += 1
      at += row.probeIntervalSeconds * 1000 * (1 + tools.settings.jitter * (2 * tools.random() - 1))
    }
    next.push(new Date(at).toISOString())
  }
  if (due.length > 0)
    await sql.query(
      `update "Connection" set "nextProbeAt" = planned."at"
       from (select unnest($1::uuid[]) as "id", unnest($2::timestamptz[]) as "at") as planned
       where "Connection"."id" = planned."id"`,
      [due.map((row) => row.id), next],
    )
  return { connections: due.length, jobs }
}

/** A test cut off by a kill leaves its connection TESTING for ever; nobody else would notice. */
export async function endTests(database: Pick<Database, 'system'>, begunBefore: Date | null): Promise<void> {
  await database.system.sql.query(
    `update "Connection" set "status" = 'ERROR', "statusReason" = 'The last test did not finish. Test again.'
     where "status" = 'TESTING' and ($1::timestamptz is null or "updatedAt" < $1)`,
    [begunBefore],
  )
}
