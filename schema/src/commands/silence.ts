import type { Actor } from '../context.ts'

type Changed = Promise<{ readonly id: string }>

/** Rules of what keeps alerts quiet. */
export interface SilenceCommands {
  /** From now on, for 1 to 43,200 minutes (30 days). No kinds: all; no connections: everything. */
  mute(
    actor: Actor,
    input: {
      kinds: readonly string[]
      connectionIds: readonly string[]
      minutes: number
      reason: string
      idempotencyKey?: string | null
    },
  ): Changed
  /** Planned work on connections, at most 30 days long, beginning within a year. */
  plan(
    actor: Actor,
    input: {
      connectionIds: readonly string[]
      startsAt: Date
      endsAt: Date
      reason: string
      idempotencyKey?: string | null
    },
  ): Changed
  /** Ends it now; what it kept quiet and still goes on is told. */
  end(actor: Actor, input: { id: string }): Changed
}
