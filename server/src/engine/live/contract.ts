import type { Tx } from '@patchbay/prisma/database.ts'
import type { Live, StreamName } from '@patchbay/schema/events.ts'

/** The writing side of the live streams. Call `append` in the transaction, just before inserting the stream's rows: it takes the stream's lock, so that seq grows in commit order; and rings the doorbell at commit. */
export interface LiveWriter {
  append(tx: Pick<Tx, '$executeRawUnsafe'>, stream: StreamName): Promise<void>
}

export interface LiveHub extends Live, LiveWriter {
  start(): Promise<void>
  close(): Promise<void>
}
