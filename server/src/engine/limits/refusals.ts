import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { LimitedConnection } from './contract.ts'
import { windowWords, type PlannedWindow } from './plan.ts'

const owners = { VENDOR: 'the vendor’s', OWN: 'your own', BOTH: 'the vendor’s and your own' } as const

/** A window is used up. */
export function usedUp(connection: LimitedConnection, planned: PlannedWindow, waitMs: number): ProviderCallError {
  const { limit, source } = planned
  const calls = limit === 1 ? 'one call' : `${limit.toLocaleString('en')} calls`
  const raise =
    source === 'VENDOR'
      ? 'If your account at the vendor allows more, set a limit of your own that replaces the vendor’s.'
      : 'Raise your limit in the settings of the connection if the vendor allows more.'
  return new ProviderCallError({
    errorClass: 'RATE_LIMITED',
    message: `${connection.name} may make ${calls} in ${windowWords(planned)} (${owners[source]} limit), and they are used up.`,
    advice: `Calls pass again in ${words(waitMs)}. ${raise}`,
    retryAfterMs: Math.max(1, waitMs),
  })
}

/** The vendor asked for silence. */
export function silent(connection: LimitedConnection, waitMs: number): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'RATE_LIMITED',
    message: `The vendor asked for no more calls over ${connection.name} for now.`,
    advice: `Calls pass again in ${words(waitMs)}. Close the breaker by hand to end the silence before that.`,
    retryAfterMs: Math.max(1, waitMs),
  })
}

/** Nobody can say how many calls are left. */
export function uncounted(connection: LimitedConnection, cause: unknown): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'UNAVAILABLE',
    message: `The hub cannot count calls over ${connection.name} right now, so it holds them back rather than pass a limit.`,
    advice: 'Its database does not answer. Try again in a moment; nothing was sent.',
    retryAfterMs: 1_000,
    cause,
  })
}

function words(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}
