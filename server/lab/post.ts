import { maskedAddress } from './address.ts'
import type { Letter, Moment } from './webhook.ts'

/** A letter on its way to one address. */
export interface Parcel {
  readonly vendor: string
  readonly type: string
  /** The vendor's id of what happened. */
  readonly id: string
  readonly url: string
  /** What is wrong with it on purpose; null for nothing. */
  readonly trouble: string | null
  /** Troublesome letters are written once: whoever forges does not come back. */
  readonly tries: number
  readonly write: (moment: Omit<Moment, 'origin'>) => Promise<Letter>
}

/** One letter in the log, without its content. */
export interface Sent {
  readonly at: string
  readonly vendor: string
  readonly type: string
  readonly id: string
  readonly url: string
  readonly trouble: string | null
  /** Of the last try; null while the first runs and when nobody answered. */
  status: number | null
  tries: number
  outcome: 'ON_ITS_WAY' | 'TAKEN' | 'GIVEN_UP'
}

interface Waiting {
  readonly parcel: Parcel
  readonly entry: Sent
  dueAt: number
  /** Settles the promise of `send`; only the first try does. */
  readonly tried: () => void
}

/** Seconds between tries: ten tries in two minutes, so that a hub that was down a moment gets its letters soon. */
const pauses = [1, 2, 4, 8, 12, 16, 20, 26, 30]
export const mostTries = pauses.length + 1
const atOnce = 32
const pendingAtMost = 5_000
const logAtMost = 200
const patienceMs = 10_000

export interface PostOptions {
  readonly fetch: typeof fetch
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Carries the vendors' letters to their addresses, and tries again. What waits is forgotten with the lab's process. */
export class Post {
  readonly #fetch: typeof fetch
  readonly #clock: () => number
  readonly #log: Sent[] = []
  readonly #closing = new AbortController()
  #waiting: Waiting[] = []
  #active = 0
  #ticker: NodeJS.Timeout | undefined

  constructor(options: PostOptions) {
    this.#fetch = options.fetch
    this.#clock = options.clock
  }

  /** Letters it could still take. */
  get room(): number {
    return Math.max(0, pendingAtMost - this.#waiting.length - this.#active)
  }

  /** Newest first. */
  get log(): readonly Sent[] {
    return this.#log.toReversed()
  }

  open(): void {
    this.#ticker = setInterval(() => this.#pump(), 100).unref()
  }

  close(): void {
    clearInterval(this.#ticker)
    this.#closing.abort()
    this.#waiting = []
  }

  /** Takes a letter; settles after its first try, whatever came of it. Beyond its room it takes none. */
  send(parcel: Parcel): Promise<void> {
    if (this.room === 0 || this.#closing.signal.aborted) return Promise.resolve()
    const { vendor, type, id, trouble } = parcel
    const at = this.#clock()
    const entry: Sent = {
      at: new Date(at).toISOString(),
      vendor,
      type,
      id,
      url: maskedAddress(parcel.url),
      trouble,
      status: null,
      tries: 0,
      outcome: 'ON_ITS_WAY',
    }
    this.#log.push(entry)
    if (this.#log.length > logAtMost) this.#log.shift()
    return new Promise((tried) => {
      this.#waiting.push({ parcel, entry, dueAt: at, tried })
      this.#pump()
    })
  }

  #pump(): void {
    const now = this.#clock()
    const later: Waiting[] = []
    for (const waiting of this.#waiting) {
      if (waiting.dueAt > now || this.#active >= atOnce) later.push(waiting)
      else void this.#carry(waiting)
    }
    this.#waiting = later
  }

  async #carry(waiting: Waiting): Promise<void> {
    const { parcel, entry } = waiting
    this.#active += 1
    entry.tries += 1
    entry.status = await this.#exchange(parcel, entry.tries)
    this.#active -= 1
    const taken = entry.status !== null && entry.status >= 200 && entry.status < 300
    const pause = entry.tries < parcel.tries ? pauses[entry.tries - 1] : undefined
    if (taken) entry.outcome = 'TAKEN'
    else if (pause === undefined || this.#closing.signal.aborted) entry.outcome = 'GIVEN_UP'
    else this.#waiting.push({ ...waiting, dueAt: this.#clock() + pause * 1000 })
    waiting.tried()
    this.#pump()
  }

  async #exchange(parcel: Parcel, number: number): Promise<number | null> {
    try {
      const { headers, body } = await parcel.write({ at: this.#clock(), number })
      const answer = await this.#fetch(parcel.url, {
        method: 'POST',
        headers: { 'user-agent': 'Patchbay-Lab/1.0 (simulated vendor)', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(patienceMs), this.#closing.signal]),
      })
      await answer.body?.cancel()
      return answer.status
    } catch {
      // Nobody there, or no answer in time: the same as any other failure to a vendor.
      return null
    }
  }
}
