import type { StreamBatch, StreamName, StreamRows } from '@patchbay/schema/events.ts'
import type { Listener, Tail } from './tail.ts'

export interface SubscriberLimits {
  /** Rows in one batch at most. */
  readonly batchRows: number
  /** Rows waiting in memory at most; beyond it they are dropped and read again from the table. */
  readonly bufferRows: number
  /** Shortest time between two batches that are not full, in milliseconds. */
  readonly paceMs: number
  /** Rows a filter may hide before an empty batch tells the client its new cursor. */
  readonly quietRows: number
}

export interface SubscriberSource<N extends StreamName> {
  readonly organizationId: string
  /** Position to resume after; null means from now. */
  readonly after: bigint | null
  readonly filter: ((row: StreamRows[N]) => boolean) | undefined
  readonly signal: AbortSignal | undefined
  readonly tail: Tail<N>
  readonly limits: SubscriberLimits
  /** Rows of the organization in (after, upTo], in order. */
  page(after: bigint, upTo: bigint, limit: number): Promise<StreamRows[N][]>
  /** Throws InvalidInputError for a position this stream has never reached. */
  checkAhead(after: bigint): Promise<void>
  format(position: bigint): string
  /** Called once, when the subscription is over. */
  onClosed(subscriber: Subscriber<N>): void
}

type Result<N extends StreamName> = IteratorResult<StreamBatch<StreamRows[N]>, undefined>

/**
 * One subscription. Invariant: everything up to #position has been handed out; #buffer holds what passed the filter in
 * (#bufferFrom, tail.position]; and #position < #bufferFrom means the rows between are to be read from the table.
 * So an overflow only has to empty the buffer and move #bufferFrom: the table closes the distance, without gap or repeat.
 *
 * Written by hand and not as an async generator: a generator's return() waits behind a next() that is waiting for rows.
 */
export class Subscriber<N extends StreamName>
  implements AsyncIterator<StreamBatch<StreamRows[N]>, undefined>, Listener<StreamRows[N]>
{
  readonly organizationId: string
  readonly #source: SubscriberSource<N>
  #position = 0n
  #bufferFrom = 0n
  #buffer: StreamRows[N][] = []
  #hidden = 0
  #lastBatchAt = -Infinity
  #opened = false
  #closed = false
  #failure: { readonly error: unknown } | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | null = null

  constructor(source: SubscriberSource<N>) {
    this.#source = source
    this.organizationId = source.organizationId
    if (source.signal?.aborted) this.close()
    else source.signal?.addEventListener('abort', this.close, { once: true })
  }

  get closed(): boolean {
    return this.#closed
  }

  next(): Promise<Result<N>> {
    const result = this.#turn.then(() => this.#take())
    this.#turn = result.catch(() => {})
    return result
  }

  async return(): Promise<Result<N>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends the subscription now; a waiting next() resolves as done. */
  readonly close = (): void => {
    if (this.#closed) return
    this.#closed = true
    this.#buffer = []
    this.#source.signal?.removeEventListener('abort', this.close)
    this.#source.tail.leave(this)
    this.#wake?.()
    this.#source.onClosed(this)
  }

  joined(position: bigint): void {
    this.#bufferFrom = position
    this.#position = this.#source.after ?? position
  }

  accept(rows: readonly StreamRows[N][], upTo: bigint): void {
    if (this.#closed) return
    try {
      for (const row of rows) {
        if (row.seq <= this.#position) continue
        if (this.#source.filter?.(row) === false) this.#hidden += 1
        else this.#buffer.push(row)
      }
    } catch (error) {
      this.#failure = { error }
    }
    if (this.#buffer.length > this.#source.limits.bufferRows) {
      this.#buffer = []
      this.#bufferFrom = upTo
    }
    this.#wake?.()
  }

  async #take(): Promise<Result<N>> {
    try {
      const batch = await this.#nextBatch()
      return batch ? { done: false, value: batch } : { done: true, value: undefined }
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The next batch, or null when the subscription is over. */
  async #nextBatch(): Promise<StreamBatch<StreamRows[N]> | null> {
    const { limits } = this.#source
    const first = !this.#opened && !this.#closed
    if (first) await this.#open()
    for (;;) {
      if (this.#closed) return null
      if (this.#failure) throw this.#failure.error
      if (this.#position < this.#bufferFrom) {
        const rows = await this.#readPage()
        if (rows.length > 0 || this.#hidden >= limits.quietRows) return this.#batch(rows)
      } else if (this.#buffer.length > 0) {
        const wait = this.#lastBatchAt + limits.paceMs - performance.now()
        if (wait > 0 && this.#buffer.length < limits.batchRows) await this.#sleep(wait)
        else return this.#batch(this.#drain())
      } else if (first || this.#hidden >= limits.quietRows) {
        this.#drain()
        return this.#batch([])
      } else {
        await this.#sleep(null)
      }
    }
  }

  async #open(): Promise<void> {
    const { tail } = this.#source
    this.#opened = true
    await tail.join(this)
    if (this.#closed) return tail.leave(this)
    // Another replica may have been ahead of this one, but the join has just read everything committed.
    if (this.#position > tail.position) await this.#source.checkAhead(this.#position)
  }

  async #readPage(): Promise<StreamRows[N][]> {
    const upTo = this.#bufferFrom
    const limit = this.#source.limits.batchRows
    const page = await this.#source.page(this.#position, upTo, limit)
    this.#position = page.length < limit ? upTo : (page.at(-1)?.seq ?? upTo)
    const { filter } = this.#source
    const rows = filter ? page.filter(filter) : page
    this.#hidden += page.length - rows.length
    return rows
  }

  #drain(): StreamRows[N][] {
    const rows = this.#buffer.splice(0, this.#source.limits.batchRows)
    const reached = this.#buffer.length === 0 ? this.#source.tail.position : (rows.at(-1)?.seq ?? this.#position)
    if (reached > this.#position) this.#position = reached
    this.#bufferFrom = this.#position
    return rows
  }

  #batch(rows: StreamRows[N][]): StreamBatch<StreamRows[N]> {
    this.#hidden = 0
    this.#lastBatchAt = performance.now()
    return { rows, cursor: this.#source.format(this.#position), catchingUp: this.#position < this.#bufferFrom }
  }

  /** Until the next change of state: at most `ms` when a number is given (changes do not cut it short then, only closing). */
  #sleep(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
      const timer = ms === null ? undefined : setTimeout(done, ms)
      this.#wake = () => {
        if (ms === null || this.#closed || this.#buffer.length >= this.#source.limits.batchRows) done()
      }
    })
  }
}
