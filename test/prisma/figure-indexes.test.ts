import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
afterAll(() => database.cleanup())

test.each(['CallRollup', 'EventRollup', 'SourceRollup', 'DeliveryRollup'])(
  'a reader of %s finds its grain by an index, behind row-level security',
  async (table) => {
    // A plan of an empty table is a matter of taste: rows may not be read one after another here.
    const lines = await database.tenant(randomUUID()).sql.transaction(async (sql) => {
      await sql.query('set local enable_seqscan = off')
      const rows = await sql.query<{ 'QUERY PLAN': string }>(
        `explain select "at" from "${table}" where "grain" = 'MONTH' and "at" >= now() and "at" < now() + interval '1 day'`,
      )
      return rows.map((row) => row['QUERY PLAN'])
    })
    // As an enum it would be a filter: rows of all grains are read, and those of others thrown away.
    expect(lines.find((line) => line.includes('Index Cond'))).toMatch(/grain = 'MONTH'/)
  },
)
