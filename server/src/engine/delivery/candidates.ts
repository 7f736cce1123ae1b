import type { Sql } from '@patchbay/prisma/database.ts'
import type { Allowance } from './allowance.ts'
import type { Lane } from './lane.ts'

/** A delivery that may be sent now; its row is locked. */
export interface Candidate {
  readonly id: string
  readonly at: Date
  readonly endpointId: string
  readonly eventId: string
  readonly round: number
  readonly attempts: number
  /** An attempt was open when its claim ended. */
  readonly reclaimed: boolean
  /** The event; null when it is no longer kept. */
  readonly event: {
    readonly type: string
    readonly version: number
    readonly occurredAt: Date
    readonly connectionId: string | null
    readonly provider: string | null
    readonly data: unknown
    readonly source: unknown
    readonly test: boolean
  } | null
}

/** A lane and how much of it may be taken. */
export interface Wanted {
  readonly lane: Lane
  readonly allowance: Allowance
}

// The oldest delivery of a key that is still to be sent stands before the others; one that was given up does not.
const inOrder = `
  and (not wanted."strict" or due."orderKey" is null or not exists (
    select from "Delivery" older
    where older."endpointId" = due."endpointId" and older."orderKey" = due."orderKey"
      and older."nextAttemptAt" is not null and (older."at", older."id") < (due."at", due."id")
  ))`

const rules = {
  DUE: {
    when: `due."nextAttemptAt" <= $4::timestamptz`,
    order: `due."nextAttemptAt", due."id"`,
  },
  // What failed before the endpoint came back waits for its place in the queue, not for its time.
  AGE: {
    when: `due."nextAttemptAt" is not null
      and (due."nextAttemptAt" <= $4::timestamptz or (due."state" = 'WAITING' and due."lastAttemptAt" < wanted."since"))`,
    order: `due."at", due."id"`,
  },
} as const

const textOf = ({ when, order }: { readonly when: string; readonly order: string }) => `
select found.*, event."id" is not null as "kept", event."type", event."version", event."occurredAt",
  event."connectionId", event."provider", event."data", event."source", event."test"
from unnest($1::uuid[], $2::int[], $3::bool[], $5::timestamptz[]) as wanted("endpointId", "most", "strict", "since")
cross join lateral (
  select due."id", due."at", due."endpointId", due."eventId", due."round", due."attempts",
    due."state" = 'SENDING' as "reclaimed"
  from "Delivery" due
  where due."endpointId" = wanted."endpointId" and ${when}${inOrder}
  order by ${order} limit wanted."most"
  for no key update skip locked
) found
left join "Event" event on event."at" = found."at" and event."id" = found."eventId"`

const texts = { DUE: textOf(rules.DUE), AGE: textOf(rules.AGE) }

/** Finds and locks what may be sent of these lanes, in the order it is to be sent. */
export async function findCandidates(sql: Sql, wanted: readonly Wanted[], now: Date): Promise<Candidate[]> {
  const byAge = wanted.filter(({ allowance }) => allowance.mode === 'AGE')
  const byTime = wanted.filter(({ allowance }) => allowance.mode !== 'AGE')
  const found: Candidate[] = []
  for (const [text, group] of [[texts.DUE, byTime] as const, [texts.AGE, byAge] as const])
    if (group.length > 0) found.push(...(await read(sql, text, group, now)))
  return found
}

type Row = Omit<Candidate, 'event'> & NonNullable<Candidate['event']> & { readonly kept: boolean }

async function read(sql: Sql, text: string, wanted: readonly Wanted[], now: Date): Promise<Candidate[]> {
  const rows = (await sql.query(text, [
    wanted.map(({ lane }) => lane.endpointId),
    wanted.map(({ allowance }) => allowance.limit),
    wanted.map(({ lane }) => lane.strictOrder),
    now.toISOString(),
    wanted.map(({ lane }) => lane.breakerSince.toISOString()),
  ])) as unknown as Row[]
  return rows.map(({ id, at, endpointId, eventId, round, attempts, reclaimed, kept, ...event }) => ({
    ...{ id, at, endpointId, eventId, round, attempts, reclaimed },
    event: kept ? event : null,
  }))
}
