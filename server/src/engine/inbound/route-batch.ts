import type { Sql } from '@patchbay/prisma/database.ts'
import type { FanOut, NewEvent, Payloads } from '../delivery/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import { routingWaits, withJitter } from './backoff.ts'
import type { Reactions } from './contract.ts'
import { partDigest } from './keep.ts'
import { storable } from './message.ts'
import {
  assignedOf,
  normalise,
  RoutingFault,
  storedMessage,
  type Assigned,
  type DueEvent,
  type Meaning,
  type NormaliserOptions,
} from './normalise.ts'
import { connectionsOf, ownParts, rulesOf, settle, type Outcome, type Part } from './route-rows.ts'
import { Tally } from './tally.ts'

export interface RouteOptions extends NormaliserOptions {
  readonly live: Pick<LiveWriter, 'append'>
  readonly fanOut: FanOut
  readonly payloads: Pick<Payloads, 'map'>
  readonly reactions: Reactions
  readonly now: () => Date
  readonly random: () => number
  /** Takes secrets out of words: a mapping may complain of the very value it stumbled over. */
  readonly redact: (text: string) => string
}

/** Longest error that is kept, in characters. */
const longestError = 1_000

/** Results of mappings by event; a row of another seq has changed since. */
export type Mapped = ReadonlyMap<
  string,
  { readonly seq: bigint; readonly result: { value: unknown } | { fault: string } }
>

/** A mapping that has to be made outside of the transaction: it may take its time, and the database would wait for it. */
export interface WantedMapping {
  readonly due: DueEvent
  readonly expression: string
}

export interface Routed {
  readonly settled: number
  readonly wanted: readonly WantedMapping[]
}

/** Makes mappings, one after the other: each is bounded by itself. */
export async function makeMappings(payloads: Pick<Payloads, 'map'>, wanted: readonly WantedMapping[]): Promise<Mapped> {
  const made = new Map<string, { seq: bigint; result: { value: unknown } | { fault: string } }>()
  for (const { due, expression } of wanted)
    made.set(due.id, { seq: due.seq, result: await payloads.map(expression, storedMessage(due).body ?? null) })
  return made
}

/**
 * Routes claimed rows in the transaction that claimed them: events, deliveries, reactions and the rows' own state, or
 * nothing at all. Rows whose mapping is not made yet are left as they are and named.
 */
export async function routeBatch(
  sql: Sql,
  rows: readonly DueEvent[],
  mapped: Mapped,
  options: RouteOptions,
): Promise<Routed> {
  const { now } = options
  const connections = await connectionsOf(
    sql,
    rows.map(({ connectionId }) => connectionId),
  )
  const rules = await rulesOf(
    sql,
    rows.map(({ sourceId }) => sourceId),
  )
  const wanted: WantedMapping[] = []
  const outcomes: Outcome[] = []
  const meant: { readonly due: DueEvent; readonly meaning: Meaning }[] = []
  for (const due of rows) {
    const assigned = assignedOf(due, rules)
    const made = mapped.get(due.id)
    if (assigned !== null && assigned.mapping !== null && made?.seq !== due.seq) {
      wanted.push({ due, expression: assigned.mapping })
      continue
    }
    try {
      const meaning = mean(due, assigned, made?.result)
      meant.push({ due, meaning })
    } catch (error) {
      if (!(error instanceof RoutingFault)) throw error
      outcomes.push(failed(due, error.message, options))
    }
  }
  const events = await record(meant)
  await finish(outcomes, events)
  return { settled: outcomes.length, wanted }

  function mean(due: DueEvent, assigned: Assigned | null, made: { value: unknown } | { fault: string } | undefined) {
    if (made !== undefined && 'fault' in made) throw new RoutingFault(`Its mapping fails: ${made.fault}`)
    const connection = connections.get(due.connectionId)
    return normalise(due, { connection, assigned, mapped: made?.value }, options)
  }

  /** Parts and reactions, which lock rows, come before the streams' locks. */
  async function record(all: typeof meant): Promise<NewEvent[]> {
    const parts: Part[] = []
    const partOf = new Map<NewEvent, number>()
    for (const { due, meaning } of all) {
      if (meaning.state !== 'ROUTED') continue
      meaning.events.forEach((event, n) => {
        const key = meaning.keys[n] ?? null
        if (key === null) return
        partOf.set(event, parts.length)
        const { organizationId, sourceId, id: inboundEventId, at } = due
        parts.push({ organizationId, sourceId, inboundEventId, at, digest: partDigest(key) })
      })
    }
    const own = await ownParts(sql, parts)
    const seen = new Set<string>()
    const isOwn = (event: NewEvent) => {
      const n = partOf.get(event)
      const part = n === undefined ? undefined : parts[n]
      if (n === undefined || part === undefined) return true
      const key = `${part.sourceId} ${part.digest.toString('base64')}`
      if (!own.has(n) || seen.has(key)) return false
      seen.add(key)
      return true
    }
    const events: NewEvent[] = []
    for (const { due, meaning } of all) {
      const fresh = meaning.state === 'ROUTED' ? meaning.events.filter(isOwn) : []
      events.push(...fresh)
      // A batch all of whose parts came before says nothing new.
      const state = meaning.state === 'ROUTED' && fresh.length === 0 ? 'IGNORED' : meaning.state
      outcomes.push({ due, state, events: fresh.length, error: null, nextAttemptAt: null })
    }
    for (const event of events) for (const react of options.reactions[event.type] ?? []) await react(sql, event)
    return events
  }

  async function finish(all: readonly Outcome[], events: readonly NewEvent[]): Promise<void> {
    if (all.length === 0) return
    await options.live.append(sql, 'inbound')
    await settle(sql, all, now())
    await countOutcomes(sql, all, now())
    await options.fanOut.record(sql, events)
  }
}

/** What a failed row comes to: tried again later, or given up. */
export function failed(
  due: DueEvent,
  error: string,
  { now, random, redact }: Pick<RouteOptions, 'now' | 'random' | 'redact'>,
): Outcome {
  const wait = routingWaits[due.attempts]
  const nextAttemptAt = wait === undefined ? null : new Date(now().getTime() + withJitter(wait, random))
  const words = redact(storable(error)).slice(0, longestError)
  return { due, state: nextAttemptAt === null ? 'FAILED' : 'WAITING', events: 0, error: words, nextAttemptAt }
}

/** Counts what was routed, with the time it took, and what failed for good, at the minute it was received. */
export async function countOutcomes(sql: Sql, outcomes: readonly Outcome[], now: Date): Promise<void> {
  const tally = new Tally()
  for (const { due, state } of outcomes) {
    if (state === 'FAILED') tally.add(due, due.at, { failed: 1 })
    const queueTotalMs = Math.max(0, now.getTime() - due.at.getTime())
    if (state === 'ROUTED') tally.add(due, due.at, { routed: 1, queueTotalMs })
  }
  await tally.write(sql)
}
