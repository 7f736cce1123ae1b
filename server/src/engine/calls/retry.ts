import type { ProviderCallError } from '@patchbay/schema/errors.ts'

/** First pause at most, doubled by each further attempt up to the longest, in milliseconds. */
const firstPauseMs = 500
const longestPauseMs = 8_000

/** Classes another attempt may cure, unless the vendor says otherwise. */
const passing: ReadonlySet<string> = new Set(['RATE_LIMITED', 'UNAVAILABLE', 'NETWORK'])
/** RFC 9110, 9.2.2: repeating these has the effect of sending them once. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
export const isIdempotent = (method: string): boolean => idempotentMethods.has(method)

export interface RetryFacts {
  readonly error: ProviderCallError
  /** The vendor's own word on repeating, if it gave one. */
  readonly vendorSays: boolean | undefined
  /** A repeat has the effect of one request: see Draft.repeatable. */
  readonly repeatable: boolean
  /** Attempts made so far. */
  readonly attempts: number
  /** Attempts allowed after the first. */
  readonly retries: number
  /** What is left of the whole call's time, in milliseconds. */
  readonly remainingMs: number
}

/**
 * Whether to try again, and after how many milliseconds; null to give up. A request that may have had an effect is never
 * repeated unless that is safe, whatever the vendor says. Full jitter, because callers that failed together would otherwise
 * come back together (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 */
export function planRetry(facts: RetryFacts, random: () => number): number | null {
  const { error, vendorSays, attempts } = facts
  if (attempts > facts.retries) return null
  if (!facts.repeatable) return null
  if (!(vendorSays ?? passing.has(error.errorClass))) return null
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1))
  const pauseMs = error.retryAfterMs ?? Math.round(random() * ceiling)
  return pauseMs < facts.remainingMs ? pauseMs : null
}
