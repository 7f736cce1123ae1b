import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import { allow, nextSlot } from './allowance.ts'
import type { Job } from './attempt.ts'
import { beginTrial, caughtUp } from './breaker.ts'
import { findCandidates, type Candidate, type Wanted } from './candidates.ts'
import { close, findClosing, type Closing } from './closing.ts'
import { takeLanes, writeLanes, type Lane } from './lane.ts'
import { loseAttempts } from './lost.ts'
import type { DeliverySettings } from './settings.ts'

export interface ClaimTools {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly alerts: Alerts
  readonly settings: DeliverySettings
  readonly now: () => Date
  readonly newId: (at?: number) => string
}

export interface Claim {
  readonly jobs: readonly Job[]
  /** Endpoints to look at again, and when; the others have nothing more to do now. */
  readonly again: readonly { readonly endpointId: string; readonly at: Date }[]
}

/** Soon: somebody else was claiming the same endpoint. */
const busyMs = 10

/**
 * Takes what may be sent of these endpoints, in one transaction that ends before anything is sent. The lock of a lane
 * makes claims of one endpoint serial over all replicas; whoever finds it taken comes back.
 * @param roomOf attempts that may be opened for an endpoint in this process
 */
export async function claim(
  tools: ClaimTools,
  endpointIds: readonly string[],
  roomOf: (lane: Lane) => number,
): Promise<Claim> {
  const { database, settings, newId } = tools
  return database.system.sql.transaction(async (sql) => {
    const now = tools.now()
    const lanes = await takeLanes(sql, endpointIds)
    const wanted = lanes
      .filter((lane) => lane.enabled && lane.deletedAt === null)
      .map((lane) => ({
        lane,
        allowance: allow(lane, { now, ratePerSecond: lane.ratePerSecond, room: roomOf(lane) }),
      }))
    const closings = await findAllClosing(sql, lanes, now, settings.closedPerClaim)
    const asked = wanted.filter(({ allowance }) => allowance.limit > 0)
    const candidates = asked.length === 0 ? [] : await findCandidates(sql, asked, now)
    const taken = Map.groupBy(candidates, (candidate) => candidate.endpointId)
    const jobs = candidates.map((candidate) => jobOf(candidate, lanes, now, newId))
    const moved = asked.map((each) => ({ before: each.lane, after: laneAfter(each, taken, now, settings) }))
    await loseAttempts(
      sql,
      [...candidates.filter((candidate) => candidate.reclaimed), ...closings.flatMap((closing) => closing.ids)].map(
        ({ id }) => id,
      ),
      now,
    )
    await writeLanes(
      sql,
      moved.filter(({ before, after }) => before !== after).map(({ after }) => after),
    )
    if (jobs.length > 0) {
      await insertAttempts(sql, jobs)
      await tools.live.append(sql, 'deliveries')
      await markSending(sql, jobs, new Date(now.getTime() + settings.leaseMs))
    }
    await close(sql, tools, closings, now)
    const closedMore = closings.filter(({ ids }) => ids.length === settings.closedPerClaim).map(({ lane }) => lane)
    return {
      jobs,
      again: [...busy(endpointIds, lanes, now), ...lookAgain(wanted, taken, now), ...soon(closedMore, now)],
    }
  })
}

async function findAllClosing(sql: Sql, lanes: readonly Lane[], now: Date, limit: number): Promise<Closing[]> {
  const found: Closing[] = []
  for (const lane of lanes) {
    const closing = await findClosing(sql, lane, now, limit)
    if (closing !== null) found.push(closing)
  }
  return found
}

/** The lane with what this claim used of it; the same object when nothing changed. */
function laneAfter(
  { lane, allowance }: Wanted,
  taken: ReadonlyMap<string, readonly Candidate[]>,
  now: Date,
  settings: DeliverySettings,
): Lane {
  const count = taken.get(lane.endpointId)?.length ?? 0
  if (count === 0) return allowance.mode === 'AGE' ? caughtUp(lane, now) : lane
  const slotAt = nextSlot(lane, { now, ratePerSecond: lane.ratePerSecond }, count)
  const used = slotAt === null && lane.slotAt === null ? lane : { ...lane, slotAt }
  return allowance.mode === 'TRIAL' ? beginTrial(used, now, settings.leaseMs) : used
}

