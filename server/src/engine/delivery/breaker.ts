import type { BreakerState } from '@patchbay/schema/webhook-states.ts'

/** How an endpoint is doing: the columns of EndpointLane that decide when it is sent to. */
export interface LaneState {
  readonly breaker: BreakerState
  readonly breakerSince: Date
  readonly failuresInRow: number
  readonly rowSince: Date | null
  readonly failingSince: Date | null
  readonly rests: number
  readonly probeAt: Date | null
  readonly slotAt: Date | null
  readonly quietUntil: Date | null
  readonly pace: number | null
}

/** What one attempt says of the endpoint's health. */
export interface Evidence {
  /** PAUSE: alive, asks for quiet. NONE: nothing was sent, so it says nothing. */
  readonly kind: 'SUCCESS' | 'FAILURE' | 'PAUSE' | 'NONE'
  /** Overloaded: the next requests come later. */
  readonly slow: boolean
  readonly waitMs: number | null
  readonly startedAt: Date
  readonly endedAt: Date
  /** Events recorded from then on are concerned by this failure. */
  readonly since: Date
}

export interface BreakerStep<L extends LaneState> {
  readonly lane: L
  /** What operators must hear of. */
  readonly news: 'DOWN' | 'RECOVERED' | null
}

/** Failures in a row that open the breaker. */
export const failuresToOpen = 5
const restMs = 30_000
const mostRestMs = 600_000
/** First pace of a catch-up, requests per second. Each success adds one, which doubles it every second. */
export const firstPace = 1
/** From here on the pace is no limit any more. */
const fullPace = 1_000
const slowMs = 1_000
const mostSlowMs = 60_000

const after = (at: Date, ms: number) => new Date(at.getTime() + ms)
const later = (a: Date | null, b: Date | null) => (a === null || (b !== null && b > a) ? b : a)

/** What one attempt changes about its endpoint. Only moves by `breakerStates`. */
export function judgeLane<L extends LaneState>(lane: L, evidence: Evidence): BreakerStep<L> {
  const quiet = { ...lane, quietUntil: later(lane.quietUntil, quietOf(lane, evidence)) }
  switch (evidence.kind) {
    case 'SUCCESS':
      return succeeded(quiet, evidence)
    case 'FAILURE':
      return failed(quiet, evidence)
    case 'PAUSE':
      return { lane: isTrial(lane, evidence) ? reopened(quiet, evidence, quiet.quietUntil) : quiet, news: null }
    case 'NONE':
      return { lane: isTrial(lane, evidence) ? reopened(quiet, evidence, evidence.endedAt) : quiet, news: null }
  }
}

/** A trial begins: until its lease ends nothing else is sent. */
export function beginTrial<L extends LaneState>(lane: L, now: Date, leaseMs: number): L {
  return { ...lane, breaker: 'HALF_OPEN', breakerSince: now, probeAt: after(now, leaseMs) }
}

/** Everything that waited through the outage is on its way. */
export function caughtUp<L extends LaneState>(lane: L, now: Date): L {
  return { ...lane, breaker: 'CLOSED', breakerSince: now, pace: null }
}

function quietOf(lane: LaneState, { waitMs, slow, endedAt }: Evidence): Date | null {
  if (waitMs !== null) return after(endedAt, waitMs)
  return slow ? after(endedAt, Math.min(mostSlowMs, slowMs * 2 ** lane.failuresInRow)) : null
}

/** Only an attempt that began with the trial speaks for it; older ones say what is known already. */
const isTrial = (lane: LaneState, { startedAt }: Evidence) =>
  lane.breaker === 'HALF_OPEN' && startedAt >= lane.breakerSince

function succeeded<L extends LaneState>(lane: L, { endedAt }: Evidence): BreakerStep<L> {
  const sound = { ...lane, failuresInRow: 0, rowSince: null }
  switch (lane.breaker) {
    case 'CLOSED':
      return { lane: sound, news: null }
    case 'CATCHING_UP':
      return { lane: { ...sound, pace: Math.min(fullPace, (lane.pace ?? firstPace) + 1) }, news: null }
    case 'OPEN':
      // Sent before it opened: the endpoint seems to be back, so the trial need not wait.
      return { lane: { ...lane, probeAt: endedAt }, news: null }
    case 'HALF_OPEN':
      return {
        lane: { ...sound, breaker: 'CATCHING_UP', breakerSince: endedAt, rests: 0, probeAt: null, pace: firstPace },
        news: 'RECOVERED',
      }
  }
}

function failed<L extends LaneState>(lane: L, evidence: Evidence): BreakerStep<L> {
  if (lane.breaker === 'OPEN') return { lane, news: null }
  if (lane.breaker === 'HALF_OPEN') {
    if (!isTrial(lane, evidence)) return { lane, news: null }
    const { lane: rested } = open(lane, evidence)
    return { lane: rested, news: null }
  }
  if (lane.breaker === 'CATCHING_UP' && evidence.startedAt < lane.breakerSince) return { lane, news: null }
  const counted = {
    ...lane,
    failuresInRow: lane.failuresInRow + 1,
    rowSince: lane.rowSince ?? evidence.since,
    pace: lane.pace === null ? null : Math.max(firstPace, lane.pace / 2),
  }
  return counted.failuresInRow < failuresToOpen ? { lane: counted, news: null } : open(counted, evidence)
}

function open<L extends LaneState>(lane: L, { endedAt }: Evidence): BreakerStep<L> {
  const rest = Math.min(mostRestMs, restMs * 2 ** lane.rests)
  const probeAt = later(after(endedAt, rest), lane.quietUntil)
  return {
    lane: {
      ...lane,
      breaker: 'OPEN',
      breakerSince: endedAt,
      rests: lane.rests + 1,
      probeAt,
      pace: null,
      failingSince: lane.rowSince ?? lane.failingSince,
    },
    news: 'DOWN',
  }
}

/** The trial told nothing: another one may follow, without a longer rest. */
function reopened<L extends LaneState>(lane: L, { endedAt }: Evidence, probeAt: Date | null): L {
  return { ...lane, breaker: 'OPEN', breakerSince: endedAt, probeAt: probeAt ?? endedAt }
}
