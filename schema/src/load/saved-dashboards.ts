import type { SavedDashboardModel } from '@patchbay/prisma/generated/models.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { instantKeys, slicing, Where } from './where.ts'

const order = byInstant<SavedDashboardModel>((row) => row.createdAt)
const keyset = instantKeys('createdAt')

/** Dashboards of a person and shared ones, newest first. */
export const savedDashboardPage = (
  reach: Reach,
  args: PageArgs,
  viewerId: string,
  search?: string | null,
): Promise<Page<SavedDashboardModel>> =>
  readPage(args, order, (slice) => {
    const where = within(new Where(), reach, null).contains(['"name"'], search)
    where.and(`("shared" or "createdById" = ${where.param(viewerId)})`)
    const rest = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<SavedDashboardModel & Record<string, unknown>>(
      `select * from "SavedDashboard" ${where} ${rest}`,
      where.params,
    )
  })

export async function savedDashboardsById(
  reach: Reach,
  ids: readonly string[],
): Promise<(SavedDashboardModel | null)[]> {
  const rows = await reach.tenant.prisma.savedDashboard.findMany({ where: { id: { in: [...ids] } } })
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}
