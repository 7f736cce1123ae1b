import { inOrder, type Reach } from './reach.ts'

/** Names of fellow members by user id. */
export async function userNames(reach: Reach, ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await reach.tenant.sql.query<{ id: string; name: string }>(
    'select "id", "name" from "User" where "id" = any($1::text[])',
    [[...ids]],
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row.name,
  )
}
