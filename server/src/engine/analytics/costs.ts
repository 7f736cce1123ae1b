import type { Tx } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'
import { alertKeyOf, monthsOf } from './budget-alerts.ts'
import type { Costs } from './contract.ts'
import { costsChannel, type RunningCostBook } from './cost-book.ts'

export interface CostsOptions {
  readonly book: Pick<RunningCostBook, 'refresh'>
  readonly alerts: Pick<Alerts, 'settle'>
  readonly now: () => Date
}

/** What commands need when prices and budgets change. */
export function createCosts({ book, alerts, now }: CostsOptions): Costs {
  return {
    async ring(tx: Tx, organizationId) {
      await tx.$executeRaw`select pg_notify(${costsChannel}, ${organizationId})`
    },
    refresh: (organizationId) => book.refresh(organizationId),
    async settle(tx, budget) {
      const organization = await tx.organization.findUnique({
        where: { id: budget.organizationId },
        select: { timeZone: true },
      })
      const months = monthsOf(now(), organization?.timeZone ?? 'UTC')
      const keys = months.flatMap((month) =>
        budget.alertAtPercent.map((percent) => alertKeyOf(budget.id, percent, month)),
      )
      await alerts.settle(tx, budget.organizationId, keys, 'The budget was removed.')
    },
  }
}
