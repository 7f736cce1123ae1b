import type { Database, Sql } from './database.ts'

/** How long rows are kept, in days. */
export interface RetentionTerms {
  /** Call log; default 90. */
  callDays?: number
  /** Probes; default 90. Health transitions and incidents stay: uptime is computed from them. */
  probeDays?: number
  /** Roll-ups per minute; default 400, so that a year compares with the one before. */
  rollupDays?: number
  /** Idempotency keys; default 1, the time a client may repeat itself. */
  idempotencyDays?: number
  /** OAuth flows that expired or came back; default 1. */
  flowDays?: number
}

export interface RetentionOptions {
  now: Date
  terms?: RetentionTerms
  /** Rows one transaction deletes at most; default 5,000. */
  batch?: number
  /** Stops between two batches. */
  signal?: AbortSignal
}

export interface RetentionCounts {
  /** Partitions of the call log dropped whole. */
  callPartitions: number
  /** Calls deleted one by one: those of a month that is only partly past its term. */
  calls: number
  probes: number
  rollups: number
  idempotencyKeys: number
  flows: number
}

const dayMs = 86_400_000

const defaults: Required<RetentionTerms> = {
  callDays: 90,
  probeDays: 90,
  rollupDays: 400,
  idempotencyDays: 1,
  flowDays: 1,
}

/**
 * Deletes until nothing is left to delete, a batch per transaction: no long lock, and on the embedded database the
 * others get their turn between two batches.
 */
async function inBatches(options: RetentionOptions, work: (batch: number) => Promise<number>): Promise<number> {
  const { batch = 5_000, signal } = options
  let total = 0
  for (;;) {
    signal?.throwIfAborted()
    const deleted = await work(batch)
    total += deleted
    if (deleted < batch) return total
  }
}

/** Deletes the rows of `table` that fulfil `condition` (in which $1 is the limit of time); identifiers are ours. */
async function deleteSome(sql: Sql, table: string, condition: string, limit: Date, batch: number): Promise<number> {
  const [row] = await sql.query<{ deleted: bigint }>(
    `with gone as (
       delete from "${table}" where ctid = any (array(select ctid from "${table}" where ${condition} limit $2))
       returning 1
     ) select count(*) as deleted from gone`,
    [limit, batch],
  )
  return Number(row?.deleted ?? 0n)
}

interface Partition {
  name: string
  /** First moment after it; null for the default partition. */
  until: Date | null
}

async function callPartitions(sql: Sql): Promise<Partition[]> {
  return sql.query<Partition & Record<string, unknown>>(
    `select child.relname::text as name,
       substring(pg_get_expr(child.relpartbound, child.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz as until
     from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = '"Call"'::regclass
     order by name`,
  )
}

/**
 * Drops the months of the call log that are past their term whole, which costs nothing however many rows they hold.
 * A month is detached and dropped in one short transaction; readers wait for at most that.
 */
async function dropCallPartitions(database: Database, limit: Date): Promise<number> {
  let dropped = 0
  for (const { name, until } of await callPartitions(database.system.sql)) {
    if (until === null || until > limit) continue
    await database.system.sql.transaction(async (sql) => {
      // Rather try again next time than make every reader queue behind one that takes long.
      await sql.query(`set local lock_timeout = '5s'`)
      await sql.query(`drop table "${name}"`)
    })
    dropped += 1
  }
  return dropped
}

/**
 * Removes what is past its term. Audit entries are not among it: their chain has to survive, so engine/audit trims them.
 * @returns how much of each went
 * @throws the signal's reason when it is aborted between two batches; what went before is gone
 */
export async function applyRetention(database: Database, options: RetentionOptions): Promise<RetentionCounts> {
  const terms = { ...defaults, ...options.terms }
  const { sql } = database.system
  const before = (days: number) => new Date(options.now.getTime() - days * dayMs)
  const remove = (table: string, condition: string, days: number) =>
    inBatches(options, (batch) => deleteSome(sql, table, condition, before(days), batch))

  const dropped = await dropCallPartitions(database, before(terms.callDays))
  let calls = 0
  // Partition by partition: row addresses are only unique within one.
  for (const { name } of await callPartitions(sql)) calls += await remove(name, '"at" < $1', terms.callDays)
  return {
    callPartitions: dropped,
    calls,
    probes: await remove('Probe', '"at" < $1', terms.probeDays),
    rollups: await remove('CallRollup', '"minute" < $1', terms.rollupDays),
    idempotencyKeys: await remove('IdempotencyKey', '"createdAt" < $1', terms.idempotencyDays),
    flows: await remove('OAuthFlow', '"expiresAt" < $1', terms.flowDays),
  }
}

/**
 * Makes the call log's partitions of this month and the next ones. Call it at start and daily: a hub that was off for
 * months starts without them, and rows without a partition cost more to move later.
 * @returns how many were made
 */
export async function ensurePartitions(database: Database, monthsAhead = 2): Promise<number> {
  const [row] = await database.system.sql.query<{ made: number }>('select hub_ensure_partitions($1) as made', [
    monthsAhead,
  ])
  return row?.made ?? 0
}

/**
 * What PostgreSQL does by itself and PGlite, which has no background processes, does not: write out the log of changes,
 * so that it does not grow without end and a start after a kill is quick. Costs nothing on PostgreSQL. Every few minutes.
 */
export async function checkpoint(database: Database): Promise<void> {
  if (database.engine === 'pglite') await database.system.sql.query('checkpoint')
}

/**
 * The same for dead rows and the planner's statistics, by the thresholds of PostgreSQL's own autovacuum: hourly is
 * plenty. Does nothing on PostgreSQL.
 * @returns the tables it went through
 */
export async function tidy(database: Database): Promise<string[]> {
  if (database.engine !== 'pglite') return []
  const { sql } = database.system
  // Counts are kept back for a second otherwise.
  await sql.query('select pg_stat_force_next_flush()')
  const tables = await sql.query<{ name: string; dead: boolean }>(
    `select format('%I.%I', schemaname, relname) as name, n_dead_tup > 50 + 0.2 * n_live_tup as dead
     from pg_stat_user_tables
     where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup`,
  )
  // One at a time, so that others get their turn in between.
  for (const { name, dead } of tables) await sql.query(`${dead ? 'vacuum (analyze)' : 'analyze'} ${name}`)
  return tables.map(({ name }) => name)
}
