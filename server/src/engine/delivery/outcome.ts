import type { DeliveryState } from '@patchbay/schema/webhook-states.ts'
import type { Evidence } from './breaker.ts'
import type { Verdict } from './judge.ts'
import { plan, scheduleOf } from './plan.ts'

/** What an attempt changes about its delivery. */
export interface Outcome {
  readonly attempt: 'DELIVERED' | 'FAILED'
  readonly state: Exclude<DeliveryState, 'QUEUED' | 'SENDING'>
  /** Why it waits, was given up or skipped; null when delivered. */
  readonly reason: string | null
  readonly nextAttemptAt: Date | null
  /** What happened and what follows, in words. */
  readonly message: string
}

export interface OutcomeInput {
  readonly verdict: Verdict
  readonly number: number
  /** The endpoint's own schedule; empty takes the hub's. */
  readonly schedule: readonly number[]
  readonly finishedAt: Date
  readonly random: () => number
}

/** Wait after a fault of the hub's own when the schedule is through: that must not kill a delivery. */
const ownFaultMs = 60_000

export const goneWords = 'The endpoint answered 410 Gone and was switched off.'

/** Decides what becomes of a delivery. Only moves from SENDING by `deliveryStates`. */
export function conclude({ verdict, number, schedule, finishedAt, random }: OutcomeInput): Outcome {
  const { words } = verdict
  const failed = (state: Outcome['state'], reason: string): Outcome => ({
    attempt: 'FAILED',
    state,
    reason,
    nextAttemptAt: null,
    message: reason.startsWith(words) ? reason : `${words} ${reason}`,
  })
  const again = (at: Date): Outcome => ({
    ...failed('WAITING', `${words} Next try: number ${number + 1}, not before ${atWords(at)}.`),
    nextAttemptAt: at,
  })
  switch (verdict.kind) {
    case 'DELIVERED':
      return { attempt: 'DELIVERED', state: 'DELIVERED', reason: null, nextAttemptAt: null, message: words }
    case 'GONE':
      return failed('SKIPPED', goneWords)
    case 'NOTHING':
      return failed('SKIPPED', `${words} So there is nothing to send.`)
    case 'REFUSED':
      return failed('DEAD', `${words} It was not sent, and trying again would not help.`)
    case 'UNSENT':
      return again(
        plan({ schedule, number, failedAt: finishedAt, waitMs: null, random }) ??
          new Date(finishedAt.getTime() + ownFaultMs),
      )
    case 'PAUSE':
    case 'FAILED': {
      const next = plan({ schedule, number, failedAt: finishedAt, waitMs: verdict.waitMs, random })
      if (next !== null) return again(next)
      const tries = scheduleOf(schedule).length
      return failed('DEAD', `${words} It was the last of ${tries === 1 ? '1 try' : `${tries} tries`}: given up.`)
    }
  }
}

const kinds = {
  DELIVERED: 'SUCCESS',
  GONE: 'NONE',
  NOTHING: 'NONE',
  REFUSED: 'NONE',
  UNSENT: 'NONE',
  PAUSE: 'PAUSE',
  FAILED: 'FAILURE',
} as const satisfies Record<Verdict['kind'], Evidence['kind']>

/** What the attempt says of the endpoint's health. */
export function evidenceOf(
  verdict: Verdict,
  times: { readonly startedAt: Date; readonly finishedAt: Date; readonly since: Date },
): Evidence {
  return {
    kind: kinds[verdict.kind],
    slow: verdict.kind === 'FAILED' && verdict.slow,
    waitMs: verdict.kind === 'FAILED' || verdict.kind === 'PAUSE' ? verdict.waitMs : null,
    startedAt: times.startedAt,
    endedAt: times.finishedAt,
    since: times.since,
  }
}

/** "2026-11-21 12:30:05 UTC". */
export function atWords(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
