import { randomUUID } from 'node:crypto'
import { logs, measureLogs } from '@patchbay/prisma/logs.ts'
import { applyRetention, checkpoint, ensurePartitions, tidy, type RetentionCounts } from '@patchbay/prisma/retention.ts'
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

const partitions = async (log = 'Call'): Promise<string[]> =>
  (
    await sql.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1`,
      [`"${log}"`],
    )
  ).map(({ name }) => name)

test.each(logs)('L3: partitions of %s are there, three months of them and one for the rest', async (log) => {
  expect(await ensurePartitions(database, 2)).toBe(0)
  expect(await partitions(log)).toHaveLength(4)
})

test('L3: partitions are made ahead, once, and take rows of their month out of the default one', async () => {
  const future = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 4, 15))
  for (const log of logs) await insertAnyRow(sql, log, { organizationId, at: future })
  for (const log of logs) expect(await count(`${log}_default`)).toBe(1)
  expect(await Promise.all([ensurePartitions(database, 4), ensurePartitions(database, 4)])).toEqual(
    expect.arrayContaining([2 * logs.length, 0]) as number[],
  )
  for (const log of logs) {
    expect(await count(`${log}_default`)).toBe(0)
    const [row] = await sql.query<{ home: string }>(
      `select tableoid::regclass::text as home from "${log}" where at = $1`,
      [future],
    )
    expect(row?.home).toBe(`"${log}_${future.toISOString().slice(0, 7).replace('-', '_')}"`)
    await sql.query(`delete from "${log}"`)
  }
})

const figureTerms = [
  ['MINUTE', 8],
  ['HOUR', 400],
  ['DAY', 1830],
  ['MONTH', 1830],
] as const

const nothing: RetentionCounts = {
  partitions: 0,
  calls: 0,
  attempts: 0,
  deliveries: 0,
  events: 0,
  inboundEvents: 0,
  inboundKeys: 0,
  replays: 0,
  alerts: 0,
  systemEvents: 0,
  probes: 0,
  rollups: 0,
  idempotencyKeys: 0,
  results: 0,
  flows: 0,
}

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
  for (const [grain, days] of figureTerms)
    for (const age of [days + 1, days - 1])
      await insertAnyRow(sql, 'CallRollup', { ...owned, dimension: 'ALL', grain, at: daysAgo(age) })
  for (const days of [2, 0]) await insertAnyRow(sql, 'IdempotencyKey', { organizationId, createdAt: daysAgo(days) })
  for (const days of [2, -1]) await insertAnyRow(sql, 'OAuthFlow', { ...owned, expiresAt: daysAgo(days) })

  expect(await applyRetention(database, { now, batch: 3 })).toEqual({
    ...nothing,
    partitions: 1,
    calls: 7,
    probes: 7,
    rollups: 4,
    idempotencyKeys: 1,
    flows: 1,
  })
  expect(await partitions()).not.toContain('"Call_2001_01"')
  expect(await count('CallRollup')).toBe(4)
  for (const table of ['Call', 'Probe', 'IdempotencyKey', 'OAuthFlow']) {
    expect(await count(table), table).toBe(1)
  }
  expect(await applyRetention(database, { now })).toEqual(nothing)
})

/** A month of its own for each log, with what it takes to be dropped whole. */
async function oldMonth(month: string): Promise<void> {
  const [year = 0, number = 0] = month.split('_').map(Number)
  const [from, to] = [number - 1, number].map((n) => new Date(Date.UTC(year, n, 1)).toISOString())
  for (const log of logs)
    await sql.script(`create table "${log}_${month}" (like "${log}" including defaults);
      alter table "${log}" attach partition "${log}_${month}" for values from ('${from}') to ('${to}')`)
}

test('L3: webhooks past their term go, but nothing that is still to be routed or sent, nor what it carries', async () => {
  await oldMonth('2002_01')
  await oldMonth('2002_02')
  const emptied = new Date('2002-01-15T00:00:00Z')
  const held = new Date('2002-02-15T00:00:00Z')
  const stuck = daysAgo(200)
  const dead = { organizationId, state: 'DEAD', nextAttemptAt: null }
  const open = { organizationId, state: 'WAITING', nextAttemptAt: now }
  const done = { organizationId, state: 'ROUTED', nextAttemptAt: null }
  const waiting = { organizationId, state: 'WAITING', nextAttemptAt: now }
  for (const at of [emptied, held, stuck]) {
    for (let n = 0; n < 4; n++) {
      const event = await insertAnyRow(sql, 'Event', { organizationId, at })
      await insertAnyRow(sql, 'Delivery', { ...dead, at, eventId: event['id'] })
      await insertAnyRow(sql, 'Attempt', { organizationId, at })
      await insertAnyRow(sql, 'InboundEvent', { ...done, at })
    }
    if (at === emptied) continue
    const event = await insertAnyRow(sql, 'Event', { organizationId, at, type: 'still.open' })
    await insertAnyRow(sql, 'Delivery', { ...open, at, eventId: event['id'] })
    await insertAnyRow(sql, 'InboundEvent', { ...waiting, at })
  }
  for (const table of ['InboundKey', 'Alert'])
    for (const at of [daysAgo(91), daysAgo(89)])
      await insertAnyRow(sql, table, { organizationId, at, ...(table === 'Alert' ? { lastAt: at } : {}) })
  for (const createdAt of [daysAgo(91), daysAgo(89)]) {
    await insertAnyRow(sql, 'Replay', { organizationId, createdAt, state: 'DONE' })
    await insertAnyRow(sql, 'Replay', { organizationId, createdAt, state: 'RUNNING' })
  }
  for (const table of ['SourceRollup', 'DeliveryRollup', 'EventRollup'])
    for (const days of [401, 399]) await insertAnyRow(sql, table, { organizationId, grain: 'HOUR', at: daysAgo(days) })
  for (const days of [1831, 1829]) await insertAnyRow(sql, 'ErrorRollup', { organizationId, day: daysAgo(days) })

  expect(await applyRetention(database, { now, batch: 3, terms: { eventDays: 90 } })).toEqual({
    ...nothing,
    // The first month of all five logs; of the second the attempts, and the call log's.
    partitions: 5 + 2,
    attempts: 4,
    deliveries: 8,
    events: 8,
    inboundEvents: 8,
    inboundKeys: 1,
    replays: 1,
    alerts: 1,
    rollups: 4,
  })
  for (const log of ['Delivery', 'Event', 'InboundEvent']) {
    expect(await count(log), log).toBe(2)
    expect(await partitions(log)).toContain(`"${log}_2002_02"`)
    expect(await partitions(log)).not.toContain(`"${log}_2002_01"`)
  }
  const [left] = await sql.query<{ n: number }>(`select count(*)::int4 as n from "Event" where type = 'still.open'`)
  expect(left?.n).toBe(2)

  // Sent at last: nothing holds them any more.
  for (const log of ['Delivery', 'InboundEvent']) await sql.query(`update "${log}" set "nextAttemptAt" = null`)
  expect(await applyRetention(database, { now })).toEqual({
    ...nothing,
    partitions: 3,
    deliveries: 1,
    events: 1,
    inboundEvents: 1,
  })
})

test('L3: the room each log takes is known without counting a row, and how fast it grows', async () => {
  const before = await measureLogs(database, now)
  expect(before.logs.map(({ log }) => log)).toEqual(logs)
  for (let n = 0; n < 20; n++) await insertAnyRow(sql, 'Event', { organizationId, at: daysAgo(n / 20) })
  // Counters that are written after the analysis would be added to what it found.
  await sql.query('select pg_stat_force_next_flush()')
  await sql.query('analyze "Event"')
  const { bytes, logs: measured } = await measureLogs(database, now)
  const events = measured.find(({ log }) => log === 'Event')
  expect(events?.rows).toBe(20)
  expect(events?.rowsPerDay).toBeCloseTo(20 / 0.95, 5)
  expect(events?.bytes).toBeGreaterThan(8192)
  expect(bytes).toBeGreaterThan(measured.reduce((sum, log) => sum + log.bytes, 0))
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
