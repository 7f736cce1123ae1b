import type { Sql } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { packed, slice } from './packed.ts'
import type { DueEvent, Rule } from './normalise.ts'

/** Rows of one claim, and bytes of their bodies, at most. */
export interface ClaimSize {
  readonly rows: number
  readonly bytes: number
}

type Claimed = Omit<DueEvent, 'body'> & { readonly bytes: number }

const columns = `"seq", "id", "at", "organizationId", "sourceId", "connectionId", "provider", "vendorEventId", "vendorType",
  "occurredAt", "query", "head", "attempts", "run", "assignedType", "assignedMap", "bytes"`

// Locked until the transaction ends and passed over by everybody else: a router that is killed holds nothing.
const claimText = `
select ${columns} from "InboundEvent"
where "nextAttemptAt" <= $1::timestamptz
order by "nextAttemptAt" limit $2::int for update skip locked`
const claimOneText = `
select ${columns} from "InboundEvent"
where "at" = $1::timestamptz and "id" = $2::uuid and "nextAttemptAt" is not null for update skip locked`
const bodiesText = `
select e."id", e."body" from unnest($1::timestamptz[], $2::uuid[]) as wanted(at, id)
join "InboundEvent" e on e."at" = wanted.at and e."id" = wanted.id`

/** Claims what is due, oldest first. */
export async function claimDue(sql: Sql, now: Date, { rows, bytes }: ClaimSize): Promise<DueEvent[]> {
  const claimed = await sql.query<Claimed & Record<string, unknown>>(claimText, [now.toISOString(), rows])
  let size = 0
  // The rest is let go with this transaction and is the next one's.
  const fits = claimed.filter((row, n) => (size += row.bytes) <= bytes || n === 0)
  return withBodies(sql, fits)
}

/** Claims one row, due or waiting; null when it is done or somebody else's. */
export async function claimOne(sql: Sql, key: { readonly at: Date; readonly id: string }): Promise<DueEvent | null> {
  const claimed = await sql.query<Claimed & Record<string, unknown>>(claimOneText, [key.at.toISOString(), key.id])
  return (await withBodies(sql, claimed))[0] ?? null
}

async function withBodies(sql: Sql, rows: readonly Claimed[]): Promise<DueEvent[]> {
  if (rows.length === 0) return []
  const found = await sql.query<{ id: string; body: Uint8Array }>(bodiesText, [
    rows.map(({ at }) => at.toISOString()),
    rows.map(({ id }) => id),
  ])
  const bodies = new Map(found.map(({ id, body }) => [id, body]))
  return rows.map((row) => ({ ...row, body: bodies.get(row.id) ?? new Uint8Array() }))
}

/** Connections by id, as far as they are still there. */
export async function connectionsOf(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, Connection>> {
  const rows = await sql.query(`select * from "Connection" where "id" = any($1::uuid[])`, [[...new Set(ids)]])
  return new Map((rows as unknown as Connection[]).map((row) => [row.id, row]))
}

export async function rulesOf(sql: Sql, sourceIds: readonly string[]): Promise<Rule[]> {
  const rows = await sql.query(
    `select "sourceId", "vendorType", "eventType", "mapping" from "SourceRule" where "sourceId" = any($1::uuid[])`,
    [[...new Set(sourceIds)]],
  )
  return rows as unknown as Rule[]
}

/** A part of a batch, by its digest. */
export interface Part {
  readonly organizationId: string
  readonly sourceId: string
  readonly inboundEventId: string
  readonly at: Date
  readonly digest: Buffer
}

const partsText = `
insert into "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
select o, s, ${slice('$5', 'n', 32)}, e, a
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) with ordinality as given(o, s, e, a, n)
order by s, ${slice('$5', 'n', 32)}, n
on conflict do nothing`
const ownersText = `
select given.n::int as n from unnest($1::uuid[], $2::uuid[]) with ordinality as given(s, e, n)
join "InboundKey" k on k."sourceId" = s and k."digest" = ${slice('$3', 'n', 32)} and k."inboundEventId" = e`

/** Places (from 0) of the parts that belong to their event: nobody brought them before, or it did itself in an earlier run. */
export async function ownParts(sql: Sql, parts: readonly Part[]): Promise<ReadonlySet<number>> {
  if (parts.length === 0) return new Set()
  const sources = parts.map(({ sourceId }) => sourceId)
  const events = parts.map(({ inboundEventId }) => inboundEventId)
  const digests = packed(parts.map(({ digest }) => digest))
  await sql.query(partsText, [
    parts.map(({ organizationId }) => organizationId),
    sources,
    events,
    parts.map(({ at }) => at.toISOString()),
    digests,
  ])
  const own = await sql.query<{ n: number }>(ownersText, [sources, events, digests])
  return new Set(own.map(({ n }) => n - 1))
}

/** What routing made of a row. */
export interface Outcome {
  readonly due: DueEvent
  readonly state: 'ROUTED' | 'IGNORED' | 'UNMATCHED' | 'WAITING' | 'FAILED'
  readonly events: number
  readonly error: string | null
  readonly nextAttemptAt: Date | null
}

const settleText = `
update "InboundEvent" as e set
  "state" = g.state::"InboundState", "events" = g.events, "error" = g.error, "attempts" = e."attempts" + 1,
  "nextAttemptAt" = g.next, "routedAt" = case when g.state = 'ROUTED' then $6::timestamptz end,
  "seq" = nextval('hub_inbound_seq')
from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::int[], $5::text[], $7::timestamptz[])
  as g(at, id, state, events, error, next)
where e."at" = g.at and e."id" = g.id`

/** Writes outcomes under the stream's lock, which the caller holds. */
export async function settle(sql: Sql, outcomes: readonly Outcome[], now: Date): Promise<void> {
  await sql.query(settleText, [
    outcomes.map(({ due }) => due.at.toISOString()),
    outcomes.map(({ due }) => due.id),
    outcomes.map(({ state }) => state),
    outcomes.map(({ events }) => events),
    outcomes.map(({ error }) => error),
    now.toISOString(),
    outcomes.map(({ nextAttemptAt }) => nextAttemptAt?.toISOString() ?? null),
  ])
}
