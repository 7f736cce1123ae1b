import type { Sql } from '@patchbay/prisma/database.ts'
import { replaceInJson, replaceInText, type SubjectPattern } from './spellings.ts'
import type { ErasedTable } from './tables.ts'

/** Key of the last row gone through, as text. */
export type Place = readonly string[]

export interface Step {
  readonly lookedAt: number
  /** Rows that hold the subject. */
  readonly found: number
  /** Where to go on; null at the end of the table. */
  readonly next: Place | null
}

const quoted = (name: string): string => `"${name}"`

/** Columns of a table and what each becomes as text, for the database to look through. */
function readable({ text = [], json = [], bytes = [] }: ErasedTable): string[] {
  return [
    ...text.map(quoted),
    ...json.map((name) => `"${name}"::text`),
    // Bytes that are no text are written as \ooo; ASCII stays readable, which is what the pattern needs of a candidate.
    ...bytes.map((name) => `encode("${name}", 'escape')`),
  ]
}

/**
 * One bounded step through a table, in `sql`'s transaction: reads at most `limit` rows after `after`, and changes those
 * that hold the subject unless they are kept or `write` is off.
 */
export async function walkStep(
  sql: Sql,
  table: ErasedTable,
  walk: {
    readonly organizationId: string
    readonly pattern: SubjectPattern
    readonly after: Place | null
    readonly limit: number
    readonly write: boolean
  },
): Promise<Step> {
  const { organizationId, pattern, after, limit, write } = walk
  const key = table.key.map(({ name }) => quoted(name))
  const place = key.map((name) => `${name}::text`).join(', ')
  const marks = table.key.map(({ type }, n) => `$${n + 3}::${type}`).join(', ')
  const rows = await sql.query<{ place: string[]; hit: boolean }>(
    `select array[${place}] as "place", (concat_ws(' ', ${readable(table).join(', ')}) ~* $2) as "hit"
     from "${table.name}" where ${table.mine ?? '"organizationId" = $1::uuid'}
       ${after === null ? '' : `and (${key.join(', ')}) > (${marks})`}
     order by ${key.join(', ')} limit ${limit}`,
    [organizationId, pattern.sql, ...(after ?? [])],
  )
  const hits = rows.filter(({ hit }) => hit).map((row) => row.place)
  let found = 0
  for (const hit of hits) if (await changeRow(sql, table, hit, walk)) found += 1
  void write
  return { lookedAt: rows.length, found, next: rows.length < limit ? null : (rows.at(-1)?.place ?? null) }
}

/** Looks at one row closely, and changes it; false when the subject is not in it after all. */
async function changeRow(
  sql: Sql,
  table: ErasedTable,
  place: Place,
  walk: { readonly organizationId: string; readonly pattern: SubjectPattern; readonly write: boolean },
): Promise<boolean> {
  const { text = [], json = [], bytes = [] } = table
  const columns = [...text, ...json, ...bytes]
  const writes = walk.write && table.kept === undefined
  const where = `${table.mine ?? '"organizationId" = $1::uuid'} and ${table.key
    .map(({ name, type }, n) => `"${name}" = $${n + 2}::${type}`)
    .join(' and ')}`
  const [row] = await sql.query(
    `select ${columns.map(quoted).join(', ')} from "${table.name}" where ${where} ${writes ? 'for no key update' : ''}`,
    [walk.organizationId, ...place],
  )
  if (row === undefined) return false
  const changed: { column: string; type: string; value: unknown }[] = []
  for (const column of text) {
    const value = row[column] as string | null
    const next = value === null ? null : replaceInText(value, walk.pattern)
    if (next !== value) changed.push({ column, type: 'text', value: next })
  }
  for (const column of json) {
    const next = replaceInJson(row[column], walk.pattern)
    if (next !== row[column]) changed.push({ column, type: 'jsonb', value: JSON.stringify(next) })
  }
  for (const column of bytes) {
    const value = row[column] as Uint8Array | null
    const next = value === null ? null : replaceInBytes(value, walk.pattern)
    if (next !== value) changed.push({ column, type: 'bytea', value: next })
  }
  if (changed.length === 0) return false
  if (writes) {
    const sets = changed.map(({ column, type }, n) => `"${column}" = $${n + 2 + place.length}::${type}`)
    await sql.query(
      `update "${table.name}" set ${[...sets, ...(table.mark ? [table.mark] : [])].join(', ')} where ${where}`,
      [walk.organizationId, ...place, ...changed.map(({ value }) => value)],
    )
  }
  return true
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes with every occurrence replaced. Bytes that are no UTF-8 are read as Latin-1, so that the others stay as they are. */
function replaceInBytes(bytes: Uint8Array, pattern: SubjectPattern): Uint8Array {
  let text: string
  let encoding: 'utf8' | 'latin1' = 'utf8'
  try {
    text = strict.decode(bytes)
  } catch {
    encoding = 'latin1'
    text = Buffer.from(bytes).toString('latin1')
  }
  const next = replaceInText(text, pattern)
  return next === text ? bytes : Buffer.from(next, encoding)
}
