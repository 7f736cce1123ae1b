import { inOrder, type Reach } from './reach.ts'

/** Names of fellow members by user id, and of API keys by theirs. */
export async function userNames(reach: Reach, ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await reach.tenant.sql.query<{ id: string; name: string }>(
    `select "id", "name" from "User" where "id" = any($1::text[])
     union all select "id"::text, "name" from "ApiKey" where "id" = any(array(select one::uuid from unnest($1::text[]) one where one ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'))`,
    [[...ids]],
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row.name,
  )
}
