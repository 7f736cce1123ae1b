import type { Behaviour } from './behaviour.ts'
import { behaviour } from './behaviour.ts'
import { alphanumeric, seeded } from './chance.ts'
import { workingFields } from './credentials.ts'
import { echoSecrets } from './echo.ts'
import type { SeenRequest } from './requests.ts'
import { RequestBook } from './requests.ts'
import type { LabAnswer, LabRequest, RunningTwin, Twin } from './twin.ts'

/** What survives a restart of the lab, as plain JSON. */
export interface KeptVendor {
  readonly behaviour: Behaviour
  readonly serial: number
  readonly refreshes: number
  readonly state: unknown
}

/** What the lab does with one request: an answer after a while, or silence. */
export interface Served {
  readonly answer: LabAnswer
  readonly waitMs: number
  readonly silent: boolean
}

/** One vendor in the running lab: its twin, its knobs, its counters. */
export class VendorDesk {
  readonly twin: Twin
  readonly book = new RequestBook()
  readonly #running: RunningTwin
  readonly #random: () => number
  readonly #naturalLatencyMs: readonly [number, number]
  #behaviour: Behaviour
  #serial: number
  #refreshes: number
  #window = { start: 0, used: 0 }

  constructor(
    twin: Twin,
    options: {
      readonly now: number
      readonly naturalLatencyMs: readonly [number, number]
      readonly kept?: KeptVendor | undefined
    },
  ) {
    this.twin = twin
    this.#running = twin.open(options.now, options.kept?.state)
    this.#random = seeded(`${twin.slug}:chance`)
    this.#naturalLatencyMs = options.naturalLatencyMs
    this.#behaviour = behaviour.parse({ ...twin.calm, ...options.kept?.behaviour })
    this.#serial = options.kept?.serial ?? 0
    this.#refreshes = options.kept?.refreshes ?? 0
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
      workingFields: workingFields(slug),
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
    if (data) this.#running.reset(now)
  }

  keep(): KeptVendor {
    return {
      behaviour: this.#behaviour,
      serial: this.#serial,
      refreshes: this.#refreshes,
      state: this.#running.state(),
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
    const answer = await this.#running.handle(request, {
      behaviour: this.#behaviour,
      now,
      id: (prefix, length, letters) =>
        prefix + alphanumeric(`${this.twin.slug}:${now}:${(this.#serial += 1)}`, length, letters),
      countRefresh: () => {
        this.#refreshes += 1
      },
    })
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
