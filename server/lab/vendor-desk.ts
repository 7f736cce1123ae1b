import type { Behaviour } from './behaviour.ts'
import { behaviour } from './behaviour.ts'
import { alphanumeric, seeded } from './chance.ts'
import { echoSecrets } from './echo.ts'
import { EffectBook } from './effects.ts'
import type { SeenRequest } from './requests.ts'
import { RequestBook } from './requests.ts'
import type { LabAnswer, LabRequest, RunningTwin, Twin } from './twin.ts'
import type { Happening, Letter, Moment, RunningWebhooks, Subscriber } from './webhook.ts'

/** What survives a restart of the lab, as plain JSON. */
export interface KeptVendor {
  readonly behaviour: Behaviour
  readonly serial: number
  readonly refreshes: number
  readonly state: unknown
  /** Addresses pasted by hand. Absent in what an older lab kept. */
  readonly pasted?: readonly Subscriber[]
}

/** What the lab does with one request: an answer after a while, or silence. */
export interface Served {
  readonly answer: LabAnswer
  readonly waitMs: number
  readonly silent: boolean
  /** The connection ends: before the answer, or in the middle of it. */
  readonly cut?: 'before' | 'within'
}

/** One vendor in the running lab: its twin, its knobs, its counters. */
export class VendorDesk {
  readonly twin: Twin
  readonly book = new RequestBook()
  readonly effects = new EffectBook()
  readonly #running: RunningTwin
  readonly #random: () => number
  readonly #naturalLatencyMs: readonly [number, number]
  #behaviour: Behaviour
  #serial: number
  #refreshes: number
  #pasted: Subscriber[]
  readonly #origin: () => string
  readonly #tell: (desk: VendorDesk, happening: Happening, subscriber: Subscriber) => void
  #window = { start: 0, used: 0 }

  constructor(
    twin: Twin,
    options: {
      readonly now: number
      readonly naturalLatencyMs: readonly [number, number]
      readonly kept?: KeptVendor | undefined
      /** `{lab}/{slug}`, known once the lab listens. */
      readonly origin: () => string
      /** Carries a webhook to one address. */
      readonly tell: (desk: VendorDesk, happening: Happening, subscriber: Subscriber) => void
    },
  ) {
    this.twin = twin
    this.#running = twin.open(options.now, options.kept?.state)
    this.#random = seeded(`${twin.slug}:chance`)
    this.#naturalLatencyMs = options.naturalLatencyMs
    this.#behaviour = behaviour.parse({ ...twin.calm, ...options.kept?.behaviour })
    this.#serial = options.kept?.serial ?? 0
    this.#refreshes = options.kept?.refreshes ?? 0
    this.#pasted = [...(options.kept?.pasted ?? [])]
    this.#origin = options.origin
    this.#tell = options.tell
  }

  get webhooks(): RunningWebhooks | null {
    return this.#running.webhooks
  }

  get pasted(): readonly Subscriber[] {
    return this.#pasted
  }

