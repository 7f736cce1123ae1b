import { LRUCache } from 'lru-cache'
import type { CacheFigures } from '@patchbay/schema/lane-views.ts'
import type { EgressAnswer } from '../egress/contract.ts'
import { sizeOf, type Judged } from './policy.ts'

/** An answer that is kept. */
export interface Kept extends Judged {
  readonly connectionId: string
  readonly key: string
  /** Where it is from, without the query: a change there makes it old. */
  readonly place: string
  readonly answer: EgressAnswer
}

type Count = 'hits' | 'misses' | 'stale' | 'revalidated'

/** What is known of a connection's answers. */
interface Drawer {
  readonly keys: Set<string>
  bytes: number
  hits: number
  misses: number
  stale: number
  revalidated: number
}

/** Connections whose figures are remembered while nothing of theirs is kept. */
const mostDrawers = 10_000

const emptyDrawer = (): Drawer => ({ keys: new Set(), bytes: 0, hits: 0, misses: 0, stale: 0, revalidated: 0 })

/** Kept answers of all connections, in bounded memory; the longest unused one makes room. */
export class Shelf {
  readonly #kept: LRUCache<string, Kept>
  readonly #drawers = new Map<string, Drawer>()
  /** Keys by connection and place, for changes. */
  readonly #places = new Map<string, Set<string>>()

  /** @param bytes all of them may take; 0 keeps none */
  constructor(bytes: number) {
    this.#kept = new LRUCache({
      // To the library 0 is no bound; into one byte nothing fits.
      maxSize: Math.max(1, bytes),
      sizeCalculation: ({ answer }, key) => sizeOf(key, answer),
      dispose: (kept, key) => this.#removed(kept, key),
    })
  }

  find(key: string): Kept | null {
    return this.#kept.get(key) ?? null
  }

  put(kept: Kept): void {
    const { key, connectionId } = kept
    const size = sizeOf(key, kept.answer)
    this.#kept.set(key, kept)
    // Too large for the whole shelf: it was not taken.
    if (!this.#kept.has(key)) return
    const drawer = this.#drawerOf(connectionId)
    drawer.keys.add(key)
    drawer.bytes += size
    const place = placeKey(connectionId, kept.place)
    this.#places.set(place, (this.#places.get(place) ?? new Set()).add(key))
  }

  drop(key: string): void {
    this.#kept.delete(key)
  }

  /** Forgets what is kept of a connection. */
  empty(connectionId: string): void {
    for (const key of [...(this.#drawers.get(connectionId)?.keys ?? [])]) this.#kept.delete(key)
  }

  /** Forgets what is kept of places of a connection. */
  emptyPlaces(connectionId: string, places: readonly string[]): void {
    for (const place of places)
      for (const key of [...(this.#places.get(placeKey(connectionId, place)) ?? [])]) this.#kept.delete(key)
  }

  count(connectionId: string, what: Count): void {
    this.#drawerOf(connectionId)[what] += 1
  }

  figures(connectionId: string): CacheFigures {
    const { keys, ...figures } = this.#drawers.get(connectionId) ?? emptyDrawer()
    return { ...figures, entries: keys.size }
  }

  /** Bytes kept of all connections. */
  get bytes(): number {
    return this.#kept.calculatedSize
  }

  #drawerOf(connectionId: string): Drawer {
    const known = this.#drawers.get(connectionId)
    if (known !== undefined) return known
    for (const [id, { keys }] of this.#drawers) {
      if (this.#drawers.size < mostDrawers) break
      if (keys.size === 0) this.#drawers.delete(id)
    }
    const drawer = emptyDrawer()
    this.#drawers.set(connectionId, drawer)
    return drawer
  }

  /** Evicted, replaced or dropped. */
  #removed({ connectionId, place, answer }: Kept, key: string): void {
    const drawer = this.#drawers.get(connectionId)
    if (drawer?.keys.delete(key)) drawer.bytes -= sizeOf(key, answer)
    const name = placeKey(connectionId, place)
    const keys = this.#places.get(name)
    keys?.delete(key)
    if (keys?.size === 0) this.#places.delete(name)
  }
}

const placeKey = (connectionId: string, place: string) => `${connectionId} ${place}`
