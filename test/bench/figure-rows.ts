import type { Database, Sql } from '@patchbay/prisma/database.ts'
import { lastBucket } from '@patchbay/schema/load/histogram.ts'
import { noConnection } from '@patchbay/server/engine/calls/figures.ts'
import { organizationId } from './seed.ts'

/** Days of history, up to the hour that runs. */
const days = 400

/**
 * Figures of `calls` calls over 400 days, as the log would have left them: minutes of the last eight days, hours, days and
 * months, of everything, of forty connections (some busy, some quiet), of their providers, of three operations each and of five API keys.
 * Webhooks both ways and events in as many rows. With fewer calls the same rows hold smaller counts, and hours and minutes without a call have no row.
 */
export async function writeFigures(database: Database, calls: number, now: Date): Promise<void> {
  await database.system.sql.transaction(async (sql) => {
    await placesOf(sql)
    await countedOf(sql, calls, now)
    await shapesOf(sql)
    await withoutIndexes(sql, 'CallRollup', () => rowsOf(sql))
    for (const name of ['place', 'counted', 'shape']) await sql.query(`drop table pg_temp.${name}`)
    await trafficOf(sql)
  })
  for (const table of ['CallRollup', 'SourceRollup', 'DeliveryRollup', 'EventRollup'])
    await database.system.sql.script(`vacuum analyze "${table}"`)
}

/** What is counted: a place, its share of all calls, and the latency most of its calls have, as one of eight. */
async function placesOf(sql: Sql): Promise<void> {
  await sql.query(
    `create temp table place as
     with connection as (
       select "id", "provider", (row_number() over (order by "id") - 1)::int as n from "Connection" where "organizationId" = $1::uuid
     ), busy as (select "id", "provider", n, sqrt((n + 1) / 40.0) - sqrt(n / 40.0) as share from connection)
     select row_number() over () as n, each.* from (
       select 'ALL' as dimension, $2::uuid as connection, '' as name, 1.0::float8 as share, 0 as shape
       union all select 'CONNECTION', "id", '', share, n % 8 from busy
       union all select 'PROVIDER', $2::uuid, "provider", sum(share), min(n % 8) from busy group by "provider"
       union all select 'OPERATION', "id", operation, share / 3, n % 8
         from busy, unnest(array['payment.create', 'payment.get', 'refund.create']) as operation
       union all select 'API_KEY', $2::uuid, gen_random_uuid()::text, 0.2, 0 from generate_series(1, 5)
     ) as each`,
    [organizationId, noConnection],
  )
}

/** Busy by day, quiet by night: 1 on average. */
const busyness = `(0.4 + 1.2 * sin(pi() * extract(hour from at at time zone 'UTC')::float8 / 24) ^ 2)`

/** Calls of each place at each time, in order of time; a broken number of calls is rounded up as often as it is near to it. */
async function countedOf(sql: Sql, calls: number, now: Date): Promise<void> {
  await sql.query(
    `create temp table counted as
     with hour as (
       select at, ${busyness} as calls
       from generate_series(date_trunc('hour', $2::timestamptz) - interval '${days} days', $2::timestamptz - interval '1 hour', interval '1 hour') as at
     ), moment as (
       select 'HOUR'::"RollupGrain" as grain, at, at as written, calls from hour
       union all
       select grain, hub_begin(grain, at, 'UTC'), max(at), sum(calls)
       from hour, unnest(array['DAY', 'MONTH']::"RollupGrain"[]) as grain group by 1, 2
       union all
       select 'MINUTE', minute, minute, calls / 60
       from hour, generate_series(at, at + interval '59 minutes', interval '1 minute') as minute
       where at >= $2::timestamptz - interval '8 days'
     )
     select grain, at, dimension, connection, name, shape, calls, case when calls < 50 then (random() * 8)::int else 4 end as turn from (
       select moment.grain, moment.at, written, place.*,
         floor($1::float8 / ${days * 24} * moment.calls * place.share + random())::int as calls
       from moment cross join place
       where moment.grain <> 'MINUTE' or place.dimension in ('ALL', 'CONNECTION', 'PROVIDER')
     ) as each where calls > 0 order by written, grain, n`,
    [calls, now],
  )
  await sql.query(`analyze counted`)
}

/**
 * Latencies of so many calls: a hill in the logarithm, and one call in fifty anywhere up to four seconds. Calls stand at equal
 * distances below that curve, so a shape holds exactly as many as it should; few calls stand in one of nine ways.
 */
