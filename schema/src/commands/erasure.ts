import type { Actor } from '../context.ts'

/** What an erasure did in one table. */
export interface ErasureTable {
  readonly name: string
  readonly lookedAt: number
  readonly changed: number
  /** Rows that hold the data and stay as they are. */
  readonly kept: number
  /** Why rows are kept; null when none are. */
  readonly reason: string | null
  readonly done: boolean
}

/** Rows an erasure would find. */
export interface ErasurePreview {
  readonly tables: readonly {
    readonly name: string
    readonly rows: number
    readonly kept: boolean
    readonly reason: string | null
  }[]
  /** Id of the latest erasure of the same subject; null when there is none. */
  readonly askedBefore: string | null
}

export interface EraseInput {
  /** 6 to 200 characters. */
  readonly subject: string
  readonly confirm: string
  readonly idempotencyKey?: string | null | undefined
}

export interface ErasureCommands {
  /**
   * Begins to take a subject's data out of the organization's logs. Two requests for one subject run once: while one is
   * under way, the other is answered with it. Throws InvalidInputError (`subject`, `confirm`).
   */
  erase(actor: Actor, input: EraseInput): Promise<{ readonly id: string }>
  /** Counts what would be found; changes nothing. Throws InvalidInputError (`subject`). */
  preview(actor: Actor, subject: string): Promise<ErasurePreview>
}
