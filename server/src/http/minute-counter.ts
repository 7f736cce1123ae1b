/** Callers counted at once; when there are more, all begin anew. */
const mostCounted = 50_000
const minuteMs = 60_000

/** Counts requests of a caller in fixed minutes. Plain numbers: this stands in front of the busiest doors. */
export class MinuteCounter {
  readonly #points: number
  readonly #now: () => number
  #minute = Number.NaN
  readonly #counts = new Map<string, number>()

  /** @param points requests of one caller and minute; 0 is off */
  constructor(points: number, now: () => number = Date.now) {
    this.#points = points
    this.#now = now
  }

  /** Seconds to wait; 0 when the request may go on. */
  count(caller: string): number {
    if (this.#points === 0) return 0
    const now = this.#now()
    const minute = Math.floor(now / minuteMs)
    if (minute !== this.#minute || this.#counts.size > mostCounted) {
      this.#minute = minute
      this.#counts.clear()
    }
    const count = (this.#counts.get(caller) ?? 0) + 1
    this.#counts.set(caller, count)
    return count <= this.#points ? 0 : Math.ceil(((minute + 1) * minuteMs - now) / 1000)
  }
}
