import type { Database } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../engine/alerts/contract.ts'
import { watchBudgets } from '../engine/analytics/budget-alerts.ts'
import type { CostBook, Costs } from '../engine/analytics/contract.ts'
import { createCostBook } from '../engine/analytics/cost-book.ts'
import { createCosts } from '../engine/analytics/costs.ts'
import type { CallLog } from '../engine/calls/calls.ts'
import type { Jobs } from '../engine/jobs/contract.ts'

export interface CostPartsOptions {
  readonly database: Database
  readonly alerts: Alerts
  readonly now: () => Date
  readonly onFault: (error: unknown) => void
  readonly stack: AsyncDisposableStack
}

export interface CostParts {
  readonly costBook: CostBook
  readonly costs: Costs
  /** Takes the queue; in the worker role. */
  startCosts(jobs: Pick<Jobs, 'work' | 'schedule'>): Promise<void>
}

/** Prices and budgets, read before the first call; they close with the stack. */
export async function createCostParts(options: CostPartsOptions): Promise<CostParts> {
  const { stack, alerts, now } = options
  const book = createCostBook(options)
  await book.start()
  stack.defer(() => book.close())
  return {
    costBook: book,
    costs: createCosts({ book, alerts, now }),
    async startCosts(jobs) {
      await jobs.work('costs.watch', () => watchBudgets(options))
      await jobs.schedule('costs.watch', '* * * * *')
    },
  }
}

/** The same call log: every row gets what its call cost on the way in, and budgets hear of it before it is committed. */
export function priceCalls(log: CallLog, book: Pick<CostBook, 'priceOf' | 'spent' | 'settleBy'>): CallLog {
  book.settleBy(() => log.flush())
  return {
    get waiting() {
      return log.waiting
    },
    add(row) {
      const costMicros = book.priceOf(row)
      if (costMicros === null) return log.add(row)
      book.spent(row.organizationId, row.connectionId, costMicros)
      return log.add({ ...row, costMicros })
    },
    flush: () => log.flush(),
    close: () => log.close(),
  }
}
