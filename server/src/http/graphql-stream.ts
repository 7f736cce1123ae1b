import type { ExecutionResult } from 'graphql'

export interface StreamRules {
  /** The last look at each result before it leaves. */
  readonly show: (result: ExecutionResult) => ExecutionResult
  /** What to say when the source fails. */
  readonly fail: (error: unknown) => ExecutionResult
  /** Whether the viewer may still listen; asked every `everyMs`. Absent: somebody else watches. */
  readonly stillAllowed?: () => Promise<boolean>
  readonly everyMs: number
  /** What to say when the viewer may not listen any longer. */
  readonly ended: () => ExecutionResult
  readonly onClosed: (stream: GuardedStream) => void
}

/**
 * The results of one subscription. A failure or a withdrawn right ends it with one last result in words, never with a cut
 * connection that the client would only try again.
 */
export class GuardedStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: AsyncIterator<ExecutionResult>
  readonly #rules: StreamRules
  readonly #watch: NodeJS.Timeout | null
  #last: ExecutionResult | null = null
  #closed = false

  constructor(source: AsyncIterable<ExecutionResult>, rules: StreamRules) {
    this.#source = source[Symbol.asyncIterator]()
    this.#rules = rules
    const { stillAllowed, everyMs } = rules
    this.#watch = stillAllowed ? setInterval(() => void this.#check(stillAllowed), everyMs).unref() : null
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#closed) return this.#farewell()
    try {
      const step = await this.#source.next()
      if (step.done !== true) return { done: false, value: this.#rules.show(step.value) }
    } catch (error) {
      this.#last ??= this.#rules.fail(error)
    }
    this.#close()
    return this.#farewell()
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#last = null
    this.#close()
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  /** Ends it from this side, after one last result when there is something to say. */
  async end(last: ExecutionResult | null): Promise<void> {
    this.#last = last
    this.#close()
    // Settles a waiting next(), which then delivers the last result.
    await this.#source.return?.()
  }

  async #check(stillAllowed: () => Promise<boolean>): Promise<void> {
    if (await stillAllowed()) return
    if (!this.#closed) await this.end(this.#rules.ended())
  }

  #farewell(): IteratorResult<ExecutionResult> {
    const value = this.#last
    this.#last = null
    return value === null ? { done: true, value: undefined } : { done: false, value }
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#watch) clearInterval(this.#watch)
    this.#rules.onClosed(this)
  }
}
