import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'
import type { BreakerLanes, Claim, Lane, Lanes } from '../lanes/contract.ts'
import { BreakerCounts } from './breaker-counts.ts'
import { BreakerNews } from './breaker-news.ts'
import type { BreakerView } from './contract.ts'

/** How long it stays open before one call may try. */
const restMs = 30_000
/** A trial that is not heard of for so long died with its process, and another one may begin. */
const trialMs = 20_000
const renewEveryMs = 7_000
/** How long a trial waits for what was seen before it to be written; then it goes without. */
const patienceMs = 1_000
/** Breakers kept; beyond it the longest unused one is forgotten. One that is open is found again in its lane. */
const mostBreakers = 10_000

/** The vendor failed, or could not be reached. A refusal of one request (4xx) says nothing about the next. */
const vendorFailures: ReadonlySet<CallErrorClass> = new Set(['UNAVAILABLE', 'TIMEOUT', 'NETWORK'])

const isVendorFailure = (error: unknown) => error instanceof ProviderCallError && vendorFailures.has(error.errorClass)
/** Refused, but by an answer: the vendor works. */
const isAnswered = (error: unknown) =>
  error instanceof ProviderCallError && error.status !== null && !isVendorFailure(error)

/** The breakers of all connections: counted by this process, open and closed for all. */
export interface Breakers {
  /**
   * Runs a call through its connection's breaker. With `force` nothing is refused and failures do not count; a success
   * closes the breaker, which is how a probe brings a connection back.
   * @throws ProviderCallError BREAKER_OPEN without running, while the breaker rests or another call is trying, here or in
   *   another process
   */
  run<T>(connectionId: string, force: boolean, work: () => Promise<T>): Promise<T>
  view(connectionId: string): BreakerView
  /** Forgets what this process knows; the lane is closed by whoever resets it. */
  reset(connectionId: string): void
  /** Resolves when what this process saw is written. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** A breaker that is not closed. */
interface Rest {
  readonly state: 'OPEN' | 'HALF_OPEN'
  readonly since: number
  readonly retryAt: number
}

interface Entry {
  readonly counts: BreakerCounts
  rest: Rest | null
  /** A trial of this process is under way. */
  isTrying: boolean
  /** Position of the lane this is from. */
  seq: bigint
}

export interface BreakersOptions {
  /** Wall clock in milliseconds. Default Date.now. */
  readonly now?: () => number
  /** Default: this process is alone. */
  readonly shared?: BreakerLanes & Pick<Lanes, 'of' | 'heard'>
  /** Told about writes that failed; they are repeated by themselves. */
  readonly onFault?: (error: unknown) => void
}

export function createBreakers({ now = Date.now, shared, onFault = () => {} }: BreakersOptions = {}): Breakers {
  const entries = new Map<string, Entry>()
  const news = new BreakerNews(onFault)
  const unhear = shared?.heard((lane) => {
    const entry = entries.get(lane.connectionId)
    if (entry !== undefined) take(entry, lane)
  })

  function entryOf(connectionId: string): Entry {
    const known = entries.get(connectionId)
    // Who was used last is of no interest while nobody has to go.
    if (known !== undefined && entries.size < mostBreakers / 2) return known
    const kept = known ?? createEntry(connectionId)
    entries.delete(connectionId)
    entries.set(connectionId, kept)
    const oldest = entries.keys().next()
    if (entries.size > mostBreakers && !oldest.done) entries.delete(oldest.value)
    return kept
  }

  function createEntry(connectionId: string): Entry {
    const entry: Entry = { counts: new BreakerCounts(now), rest: null, isTrying: false, seq: -1n }
    const lane = shared?.of(connectionId) ?? null
    if (lane !== null) take(entry, lane)
    return entry
  }

  /** What a lane says. While this process still has to write that it saw the breaker open, a closed lane is old. */
  function take(entry: Entry, lane: Lane): void {
    if (lane.seq < entry.seq || (lane.breaker === 'CLOSED' && news.isWaiting(lane.connectionId))) return
    entry.seq = lane.seq
    const { breaker: state, breakerSince, retryAt } = lane
    if (state !== 'CLOSED') entry.rest = { state, since: breakerSince.getTime(), retryAt: retryAt?.getTime() ?? now() }
    else if (entry.rest !== null) settle(entry)
  }

  function settle(entry: Entry): void {
    entry.rest = null
    entry.counts.clear()
  }

  /** A call while the breaker is closed. Whatever it came to after the breaker had opened is known already. */
  async function counted<T>(connectionId: string, entry: Entry, work: () => Promise<T>): Promise<T> {
    try {
      const value = await work()
      if (entry.rest === null) entry.counts.success()
      return value
    } catch (error) {
      if (entry.rest === null && isAnswered(error)) entry.counts.success()
      if (entry.rest === null && isVendorFailure(error)) {
        const why = entry.counts.failure()
        if (why !== null) open(connectionId, entry, `${why}; the last: ${wordsOf(error)}`)
      }
      throw error
    }
  }

  function open(connectionId: string, entry: Entry, reason: string): void {
    const at = now()
    entry.rest = { state: 'OPEN', since: at, retryAt: at + restMs }
    const retryAt = new Date(at + restMs)
    if (shared) news.tell(connectionId, () => shared.open(connectionId, { reason, retryAt }))
  }

  async function forced<T>(connectionId: string, work: () => Promise<T>): Promise<T> {
    const result = await work()
    const entry = entryOf(connectionId)
    if (entry.rest !== null) closeBy(connectionId, entry, 'A probe or test succeeded.')
    return result
  }

  /** One call of all processes tries; the others are refused until it is over. */
  async function trial<T>(connectionId: string, entry: Entry, work: () => Promise<T>): Promise<T> {
    entry.isTrying = true
    let held = new Date(now() + trialMs)
    let renewing: NodeJS.Timeout | undefined
    try {
      const claim = await claimed(connectionId, held)
      if (claim !== null && !claim.mine) {
        if (claim.lane === null) settle(entry)
        else take(entry, claim.lane)
        if (entry.rest === null) return await counted(connectionId, entry, work)
        throw refusal(Math.max(entry.rest.retryAt - now(), 1_000))
      }
      const { since } = entry.rest ?? { since: now() }
      entry.rest = { state: 'HALF_OPEN', since, retryAt: held.getTime() }
      if (claim !== null)
        renewing = setInterval(() => {
          const until = new Date(now() + trialMs)
          shared?.renew(connectionId, held, until).then((isHeld) => isHeld && (held = until), onFault)
        }, renewEveryMs).unref()
      const ended = await work().then(
        (value) => ({ value, error: null }),
        (error: unknown) => ({ value: null as T, error: error ?? new Error('nothing was said') }),
      )
      // A trial that ended without an answer (cancelled, no credentials) proves nothing, so it does not close the breaker.
      if (ended.error === null || isAnswered(ended.error)) closeBy(connectionId, entry, 'A trial call succeeded.')
      else {
        const retryAt = now() + restMs
        const end = held
        entry.rest = { state: 'OPEN', since, retryAt }
        if (shared) news.tell(connectionId, () => shared.reopen(connectionId, end, new Date(retryAt)))
      }
      if (ended.error !== null) throw ended.error
      return ended.value
    } finally {
      clearInterval(renewing)
      entry.isTrying = false
    }
  }

  /** Null when nobody can be asked: this process tries by itself then. */
  async function claimed(connectionId: string, until: Date): Promise<Claim | null> {
    if (shared === undefined) return null
    try {
      // Before its opening is written there is nothing to claim.
      if (!(await news.told(connectionId, patienceMs))) return null
      return await shared.claim(connectionId, until)
    } catch (error) {
      onFault(error)
      return null
    }
  }

  function closeBy(connectionId: string, entry: Entry, reason: string): void {
    settle(entry)
    if (shared) news.tell(connectionId, () => shared.close(connectionId, reason))
  }

  return {
    run(connectionId, force, work) {
      if (force) return forced(connectionId, work)
      const entry = entryOf(connectionId)
      if (entry.rest === null) return counted(connectionId, entry, work)
      const waitMs = entry.rest.retryAt - now()
      if (waitMs > 0 || entry.isTrying) return Promise.reject(refusal(Math.max(waitMs, 1_000)))
      return trial(connectionId, entry, work)
    },
    view(connectionId) {
      const { rest } = entryOf(connectionId)
      if (rest === null) return { state: 'CLOSED', openedAt: null }
      const isResting = rest.state === 'OPEN' && now() < rest.retryAt
      return { state: isResting ? 'OPEN' : 'HALF_OPEN', openedAt: new Date(rest.since) }
    },
    reset(connectionId) {
      entries.delete(connectionId)
    },
    flush: () => news.allTold(),
    async close() {
      unhear?.()
      await news.close()
    },
  }
}

/** What went wrong, short enough for a line. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return words.length > 300 ? `${words.slice(0, 299)}…` : words
}

function refusal(retryAfterMs: number): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'BREAKER_OPEN',
    message: 'The provider failed too often, so calls to it rest for a moment.',
    advice: `The next call may try again in ${Math.ceil(retryAfterMs / 1000)} s. Look at the failed calls in the log; close the breaker by hand once the cause is gone.`,
    retryAfterMs,
  })
}
