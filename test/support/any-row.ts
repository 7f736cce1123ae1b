import { randomUUID } from 'node:crypto'
import type { Row, Sql } from '@patchbay/prisma/database.ts'

interface Column extends Row {
  name: string
  /** Type as PostgreSQL names it: `uuid`, `text`, `_int4` for an array. */
  type: string
  required: boolean
  /** First label, when the type is an enum. */
  label: string | null
}

interface Reference extends Row {
  parent: string
  columns: string[]
  parentColumns: string[]
}

const samples: Record<string, () => unknown> = {
  uuid: () => randomUUID(),
  text: () => `text-${randomUUID()}`,
  timestamptz: () => new Date(),
  int4: () => 1,
  int8: () => 1n,
  bool: () => false,
  jsonb: () => '{}',
  bytea: () => new Uint8Array([1, 2, 3]),
}

async function columnsOf(sql: Sql, table: string): Promise<Column[]> {
  return sql.query<Column>(
    `select attname::text as name, typname::text as type, attnotnull and not atthasdef as required,
       (select enumlabel::text from pg_enum where enumtypid = atttypid order by enumsortorder limit 1) as label
     from pg_attribute join pg_type on pg_type.oid = atttypid
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [`"${table}"`],
  )
}

async function referencesOf(sql: Sql, table: string): Promise<Reference[]> {
  const names = (keys: string, of: string) =>
    `(select array_agg(attname::text order by n) from unnest(${keys}) with ordinality as key(num, n)
      join pg_attribute on attrelid = ${of} and attnum = num)`
  return sql.query<Reference>(
    `select (select relname::text from pg_class where oid = confrelid) as parent,
       ${names('conkey', 'conrelid')} as columns, ${names('confkey', 'confrelid')} as "parentColumns"
     from pg_constraint where contype = 'f' and conrelid = $1::regclass`,
    [`"${table}"`],
  )
}

/**
 * Inserts a row into any table, making up what is required and the rows it refers to; what `given` names is taken from
 * there, in the rows referred to as well. For tests that must hold for tables not yet thought of.
 * @returns the row as stored
 */
export async function insertAnyRow(sql: Sql, table: string, given: Row): Promise<Row> {
  const columns = await columnsOf(sql, table)
  const row: Row = {}
  for (const { name, type, required, label } of columns) {
    if (name in given) row[name] = given[name]
    else if (required) row[name] = label ?? (type.startsWith('_') ? [] : samples[type]?.())
  }
  // Nobody asked for probes of a made-up connection: a hub that runs beside the test leaves it alone.
  if (table === 'Connection' && !('nextProbeAt' in given)) row['nextProbeAt'] = new Date('2999-01-01T00:00:00Z')
  for (const { parent, columns: own, parentColumns } of await referencesOf(sql, table)) {
    const fixed = Object.fromEntries(
      own.flatMap((column, n) => (column in given ? [[parentColumns[n], given[column]]] : [])),
    )
    const found = await findRow(sql, parent, fixed)
    const parentRow = found ?? (await insertAnyRow(sql, parent, fixed))
    own.forEach((column, n) => (row[column] = parentRow[parentColumns[n] ?? '']))
  }
  const names = Object.keys(row)
  const [stored] = await sql.query(
    `insert into "${table}" (${names.map((name) => `"${name}"`).join()})
     values (${names.map((_, n) => `$${n + 1}`).join()}) returning *`,
    Object.values(row),
  )
  return stored ?? {}
}

async function findRow(sql: Sql, table: string, fixed: Row): Promise<Row | undefined> {
  const names = Object.keys(fixed)
  if (names.length === 0) return undefined
  const condition = names.map((name, n) => `"${name}" = $${n + 1}`).join(' and ')
  const [row] = await sql.query(`select * from "${table}" where ${condition} limit 1`, Object.values(fixed))
  return row
}
