import type { Sql } from '@patchbay/prisma/database.ts'

/** One attempt, or one delivery given up without one, as the roll-up counts it. */
export interface Counted {
  readonly organizationId: string
  readonly endpointId: string
  readonly at: Date
  /** Null when nothing was sent. */
  readonly latencyMs: number | null
  readonly delivered: boolean
  readonly dead: boolean
}

/** Highest bucket: 2^(40/2) ms are 17 minutes. */
const lastBucket = 40

/** Bucket of a latency: bucket n holds attempts up to 2^(n/2) ms. */
const bucketOf = (latencyMs: number) => (latencyMs <= 1 ? 0 : Math.min(lastBucket, Math.ceil(2 * Math.log2(latencyMs))))

const types = ['uuid', 'uuid', 'timestamptz', 'int', 'int', 'int', 'int', 'bigint', 'text']
const statement = `
insert into "DeliveryRollup" as kept
  ("organizationId", "endpointId", "minute", "attempts", "delivered", "failed", "dead", "latencyTotalMs", "buckets")
select o, e, m, attempts, delivered, failed, dead, latency, buckets::int[]
from unnest(${types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')})
  as sums(o, e, m, attempts, delivered, failed, dead, latency, buckets)
on conflict ("organizationId", "endpointId", "minute") do update set
  "attempts" = kept."attempts" + excluded."attempts",
  "delivered" = kept."delivered" + excluded."delivered",
  "failed" = kept."failed" + excluded."failed",
  "dead" = kept."dead" + excluded."dead",
  "latencyTotalMs" = kept."latencyTotalMs" + excluded."latencyTotalMs",
  "buckets" = hub_add_buckets(kept."buckets", excluded."buckets")`

/** Adds to the figures per endpoint and minute. What was never sent counts as no attempt. */
export async function rollUp(sql: Sql, counted: readonly Counted[]): Promise<void> {
  const rows = counted.filter((each) => each.latencyMs !== null || each.dead)
  if (rows.length === 0) return
  const groups = Map.groupBy(rows, (row) => `${row.endpointId} ${minuteOf(row.at)}`)
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  const first = (group: readonly Counted[]) => group[0] as Counted
  const count = (group: readonly Counted[], of: (row: Counted) => boolean) => group.filter(of).length
  await sql.query(statement, [
    sorted.map((group) => first(group).organizationId),
    sorted.map((group) => first(group).endpointId),
    sorted.map((group) => minuteOf(first(group).at)),
    sorted.map((group) => count(group, (row) => row.latencyMs !== null)),
    sorted.map((group) => count(group, (row) => row.delivered)),
    sorted.map((group) => count(group, (row) => row.latencyMs !== null && !row.delivered)),
    sorted.map((group) => count(group, (row) => row.dead)),
    sorted.map((group) => group.reduce((sum, row) => sum + (row.latencyMs ?? 0), 0)),
    sorted.map(histogram),
  ])
}

const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()

function histogram(group: readonly Counted[]): string {
  const counts: number[] = []
  for (const { latencyMs } of group) {
    if (latencyMs === null) continue
    const bucket = bucketOf(latencyMs)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return `{${Array.from(counts, (count) => count ?? 0).join(',')}}`
}
