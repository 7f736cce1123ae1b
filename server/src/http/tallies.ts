import { Counter, Histogram, type Registry } from 'prom-client'

/** How a tally is known to Prometheus. */
export interface TallyFacts {
  readonly name: string
  readonly help: string
  readonly registers: Registry[]
}

/**
 * Counts by two labels in plain numbers, which Prometheus is told when it asks: prom-client checks, sorts and joins the labels
 * of every single count, which every request and every call would wait for.
 */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>()

  constructor({ labels, ...facts }: TallyFacts & { readonly labels: readonly [outer: string, inner: string] }) {
    const counts = this.#counts
    const [outer, inner] = labels
    new Counter({
      ...facts,
      labelNames: [...labels],
      collect() {
        this.reset()
        for (const [first, byInner] of counts)
          for (const [second, count] of byInner) this.inc({ [outer]: first, [inner]: second }, count)
      },
    })
  }

  count(outer: string, inner: string): void {
    let byInner = this.#counts.get(outer)
    if (byInner === undefined) this.#counts.set(outer, (byInner = new Map()))
    byInner.set(inner, (byInner.get(inner) ?? 0) + 1)
  }
}

interface Series {
  /** By bucket, the last for what is above all bounds. */
  readonly counts: number[]
  sum: number
}

type Told = Awaited<ReturnType<Histogram['get']>>

/** The same for how long something took, by one label. */
export class Seconds extends Histogram {
  readonly #name: string
  readonly #label: string
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Series>()
  /** Says what a histogram of this name is, and counts nothing. */
  readonly #form: Histogram

  /** @param bounds of the buckets, rising, in seconds */
  constructor({ label, ...facts }: TallyFacts & { readonly label: string }, bounds: readonly number[]) {
    const form = { ...facts, labelNames: [label], buckets: [...bounds] }
    super(form)
    this.#form = new Histogram({ ...form, registers: [] })
    this.#name = facts.name
    this.#label = label
    this.#bounds = bounds
  }

  took(name: string, seconds: number): void {
    const bounds = this.#bounds
    let series = this.#series.get(name)
    if (series === undefined) {
      series = { counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }
      this.#series.set(name, series)
    }
    let bucket = 0
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket++
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += seconds
  }

  override async get(): Promise<Told> {
    const form = await this.#form.get()
    return { ...form, values: [...this.#series].flatMap(([name, series]) => this.#values(name, series)) }
  }

  /** What the registry asks in its place, where there is one. */
  getForPromString(): Promise<Told> {
    return this.get()
  }

  #values(of: string, { counts, sum }: Series): Told['values'] {
    const labels = { [this.#label]: of }
    const values: Told['values'] = []
    let below = 0
    for (const [bucket, count] of counts.entries()) {
      below += count
      const le = this.#bounds[bucket] ?? '+Inf'
      values.push({ metricName: `${this.#name}_bucket`, labels: { le, ...labels }, value: below })
    }
    values.push({ metricName: `${this.#name}_sum`, labels, value: sum })
    values.push({ metricName: `${this.#name}_count`, labels, value: below })
    return values
  }
}
