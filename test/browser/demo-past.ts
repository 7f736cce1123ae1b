import type { Database } from '@patchbay/prisma/database.ts'
import { rollUpMinutes } from '../support/rollups.ts'

/**
 * Gives the demo a past, for pictures: 90 days of health with a few bad hours, an hour of probes, and a day of calls. Only
 * counts and states are made up; every call a picture shows was really made.
 */
export async function giveThePast(database: Database): Promise<void> {
  const { sql } = database.system
  await sql.query(
    `update "Connection" set "createdAt" = now() - interval '94 days', "healthSince" = now() - interval '12 days'`,
    [],
  )
  await sql.query(
    `insert into "HealthTransition" ("id", "organizationId", "connectionId", "at", "from", "to", "reason")
     select gen_random_uuid(), c."organizationId", c."id", t.at, t.before::"HealthState", t.after::"HealthState", t.reason
     from (select *, row_number() over (order by "id") as n from "Connection") as c
     cross join lateral (
       select now() - interval '93 days' as at, 'UNKNOWN' as before, 'HEALTHY' as after, 'Probes succeed.' as reason
       union all
       select start, 'HEALTHY', worse, 'Probes were slow or failed.' from bad
       union all
       select start + length, worse, 'HEALTHY', 'Probes succeed again.' from bad
     ) as t
     order by t.at`.replaceAll(
      'from bad',
      `from (select now() - make_interval(days => ((c.n * 7 + k * 23) % 88 + 2)::int, mins => (c.n * 37 % 600)::int) as start,
         make_interval(mins => (14 + (c.n * 11 + k * 17) % 50)::int) as length,
         case when (c.n + k) % 4 = 0 then 'DOWN' else 'DEGRADED' end as worse
       from generate_series(1, 1 + c.n % 3) as k) as bad`,
    ),
    [],
  )
  await sql.query(
    `insert into "Probe" ("id", "organizationId", "connectionId", "at", "ok", "latencyMs", "state")
     select gen_random_uuid(), c."organizationId", c."id", c."at" - make_interval(secs => k * 90), true,
       (60 + c.n * 18 + 26 * sin(k / 3.0 + c.n) + 40 * random())::int, 'HEALTHY'
     from (select "id", "organizationId", now() - interval '3 minutes' as "at", row_number() over (order by "id") as n from "Connection") as c,
       generate_series(1, 40) as k`,
    [],
  )
  await sql.query(
    `insert into "CallRollup"
       ("organizationId", "grain", "dimension", "connectionId", "at", "calls", "errors", "latencyTotalMs", "requestBytes", "responseBytes", "buckets")
     select c."organizationId", 'MINUTE', 'CONNECTION', c."id", m, calls, (random() < 0.04)::int, calls * 96, calls * 420, calls * 2100,
       array_fill(0, array[12], array[104]) || array[calls - calls / 2 - calls / 4, calls / 2, 0, 0, 0, 0, 0, calls / 4]
     from (select "id", "organizationId", row_number() over (order by "id") as n from "Connection") as c,
       generate_series(date_trunc('minute', now()) - interval '30 hours', date_trunc('minute', now()) - interval '1 minute', interval '1 minute') as m,
       lateral (select (1 + random() * 4 + 3 * abs(sin(extract(epoch from m) / 1100)))::int * (1 + c.n % 3)::int as calls) as sum
     on conflict do nothing`,
    [],
  )
  await rollUpMinutes(sql)
}
