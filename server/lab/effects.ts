import type { LabAnswer, LabRequest } from './twin.ts'

/**
 * What may happen to one request, named by `x-lab-plan`: a list, of which the nth request of an effect takes the nth word
 * and later ones `ok`.
 * - error: 5xx, and nothing is done
 * - error-after: done, and then 5xx all the same
 * - cut: the connection ends before anything is done
 * - cut-after: done, and the answer breaks off in the middle
 * - silent: done, and never answered
 * - limit: 429 with Retry-After
 */
const faults = ['ok', 'error', 'error-after', 'cut', 'cut-after', 'silent', 'limit'] as const
export type PlannedFault = (typeof faults)[number]

interface Entry {
  requests: number
  effects: number
}

/** Effects remembered; the oldest go first. */
const mostKept = 20_000

/**
 * Counts what requests really did, by the name the sender gives the effect it wants (`x-lab-effect`): a test can see whether
 * something happened once, never or twice, whatever the sender was told.
 */
export class EffectBook {
  readonly #entries = new Map<string, Entry>()

  /** What happens to this request. */
  plan(request: LabRequest): PlannedFault {
    const entry = this.#entryOf(request)
    if (entry === null) return 'ok'
    const words = (request.headers['x-lab-plan'] ?? '').split(',').map((word) => word.trim())
    const word = words[entry.requests++]
    return faults.find((fault) => fault === word) ?? 'ok'
  }

  /** A request was carried out. A vendor that recognised its key answers as before and does nothing. */
  done(request: LabRequest, answer: LabAnswer): void {
    const entry = this.#entryOf(request)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const isReplay = answer.headers?.['idempotent-replayed'] === 'true'
    if (entry !== null && !isRead && !isReplay && answer.status < 300) entry.effects++
  }

  list(): Readonly<Record<string, Readonly<Entry>>> {
    return Object.fromEntries(this.#entries)
  }

  clear(): void {
    this.#entries.clear()
  }

  #entryOf(request: LabRequest): Entry | null {
    const name = request.headers['x-lab-effect']
    if (name === undefined || name.length > 100) return null
    let entry = this.#entries.get(name)
    if (entry === undefined) {
      this.#entries.set(name, (entry = { requests: 0, effects: 0 }))
      const oldest = this.#entries.keys().next()
      if (this.#entries.size > mostKept && !oldest.done) this.#entries.delete(oldest.value)
    }
    return entry
  }
}
