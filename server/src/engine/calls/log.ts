import type { Database } from '@patchbay/prisma/database.ts'
import type { LiveWriter } from '../live/contract.ts'
import { type CallRow, entryOf, insertEntries, type LogEntry } from './log-rows.ts'

export type { CallRow, StepTime } from './log-rows.ts'

/** The call log: every call becomes a row soon, many rows share a commit. */
export interface CallLog {
  /** Takes a row. Resolves at once while there is room, otherwise when there is: the queue is bounded, and no row is dropped. */
  add(row: CallRow): Promise<void>
  /** Resolves when every row added so far is committed. */
  flush(): Promise<void>
  /** Flushes, then takes no more. Gives up after `closeMs` when the database stays away. */
  close(): Promise<void>
  /** Rows not yet committed, for metrics. */
  readonly waiting: number
}

export interface CallLogOptions {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  /** Told about failed writes (they are repeated) and about rows the database refuses for good. */
  readonly onFault?: (error: unknown) => void
  /** Rows per commit at most. Default 500. */
  readonly batchRows?: number
  /** Longest wait of a row for company, in milliseconds. Default 50. */
  readonly batchMs?: number
  /** Rows waiting at most; beyond it callers wait. Default 10,000. */
  readonly queueRows?: number
  /** Pause after a failed write, in milliseconds. Default 500. */
  readonly retryMs?: number
  /** Longest wait of `close` for the database, in milliseconds. Default 10,000. */
  readonly closeMs?: number
}

/** SQLSTATE classes that speak of the row, not of the database's health: repeating changes nothing. */
const isRefusal = (error: unknown) => error instanceof Error && 'code' in error && /^(22|23)/.test(String(error.code))

const atOnce = Promise.resolve()

export function createCallLog(options: CallLogOptions): CallLog {
  const {
    database,
    live,
    onFault = () => {},
    batchRows = 500,
    batchMs = 50,
    queueRows = 10_000,
    retryMs = 500,
    closeMs = 10_000,
  } = options
  const queue: LogEntry[] = []
  /** Rows committed and added since the start: a flush waits for the one to reach the other. */
  let added = 0
  let settled = 0
  let timer: NodeJS.Timeout | null = null
  let writing = false
  let closed = false
  let waiters: { readonly until: number; readonly resolve: () => void }[] = []

  function settle(rows: number): void {
    settled += rows
    const ready = waiters.filter((waiter) => waiter.until <= settled)
    waiters = waiters.filter((waiter) => waiter.until > settled)
    for (const waiter of ready) waiter.resolve()
  }

  const reached = (until: number) =>
    until <= settled ? Promise.resolve() : new Promise<void>((resolve) => waiters.push({ until, resolve }))

  /** A batch keeps its rows through all its repeats, so that a commit whose answer got lost is recognised. */
  async function write(batch: readonly LogEntry[]): Promise<void> {
    while (!closed) {
      try {
        await database.system.sql.transaction((sql) => insertEntries(sql, live, batch))
        return settle(batch.length)
      } catch (error) {
        onFault(error)
        if (isRefusal(error)) return split(batch)
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  /** One bad row must not hold up the others: halves until it is alone, then lets it go (reported by the caller). */
  async function split(batch: readonly LogEntry[]): Promise<void> {
    if (batch.length === 1) return settle(1)
    const middle = batch.length >> 1
    await write(batch.slice(0, middle))
    await write(batch.slice(middle))
  }

  async function drain(): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = null
    if (writing) return
    writing = true
    try {
      while (queue.length > 0 && !closed) await write(queue.splice(0, batchRows))
    } finally {
      writing = false
    }
  }

  return {
    get waiting() {
      return added - settled
    },
    add(row) {
      if (closed) {
        // The call has happened; failing it now would invite its caller to repeat it.
        onFault(new Error(`a call ended after the log was closed: ${row.provider} ${row.operation}`))
        return atOnce
      }
      queue.push(entryOf(row))
      added++
      if (queue.length >= batchRows) void drain()
      else timer ??= setTimeout(() => void drain(), batchMs)
      return added - settled > queueRows ? reached(added - queueRows) : atOnce
    },
    async flush() {
      void drain()
      await reached(added)
    },
    async close() {
      let late: NodeJS.Timeout | undefined
      const gaveUp = new Promise<boolean>((resolve) => (late = setTimeout(() => resolve(true), closeMs)))
      const isLate = await Promise.race([this.flush().then(() => false), gaveUp])
      clearTimeout(late)
      closed = true
      if (timer) clearTimeout(timer)
      if (isLate) onFault(new Error(`${added - settled} calls could not be logged before the stop`))
    },
  }
}
