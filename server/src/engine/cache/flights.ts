import type { Kept } from './shelf.ts'

/** How a fetch that others waited for came out. KEPT: its answer is theirs too. ALONE: each fetches by itself. */
export type Landing =
  | { readonly kind: 'KEPT'; readonly kept: Kept }
  | { readonly kind: 'ALONE' }
  | { readonly kind: 'FAILED'; readonly error: unknown }

/** A fetch under way. */
export interface Flight {
  readonly connectionId: string
  readonly place: string
  readonly landed: Promise<Landing>
  /** Something it reads changed meanwhile: its answer is for its own caller. */
  isSpoiled: boolean
  waiting: number
  land(landing: Landing): void
}

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

  begin(key: string, connectionId: string, place: string): Flight {
    const { promise, resolve } = Promise.withResolvers<Landing>()
    const flight: Flight = {
      connectionId,
      place,
      landed: promise,
      isSpoiled: false,
      waiting: 0,
      land: (landing) => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key)
        resolve(landing)
      },
    }
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
