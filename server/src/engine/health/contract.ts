import type { Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'

/** A change of state that no probe decided: credentials replaced, paused, resumed, set up for the first time. */
export interface SetAside {
  readonly state: 'UNKNOWN' | 'NOT_CONFIGURED'
  /** In words, shown with the state; null when there is nothing to say. */
  readonly reason: string | null
  /** Closes open incidents with this line, because nobody watches the connection from now on. */
  readonly closeIncidents?: string
}

/** Probes connections, judges the results with hysteresis, opens and closes incidents. */
export interface Health {
  /**
   * Probes now and stores the outcome: probe row, state, transition, incident, all in one transaction. Does nothing for
   * a connection that is paused, not configured or gone. A probe that began before the last judged one ended, or before
   * the connection changed, is recorded and not judged.
   */
  probe(organizationId: string, connectionId: string, actor: Actor): Promise<void>
  /**
   * Moves the state inside the caller's transaction, which must hold the connection's row lock; counters start over.
   * Takes the locks of the streams: call it after every other row of the transaction is written, before the audit entry.
   */
  setAside(tx: Tx, actor: Actor, connection: Connection, change: SetAside): Promise<void>
  /** Plans the probes that fall due; called by the schedule. Returns how many were queued. */
  plan(): Promise<number>
  /**
   * Ends every test that is still marked as under way. Only for a process that has the data to itself, before it lets
   * anybody begin a test: whoever was testing then was killed, and nobody need wait until the test counts as abandoned.
   */
  endTests(): Promise<void>
}
