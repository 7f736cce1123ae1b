import type { Sql } from '@patchbay/prisma/database.ts'
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
const statement = 'select duplicates, refused from hub_store_inbound($1::json, $2::bytea, $3::bytea, $4::int)'

interface Result extends Record<string, unknown> {
  readonly duplicates: readonly string[] | null
  readonly refused: readonly string[] | null
}

/** Stores a batch, all of it or nothing. Answers in the order of the arrivals. */
export async function store(sql: Sql, arrivals: readonly Arrival[]): Promise<Stored[]> {
  let start = 1
  // As JSON, which is written and read in native code, and bodies as one run of bytes: an array of them would be spelled out
  // in hexadecimal.
  const rows = arrivals.map(({ body, digest: _digest, ...row }, n) => {
    const own = { ...row, place: n + 1, start, bytes: body.byteLength }
    start += body.byteLength
    return own
  })
  const [result] = await sql.query<Result>(statement, [
    JSON.stringify(rows),
    packed(arrivals.map(({ body }) => body)),
    packed(arrivals.map(({ digest }) => digest)),
    quarantineRoom,
  ])
  const duplicates = new Set(result?.duplicates)
  const refused = new Set(result?.refused)
  return arrivals.map(({ id }) => (duplicates.has(id) ? 'DUPLICATE' : refused.has(id) ? 'REFUSED' : 'STORED'))
}
