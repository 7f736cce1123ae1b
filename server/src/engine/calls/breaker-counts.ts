import { ConsecutiveBreaker } from 'cockatiel'

/** Failures in a row that open a breaker. */
const failuresInRow = 5
/** Share of failed calls that opens it, once there were enough of them in the window. */
const failureShare = 0.7
const leastCalls = 10
const windowMs = 5 * 60_000

/**
 * What calls of a connection came to lately, in this process. Calls are counted by seconds of the hub's clock, because
 * cockatiel's own sampling breaker forgets by number of calls, not by time, when calls are rare.
 */
export class BreakerCounts {
  #row = new ConsecutiveBreaker(failuresInRow)
  readonly #now: () => number
  /** Calls and failures per second, oldest first. */
  #seconds: { at: number; calls: number; failures: number }[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  success(): void {
    this.#row.success()
    this.#count(0)
  }

  /** Why the breaker is to open, in words; null while it stays closed. */
  failure(): string | null {
    const inRow = this.#row.failure()
    this.#count(1)
    if (inRow) return `${failuresInRow} calls in a row failed`
    const calls = this.#seconds.reduce((sum, second) => sum + second.calls, 0)
    const failures = this.#seconds.reduce((sum, second) => sum + second.failures, 0)
    if (calls < leastCalls || failures < failureShare * calls) return null
    return `${failures} of ${calls} calls within five minutes failed`
  }

  /** What happened before a rest no longer speaks after it. */
  clear(): void {
    this.#row = new ConsecutiveBreaker(failuresInRow)
    this.#seconds = []
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
