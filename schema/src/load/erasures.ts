import type { ErasureModel } from '@patchbay/prisma/generated/models.ts'
import type { ErasureTable } from '../commands/erasure.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { latestKeys } from './partitioned.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

/** An erasure without its sealed subject. */
export type ErasureRow = Omit<ErasureModel, 'state' | 'keyId' | 'wrappedKey' | 'ciphertext' | 'position'> & {
  readonly state: 'RUNNING' | 'DONE'
}
type Row = ErasureRow & Record<string, unknown>

const columns = [
  'id',
  'organizationId',
  'subjectHash',
  'state',
  'report',
  'createdById',
  'createdByName',
  'createdAt',
  'finishedAt',
]
  .map((column) => `"${column}"`)
  .join(', ')

const order = byInstant<ErasureRow>((row) => row.createdAt)
const keyset = { ...latestKeys, columns: ['"createdAt"', '"id"'] }

/** What was done table by table, in the order of the work. */
export const erasureTables = (row: Pick<ErasureRow, 'report'>): readonly ErasureTable[] =>
  (row.report as { readonly tables?: readonly ErasureTable[] } | null)?.tables ?? []

/** Erasures, latest first. */
export const erasurePage = (reach: Reach, args: PageArgs): Promise<Page<ErasureRow>> =>
  readPage(args, order, (slice) => {
    const where = within(new Where(), reach, null)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Row>(`select ${columns} from "Erasure" ${where} ${tail}`, where.params)
  })

export async function erasuresById(reach: Reach, ids: readonly string[]): Promise<(ErasureRow | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row>(`select ${columns} from "Erasure" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}