async function shapesOf(sql: Sql): Promise<void> {
  await sql.query(
    `create temp table shape as
     with curve as (
       select shape, bucket, case when bucket = 211 then 1 else
         0.98 / (1 + exp(-(bucket * ln(1.04) - 4.4 - shape * 0.15) / 0.35)) + 0.02 * least(1, 1.04::float8 ^ bucket / 4000) end as upto
       from generate_series(0, 7) as shape, generate_series(40, 211) as bucket
     ), step as (
       select *, lag(upto, 1, 0) over (partition by shape order by bucket) as before from curve
     ), one as (
       select distinct shape, calls, turn from counted
     )
     select one.shape, one.calls, one.turn, round(sum(held * 1.04::float8 ^ bucket))::bigint as latency,
       format('[%s:%s]={%s}', min(bucket) + 1, max(bucket) + 1, string_agg(held::text, ',' order by bucket))::int[] as buckets
     from one join lateral (
       select bucket, held, min(bucket) filter (where held > 0) over () as low, max(bucket) filter (where held > 0) over () as high
       from (
         select bucket, floor(one.calls * upto + (one.turn + 0.5) / 9)::int - floor(one.calls * before + (one.turn + 0.5) / 9)::int as held
         from step where step.shape = one.shape
       ) as each
     ) as filled on bucket between low and least(high, ${lastBucket})
     group by 1, 2, 3`,
  )
  await sql.query(`analyze shape`)
}

async function rowsOf(sql: Sql): Promise<void> {
  await sql.query(
    `insert into "CallRollup" ("organizationId", "grain", "dimension", "at", "connectionId", "name", "calls", "errors", "retries",
       "cached", "latencyTotalMs", "requestBytes", "responseBytes", "costMicros", "buckets")
     select $1::uuid, grain, dimension, at, connection, name, calls, calls * 3 / 100, calls / 50, calls / 20, latency,
       calls * 400::bigint, calls * 2000::bigint, calls * 2500::bigint, buckets
     from counted join shape using (shape, calls, turn)`,
    [organizationId],
  )
}

/** Webhooks at every connection, one for each call; deliveries at ten endpoints and events, as many. */
async function trafficOf(sql: Sql): Promise<void> {
  const counted = `from "CallRollup" where "organizationId" = $1::uuid and "dimension" = 'CONNECTION'`
  await withoutIndexes(sql, 'SourceRollup', () =>
    sql.query(
      `insert into "SourceRollup" ("organizationId", "sourceId", "grain", "at", "received", "verified", "duplicates", "failed", "bytes",
         "routed", "queueTotalMs", "lastAt")
       select $1::uuid, "connectionId", "grain", "at", "calls", "calls", "calls" / 30, "errors", "responseBytes", "calls", "calls" * 12, "at"
       ${counted} and "grain" <> 'MONTH'`,
      [organizationId],
    ),
  )
  await withoutIndexes(sql, 'DeliveryRollup', () =>
    sql.query(
      `insert into "DeliveryRollup" ("organizationId", "endpointId", "grain", "at", "attempts", "delivered", "failed", "latencyTotalMs",
         "queueTotalMs", "firstAttempts", "buckets")
       select $1::uuid, "connectionId", "grain", "at", "calls", "calls" - "errors", "errors", "latencyTotalMs", "calls" * 8, "calls", "buckets"
       ${counted} and "grain" <> 'MONTH' and "connectionId" in (select "id" from "Connection" order by "id" limit 10)`,
      [organizationId],
    ),
  )
  await sql.query(
    `insert into "EventRollup" ("organizationId", "grain", "at", "connectionId", "type", "currency", "events", "amountMinor")
     select $1::uuid, "grain", "at", "connectionId", 'payment.succeeded', 'AED', "calls", "calls" * 12000
     ${counted} and "grain" in ('HOUR', 'DAY')`,
    [organizationId],
  )
}

/** Fills a table before its indexes are made, as they stood: many rows are sorted once instead of one after another. */
async function withoutIndexes(sql: Sql, table: string, fill: () => Promise<unknown>): Promise<void> {
  const indexes = await sql.query<{ name: string; definition: string; key: string | null }>(
    `select i.indexrelid::regclass::text as "name", pg_get_indexdef(i.indexrelid) as "definition",
       (select format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
        from pg_constraint c where c.conindid = i.indexrelid and c.contype = 'p') as "key"
     from pg_index i where i.indrelid = $1::regclass`,
    [`"${table}"`],
  )
  for (const { name, key } of indexes)
    await sql.query(key === null ? `drop index ${name}` : `alter table "${table}" drop constraint ${name}`)
  await fill()
  for (const { definition, key } of indexes) await sql.query(key ?? definition)
}
