import type { Actor } from '@patchbay/schema/context.ts'

/** Probes connections, judges the results with hysteresis, opens and closes incidents. */
export interface Health {
  /** Probes now and stores the outcome: probe row, state, transition, incident, all in one transaction. */
  probe(organizationId: string, connectionId: string, actor: Actor): Promise<void>
  /** Plans the probes that fall due; called by the schedule. Returns how many were queued. */
  plan(): Promise<number>
}
