import type { Sql } from '@patchbay/prisma/database.ts'
import { plainArray, textArray } from '@patchbay/prisma/array-text.ts'
import { packed } from './packed.ts'

/** A request on its way into the log, judged. */
export interface Arrival {
  readonly id: string
  readonly at: Date
  readonly organizationId: string
  readonly sourceId: string
  readonly connectionId: string
  readonly provider: string
  readonly vendorEventId: string | null
  readonly vendorType: string | null
  readonly occurredAt: Date | null
  readonly verdict: string
  readonly verdictText: string
  readonly method: string
  readonly query: string
  readonly head: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly ipAddress: string | null
  readonly correlationId: string
  /** What must be stored once, 32 bytes. */
  readonly digest: Uint8Array
}

/** STORED now; stored before (DUPLICATE); REFUSED: the source's quarantine is full. */
export type Stored = 'STORED' | 'DUPLICATE' | 'REFUSED'

/** Channel on which routers hear of new events; rung by hub_store_inbound. */
export const inboundChannel = 'hub_inbound'

/** Unproven requests kept per source: enough to see what is wrong, too few to fill a disk with. */
export const quarantineRoom = 1_000

// Keys, rows and counts in one statement (prisma/migrations, hub_store_inbound).
const types = {
  ids: 'uuid[]',
  instants: 'bigint[]',
  organizations: 'uuid[]',
  sources: 'uuid[]',
  connections: 'uuid[]',
  providers: 'text[]',
  vendorIds: 'text[]',
  vendorTypes: 'text[]',
  occurred: 'timestamptz[]',
  verdicts: 'text[]',
  words: 'text[]',
  methods: 'text[]',
  queries: 'text[]',
  heads: 'text[]',
  addresses: 'text[]',
  correlations: 'text[]',
  starts: 'int[]',
  sizes: 'int[]',
}
// Arrays as text, made here: both drivers would take each value apart once more.
const arrays = Object.values(types).map((type, n) => `$${n + 1}::text::${type}`)
const statement = `select duplicates, refused from hub_store_inbound(${arrays.join(', ')}, $19::bytea, $20::bytea, $21::int)`

interface Result extends Record<string, unknown> {
  readonly duplicates: readonly string[] | null
  readonly refused: readonly string[] | null
}

/** Stores a batch, all of it or nothing. Answers in the order of the arrivals. */
export async function store(sql: Sql, arrivals: readonly Arrival[]): Promise<Stored[]> {
  // Bodies and digests as runs of bytes: arrays of them would be spelled out in hexadecimal.
  const [result] = await sql.query<Result>(statement, [
    ...Object.values(columnsOf(arrivals)),
    packed(arrivals.map(({ body }) => body)),
    packed(arrivals.map(({ digest }) => digest)),
    quarantineRoom,
  ])
  const duplicates = new Set(result?.duplicates)
  const refused = new Set(result?.refused)
  if (duplicates.size === 0 && refused.size === 0) return arrivals.map(() => 'STORED')
  return arrivals.map(({ id }) => (duplicates.has(id) ? 'DUPLICATE' : refused.has(id) ? 'REFUSED' : 'STORED'))
}

/** One array per column, in the order of the function's parameters. */
function columnsOf(arrivals: readonly Arrival[]): Record<keyof typeof types, string> {
  let end = 1
  const sizes = arrivals.map(({ body }) => body.byteLength)
  const starts = sizes.map((size) => (end += size) - size)
  return {
    ids: plainArray(arrivals.map(({ id }) => id)),
    instants: plainArray(arrivals.map(({ at }) => at.getTime())),
    organizations: plainArray(arrivals.map(({ organizationId }) => organizationId)),
    sources: plainArray(arrivals.map(({ sourceId }) => sourceId)),
    connections: plainArray(arrivals.map(({ connectionId }) => connectionId)),
    providers: textArray(arrivals.map(({ provider }) => provider)),
    vendorIds: textArray(arrivals.map(({ vendorEventId }) => vendorEventId)),
    vendorTypes: textArray(arrivals.map(({ vendorType }) => vendorType)),
    occurred: plainArray(arrivals.map(({ occurredAt }) => occurredAt?.toISOString() ?? null)),
    verdicts: textArray(arrivals.map(({ verdict }) => verdict)),
    words: textArray(arrivals.map(({ verdictText }) => verdictText)),
    methods: textArray(arrivals.map(({ method }) => method)),
    queries: textArray(arrivals.map(({ query }) => query)),
    heads: textArray(arrivals.map(({ head }) => JSON.stringify(head))),
    addresses: textArray(arrivals.map(({ ipAddress }) => ipAddress)),
    correlations: textArray(arrivals.map(({ correlationId }) => correlationId)),
    starts: plainArray(starts),
    sizes: plainArray(sizes),
  }
}
