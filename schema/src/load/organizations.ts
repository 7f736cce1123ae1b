import { inOrder, type Reach } from './reach.ts'

/** What figures of an organization are in. */
export interface Measures {
  readonly currency: string
  readonly timeZone: string
}

/** Currency and time zone of the reader's organization; another one's is null. */
export async function measuresOf(reach: Reach, ids: readonly string[]): Promise<(Measures | null)[]> {
  const rows = await reach.tenant.prisma.organization.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, currency: true, timeZone: true },
  })
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    ({ currency, timeZone }) => ({ currency, timeZone }),
  )
}
