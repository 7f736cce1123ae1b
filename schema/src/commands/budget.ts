import type { Actor } from '../context.ts'

export interface BudgetInput {
  /** Null for the whole organization. */
  readonly connectionId?: string | null
  /** Millionths of the organization's currency, 1 to 10^15. */
  readonly monthlyMicros: bigint
  /** Shares that raise an alert, 1 to 500 percent, 1 to 5 of them. Default 80 and 100. */
  readonly alertAtPercent?: readonly number[] | null
  /** Refuse calls once it is used up. Default false. */
  readonly stop?: boolean | null
  /** As it was read; a budget that changed since is left alone. */
  readonly version?: number | null
  readonly idempotencyKey?: string | null
}

/** Rules of budgets: at most one for each connection and one for the organization. */
export interface BudgetCommands {
  /** Makes the budget, or changes the one there is. */
  set(actor: Actor, input: BudgetInput): Promise<{ readonly id: string }>
  remove(actor: Actor, input: { readonly id: string }): Promise<{ readonly id: string }>
}
