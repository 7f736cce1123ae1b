/** Remembers answers for a moment, so that a burst of requests of one caller costs one look. */
export class Remember<V> {
  readonly #entries = new Map<string, { readonly until: number; readonly value: V }>()
  readonly #milliseconds: number
  readonly #limit: number
  readonly #now: () => number

  constructor(options: { milliseconds: number; limit: number; now: () => number }) {
    this.#milliseconds = options.milliseconds
    this.#limit = options.limit
    this.#now = options.now
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.until > this.#now()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, { until: this.#now() + this.#milliseconds, value })
    // Insertion order is age: the first entries are the oldest.
    for (const old of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) break
      this.#entries.delete(old)
    }
  }

  clear(): void {
    this.#entries.clear()
  }
}
