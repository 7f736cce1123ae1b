import type { Sql } from '@patchbay/prisma/database.ts'

const sums = ['calls', 'errors', 'retries', 'cached', 'limited', 'latencyTotalMs', 'requestBytes', 'responseBytes']
const quoted = [...sums, 'costMicros'].map((name) => `"${name}"`)

/** Makes the coarser rows, and those of the whole organization, from rows by minute and connection that a test wrote. */
export async function rollUpMinutes(sql: Sql): Promise<void> {
  await sql.query(
    `insert into "CallRollup" ("organizationId", "grain", "dimension", "at", "connectionId", ${quoted.join(', ')}, "buckets")
     select r."organizationId", g.grain, d.dimension, hub_begin(g.grain, r."at", o."timeZone"), d.connection,
       ${quoted.map((name) => `sum(r.${name})`).join(', ')}, hub_sum_buckets(r."buckets")
     from "CallRollup" r join "Organization" o on o."id" = r."organizationId"
     cross join unnest(enum_range(null::"RollupGrain")) as g(grain)
     cross join lateral (values ('CONNECTION'::"CallDimension", r."connectionId"),
       ('ALL', '00000000-0000-0000-0000-000000000000')) as d(dimension, connection)
     where r."grain" = 'MINUTE' and r."dimension" = 'CONNECTION' and (g.grain <> 'MINUTE' or d.dimension = 'ALL')
     group by 1, 2, 3, 4, 5
     on conflict ("organizationId", "grain", "dimension", "at", "connectionId", "name") do update set
       ${quoted.map((name) => `${name} = excluded.${name}`).join(', ')}, "buckets" = excluded."buckets"`,
  )
}
