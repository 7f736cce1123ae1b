import type { FormattedExecutionResult } from 'graphql'
import type { Sink } from 'graphql-ws'
import { until } from './until.ts'

/** What a subscription has sent so far, and a way to wait for what it has not. */
export class Events<T> {
  readonly received: T[] = []
  readonly errors: unknown[] = []
  ended = false
  readonly #stop: () => void

  constructor(begin: (sink: Sink<FormattedExecutionResult<Record<string, unknown>, unknown>>) => () => void) {
    this.#stop = begin({
      next: (result) => {
        if (result.errors) this.errors.push(...result.errors)
        if (result.data) this.received.push(result.data as T)
      },
      error: (error) => {
        this.errors.push(error)
        this.ended = true
      },
      complete: () => {
        this.ended = true
      },
    })
  }

  /** The first event for which `wanted` holds, already received or still to come. */
  async first(what: string, wanted: (event: T) => boolean, deadlineMs?: number): Promise<T> {
    return until(
      what,
      () => {
        if (this.errors.length > 0) throw new Error(`${what}: the subscription failed: ${JSON.stringify(this.errors)}`)
        return this.received.find(wanted)
      },
      deadlineMs,
    ) as Promise<T>
  }

  stop(): void {
    this.#stop()
  }
}
