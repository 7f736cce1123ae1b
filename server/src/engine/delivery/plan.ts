/** Seconds before each attempt, unless an endpoint has its own: eight attempts over about 28 hours. */
export const hubSchedule: readonly number[] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]

/** Share of a wait that chance may add. It only adds: nobody is called earlier than the schedule says. */
export const mostJitter = 0.2

/** The schedule an endpoint goes by. */
export function scheduleOf(own: readonly number[]): readonly number[] {
  return own.length === 0 ? hubSchedule : own
}

/** Milliseconds before the first attempt of a round. */
export function firstWaitMs(own: readonly number[]): number {
  return (scheduleOf(own)[0] ?? 0) * 1000
}

export interface PlanInput {
  /** The endpoint's own schedule; empty takes the hub's. */
  readonly schedule: readonly number[]
  /** Number of the attempt that just failed, from 1. */
  readonly number: number
  readonly failedAt: Date
  /** What the endpoint asked to wait, in milliseconds: it extends the schedule and never shortens it. */
  readonly waitMs: number | null
  /** 0 to 1, like Math.random. */
  readonly random: () => number
}

/** When to try again; null when the schedule is through. */
export function plan({ schedule, number, failedAt, waitMs, random }: PlanInput): Date | null {
  const seconds = scheduleOf(schedule)[number]
  if (seconds === undefined) return null
  const planned = seconds * 1000 * (1 + mostJitter * random())
  return new Date(failedAt.getTime() + Math.ceil(Math.max(planned, waitMs ?? 0)))
}

/** A schedule of seconds says how soon to try again, not that what never had a try is worthless: an outage may take this long. */
const leastHorizonMs = 60 * 60_000

/** Longest time a round may take from its beginning: what waits longer for an endpoint that is down is given up. */
export function horizonMs(own: readonly number[]): number {
  const planned = scheduleOf(own).reduce((sum, seconds) => sum + seconds, 0) * 1000 * (1 + mostJitter)
  return Math.max(planned, leastHorizonMs)
}
