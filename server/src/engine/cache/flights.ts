import type { Kept } from './shelf.ts'

/** How a fetch that others waited for came out. KEPT: its answer is theirs too. ALONE: each fetches by itself. */
export type Landing =
  | { readonly kind: 'KEPT'; readonly kept: Kept }
  | { readonly kind: 'ALONE' }
  | { readonly kind: 'FAILED'; readonly error: unknown }

/** A fetch under way. Most are joined by nobody, so what only others need is made when one comes. */
export class Flight {
  readonly connectionId: string
  readonly #url: URL
  readonly #forget: (flight: Flight) => void
  /** Something it reads changed meanwhile: its answer is for its own caller. */
  isSpoiled = false
  waiting = 0
  #landing: Landing | null = null
  #awaited: PromiseWithResolvers<Landing> | null = null

  constructor(connectionId: string, url: URL, forget: (flight: Flight) => void) {
    this.connectionId = connectionId
    this.#url = url
    this.#forget = forget
  }

  get place(): string {
    return placeOf(this.#url)
  }

  get landed(): Promise<Landing> {
    if (this.#landing !== null) return Promise.resolve(this.#landing)
    this.#awaited ??= Promise.withResolvers<Landing>()
    return this.#awaited.promise
  }

  /** Only the first landing counts. */
  land(landing: Landing): void {
    this.#forget(this)
    if (this.#landing !== null) return
    this.#landing = landing
    this.#awaited?.resolve(landing)
  }
}

/** Where something is from, without the query. */
export const placeOf = (url: URL): string => url.origin + url.pathname

/** Callers that may wait for one fetch; the next one fetches by itself. */
const mostWaiting = 5_000

/** Fetches under way, one for each key. */
export class Flights {
  readonly #flights = new Map<string, Flight>()

  /** The fetch to wait for; null when there is none to join. */
  join(key: string): Flight | null {
    const flight = this.#flights.get(key)
    if (flight === undefined || flight.isSpoiled || flight.waiting >= mostWaiting) return null
    flight.waiting += 1
    return flight
  }

  begin(key: string, connectionId: string, url: URL): Flight {
    const flight = new Flight(connectionId, url, (own) => {
      if (this.#flights.get(key) === own) this.#flights.delete(key)
    })
    if (!this.#flights.has(key)) this.#flights.set(key, flight)
    return flight
  }

  /** What is under way is not to be kept; of some places alone, where they are given. */
  spoil(connectionId: string, places: readonly string[] | null = null): void {
    for (const [key, flight] of this.#flights) {
      if (flight.connectionId !== connectionId || !(places?.includes(flight.place) ?? true)) continue
      flight.isSpoiled = true
      this.#flights.delete(key)
    }
  }
}
