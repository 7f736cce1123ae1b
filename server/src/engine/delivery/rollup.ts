import type { Sql } from '@patchbay/prisma/database.ts'
import { histogramText } from '@patchbay/schema/load/histogram.ts'

/** One attempt, or one delivery given up without one, as the roll-up counts it. */
export interface Counted {
  readonly organizationId: string
  readonly endpointId: string
  readonly at: Date
  /** Null when nothing was sent. */
  readonly latencyMs: number | null
  readonly delivered: boolean
  readonly dead: boolean
  /** From the event to this attempt, when it is the first one of its delivery; null otherwise. */
  readonly queuedMs: number | null
}

const names = ['attempts', 'delivered', 'failed', 'dead', 'latencyTotalMs', 'firstAttempts', 'queueTotalMs'] as const
const quoted = names.map((name) => `"${name}"`)
const types = ['uuid', 'uuid', 'timestamptz', ...names.map(() => 'bigint'), 'text']
// In a fixed order of rows: two writers that count for the same endpoints must not wait for each other.
const statement = `
insert into "DeliveryRollup" as kept ("organizationId", "endpointId", "grain", "at", ${quoted.join(', ')}, "buckets")
select s.organization, s.endpoint, g.grain, hub_begin(g.grain, s.minute, o."timeZone"),
  ${quoted.map((name) => `sum(s.${name})`).join(', ')}, hub_sum_buckets(s.buckets::int[])
from unnest(${types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')})
  as s(organization, endpoint, minute, ${quoted.join(', ')}, buckets)
left join "Organization" o on o."id" = s.organization
cross join (values ('MINUTE'::"RollupGrain"), ('HOUR'), ('DAY')) as g(grain)
group by 1, 2, 3, 4 order by 1, 2, 3, 4
on conflict ("organizationId", "endpointId", "grain", "at") do update set
  ${quoted.map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')},
  "buckets" = hub_add_buckets(kept."buckets", excluded."buckets")`

/** Adds to the figures per endpoint, by minute, hour and day. What was never sent counts as no attempt. */
export async function rollUp(sql: Sql, counted: readonly Counted[]): Promise<void> {
  const rows = counted.filter((each) => each.latencyMs !== null || each.dead)
  if (rows.length === 0) return
  const groups = [...Map.groupBy(rows, (row) => `${row.endpointId} ${minuteOf(row.at)}`).values()]
  const first = (group: readonly Counted[]) => group[0] as Counted
  const sum = (of: (row: Counted) => number) => groups.map((group) => group.reduce((total, row) => total + of(row), 0))
  const columns = {
    attempts: sum((row) => (row.latencyMs === null ? 0 : 1)),
    delivered: sum((row) => (row.delivered ? 1 : 0)),
    failed: sum((row) => (row.latencyMs !== null && !row.delivered ? 1 : 0)),
    dead: sum((row) => (row.dead ? 1 : 0)),
    latencyTotalMs: sum((row) => row.latencyMs ?? 0),
    firstAttempts: sum((row) => (row.queuedMs === null ? 0 : 1)),
    queueTotalMs: sum((row) => Math.max(0, Math.round(row.queuedMs ?? 0))),
  }
  await sql.query(statement, [
    groups.map((group) => first(group).organizationId),
    groups.map((group) => first(group).endpointId),
    groups.map((group) => minuteOf(first(group).at)),
    ...names.map((name) => columns[name]),
    groups.map((group) => histogramText(group.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs])))),
  ])
}

const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()
