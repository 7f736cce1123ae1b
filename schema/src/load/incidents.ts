import { grouped, inOrder, reachable, type Reach } from './reach.ts'
import type { IncidentRow } from '../loaders.ts'

/** What is asked of a row, by asked(). */
interface Selection {
  readonly select: object
}

/** Key of a question about one row: which, and what is asked of it. */
export const selectionKey = (id: string, selection: Selection): string => `${id}${JSON.stringify(selection)}`

const idOf = (key: string): string => key.slice(0, 36)

/** Reads per selection, of which a level of a query has one, or as many as it has aliases. */
async function perSelection<V>(
  keys: readonly string[],
  read: (selection: Selection, ids: readonly string[]) => Promise<readonly V[]>,
): Promise<V[]> {
  const answers = new Map<string, V>()
  await Promise.all(
    [...Map.groupBy(keys, (key) => key.slice(36))].map(async ([selection, group]) => {
      const found = await read(JSON.parse(selection) as Selection, group.map(idOf))
      group.forEach((key, n) => answers.set(key, found[n] as V))
    }),
  )
  return keys.map((key) => answers.get(key) as V)
}

/** Incidents by selectionKey(). */
export const incidentsById = (reach: Reach, keys: readonly string[]): Promise<(IncidentRow | null)[]> =>
  perSelection(keys, async ({ select }, ids) => {
    const rows = await reach.tenant.prisma.incident.findMany({
      select: { ...select, id: true },
      where: { ...reachable(reach), id: { in: [...ids] } },
    })
    return inOrder(
      ids,
      rows,
      (row) => row.id,
      (row) => row,
    )
  })

/** Incidents that go on, latest first, by selectionKey() of their connection. */
export const openIncidents = (reach: Reach, keys: readonly string[]): Promise<IncidentRow[][]> =>
  perSelection(keys, async ({ select }, ids) => {
    const rows = await reach.tenant.prisma.incident.findMany({
      select: { ...select, id: true, connectionId: true },
      where: { AND: [reachable(reach), { connectionId: { in: [...ids] }, state: 'OPEN' }] },
      orderBy: { openedAt: 'desc' },
    })
    return grouped(
      ids,
      rows,
      (row) => row.connectionId,
      (row) => row,
    )
  })
