/** One request the lab got, without anything secret: no query, no headers, no bodies. */
export interface SeenRequest {
  readonly number: number
  readonly at: string
  readonly vendor: string
  readonly host: string
  readonly method: string
  readonly path: string
  /** Null while it runs and when the caller left first. */
  status: number | null
  latencyMs: number | null
  /** The caller closed the connection before the answer. */
  cut: boolean
  /** What the lab did on purpose: DOWN, ERROR, RATE_LIMIT, HANG. */
  fault: 'DOWN' | 'ERROR' | 'RATE_LIMIT' | 'HANG' | null
}

/** The last requests of one vendor and how many were cut. */
export class RequestBook {
  readonly #kept: SeenRequest[] = []
  readonly #limit: number
  #total = 0
  #cut = 0

  constructor(limit = 200) {
    this.#limit = limit
  }

  get total(): number {
    return this.#total
  }

  get cut(): number {
    return this.#cut
  }

  open(seen: Omit<SeenRequest, 'number' | 'status' | 'latencyMs' | 'cut' | 'fault'>): SeenRequest {
    this.#total += 1
    const entry: SeenRequest = { ...seen, number: this.#total, status: null, latencyMs: null, cut: false, fault: null }
    this.#kept.push(entry)
    if (this.#kept.length > this.#limit) this.#kept.shift()
    return entry
  }

  markCut(entry: SeenRequest): void {
    entry.cut = true
    this.#cut += 1
  }

  /** Newest first. */
  list(): readonly SeenRequest[] {
    return this.#kept.toReversed()
  }

  clear(): void {
    this.#kept.length = 0
    this.#total = 0
    this.#cut = 0
  }
}
