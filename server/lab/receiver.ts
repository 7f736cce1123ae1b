import type { ReceiverBehaviour } from './receiver-behaviour.ts'
import { calmReceiver } from './receiver-behaviour.ts'

/** One webhook that arrived. */
export interface Arrival {
  readonly number: number
  readonly at: string
  /** Lower-case names; who calls with a password keeps it to himself. */
  readonly headers: Readonly<Record<string, string>>
  /** Empty when the connection was cut before it was read. */
  readonly body: string
  readonly webhookId: string | null
  /** Status it was answered with; HANG and CUT have none, and GONE is a caller that left before its answer. */
  answered: number | 'HANG' | 'CUT' | 'GONE' | null
}

const arrivalsAtMost = 500
const bytesAtMost = 16 * 1024 * 1024
const idsAtMost = 200_000
const private_ = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** A consumer of webhooks with switchable behaviour: remembers the last arrivals and counts every webhook-id. */
export class Receiver {
  readonly name: string
  readonly #arrivals: Arrival[] = []
  readonly #ids = new Map<string, number>()
  readonly #answers = new Map<string, number>()
  #behaviour = calmReceiver
  #bytes = 0
  #received = 0
  #repeated = 0
  #lastAt: string | null = null

  constructor(name: string) {
    this.name = name
  }

  get behaviour(): ReceiverBehaviour {
    return this.#behaviour
  }

  become(behaviour: ReceiverBehaviour): void {
    this.#behaviour = behaviour
  }

  /** The behaviour for this one request; a failure that was promised is used up. */
  next(): ReceiverBehaviour {
    const current = this.#behaviour
    if (current.mode === 'FAIL_THEN_OK' && current.failures > 0)
      this.#behaviour = { ...current, failures: current.failures - 1 }
    return current
  }

  arrive(at: string, headers: Readonly<Record<string, string>>, body: string): Arrival {
    const webhookId = headers['webhook-id'] ?? null
    this.#received += 1
    this.#lastAt = at
    const shown = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, private_.has(name) ? '…' : value]),
    )
    const arrival: Arrival = { number: this.#received, at, headers: shown, body, webhookId, answered: null }
    this.#arrivals.push(arrival)
    this.#bytes += body.length
    while (this.#arrivals.length > arrivalsAtMost || this.#bytes > bytesAtMost)
      this.#bytes -= this.#arrivals.shift()?.body.length ?? this.#bytes
    if (webhookId !== null) this.#count(webhookId)
    return arrival
  }

  answered(arrival: Arrival, how: NonNullable<Arrival['answered']>): void {
    arrival.answered = how
    this.#answers.set(String(how), (this.#answers.get(String(how)) ?? 0) + 1)
  }

  clear(): void {
    this.#arrivals.length = 0
    this.#ids.clear()
    this.#answers.clear()
    this.#bytes = this.#received = this.#repeated = 0
    this.#lastAt = null
  }

  view() {
    return {
      name: this.name,
      path: `/_receiver/${this.name}`,
      behaviour: this.#behaviour,
      received: this.#received,
      /** Different webhook-ids. */
      distinct: this.#ids.size,
      /** Arrivals whose webhook-id had come before. */
      repeated: this.#repeated,
      answers: Object.fromEntries(this.#answers),
      lastAt: this.#lastAt,
    }
  }

  /** Arrivals, newest first, and how often each webhook-id came: those that came again, or all. */
  detail(options: { readonly limit: number; readonly allIds: boolean }) {
    const ids = [...this.#ids].filter(([, times]) => options.allIds || times > 1)
    return {
      ...this.view(),
      ids: Object.fromEntries(ids),
      arrivals: this.#arrivals.slice(-options.limit).toReversed(),
    }
  }

  #count(webhookId: string): void {
    const before = this.#ids.get(webhookId) ?? 0
    if (before > 0) this.#repeated += 1
    this.#ids.set(webhookId, before + 1)
    if (this.#ids.size <= idsAtMost) return
    const oldest = this.#ids.keys().next()
    if (oldest.done !== true) this.#ids.delete(oldest.value)
  }
}

const receiversAtMost = 100
const nameForm = /^[\w.-]{1,60}$/

/** Receivers by name; one begins to exist, and answers 200, when it is first spoken of. */
export class Receivers {
  readonly #all = new Map<string, Receiver>()

  /** Null for a name that is none. The one made first is forgotten beyond a hundred. */
  get(name: string): Receiver | null {
    if (!nameForm.test(name)) return null
    const known = this.#all.get(name)
    if (known !== undefined) return known
    const made = new Receiver(name)
    this.#all.set(name, made)
    const first = this.#all.keys().next()
    if (this.#all.size > receiversAtMost && first.done !== true) this.#all.delete(first.value)
    return made
  }

  list(): readonly Receiver[] {
    return [...this.#all.values()]
  }

  calm(): void {
    for (const receiver of this.#all.values()) receiver.become(calmReceiver)
  }
}
