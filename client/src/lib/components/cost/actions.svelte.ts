import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import { RemoveBudgetDocument, RemovePriceDocument } from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** What ends prices and budgets, with the words about how it went. Each tells whether it worked. */
export class CostActions {
  readonly #price = new Mutation(RemovePriceDocument)
  readonly #budget = new Mutation(RemoveBudgetDocument)

  endPrice = async (id: string): Promise<boolean> => {
    const outcome = await this.#price.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.removePrice)) return false
    toast.done(i18n.t.costs.price.ended)
    return true
  }
  removeBudget = async (id: string): Promise<boolean> => {
    const outcome = await this.#budget.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.removeBudget)) return false
    toast.done(i18n.t.costs.budget.removed)
    return true
  }
}
