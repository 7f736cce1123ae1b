import type { Sql } from '@patchbay/prisma/database.ts'

const sums = ['calls', 'errors', 'retries', 'cached', 'limited', 'latencyTotalMs', 'requestBytes', 'responseBytes']
const quoted = [...sums, 'costMicros'].map((name) => `"${name}"`)

/** Makes the coarser rows, those of providers and of the whole organization, from rows by minute and connection that a test wrote. */
export async function rollUpMinutes(sql: Sql): Promise<void> {
  await sql.query(
    `insert into "CallRollup" ("organizationId", "grain", "dimension", "at", "connectionId", "name", ${quoted.join(', ')}, "buckets")
     select r."organizationId", g.grain, d.dimension, hub_begin(g.grain, r."at", o."timeZone"), d.connection, d.name,
       ${quoted.map((name) => `sum(r.${name})`).join(', ')}, hub_sum_buckets(r."buckets")
     from "CallRollup" r join "Organization" o on o."id" = r."organizationId"
     left join "Connection" c on c."id" = r."connectionId"
     cross join unnest(enum_range(null::"RollupGrain")) as g(grain)
     cross join lateral (values ('CONNECTION', r."connectionId", ''),
       ('PROVIDER', '00000000-0000-0000-0000-000000000000', coalesce(c."provider", 'deleted')),
       ('ALL', '00000000-0000-0000-0000-000000000000', '')) as d(dimension, connection, name)
     where r."grain" = 'MINUTE' and r."dimension" = 'CONNECTION' and (g.grain <> 'MINUTE' or d.dimension <> 'CONNECTION')
     group by 1, 2, 3, 4, 5, 6
     on conflict ("organizationId", "grain", "dimension", "at", "connectionId", "name") do update set
       ${quoted.map((name) => `${name} = excluded.${name}`).join(', ')}, "buckets" = excluded."buckets"`,
  )
}
