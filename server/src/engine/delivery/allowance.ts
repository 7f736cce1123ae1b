import type { LaneState } from './breaker.ts'

/** What may be claimed of an endpoint now. */
export interface Allowance {
  /** Deliveries at most; 0 when it is not the time. */
  readonly limit: number
  /** DUE: by the time they are due. AGE: what waited through an outage, oldest first. TRIAL: one, to see if it is back. */
  readonly mode: 'DUE' | 'AGE' | 'TRIAL'
  /** When to look again if nothing happens before; null when there is nothing to wait for. */
  readonly lookAt: Date | null
}

/** Lateness the rate makes good again. Beyond it an unused slot is gone, or a quiet minute would end in a burst. */
const creditMs = 20

interface Facts {
  readonly now: Date
  readonly ratePerSecond: number | null
  /** Places left for it in this process. */
  readonly room: number
}

/** Decides by breaker, Retry-After, rate and places left. */
export function allow(lane: LaneState, { now, ratePerSecond, room }: Facts): Allowance {
  const isOpen = lane.breaker === 'OPEN' || lane.breaker === 'HALF_OPEN'
  const mode = isOpen ? 'TRIAL' : lane.breaker === 'CATCHING_UP' ? 'AGE' : 'DUE'
  const wait = [lane.quietUntil, isOpen ? lane.probeAt : null]
    .filter((at) => at !== null && at > now)
    .reduce((latest, at) => (latest === null || (at !== null && at > latest) ? at : latest), null)
  if (wait !== null) return { limit: 0, mode, lookAt: wait }
  const interval = intervalOf(lane, ratePerSecond)
  const slots = interval === null ? room : slotsUntil(lane, now, interval)
  if (slots <= 0) return { limit: 0, mode, lookAt: firstSlot(lane, now, interval ?? 0) }
  return { limit: Math.max(0, Math.min(room, slots, isOpen ? 1 : room)), mode, lookAt: null }
}

/** Earliest moment of the next request after `taken` more; null without a rate. */
export function nextSlot(lane: LaneState, facts: Omit<Facts, 'room'>, taken: number): Date | null {
  const interval = intervalOf(lane, facts.ratePerSecond)
  if (interval === null) return null
  return new Date(firstSlot(lane, facts.now, interval).getTime() + Math.ceil(taken * interval))
}

/** Milliseconds between two requests: the endpoint's rate, or the pace of its catch-up if that is slower. */
function intervalOf(lane: LaneState, ratePerSecond: number | null): number | null {
  const pace = lane.breaker === 'CATCHING_UP' ? lane.pace : null
  const rates = [ratePerSecond, pace].filter((rate) => rate !== null)
  return rates.length === 0 ? null : 1000 / Math.min(...rates)
}

/** The generic cell rate algorithm: one instant holds the rate for every replica. */
function firstSlot(lane: LaneState, now: Date, interval: number): Date {
  if (lane.slotAt === null) return now
  // A rate that was just raised must not wait for a slot of the slow one before.
  const latest = now.getTime() + interval
  return new Date(Math.min(latest, Math.max(lane.slotAt.getTime(), now.getTime() - creditMs)))
}

function slotsUntil(lane: LaneState, now: Date, interval: number): number {
  return Math.floor((now.getTime() - firstSlot(lane, now, interval).getTime()) / interval) + 1
}
