const second = 1_000
const minute = 60 * second

/** Waits after a failed routing, in milliseconds; after the last one it has failed for good. */
export const routingWaits = [5 * second, 30 * second, 2 * minute, 10 * minute, 60 * minute] as const

/** Waits after a failed registration, in milliseconds; the last one again and again: only a person or the vendor can help. */
export const registrationWaits = [minute, 5 * minute, 15 * minute, 60 * minute, 6 * 60 * minute] as const

/** A wait with up to a fifth added, so that what failed together does not come back together. */
export function withJitter(ms: number, random: () => number): number {
  return Math.round(ms * (1 + random() / 5))
}
