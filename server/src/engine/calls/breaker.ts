import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
  type IBreaker,
} from 'cockatiel'
import type { BreakerView } from './contract.ts'

/** Failures in a row that open a breaker. */
const failuresInRow = 5
/** Share of failed calls that opens it, once there were enough of them in the window. */
const failureShare = 0.7
const leastCalls = 10
const windowMs = 5 * 60_000
/** How long it stays open before one call may try. */
const restMs = 30_000
/** Breakers kept; beyond it the longest unused one is forgotten, which means closed. */
const mostBreakers = 10_000

/** The vendor failed, or could not be reached. A refusal of one request (4xx) says nothing about the next. */
const vendorFailures: ReadonlySet<CallErrorClass> = new Set(['UNAVAILABLE', 'TIMEOUT', 'NETWORK'])

const isVendorFailure = (error: unknown) => error instanceof ProviderCallError && vendorFailures.has(error.errorClass)
/** Refused, but by an answer: the vendor works. */
const isAnswered = (error: unknown) =>
  error instanceof ProviderCallError && error.status !== null && !isVendorFailure(error)

/** The breakers of all connections of this process. */
export interface Breakers {
  /**
   * Runs a call through its connection's breaker. With `force` nothing is refused and failures do not count; a success
   * closes the breaker, which is how a probe brings a connection back.
   * @throws ProviderCallError BREAKER_OPEN without running, while the breaker rests or another call is trying
   */
  run<T>(connectionId: string, force: boolean, work: () => Promise<T>): Promise<T>
  view(connectionId: string): BreakerView
  reset(connectionId: string): void
}

interface Entry {
  readonly policy: CircuitBreakerPolicy
  openedAt: number | null
}

export function createBreakers(now: () => number = Date.now): Breakers {
  const entries = new Map<string, Entry>()

  function entryOf(connectionId: string): Entry {
    const kept = entries.get(connectionId) ?? createEntry()
    entries.delete(connectionId)
    entries.set(connectionId, kept)
    const oldest = entries.keys().next()
    if (entries.size > mostBreakers && !oldest.done) entries.delete(oldest.value)
    return kept
  }

  function createEntry(): Entry {
    // A trial that ended without an answer (cancelled, no credentials) proves nothing, so it must not close the breaker.
    const counts = handleWhen((error) => isVendorFailure(error) || policy.state === CircuitState.HalfOpen)
    // The rest is measured below, by the hub's clock; cockatiel would read the system's.
    const policy: CircuitBreakerPolicy = circuitBreaker(counts, { halfOpenAfter: 0, breaker: new RowOrShare(now) })
    const entry: Entry = { policy, openedAt: null }
    policy.onBreak(() => (entry.openedAt = now()))
    policy.onReset(() => (entry.openedAt = null))
    return entry
  }

  return {
    async run(connectionId, force, work) {
      if (force) {
        const result = await work()
        if (entries.get(connectionId)?.openedAt != null) entries.delete(connectionId)
        return result
      }
      const entry = entryOf(connectionId)
      const waitMs = entry.openedAt === null ? 0 : entry.openedAt + restMs - now()
      // While one call tries, cockatiel would make the others wait for its outcome; they are refused instead.
      if (waitMs > 0 || entry.policy.state === CircuitState.HalfOpen) throw refusal(Math.max(waitMs, 1_000))
      const outcome = await entry.policy.execute(() =>
        work().then(
          (value) => ({ value }),
          (error: unknown) => {
            if (isAnswered(error)) return { error }
            throw error
          },
        ),
      )
      if ('error' in outcome) throw outcome.error
      return outcome.value
    },
    view(connectionId) {
      const entry = entries.get(connectionId)
      if (entry?.openedAt == null) return { state: 'CLOSED', openedAt: null }
      const resting = now() < entry.openedAt + restMs
      return { state: resting ? 'OPEN' : 'HALF_OPEN', openedAt: new Date(entry.openedAt) }
    },
    reset(connectionId) {
      entries.delete(connectionId)
    },
  }
}

function refusal(retryAfterMs: number): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'BREAKER_OPEN',
    message: 'The provider failed too often, so calls to it rest for a moment.',
    advice: `The next call may try again in ${Math.ceil(retryAfterMs / 1000)} s. Look at the failed calls in the log; close the breaker by hand once the cause is gone.`,
    retryAfterMs,
  })
}

/**
 * Opens after five failures in a row, or when 70 % of at least ten calls of the last five minutes failed. Written here
 * because cockatiel's own sampling breaker forgets by number of calls, not by time, when calls are rare.
 */
class RowOrShare implements IBreaker {
  readonly #row = new ConsecutiveBreaker(failuresInRow)
  readonly #now: () => number
  /** Calls and failures per second, oldest first. */
  #seconds: { at: number; calls: number; failures: number }[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  get state(): unknown {
    return { row: this.#row.state, seconds: this.#seconds }
  }

  success(state: CircuitState): void {
    // Recovered: what happened before the rest no longer speaks.
    if (state === CircuitState.HalfOpen) this.#seconds = []
    this.#row.success()
    this.#count(0)
  }

  failure(state: CircuitState): boolean {
    const inRow = this.#row.failure()
    this.#count(1)
    if (state !== CircuitState.Closed || inRow) return true
    const calls = this.#seconds.reduce((sum, second) => sum + second.calls, 0)
    const failures = this.#seconds.reduce((sum, second) => sum + second.failures, 0)
    return calls >= leastCalls && failures >= failureShare * calls
  }

  #count(failures: number): void {
    const second = Math.floor(this.#now() / 1000)
    const oldest = second - windowMs / 1000
    while (this.#seconds[0] !== undefined && this.#seconds[0].at <= oldest) this.#seconds.shift()
    const last = this.#seconds.at(-1)
    if (last?.at === second) {
      last.calls++
      last.failures += failures
    } else this.#seconds.push({ at: second, calls: 1, failures })
  }
}
