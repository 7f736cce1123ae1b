import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row, Sql } from '@patchbay/prisma/database.ts'
import { migrate, migrationsFolder, readMigrations } from '@patchbay/prisma/migrations.ts'
import { quantile, sumBuckets } from '@patchbay/schema/load/histogram.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'

// A hub of the version before, with figures by the minute, is brought up to date: every figure is still there.

let database: TestDatabase
let sql: Sql
const [dubai, nowhere] = [randomUUID(), randomUUID()]
const [one, two, endpointId, sourceId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]

/** Latencies that were counted, and how the version before did it. */
const latencies = Array.from({ length: 400 }, (_, n) => 3 + ((n * 97) % 4000))
const oldBucket = (ms: number) => (ms <= 1 ? 0 : Math.ceil(2 * Math.log2(ms)))
const oldBuckets = (counted: readonly number[]) => {
  const counts: number[] = []
  for (const ms of counted) counts[oldBucket(ms)] = (counts[oldBucket(ms)] ?? 0) + 1
  return Array.from(counts, (count) => count ?? 0)
}

/** One minute of figures each, an hour or so apart, over two days and a change of month. */
const minutes = Array.from({ length: 40 }, (_, n) => new Date(Date.parse('2026-10-30T19:58:00Z') + n * 4_321_000))
const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / 60_000) * 60_000)

beforeAll(async () => {
  database = await testDatabase({ unmigrated: true })
  sql = database.system.sql
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-before-'))
  await cp(migrationsFolder, folder, { recursive: true })
  for (const { name } of await readMigrations())
    if (name >= '20261121160000') await rm(join(folder, name), { recursive: true })
  await migrate(database, { folder })
  await rm(folder, { recursive: true })
  for (const [id, timeZone] of [
    [dubai, 'Asia/Dubai'],
    [nowhere, 'Mars/Olympus_Mons'],
  ])
    await insertAnyRow(sql, 'Organization', { id, timeZone })
  for (const [n, at] of minutes.entries())
    for (const organizationId of [dubai, nowhere]) {
      const minute = minuteOf(at)
      const buckets = oldBuckets(latencies.slice(n * 10, n * 10 + 10))
      const sums = { latencyTotalMs: 500n + BigInt(n), buckets }
      for (const connectionId of [one, two])
        await insertAnyRow(sql, 'CallRollup', {
          ...{ organizationId, connectionId, minute, calls: 10, errors: n % 3, ...sums },
          ...{ requestBytes: 1000n, responseBytes: 70_000n },
        })
      await insertAnyRow(sql, 'DeliveryRollup', {
        ...{ organizationId, endpointId, minute, attempts: 10, delivered: 7, failed: 3, dead: 1, ...sums },
      })
      await insertAnyRow(sql, 'SourceRollup', {
        ...{ organizationId, sourceId, minute, received: 9, verified: 5, duplicates: 2, quarantined: 1, refused: 1 },
        ...{ failed: 1, bytes: 4096n, lastAt: at },
      })
    }
  expect(await migrate(database)).toContain('20261121170000_gateway')
})
afterAll(() => database.cleanup())

const summed = (table: string, where: string, names: readonly string[]): Promise<Row[]> =>
  sql.query(
    `select "organizationId"::text as "o", ${names.map((name) => `sum("${name}")::int as "${name}"`).join(', ')},
       count(*)::int as "rows" from "${table}" where ${where} group by 1 order by 1`,
  )

test.each(['MINUTE', 'HOUR', 'DAY', 'MONTH'])('A3: calls counted before are all there by %s', async (grain) => {
  const names = ['calls', 'errors', 'latencyTotalMs', 'requestBytes', 'responseBytes', 'costMicros', 'retries']
  const errors = 2 * minutes.reduce((sum, _at, n) => sum + (n % 3), 0)
  const latencyTotalMs = 2 * minutes.reduce((sum, _at, n) => sum + 500 + n, 0)
  const whole = { calls: 800, errors, latencyTotalMs, requestBytes: 80_000, responseBytes: 5_600_000 }
  for (const dimension of ['CONNECTION', 'PROVIDER', 'ALL'])
    for (const row of await summed('CallRollup', `"grain" = '${grain}' and "dimension" = '${dimension}'`, names))
      expect(row).toMatchObject({ ...whole, costMicros: 0, retries: 0 })
})

test('A3: days and months are those of the organization; a zone nobody knows counts as UTC', async () => {
  const begun = (organizationId: string, grain: string) =>
    sql.query<{ at: Date; calls: number }>(
      `select "at", "calls" from "CallRollup" where "organizationId" = $1::uuid and "grain" = '${grain}' and "dimension" = 'ALL' order by 1`,
      [organizationId],
    )
  const days = await begun(dubai, 'DAY')
  expect(days.map(({ at }) => at.toISOString())).toEqual([
    '2026-10-29T20:00:00.000Z',
    '2026-10-30T20:00:00.000Z',
    '2026-10-31T20:00:00.000Z',
  ])
  expect(days[0]?.calls).toBe(20)
  expect((await begun(dubai, 'MONTH')).map(({ at }) => at.toISOString())).toEqual([
    '2026-09-30T20:00:00.000Z',
    '2026-10-31T20:00:00.000Z',
  ])
  expect((await begun(nowhere, 'DAY'))[0]?.at.toISOString()).toBe('2026-10-30T00:00:00.000Z')
})

test.each(['CallRollup', 'DeliveryRollup'])('A3: latencies of %s stay as right as they were', async (table) => {
  for (const grain of ['MINUTE', 'DAY']) {
    const where = `"organizationId" = $1::uuid and "grain" = '${grain}' ${table === 'CallRollup' ? `and "dimension" = 'ALL'` : ''}`
    const rows = await sql.query<{ b: string }>(`select "buckets"::text as "b" from "${table}" where ${where}`, [dubai])
    const histogram = sumBuckets(rows.map(({ b }) => b))
    const counted = latencies.slice(0, 400).toSorted((a, b) => a - b)
    expect([...histogram.values()].reduce((sum, count) => sum + count, 0)).toBe(table === 'CallRollup' ? 800 : 400)
    for (const q of [0.5, 0.95]) {
      const exact = counted[Math.ceil(q * counted.length) - 1] ?? 0
      const ratio = (quantile(histogram, q) ?? 0) / exact
      expect(ratio).toBeGreaterThan(1 / Math.SQRT2)
      expect(ratio).toBeLessThan(Math.SQRT2)
    }
  }
})

test('D7, W6: figures of endpoints and sources are all there by minute, hour and day', async () => {
  for (const grain of ['MINUTE', 'HOUR', 'DAY']) {
    for (const row of await summed('DeliveryRollup', `"grain" = '${grain}'`, [
      'attempts',
      'delivered',
      'failed',
      'dead',
    ]))
      expect(row).toMatchObject({ attempts: 400, delivered: 280, failed: 120, dead: 40 })
    for (const row of await summed('SourceRollup', `"grain" = '${grain}'`, ['received', 'refused', 'failed', 'bytes']))
      expect(row).toMatchObject({ received: 360, refused: 40, failed: 40, bytes: 163_840 })
  }
  const [last] = await sql.query<{ at: Date }>(`select max("lastAt") as "at" from "SourceRollup" where "grain" = 'DAY'`)
  expect(last?.at).toEqual(minutes.at(-1))
})
