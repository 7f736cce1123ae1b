import { randomUUID } from 'node:crypto'
import { applyRetention, checkpoint, ensurePartitions, tidy } from '@patchbay/prisma/retention.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database.system
afterAll(() => database.cleanup())

const dayMs = 86_400_000
const now = new Date()
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs)
const organizationId = randomUUID()
beforeAll(async () => {
  await insertAnyRow(sql, 'Organization', { id: organizationId })
})

const count = async (table: string): Promise<number> => {
  const [row] = await sql.query<{ n: number }>(`select count(*)::int4 as n from "${table}"`)
  return row?.n ?? 0
}

const partitions = async (): Promise<string[]> =>
  (
    await sql.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = '"Call"'::regclass order by 1`,
    )
  ).map(({ name }) => name)

test('L3: partitions are made ahead, once, and take rows of their month out of the default one', async () => {
  expect(await ensurePartitions(database, 2)).toBe(0)
  const before = await partitions()
  expect(before).toHaveLength(4)
  const future = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 4, 15))
  await insertAnyRow(sql, 'Call', { organizationId, at: future })
  expect(await count('Call_default')).toBe(1)
  expect(await Promise.all([ensurePartitions(database, 4), ensurePartitions(database, 4)])).toEqual(
    expect.arrayContaining([2, 0]) as number[],
  )
  expect(await count('Call_default')).toBe(0)
  const [row] = await sql.query<{ home: string }>(`select tableoid::regclass::text as home from "Call" where at = $1`, [
    future,
  ])
  expect(row?.home).toBe(`"Call_${future.toISOString().slice(0, 7).replace('-', '_')}"`)
  await sql.query('delete from "Call"')
})

test('L3: what is past its term goes, in bounded batches and whole months; the rest stays', async () => {
  const connection = await insertAnyRow(sql, 'Connection', { organizationId })
  const owned = { organizationId, connectionId: connection['id'] }
  await sql.script(`create table "Call_2001_01" (like "Call" including defaults);
    alter table "Call" attach partition "Call_2001_01" for values from ('2001-01-01 00:00+00') to ('2001-02-01 00:00+00')`)
  await insertAnyRow(sql, 'Call', { ...owned, at: new Date('2001-01-15T00:00:00Z') })
  for (let n = 0; n < 7; n++) {
    await insertAnyRow(sql, 'Call', { ...owned, at: daysAgo(91) })
    await insertAnyRow(sql, 'Probe', { ...owned, at: daysAgo(91 + n) })
  }
  await insertAnyRow(sql, 'Call', { ...owned, at: daysAgo(0) })
  await insertAnyRow(sql, 'Probe', { ...owned, at: daysAgo(89) })
  for (const days of [401, 399]) await insertAnyRow(sql, 'CallRollup', { ...owned, minute: daysAgo(days) })
  for (const days of [2, 0]) await insertAnyRow(sql, 'IdempotencyKey', { organizationId, createdAt: daysAgo(days) })
  for (const days of [2, -1]) await insertAnyRow(sql, 'OAuthFlow', { ...owned, expiresAt: daysAgo(days) })

  expect(await applyRetention(database, { now, batch: 3 })).toEqual({
    callPartitions: 1,
    calls: 7,
    probes: 7,
    rollups: 1,
    idempotencyKeys: 1,
    flows: 1,
  })
  expect(await partitions()).not.toContain('"Call_2001_01"')
  for (const table of ['Call', 'Probe', 'CallRollup', 'IdempotencyKey', 'OAuthFlow']) {
    expect(await count(table), table).toBe(1)
  }
  const again = await applyRetention(database, { now })
  expect(Object.values(again)).toEqual(Object.values(again).map(() => 0))
})

test('L3: retention stops between two batches when it is told to', async () => {
  const stopping = applyRetention(database, { now, signal: AbortSignal.abort(new Error('stopping')) })
  await expect(stopping).rejects.toThrow('stopping')
})

test('L3: latency histograms of any length merge', async () => {
  const [row] = await sql.query(
    `select hub_add_buckets('{1,2}', '{10,20,30}') as a, hub_add_buckets('{}', '{1}') as b, hub_add_buckets('{}', '{}') as c`,
  )
  expect(row).toEqual({ a: [11, 22, 30], b: [1], c: [] })
})

test('L3: the embedded database is checkpointed and tidied, a server is left to itself', async () => {
  await sql.query(
    `insert into "Verification" (id, identifier, value, "expiresAt", "updatedAt")
     select n, n, 'before', now(), now() from generate_series(1, 500) as n`,
  )
  await sql.query(`update "Verification" set value = 'after'`)
  await checkpoint(database)
  const tidied = await tidy(database)
  await database.ping()
  if (database.engine === 'postgres') return expect(tidied).toEqual([])
  expect(tidied).toContain('public."Verification"')
  expect(await tidy(database)).toEqual([])
})
