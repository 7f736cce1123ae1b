import type { Database } from '@patchbay/prisma/database.ts'
import type { Budget, Price } from '@patchbay/prisma/generated/client.ts'
import { windowOf } from '@patchbay/schema/calendar.ts'
import { totalOf } from '@patchbay/schema/load/analytics/costs.ts'
import { monthToDate } from '@patchbay/schema/load/analytics/forecast.ts'

/** Prices, budgets and what was spent this month of one organization. */
export interface Ledger {
  readonly currency: string
  readonly timeZone: string
  /** By connection; those that hold, and those that ended or begin within a day. */
  readonly prices: ReadonlyMap<string, readonly Price[]>
  readonly budgets: readonly Budget[]
  /** Subscriptions included, up to the moment of reading. */
  readonly spent: bigint
  readonly spentBy: ReadonlyMap<string, bigint>
  readonly monthEnd: Date
}

/** Rows that were on their way when a price ended are still counted by it. */
const dayMs = 86_400_000

/** Null for an organization without prices and budgets, or that is gone. */
export async function readLedger(
  database: Pick<Database, 'tenant'>,
  organizationId: string,
  now: () => Date,
): Promise<Ledger | null> {
  const tenant = database.tenant(organizationId)
  const at = now()
  const [organization, prices, budgets] = await Promise.all([
    tenant.prisma.organization.findUnique({
      where: { id: organizationId },
      select: { currency: true, timeZone: true },
    }),
    tenant.prisma.price.findMany({
      where: { OR: [{ until: null }, { until: { gt: new Date(at.getTime() - dayMs) } }] },
      orderBy: [{ since: 'desc' }, { id: 'asc' }],
    }),
    tenant.prisma.budget.findMany({ orderBy: { id: 'asc' } }),
  ])
  if (organization === null || prices.length + budgets.length === 0) return null
  const { currency, timeZone } = organization
  const spending =
    budgets.length === 0 ? null : await monthToDate({ tenant, connectionIds: [], now: () => at }, timeZone, {})
  return {
    currency,
    timeZone,
    prices: Map.groupBy(prices, ({ connectionId }) => connectionId),
    budgets,
    spent: spending === null ? 0n : totalOf(spending.totals),
    spentBy: new Map([...(spending?.byConnection ?? [])].map(([id, cost]) => [id, totalOf(cost)])),
    monthEnd: windowOf('MONTH', at, timeZone).end,
  }
}
