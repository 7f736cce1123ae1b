import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { ReplayPreview } from '@patchbay/schema/commands/delivery.ts'
import type { LiveWriter } from '../live/contract.ts'
import { awaitLanes } from './lane.ts'
import { type Bounds, conditionOf, joined, type Position, skipWords, type StoredFilter } from './replay-filter.ts'
import { ringDispatchers } from './ring.ts'

export interface ReplayOptions {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly now: () => Date
  /** Deliveries of one step. Default 500. */
  readonly batch?: number
}

/** Deliveries shown of what a replay would send. */
const sampleSize = 5

interface ReplayRow extends Record<string, unknown> {
  readonly filter: StoredFilter
  readonly createdAt: Date
  readonly position: Position | null
  readonly skips: Readonly<Record<string, number>>
}

interface PageRow extends Record<string, unknown> {
  readonly id: string
  readonly at: Date
  readonly endpointId: string
}

/** Counts what a replay would do, in one query. Under `sql`'s eyes: a tenant's sees its own rows only. */
export async function previewReplay(sql: Sql, filter: StoredFilter, bounds: Bounds): Promise<ReplayPreview> {
  const [condition, values] = conditionOf(filter, bounds)
  const rows = await sql.query<{ reason: string | null; count: number; sample: string[] | null }>(
    `select reason, count(*)::int as "count",
       case when reason is null then (array_agg("id"::text order by "at", "id"))[1:${sampleSize}] end as "sample"
     from (select delivery."id", delivery."at", ${skipWords} as reason from ${joined} where ${condition}) as found
     group by reason`,
    values,
  )
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    skips: Object.fromEntries(rows.flatMap(({ reason, count }) => (reason === null ? [] : [[reason, count]]))),
    sample: rows.find(({ reason }) => reason === null)?.sample ?? [],
  }
}

/**
 * Carries a replay out: steps of bounded size, oldest first, each one transaction that queues deliveries, counts what it
 * passed over and why, and remembers where to go on. A kill loses nothing but the step. Returns when it is done,
 * cancelled or aborted.
 */
export async function runReplay(
  options: ReplayOptions,
  replay: { readonly organizationId: string; readonly id: string },
  signal: AbortSignal,
): Promise<void> {
  const { sql } = options.database.system
  while (!signal.aborted) if (!(await sql.transaction((tx) => step(tx, options, replay)))) return
}

/** One step; false when there is nothing more to do. */
async function step(
  sql: Sql,
  { live, now, batch = 500 }: ReplayOptions,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
): Promise<boolean> {
  const [replay] = await sql.query<ReplayRow>(
    `select "filter", "createdAt", "position", "skips" from "Replay"
     where "id" = $1::uuid and "organizationId" = $2::uuid and "state" = 'RUNNING' for no key update`,
    [id, organizationId],
  )
  if (replay === undefined) return false
  const page = await nextPage(sql, replay, { organizationId, before: replay.createdAt }, batch)
  const reasons = await reasonsOf(sql, page)
  const due = page.filter((row) => reasons.get(row.id) === null)
  const at = now().toISOString()
  if (due.length > 0) {
    await live.append(sql, 'deliveries')
    await sql.query(queueText, [due.map((row) => row.id), due.map((row) => row.at.toISOString()), id, at])
    await ringDispatchers(sql, [...new Set(due.map((row) => row.endpointId))])
  }
  const skips = { ...replay.skips }
  for (const reason of reasons.values()) if (reason !== null) skips[reason] = (skips[reason] ?? 0) + 1
  const last = page.at(-1)
  const more = page.length === batch
  await live.append(sql, 'replays')
  await sql.query(progressText, [
    id,
    due.length,
    page.length - due.length,
    JSON.stringify(skips),
    JSON.stringify(last === undefined ? replay.position : { at: last.at.toISOString(), id: last.id }),
    more ? 'RUNNING' : 'DONE',
    more ? null : at,
  ])
  return more
}

async function nextPage(sql: Sql, replay: ReplayRow, bounds: Bounds, batch: number): Promise<PageRow[]> {
  const [condition, values] = conditionOf(replay.filter, bounds)
  const { position } = replay
  const after =
    position === null
      ? ''
      : `and (delivery."at", delivery."id") > ($${values.push(position.at)}::timestamptz, $${values.push(position.id)}::uuid)`
  return sql.query<PageRow>(
    `select delivery."id", delivery."at", delivery."endpointId" from "Delivery" delivery
     where ${condition} ${after} order by delivery."at", delivery."id" limit ${batch}`,
    values,
  )
}

/**
 * Why each delivery of a page is passed over; null for those that may go. The lanes come first: whoever holds them is
 * the only one who changes deliveries of these endpoints, so what is read here still holds when it is written.
 */
async function reasonsOf(sql: Sql, page: readonly PageRow[]): Promise<ReadonlyMap<string, string | null>> {
  await awaitLanes(sql, [...new Set(page.map((row) => row.endpointId))])
  const rows = await sql.query<{ id: string; reason: string | null }>(
    `select delivery."id", ${skipWords} as reason from ${joined}
     join unnest($1::uuid[], $2::timestamptz[]) as given("id", "at")
       on delivery."at" = given."at" and delivery."id" = given."id"`,
    [page.map((row) => row.id), page.map((row) => row.at.toISOString())],
  )
  return new Map(rows.map(({ id, reason }) => [id, reason]))
}

const queueText = `
update "Delivery" delivery
set "state" = 'QUEUED', "reason" = null, "round" = delivery."round" + 1, "roundAt" = $4::timestamptz, "attempts" = 0,
  "nextAttemptAt" = $4::timestamptz, "deliveredAt" = null, "replayId" = $3::uuid, "seq" = nextval('hub_deliveries_seq')
from unnest($1::uuid[], $2::timestamptz[]) as given("id", "at")
where delivery."at" = given."at" and delivery."id" = given."id"`

const progressText = `
update "Replay"
set "queued" = "queued" + $2::int, "skipped" = "skipped" + $3::int, "skips" = $4::jsonb, "position" = $5::jsonb,
  "state" = $6::text::"ReplayState", "finishedAt" = $7::timestamptz, "seq" = nextval('hub_replays_seq')
where "id" = $1::uuid`

/** Replays that were under way when a hub stopped. */
export async function unfinishedReplays(sql: Sql): Promise<{ readonly organizationId: string; readonly id: string }[]> {
  return sql.query(`select "organizationId", "id" from "Replay" where "state" = 'RUNNING' order by "createdAt"`)
}