function jobOf(candidate: Candidate, lanes: readonly Lane[], now: Date, newId: (at?: number) => string): Job {
  const lane = lanes.find((each) => each.endpointId === candidate.endpointId)
  if (lane === undefined) throw new Error(`a delivery of an endpoint that was not asked for: ${candidate.endpointId}`)
  const { organizationId, url, payload, payloadText } = lane
  return {
    deliveryId: candidate.id,
    at: candidate.at,
    organizationId,
    endpointId: candidate.endpointId,
    eventId: candidate.eventId,
    round: candidate.round,
    number: candidate.attempts + 1,
    attemptId: newId(now.getTime()),
    startedAt: now,
    endpoint: { url, payload, payloadText },
    event: candidate.event && { ...candidate.event, id: candidate.eventId, organizationId },
  }
}

const soon = (lanes: readonly { readonly endpointId: string }[], at: Date) =>
  lanes.map(({ endpointId }) => ({ endpointId, at }))

function busy(asked: readonly string[], got: readonly Lane[], now: Date): Claim['again'] {
  const held = new Set(got.map((lane) => lane.endpointId))
  return asked
    .filter((endpointId) => !held.has(endpointId))
    .map((endpointId) => ({ endpointId, at: new Date(now.getTime() + busyMs) }))
}

function lookAgain(
  wanted: readonly Wanted[],
  taken: ReadonlyMap<string, readonly Candidate[]>,
  now: Date,
): Claim['again'] {
  return wanted.flatMap(({ lane: { endpointId }, allowance }) => {
    if (allowance.lookAt !== null) return [{ endpointId, at: allowance.lookAt }]
    // No place left for it: the attempt that ends next looks again.
    if (allowance.limit === 0) return []
    // As many as asked for: there may be more. Fewer: nothing else is due, and whoever plans the next one rings.
    const isFull = (taken.get(endpointId)?.length ?? 0) >= allowance.limit
    return isFull ? [{ endpointId, at: now }] : []
  })
}

const attemptText = `
insert into "Attempt"
  ("id", "at", "organizationId", "deliveryId", "endpointId", "eventId", "round", "number", "outcome")
select given.*, 'OPEN' from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
  $7::int[], $8::int[]) as given`

async function insertAttempts(sql: Sql, jobs: readonly Job[]): Promise<void> {
  await sql.query(attemptText, [
    jobs.map((job) => job.attemptId),
    jobs.map((job) => job.startedAt.toISOString()),
    jobs.map((job) => job.organizationId),
    jobs.map((job) => job.deliveryId),
    jobs.map((job) => job.endpointId),
    jobs.map((job) => job.eventId),
    jobs.map((job) => job.round),
    jobs.map((job) => job.number),
  ])
}

const sendingText = `
update "Delivery" delivery
set "state" = 'SENDING', "attempts" = given."number", "reason" = null, "nextAttemptAt" = $4::timestamptz,
  "lastAttemptAt" = $5::timestamptz, "seq" = nextval('hub_deliveries_seq')
from unnest($1::timestamptz[], $2::uuid[], $3::int[]) as given("at", "id", "number")
where delivery."at" = given."at" and delivery."id" = given."id"`

async function markSending(sql: Sql, jobs: readonly Job[], leaseUntil: Date): Promise<void> {
  const [first] = jobs
  if (first === undefined) return
  await sql.query(sendingText, [
    jobs.map((job) => job.at.toISOString()),
    jobs.map((job) => job.deliveryId),
    jobs.map((job) => job.number),
    leaseUntil.toISOString(),
    first.startedAt.toISOString(),
  ])
}
