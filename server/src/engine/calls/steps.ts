/** One step of the pipeline, when it began and how long it took. */
export interface StepTime {
  readonly step: string
  /** Milliseconds, to a hundredth. */
  readonly ms: number
  /** Milliseconds from the beginning of the call. Absent in rows of older hubs. */
  readonly at?: number
  /** Attempt it belongs to, from 1. Absent before the first, and in rows of older hubs. */
  readonly attempt?: number
}

const hundredths = (ms: number) => Math.max(0, Math.round(ms * 100) / 100)

/** Notes where the time of one call goes. */
export class StepClock {
  readonly #startedAt = performance.now()
  readonly #steps: StepTime[] = []
  #attempt = 0

  /** From here on steps belong to the next attempt. */
  nextAttempt(): void {
    this.#attempt++
  }

  /** Milliseconds since the call began. */
  elapsed(): number {
    return performance.now() - this.#startedAt
  }

  /** Notes a step that began at `from` (of `elapsed`) and ended at `until`, default now. */
  note(step: string, from: number, until: number = this.elapsed()): void {
    const timed = { step, ms: hundredths(until - from), at: hundredths(from) }
    this.#steps.push(this.#attempt === 0 ? timed : { ...timed, attempt: this.#attempt })
  }

  /** Runs a step and notes its time, failed or not. */
  async run<T>(step: string, work: () => Promise<T>): Promise<T> {
    const from = this.elapsed()
    try {
      return await work()
    } finally {
      this.note(step, from)
    }
  }

  /** The same for a step that waits for nothing. */
  at<T>(step: string, work: () => T): T {
    const from = this.elapsed()
    try {
      return work()
    } finally {
      this.note(step, from)
    }
  }

  /** So far, in the order in which they ended. */
  get steps(): readonly StepTime[] {
    return this.#steps
  }
}
