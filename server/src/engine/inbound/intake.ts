import type { Database } from '@patchbay/prisma/database.ts'
import { isRefusal, isRetryable } from './faults.ts'
import { store, type Arrival, type Stored } from './store.ts'
import { Tally } from './tally.ts'

/** AWAY: not stored as far as this process knows, because the database does not answer or too many wait. */
export type Taken = Stored | 'AWAY'

/** Group commit: many concurrent requests share one transaction, and each is answered after it. */
export interface Intake {
  /** Never rejects. */
  add(arrival: Arrival): Promise<Taken>
  /** Counts a request that was turned away unstored. */
  turnAway(source: { readonly organizationId: string; readonly sourceId: string }, at: Date, bytes: number): void
  /** Requests not yet answered. */
  readonly waiting: number
  /** Waits for what is in hand, then takes no more. */
  close(): Promise<void>
}

export interface IntakeOptions {
  readonly database: Pick<Database, 'system'>
  readonly onFault?: (error: unknown) => void
  /** Requests per commit at most. Default 500. */
  readonly batchRows?: number
  /** Bytes of bodies per commit at most. Default 8 MiB. */
  readonly batchBytes?: number
  /** Commits under way at once. Default 2: one is read and written while the other is committed, and one that hangs does not stop all. */
  readonly inFlight?: number
  /** Requests waiting at most. Default 5,000. */
  readonly queueRows?: number
  /** Bytes of bodies waiting at most. Default 64 MiB. */
  readonly queueBytes?: number
  /** Longest wait of a request, in milliseconds. Default 10,000: vendors give up soon after. */
  readonly patienceMs?: number
}

interface Waiting {
  readonly arrival: Arrival
  readonly resolve: (taken: Taken) => void
  readonly until: number
  answered: boolean
}

const attempts = 3
/** How long a commit under way holds back a smaller one beside it: about what a commit takes, so that one that hangs stops nothing. */
const pairingMs = 20
/** How often the patience of those who wait is looked at, and counts without a request are written. */
const sweepMs = 500
const countsEveryMs = 2_000

export function createIntake(options: IntakeOptions): Intake {
  const { database, onFault = () => {} } = options
  const { batchRows = 500, batchBytes = 8 << 20, inFlight = 2 } = options
  const { queueRows = 5_000, queueBytes = 64 << 20, patienceMs = 10_000 } = options
  let queue: Waiting[] = []
  const underWay = new Set<Waiting>()
  const batches = new Set<Promise<void>>()
  const refused = new Tally()
  let bytes = 0
  let planned = false
  let begunAt = 0
  let alarm: NodeJS.Timeout | null = null
  let closed = false
  let countedAt = performance.now()

  function answer(waiting: Waiting, taken: Taken): void {
    if (waiting.answered) return
    waiting.answered = true
    bytes -= waiting.arrival.body.byteLength
    waiting.resolve(taken)
  }

  function nextBatch(): Waiting[] {
    let size = 0
    let rows = 0
    while (rows < queue.length && rows < batchRows) {
      size += queue[rows]?.arrival.body.byteLength ?? 0
      if (rows > 0 && size > batchBytes) break
      rows++
    }
    return queue.splice(0, rows)
  }

  /**
   * Beside a commit under way the next one waits until it is as large, or for a few milliseconds: a commit of a handful
   * costs the disk and the stream's lock as much as one of a hundred.
   */
  function isTime(): boolean {
    if (batches.size === 0 || queue.length >= Math.min(batchRows, underWay.size)) return true
    return performance.now() - begunAt >= pairingMs
  }

  function pump(): void {
    planned = false
    while (batches.size < inFlight && queue.length > 0) {
      if (!isTime()) {
        alarm ??= setTimeout(() => {
          alarm = null
          plan()
        }, pairingMs)
        return
      }
      begunAt = performance.now()
      const batch = nextBatch()
      for (const waiting of batch) underWay.add(waiting)
      const done = commit(batch).finally(() => {
        for (const waiting of batch) underWay.delete(waiting)
        batches.delete(done)
        plan()
      })
      batches.add(done)
    }
  }

  /** After this turn of the loop: what arrived in the same one shares the commit. */
  function plan(): void {
    if (planned || queue.length === 0 || batches.size >= inFlight) return
    planned = true
    setImmediate(pump)
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await stored(batch.map(({ arrival }) => arrival))
      batch.forEach((waiting, n) => answer(waiting, outcomes[n] ?? 'AWAY'))
    } catch (error) {
      onFault(error)
      // A row the database will never take must not take the others with it.
      if (isRefusal(error) && batch.length > 1) {
        const middle = batch.length >> 1
        await commit(batch.slice(0, middle))
        await commit(batch.slice(middle))
      } else for (const waiting of batch) answer(waiting, 'AWAY')
    }
  }

  /** A commit whose answer got lost may have happened: whoever repeats it finds the keys, and is a duplicate. */
  async function stored(arrivals: readonly Arrival[]): Promise<Stored[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await store(database.system.sql, arrivals)
      } catch (error) {
        if (attempt === attempts || !isRetryable(error)) throw error
      }
    }
  }

  /** Counts of a source that is only turned away reach the roll-up too. */
  async function writeCounts(): Promise<void> {
    countedAt = performance.now()
    const counted = refused.take()
    if (counted.empty) return
    try {
      await database.system.sql.transaction((sql) => counted.write(sql))
    } catch (error) {
      refused.join(counted)
      onFault(error)
    }
  }

  const sweep = setInterval(() => {
    const now = performance.now()
    for (const waiting of [...queue, ...underWay]) if (waiting.until <= now) answer(waiting, 'AWAY')
    queue = queue.filter(({ answered }) => !answered)
    if (now - countedAt > countsEveryMs) void writeCounts()
  }, sweepMs)
  sweep.unref()

  return {
    get waiting() {
      return queue.length + underWay.size
    },
    add(arrival) {
      const size = arrival.body.byteLength
      if (closed || queue.length >= queueRows || bytes + size > queueBytes) return Promise.resolve('AWAY')
      bytes += size
      return new Promise((resolve) => {
        queue.push({ arrival, resolve, until: performance.now() + patienceMs, answered: false })
        plan()
      })
    },
    turnAway: (source, at, size) => refused.add(source, at, { received: 1, refused: 1, bytes: size }),
    async close() {
      closed = true
      const late = AbortSignal.timeout(patienceMs)
      const tooLate = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve()))
      while ((queue.length > 0 || batches.size > 0) && !late.aborted) {
        pump()
        await Promise.race([...batches, tooLate])
      }
      clearInterval(sweep)
      if (alarm !== null) clearTimeout(alarm)
      for (const waiting of [...queue, ...underWay]) answer(waiting, 'AWAY')
      await Promise.race([writeCounts(), tooLate])
    },
  }
}
