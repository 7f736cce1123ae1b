import type { Actor } from '../context.ts'

/** State of the master keys and of a rotation under way. */
export interface VaultState {
  readonly primaryKeyId: string
  readonly keyIds: readonly string[]
  /** Credentials still wrapped by another than the primary key. */
  readonly remaining: number
  readonly rotating: boolean
}

export interface VaultCommands {
  state(actor: Actor): Promise<VaultState>
  /** Re-wraps every data key under the primary master key, in the background, resumable after a kill. */
  rotate(actor: Actor, input: { idempotencyKey?: string | null }): Promise<{ readonly id: string }>
}