  /** Registered addresses, then those pasted by hand. */
  subscribers(now: number): readonly Subscriber[] {
    return [...(this.webhooks?.subscribers(now) ?? []), ...this.#pasted]
  }

  /** Remembers an address pasted by hand, the newest twenty; null where the vendor tells nobody. */
  adopt(url: string, secret: string | null, now: number) {
    const adopted = this.webhooks?.adopt({ id: this.newId(now)('hand_', 12), url, secret }) ?? null
    if (adopted !== null) this.#pasted = [...this.#pasted, adopted.subscriber].slice(-20)
    return adopted
  }

  forgetPasted(): void {
    this.#pasted = []
  }

  async write(happening: Happening, subscriber: Subscriber, moment: Omit<Moment, 'origin'>): Promise<Letter> {
    if (this.webhooks === null) throw new Error(`${this.twin.slug} tells nobody`)
    return this.webhooks.write(happening, subscriber, { ...moment, origin: this.#origin() })
  }

  /** Makes ids that depend on the moment and on what came before. */
  newId(now: number): (prefix: string, length: number, letters?: string) => string {
    return (prefix, length, letters) =>
      prefix + alphanumeric(`${this.twin.slug}:${now}:${(this.#serial += 1)}`, length, letters)
  }

  /** Knobs, counters and the make-believe credentials that work, as the control API shows them. */
  view() {
    const { slug, name, hosts } = this.twin
    return {
      provider: slug,
      name,
      hosts,
      ...this.#behaviour,
      requests: this.book.total,
      refreshes: this.#refreshes,
      cut: this.book.cut,
      webhooks: this.webhooks !== null,
      workingFields: this.twin.credentials.good,
    }
  }

  change(change: { readonly [Knob in keyof Behaviour]?: Behaviour[Knob] | undefined }): void {
    const rateLimit = change.rateLimitPerMinute
    if (rateLimit !== undefined) this.#window = { start: 0, used: 0 }
    this.#behaviour = behaviour.parse({ ...this.#behaviour, ...change })
  }

  /** Back to calm; with `data`, also back to the first day's data. */
  reset(now: number, data: boolean): void {
    this.#behaviour = behaviour.parse({ ...this.twin.calm })
    this.#window = { start: 0, used: 0 }
    this.#refreshes = 0
    this.book.clear()
    this.effects.clear()
    if (!data) return
    this.#running.reset(now)
    this.#pasted = []
  }

  keep(): KeptVendor {
    return {
      behaviour: this.#behaviour,
      serial: this.#serial,
      refreshes: this.#refreshes,
      state: this.#running.state(),
      pasted: this.#pasted,
    }
  }

  /** Does what the vendor would do, as the knobs stand. */
  async serve(request: LabRequest, seen: SeenRequest, now: number): Promise<Served> {
    const { faults } = this.twin
    if (this.#behaviour.down) {
      seen.fault = 'DOWN'
      return { answer: faults.unavailable(), waitMs: 0, silent: false }
    }
    const api = !this.#running.isOpen(request)
    const retryAfter = api ? this.#takeFromWindow(now) : null
    if (retryAfter !== null) {
      seen.fault = 'RATE_LIMIT'
      return { answer: faults.tooMany(retryAfter), waitMs: this.#wait(), silent: false }
    }
    if (api && this.#random() < this.#behaviour.errorRate) {
      seen.fault = 'ERROR'
      return { answer: faults.failure(), waitMs: this.#wait(), silent: false }
    }
    const plan = this.effects.plan(request)
    if (plan === 'limit') return { answer: faults.tooMany(1), waitMs: 0, silent: false }
    if (plan === 'error') return { answer: faults.failure(), waitMs: 0, silent: false }
    if (plan === 'cut') return { answer: faults.failure(), waitMs: 0, silent: false, cut: 'before' }
    const answer = await this.#running.handle(request, {
      behaviour: this.#behaviour,
      now,
      id: this.newId(now),
      countRefresh: () => {
        this.#refreshes += 1
      },
      tell: (happening, subscriberId) => {
        const subscriber = this.webhooks?.subscribers(now).find(({ id }) => id === subscriberId)
        if (subscriber !== undefined) this.#tell(this, happening, subscriber)
      },
    })
    this.effects.done(request, answer)
    if (plan === 'error-after') return { answer: faults.failure(), waitMs: 0, silent: false }
    if (plan === 'cut-after') return { answer, waitMs: 0, silent: false, cut: 'within' }
    if (plan === 'silent') return { answer, waitMs: 0, silent: true }
    if (this.#behaviour.hang) seen.fault = 'HANG'
    return {
      answer: this.#behaviour.echoSecrets ? echoSecrets(request, answer) : answer,
      waitMs: this.#wait(),
      silent: this.#behaviour.hang,
    }
  }

  #wait(): number {
    const [least, most] = this.#naturalLatencyMs
    const natural = least + this.#random() * (most - least)
    return Math.round(natural + this.#behaviour.latencyMs * (0.8 + this.#random() * 0.4))
  }

  /** Seconds to wait when the minute is used up, else null. */
  #takeFromWindow(now: number): number | null {
    const limit = this.#behaviour.rateLimitPerMinute
    if (limit === null) return null
    if (now - this.#window.start >= 60_000) this.#window = { start: now, used: 0 }
    if (this.#window.used >= limit) return Math.max(1, Math.ceil((this.#window.start + 60_000 - now) / 1000))
    this.#window.used += 1
    return null
  }
}
