import type { Category } from '../catalog.ts'
import type { Actor } from '../context.ts'

/** A typed operation to carry out through a connection. */
export interface RunOperationInput {
  readonly connectionId: string
  readonly category: Category
  /** Name in the contracts of the category, such as `payments.create`. */
  readonly operation: string
  /** Input by the operation's contract, as it was sent: checked before anything else happens. */
  readonly input: Readonly<Record<string, unknown>>
}

export interface OperationAnswer {
  /** The connection that served it. */
  readonly connectionId: string
  /** Output by the operation's contract. */
  readonly output: Readonly<Record<string, unknown>>
  /** The idempotency key was used before: this is the answer of then, and nothing was done again. */
  readonly repeated: boolean
}

/** Rules of typed operations. */
export interface OperationCommands {
  /**
   * Carries out an operation of the connection's provider through the call pipeline. Throws InvalidInputError for an input
   * outside its contract and for a connection whose provider does not have the operation, ProviderCallError when the
   * provider failed.
   */
  run(actor: Actor, input: RunOperationInput): Promise<OperationAnswer>
}
