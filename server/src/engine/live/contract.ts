import type { Sql, Tx } from '@patchbay/prisma/database.ts'
import type { Live, StreamName, StreamRows } from '@patchbay/schema/events.ts'

/** A transaction that is about to append: Prisma's, or plain SQL on a hot path. */
export type AppendTx = Pick<Tx, '$executeRawUnsafe'> | Sql

/**
 * The writing side of the live streams. Call `append` in the transaction, just before inserting the stream's rows: it
 * takes the stream's lock until commit, so that seq grows in commit order, and rings the doorbell at commit.
 *
 * Every writer of a stream waits for this lock: call it as late as the transaction allows. Locks are taken in one order
 * everywhere, or two transactions can wait for each other: health, incidents, inbound, deliveries, replays, lanes, alerts, system, then
 * `Audit.append`. An update of a row that changes takes the lock and sets `seq = nextval('hub_<stream>_seq')`.
 */
export interface LiveWriter {
  append(tx: AppendTx, stream: StreamName): Promise<void>
}

/**
 * The streams of this process. A cursor older than retention resumes at the oldest row still kept: what retention has
 * removed is no longer in the log either, so that is not a gap.
 */
export interface LiveHub extends Live, LiveWriter {
  /** Subscriptions open in this process, for metrics. */
  readonly subscriberCount: number
  /**
   * Hears rows of all organizations as they come, in order and without gaps, from the moment this resolves: for the hub's
   * own machines, never for a viewer. The listener must not throw. Resolves with what stops it; rejects when the database
   * does.
   */
  follow<N extends StreamName>(stream: N, listener: (row: StreamRows[N]) => void): Promise<() => void>
  /** Starts hearing the doorbell of all replicas. Before that, new rows are only found by the safety poll. */
  start(): Promise<void>
  /** Ends every subscription (as done, not as failed) and stops listening. */
  close(): Promise<void>
}
