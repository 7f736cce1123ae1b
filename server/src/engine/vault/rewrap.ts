import type { Sql } from '@patchbay/prisma/database.ts'
import { type Binding, type RewrapPosition, type Rewrapped, type SealedTable, sealedTables } from './contract.ts'
import { VaultError } from './errors.ts'

export interface RewrapWork {
  readonly primaryKeyId: string
  readonly limit: number
  readonly after: RewrapPosition | null
  rewrapKey(keyId: string, wrapped: Uint8Array, at: Binding): Promise<Uint8Array>
}

interface WrappedRow extends Record<string, unknown> {
  readonly id: string
  readonly organizationId: string
  readonly keyId: string
  readonly wrappedKey: Uint8Array
}

/** One bounded step of a rotation. The rows left to do are themselves the progress, so a kill loses nothing but the step. */
export async function rewrapRows(sql: Sql, work: RewrapWork): Promise<Rewrapped> {
  const unreadable: string[] = []
  let left = work.limit
  let moved = 0
  for (const table of sealedTables.slice(work.after ? sealedTables.indexOf(work.after.table) : 0)) {
    const after = work.after?.table === table ? work.after.id : null
    const rows = await heldRows(sql, { table, after, primaryKeyId: work.primaryKeyId, limit: left })
    const done: { id: string; wrapped: Uint8Array }[] = []
    for (const row of rows) {
      const at = { table, organizationId: row.organizationId, rowId: row.id }
      try {
        done.push({ id: row.id, wrapped: await work.rewrapKey(row.keyId, row.wrappedKey, at) })
      } catch (error) {
        // One broken row must not keep all others under the old key; a keeper that is away may.
        if (!(error instanceof VaultError) || error.code === 'KEY_UNAVAILABLE') throw error
        unreadable.push(row.id)
      }
    }
    if (done.length > 0) {
      const ids = done.map((row) => row.id)
      const wrapped = done.map((row) => row.wrapped)
      await sql.query(
        `update "${table}" as row set "keyId" = $1::text, "wrappedKey" = fresh.wrapped
         from unnest($2::uuid[], $3::bytea[]) as fresh(id, wrapped) where row."id" = fresh.id`,
        [work.primaryKeyId, ids, wrapped],
      )
    }
    moved += done.length
    left -= rows.length
    const last = rows.at(-1)
    if (left <= 0 && last) return { moved, unreadable, next: { table, id: last.id } }
  }
  return { moved, unreadable, next: null }
}

async function heldRows(
  sql: Sql,
  page: { table: SealedTable; after: string | null; primaryKeyId: string; limit: number },
): Promise<WrappedRow[]> {
  return sql.query<WrappedRow>(
    `select "id", "organizationId", "keyId", "wrappedKey" from "${page.table}"
     where "keyId" <> $1::text and ($2::uuid is null or "id" > $2::uuid)
     order by "id" limit $3::int for update skip locked`,
    [page.primaryKeyId, page.after, page.limit],
  )
}
