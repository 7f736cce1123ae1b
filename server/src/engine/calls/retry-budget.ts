/** Repeats a connection may always have in a window, so that one lonely call gets its three. */
const floor = 10
/** Beyond that, repeats per call. */
const share = 0.2
const windowSeconds = 10
/** Connections remembered; the longest unused one starts afresh. */
const mostKept = 10_000

interface Second {
  readonly at: number
  calls: number
  repeats: number
}

/**
 * Keeps repeats from multiplying a brown-out: of the calls of the last ten seconds, a fifth may be repeated, and ten always
 * (after https://sre.google/sre-book/handling-overload/, "retry budget"). Per connection and process.
 */
export interface RetryBudget {
  /** A call begins. */
  called(connectionId: string): void
  /** Takes one repeat; false when there is none left. */
  take(connectionId: string): boolean
}

/** @param now milliseconds */
export function createRetryBudget(now: () => number = Date.now): RetryBudget {
  const connections = new Map<string, Second[]>()

  function current(connectionId: string): { readonly seconds: Second[]; readonly last: Second } {
    const at = Math.floor(now() / 1000)
    const seconds = connections.get(connectionId) ?? []
    let last = seconds.at(-1)
    if (last?.at === at) return { seconds, last }
    last = { at, calls: 0, repeats: 0 }
    seconds.push(last)
    while (seconds[0] !== undefined && seconds[0].at <= at - windowSeconds) seconds.shift()
    connections.delete(connectionId)
    connections.set(connectionId, seconds)
    const oldest = connections.keys().next()
    if (connections.size > mostKept && !oldest.done) connections.delete(oldest.value)
    return { seconds, last }
  }

  return {
    called(connectionId) {
      current(connectionId).last.calls++
    },
    take(connectionId) {
      const { seconds, last } = current(connectionId)
      let calls = 0
      let repeats = 0
      for (const second of seconds) {
        calls += second.calls
        repeats += second.repeats
      }
      if (repeats >= Math.max(floor, share * calls)) return false
      last.repeats++
      return true
    },
  }
}
