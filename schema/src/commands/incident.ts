import type { Actor } from '../context.ts'

export interface IncidentCommands {
  /** Adds a line to the incident's timeline. */
  note(
    actor: Actor,
    input: { id: string; text: string; idempotencyKey?: string | null },
  ): Promise<{ readonly id: string }>
}
