import type { Database, Sql } from './database.ts'
import { partitionsOf, type LogName } from './logs.ts'

/** How long rows are kept, in days. */
export interface RetentionTerms {
  /** Call log; default 90. */
  callDays?: number
  /** Inbound events and their keys, events, deliveries, attempts, replays, alerts and system events; default 90. */
  eventDays?: number
  /** Probes; default 90. Health transitions and incidents stay: uptime is computed from them. */
  probeDays?: number
  /** Figures by minute; default 8. */
  minuteFigureDays?: number
  /** Figures by hour; default 400, so that a year compares with the one before by the hour. */
  hourFigureDays?: number
  /** Figures by day and month; default 1,830: five years. */
  dayFigureDays?: number
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
  /** Months of logs dropped whole. */
  partitions: number
  /** Rows of logs deleted one by one: those of a month that is only partly past its term. */
  calls: number
  attempts: number
  deliveries: number
  events: number
  inboundEvents: number
  inboundKeys: number
  replays: number
  alerts: number
  systemEvents: number
  probes: number
  rollups: number
  idempotencyKeys: number
  results: number
  flows: number
}

const dayMs = 86_400_000

const defaults: Required<RetentionTerms> = {
  callDays: 90,
  eventDays: 90,
  probeDays: 90,
  minuteFigureDays: 8,
  hourFigureDays: 400,
  dayFigureDays: 1_830,
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
       delete from "${table}" where ctid = any (array(select r.ctid from "${table}" as r where ${condition} limit $2))
       returning 1
     ) select count(*) as deleted from gone`,
    [limit, batch],
  )
  return Number(row?.deleted ?? 0n)
}

/** Whether somebody still has to deal with rows of a month, by the index of what is due. */
const dueIn = (table: 'Delivery' | 'InboundEvent'): string =>
  `select 1 as due from "${table}" where "nextAttemptAt" is not null and "at" >= $1 and "at" < $2 limit 1`

/** What must stay of a log, however old: how a whole month is judged, and a single row `r`. */
interface Kept {
  readonly month: string
  readonly row: string
}
const openInbound: Kept = { month: dueIn('InboundEvent'), row: 'r."nextAttemptAt" is not null' }
const openDelivery: Kept = { month: dueIn('Delivery'), row: 'r."nextAttemptAt" is not null' }
/** An event lies at the instant of its deliveries, so the same month is asked, and for a row one partition. */
const openEvent: Kept = {
  month: dueIn('Delivery'),
  row: `exists (select 1 from "Delivery" d where d."at" = r."at" and d."eventId" = r."id" and d."nextAttemptAt" is not null)`,
}

/**
 * Drops the months of a log that are past their term whole, which costs nothing however many rows they hold. A month is
 * dropped in one short transaction; readers wait for at most that. One that still holds something open stays, and is
 * emptied row by row.
 */
async function dropPartitions(database: Database, log: LogName, limit: Date, kept?: Kept): Promise<number> {
  const { sql: system } = database.system
  let dropped = 0
  for (const { name, since, until } of await partitionsOf(system, log)) {
    if (until === null || until > limit) continue
    await system.transaction(async (sql) => {
      // Rather try again next time than make every reader queue behind one that takes long.
      await sql.query(`set local lock_timeout = '5s'`)
      if (kept !== undefined) {
        // The log before its part, as everybody else locks them. Nothing can be opened between the look and the drop.
        await sql.query(`lock table only "${log}", only "${name}" in access exclusive mode`)
        if ((await sql.query(kept.month, [since, until])).length > 0) return
      }
      await sql.query(`drop table "${name}"`)
      dropped += 1
    })
  }
  return dropped
}

/**
 * Removes what is past its term. Audit entries are not among it: their chain has to survive, so engine/audit trims them.
 * What is still to be routed or sent stays, however old, and so does an event that is still to be sent.
 * @returns how much of each went
 * @throws the signal's reason when it is aborted between two batches; what went before is gone
 */
export async function applyRetention(database: Database, options: RetentionOptions): Promise<RetentionCounts> {
  const terms = { ...defaults, ...options.terms }
  const { sql } = database.system
  const before = (days: number) => new Date(options.now.getTime() - days * dayMs)
  const remove = (table: string, condition: string, days: number) =>
    inBatches(options, (batch) => deleteSome(sql, table, condition, before(days), batch))

  let partitions = 0
  const log = async (name: LogName, days: number, kept?: Kept): Promise<number> => {
    partitions += await dropPartitions(database, name, before(days), kept)
    let rows = 0
    // Partition by partition: row addresses are only unique within one.
    for (const { name: partition } of await partitionsOf(sql, name))
      rows += await remove(partition, `"at" < $1${kept === undefined ? '' : ` and not (${kept.row})`}`, days)
    return rows
  }
  const { callDays, probeDays, idempotencyDays, flowDays, eventDays } = terms
  const calls = await log('Call', callDays)
  // What refers goes before what it refers to.
  const attempts = await log('Attempt', eventDays)
  const deliveries = await log('Delivery', eventDays, openDelivery)
  const events = await log('Event', eventDays, openEvent)
  const inboundEvents = await log('InboundEvent', eventDays, openInbound)
  let rollups = await remove('ErrorRollup', '"day" < $1', terms.dayFigureDays)
  for (const table of ['CallRollup', 'SourceRollup', 'DeliveryRollup', 'EventRollup'])
    for (const [grain, days] of [
      ['MINUTE', terms.minuteFigureDays],
      ['HOUR', terms.hourFigureDays],
      ['DAY', terms.dayFigureDays],
      ['MONTH', terms.dayFigureDays],
    ] as const)
      rollups += await remove(table, `"grain" = '${grain}' and "at" < $1`, days)
  return {
    partitions,
    calls,
    attempts,
    deliveries,
    events,
    inboundEvents,
    inboundKeys: await remove('InboundKey', '"at" < $1', eventDays),
    replays: await remove('Replay', `"createdAt" < $1 and "state" <> 'RUNNING'`, eventDays),
    alerts: await remove('Alert', '"lastAt" < $1', eventDays),
    systemEvents: await remove('SystemEvent', '"at" < $1', eventDays),
    probes: await remove('Probe', '"at" < $1', probeDays),
    rollups,
    idempotencyKeys: await remove('IdempotencyKey', '"createdAt" < $1', idempotencyDays),
    results: await remove('OperationResult', '"createdAt" < $1', idempotencyDays),
    flows: await remove('OAuthFlow', '"expiresAt" < $1', flowDays),
  }
}

/**
 * Makes every log's partitions of this month and the next ones. Call it at start and daily: a hub that was off for
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
