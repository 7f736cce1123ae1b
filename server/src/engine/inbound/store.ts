import type { Sql } from '@patchbay/prisma/database.ts'
import type { LiveWriter } from '../live/contract.ts'
import { packed, slice } from './packed.ts'
import { Tally } from './tally.ts'

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
  /** JSON. */
  readonly head: string
  readonly body: Uint8Array
  readonly ipAddress: string | null
  readonly correlationId: string
  /** What must be stored once, 32 bytes. */
  readonly digest: Uint8Array
}

/** STORED now; stored before (DUPLICATE); REFUSED: the source's quarantine is full. */
export type Stored = 'STORED' | 'DUPLICATE' | 'REFUSED'

/** Channel on which routers hear of new events. */
export const inboundChannel = 'hub_inbound'

/** Unproven requests kept per source: enough to see what is wrong, too few to fill a disk with. */
export const quarantineRoom = 1_000

const digestBytes = 32

// In a fixed order of keys: two batches with the same ones wait for each other only one way. What another transaction is
// just inserting is waited for, so a duplicate is answered after the first is committed.
const keysText = `
insert into "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
select o, s, ${slice('$5', 'n', digestBytes)}, e, a
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) with ordinality as given(o, s, e, a, n)
order by s, ${slice('$5', 'n', digestBytes)}
on conflict do nothing
returning "inboundEventId" as id`

const columns = {
  id: 'uuid',
  at: 'timestamptz',
  organizationId: 'uuid',
  sourceId: 'uuid',
  connectionId: 'uuid',
  provider: 'text',
  vendorEventId: 'text',
  vendorType: 'text',
  occurredAt: 'timestamptz',
  verdict: 'text',
  verdictText: 'text',
  method: 'text',
  query: 'text',
  head: 'text',
  ipAddress: 'text',
  correlationId: 'text',
} as const satisfies Partial<Record<keyof Arrival, string>>
const names = Object.keys(columns) as (keyof typeof columns)[]
const quoted = names.map((name) => `"${name}"`).join(', ')
const selected = names.map((name) => (name === 'head' ? `"head"::jsonb` : `"${name}"`)).join(', ')
const typed = Object.values(columns).map((type, n) => `$${n + 1}::${type}[]`)
const body = names.length + 3

// Bodies travel as one run of bytes: as an array they would be spelled out in hexadecimal, twice as long.
const eventsText = `
with added as (
  insert into "InboundEvent" (${quoted}, "state", "nextAttemptAt", "body", "bytes")
  select ${selected},
    case when "verdict" = 'VERIFIED' then 'RECEIVED' else 'QUARANTINED' end::"InboundState",
    case when "verdict" = 'VERIFIED' then "at" end,
    substring($${body}::bytea from start for length), length
  from unnest(${typed.join(', ')}, $${names.length + 1}::int[], $${names.length + 2}::int[])
    as given(${quoted}, start, length)
)
select pg_notify('${inboundChannel}', '')`

const isVerified = (arrival: Arrival) => arrival.verdict === 'VERIFIED'
const keyOf = ({ sourceId, digest }: Arrival) => `${sourceId} ${Buffer.from(digest).toString('base64')}`

/**
 * Writes a batch in the caller's transaction: keys, then events for the keys that are new, then the counts. Answers in
 * the order of the arrivals.
 */
export async function store(
  sql: Sql,
  live: Pick<LiveWriter, 'append'>,
  arrivals: readonly Arrival[],
  refused: Tally,
): Promise<Stored[]> {
  const byKey = new Map<string, Arrival>()
  for (const arrival of arrivals) if (!byKey.has(keyOf(arrival))) byKey.set(keyOf(arrival), arrival)
  const firsts = [...byKey.values()]
  const fresh = await claim(sql, firsts.filter(isVerified))
  const unproven = firsts.filter((arrival) => !isVerified(arrival))
  if (fresh.size > 0 || unproven.length > 0) await live.append(sql, 'inbound')
  // Counted and filled under the stream's lock, or two replicas would fill the same last places.
  const { added, full } = await quarantine(sql, unproven)
  const rows = firsts.filter(({ id }) => fresh.has(id) || added.has(id))
  if (rows.length > 0) await insert(sql, rows)

  const stored = new Set(rows.map(({ id }) => id))
  const outcomes = arrivals.map(({ id }): Stored => {
    if (stored.has(id)) return 'STORED'
    return full.has(id) ? 'REFUSED' : 'DUPLICATE'
  })
  await count(arrivals, outcomes, refused).write(sql)
  return outcomes
}

/** Ids of the arrivals whose key is new. */
async function claim(sql: Sql, arrivals: readonly Arrival[]): Promise<ReadonlySet<string>> {
  if (arrivals.length === 0) return new Set()
  const rows = await sql.query<{ id: string }>(keysText, [
    arrivals.map(({ organizationId }) => organizationId),
    arrivals.map(({ sourceId }) => sourceId),
    arrivals.map(({ id }) => id),
    arrivals.map(({ at }) => at.toISOString()),
    packed(arrivals.map(({ digest }) => digest)),
  ])
  return new Set(rows.map(({ id }) => id))
}

interface Quarantined {
  readonly added: ReadonlySet<string>
  /** Ids of what found no room. */
  readonly full: ReadonlySet<string>
}

async function quarantine(sql: Sql, arrivals: readonly Arrival[]): Promise<Quarantined> {
  if (arrivals.length === 0) return { added: new Set(), full: new Set() }
  const counts = await sql.query<{ source: string; kept: number }>(
    `select s as source, (select count(*)::int from (
       select from "InboundEvent" where "sourceId" = s and "state" = 'QUARANTINED' limit ${quarantineRoom}) as kept) as kept
     from unnest($1::uuid[]) as s`,
    [[...new Set(arrivals.map(({ sourceId }) => sourceId))]],
  )
  const room = new Map(counts.map(({ source, kept }) => [source, quarantineRoom - kept]))
  const fits: Arrival[] = []
  const full = new Set<string>()
  for (const arrival of arrivals) {
    const left = room.get(arrival.sourceId) ?? 0
    room.set(arrival.sourceId, left - 1)
    // No key either: keys of what is not stored would fill the disk in its place.
    if (left > 0) fits.push(arrival)
    else full.add(arrival.id)
  }
  return { added: await claim(sql, fits), full }
}

async function insert(sql: Sql, rows: readonly Arrival[]): Promise<void> {
  let end = 1
  const starts = rows.map(({ body: { byteLength } }) => {
    end += byteLength
    return end - byteLength
  })
  await sql.query(eventsText, [
    ...names.map((name) => rows.map((row) => toText(row[name]))),
    starts,
    rows.map((row) => row.body.byteLength),
    packed(rows.map((row) => row.body)),
  ])
}

function toText(value: string | Date | null): string | null {
  return value instanceof Date ? value.toISOString() : value
}

function count(arrivals: readonly Arrival[], outcomes: readonly Stored[], refused: Tally): Tally {
  const tally = new Tally()
  tally.join(refused)
  arrivals.forEach((arrival, n) => {
    const outcome = outcomes[n]
    const how =
      outcome === 'DUPLICATE'
        ? 'duplicates'
        : outcome === 'REFUSED'
          ? 'refused'
          : isVerified(arrival)
            ? 'verified'
            : 'quarantined'
    tally.add(arrival, arrival.at, { received: 1, bytes: arrival.body.byteLength, [how]: 1 })
  })
  return tally
}
