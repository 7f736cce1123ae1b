import type { Actor } from '../context.ts'

export type PriceKind = 'PER_CALL' | 'PER_TRANSACTION' | 'PER_MONTH'

export interface PriceInput {
  readonly connectionId: string
  readonly kind: PriceKind
  /** Millionths of the organization's currency, 0 to 10^15. */
  readonly amountMicros: bigint
  /** PER_TRANSACTION: millionths of the amount besides, 0 to 1,000,000. Default 0. */
  readonly sharePpm?: number | null
  /** PER_CALL: an operation; PER_TRANSACTION: an event type. Default all. */
  readonly appliesTo?: string | null
  /** Default now; at most a year ahead, and never back: what was counted keeps its price. */
  readonly since?: Date | null
}

/** Rules of prices: one of a kind holds at a time for what it applies to, and none is ever rewritten. */
export interface PriceCommands {
  /** Begins prices of one connection; those of the same kinds that hold end where these begin. */
  set(
    actor: Actor,
    input: { readonly prices: readonly PriceInput[]; readonly idempotencyKey?: string | null },
  ): Promise<{ readonly ids: readonly string[] }>
  /** Ends a price now; one that has not begun goes altogether. */
  remove(actor: Actor, input: { readonly id: string }): Promise<{ readonly id: string; readonly connectionId: string }>
}
