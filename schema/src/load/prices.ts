import type { BudgetModel, PriceModel } from '@patchbay/prisma/generated/models.ts'
import { inOrder, reachable, within, type Reach } from './reach.ts'
import { Where } from './where.ts'

/** Prices of one answer at most. */
const mostPrices = 500

export const pricesById = async (reach: Reach, ids: readonly string[]): Promise<(PriceModel | null)[]> => {
  const rows = await reach.tenant.prisma.price.findMany({ where: { ...reachable(reach), id: { in: [...ids] } } })
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Prices within reach, by connection and kind, the latest first. */
export function pricesOf(
  reach: Reach,
  { connectionId, history }: { readonly connectionId: string | null; readonly history: boolean },
): Promise<readonly PriceModel[]> {
  const where = within(new Where(), reach, '"connectionId"')
  if (connectionId !== null) where.and(`"connectionId" = ${where.param(connectionId)}::uuid`)
  if (!history) where.and(`("until" is null or "until" > ${where.param(reach.now())}::timestamptz)`)
  return reach.tenant.sql.query<PriceModel & Record<string, unknown>>(
    `select * from "Price" ${where} order by "connectionId", "kind", "appliesTo" nulls first, "since" desc, "id" limit ${mostPrices}`,
    where.params,
  )
}

/** Budgets by id; a narrowed reader sees those of its connections. */
export const budgetsById = async (reach: Reach, ids: readonly string[]): Promise<(BudgetModel | null)[]> => {
  const rows = await reach.tenant.prisma.budget.findMany({ where: { ...reachable(reach), id: { in: [...ids] } } })
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** The organization's budget first, then those of connections as they were made. */
export async function budgetsOf(reach: Reach): Promise<readonly BudgetModel[]> {
  const rows = await reach.tenant.prisma.budget.findMany({ where: reachable(reach), orderBy: { createdAt: 'asc' } })
  return rows.sort((a, b) => Number(a.connectionId !== null) - Number(b.connectionId !== null))
}
