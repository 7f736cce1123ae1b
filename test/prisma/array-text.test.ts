import { plainArray, textArray } from '@patchbay/prisma/array-text.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

test('W2: any text comes back from a column as it went in', async () => {
  const texts = [
    'plain',
    '',
    null,
    'NULL',
    'null',
    'a,b',
    '{}',
    '"quoted"',
    '\\',
    '\\"',
    'two "a" and "b"',
    ' blanks ',
    'line\nbreak\ttab\u0001',
    'é 😀',
    '{"x":"\\"y\\" \\\\ z"}',
    "'; --",
  ]
  const [row] = await database.system.sql.query<{ texts: (string | null)[] }>('select $1::text::text[] as texts', [
    textArray(texts),
  ])
  expect(row?.texts).toEqual(texts)
  const [empty] = await database.system.sql.query<{ n: number }>('select cardinality($1::text::text[]) as n', [
    textArray([]),
  ])
  expect(empty?.n).toBe(0)
})

test('W2: numbers and instants, and their absence, come back from a column', async () => {
  const at = new Date(1_790_000_000_123)
  const [row] = await database.system.sql.query<{ ms: number[]; known: boolean; unknown: boolean }>(
    `select array(select extract(epoch from value) * 1000 from unnest($1::text::timestamptz[]) as value where value is not null)::float8[] as ms,
       ($2::text::int[])[1] = 7 as known, ($2::text::int[])[2] is null as unknown`,
    [plainArray([at.toISOString(), null]), plainArray([7, null])],
  )
  expect(row?.ms.map(Number)).toEqual([at.getTime()])
  expect(row).toMatchObject({ known: true, unknown: true })
})
