import type { Sql } from '@patchbay/prisma/database.ts'

/** What is counted per source, by minute, hour and day. A request is one of verified, duplicates, quarantined and refused. queueTotalMs: receipt to routed. */
export const counters = [
  'received',
  'verified',
  'duplicates',
  'quarantined',
  'refused',
  'failed',
  'bytes',
  'routed',
  'queueTotalMs',
] as const
export type Counter = (typeof counters)[number]

interface Sum {
  readonly organizationId: string
  readonly sourceId: string
  readonly minute: string
  lastAt: Date
  readonly counts: Record<Counter, number>
}

const quoted = counters.map((name) => `"${name}"`)
const types = ['uuid', 'uuid', 'timestamptz', 'timestamptz', ...counters.map(() => 'bigint')]
// In a fixed order of rows: two writers that count for the same sources must not wait for each other.
const statement = `
insert into "SourceRollup" as kept ("organizationId", "sourceId", "grain", "at", "lastAt", ${quoted.join(', ')})
select s.organization, s.source, g.grain, hub_begin(g.grain, s.minute, o."timeZone"), max(s.last),
  ${quoted.map((name) => `sum(s.${name})`).join(', ')}
from unnest(${types.map((type, n) => `$${n + 1}::${type}[]`).join(', ')})
  as s(organization, source, minute, last, ${quoted.join(', ')})
left join "Organization" o on o."id" = s.organization
cross join (values ('MINUTE'::"RollupGrain"), ('HOUR'), ('DAY')) as g(grain)
group by 1, 2, 3, 4 order by 1, 2, 3, 4
on conflict ("organizationId", "sourceId", "grain", "at") do update set
  "lastAt" = greatest(kept."lastAt", excluded."lastAt"),
  ${quoted.map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')}`

/** Counts of requests on their way to the roll-up. */
export class Tally {
  #sums = new Map<string, Sum>()

  get empty(): boolean {
    return this.#sums.size === 0
  }

  add(
    source: { readonly organizationId: string; readonly sourceId: string },
    at: Date,
    counts: Partial<Record<Counter, number>>,
  ): void {
    const { organizationId, sourceId } = source
    const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()
    const key = `${sourceId} ${minute}`
    const sum = this.#sums.get(key) ?? { organizationId, sourceId, minute, lastAt: at, counts: zeros() }
    if (at > sum.lastAt) sum.lastAt = at
    for (const name of counters) sum.counts[name] += counts[name] ?? 0
    this.#sums.set(key, sum)
  }

  /** Takes everything out, to be written or put back. */
  take(): Tally {
    const taken = new Tally()
    taken.#sums = this.#sums
    this.#sums = new Map()
    return taken
  }

  join(other: Tally): void {
    for (const { lastAt, counts, ...source } of other.#sums.values()) this.add(source, lastAt, counts)
  }

  /** Writes the counts in the caller's transaction. */
  async write(sql: Sql): Promise<void> {
    const sums = [...this.#sums.values()]
    if (sums.length === 0) return
    await sql.query(statement, [
      sums.map((sum) => sum.organizationId),
      sums.map((sum) => sum.sourceId),
      sums.map((sum) => sum.minute),
      sums.map((sum) => sum.lastAt.toISOString()),
      ...counters.map((name) => sums.map((sum) => sum.counts[name])),
    ])
  }
}

function zeros(): Record<Counter, number> {
  return {
    received: 0,
    verified: 0,
    duplicates: 0,
    quarantined: 0,
    refused: 0,
    failed: 0,
    bytes: 0,
    routed: 0,
    queueTotalMs: 0,
  }
}
