import type { Actor } from '../context.ts'

/** Rules of alerts once they are raised. */
export interface AlertCommands {
  /** Somebody deals with these: they escalate no more. Those that are over stay as they are. At most 100. */
  acknowledge(actor: Actor, input: { ids: readonly string[] }): Promise<void>
  /** These are over; whoever was told of them hears so. `note` is written below their words. At most 100. */
  resolve(actor: Actor, input: { ids: readonly string[]; note?: string | null }): Promise<void>
  /** The actor has looked at every alert up to this one, or at all. */
  markSeen(actor: Actor, input: { upTo?: string | null }): Promise<void>
}
