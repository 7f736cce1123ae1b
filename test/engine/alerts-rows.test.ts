import { randomUUID } from 'node:crypto'
import { transact } from '@patchbay/prisma/transact.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import type { AlertInput, Alerts } from '@patchbay/server/engine/alerts/contract.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let alerts: Alerts
let organizationId = ''
let now = new Date('2026-11-21T08:00:00.000Z')

beforeAll(async () => {
  database = await testDatabase()
  alerts = createAlerts({ live: createLive({ database }), now: () => now, newId })
})
afterAll(() => database.cleanup())
beforeEach(async () => {
  organizationId = randomUUID()
  await database.system.prisma.organization.create({ data: { id: organizationId, name: 'Noor', slug: organizationId } })
})

const down = (more: Partial<AlertInput> = {}): AlertInput => ({
  organizationId,
  kind: 'connection.down',
  severity: 'WARNING',
  subjectType: 'Connection',
  subjectId: organizationId,
  title: 'Stripe is down',
  text: 'It answers 500.',
  dedupeKey: 'connection.down:1',
  connectionId: organizationId,
  ...more,
})
const raise = (...given: AlertInput[]) => database.system.sql.transaction((sql) => alerts.raise(sql, given))
const settle = (keys: string[], words?: string) =>
  database.system.sql.transaction((sql) => alerts.settle(sql, organizationId, keys, words))
const rows = () => database.system.prisma.alert.findMany({ where: { organizationId }, orderBy: { seq: 'asc' } })

test('H4: an alert that is open counts up in its row; its place in the stream moves', async () => {
  await raise(down(), down({ dedupeKey: 'connection.down:2' }))
  const before = await rows()
  now = new Date(now.getTime() + 60_000)
  await raise(down({ severity: 'CRITICAL', text: 'It answers nothing.' }), down({ text: 'Still nothing.' }))
  const after = await rows()
  expect(after).toHaveLength(2)
  expect(after[1]).toMatchObject({ id: before[0]?.id, count: 3, text: 'Still nothing.', lastAt: now, state: 'OPEN' })
  expect(after[1]?.at).toEqual(before[0]?.at)
  expect(after[1]?.seq).toBeGreaterThan(before[1]?.seq ?? 0n)
})

test('H4: the most urgent of its repeats is how urgent an alert is', async () => {
  await raise(down({ severity: 'CRITICAL' }))
  await raise(down({ severity: 'INFO' }))
  await raise(down({ severity: 'INFO' }), down({ severity: 'WARNING' }))
  expect(await rows()).toMatchObject([{ severity: 'CRITICAL', count: 4 }])
})

test('H4: alerts without a key are rows of their own, and so is one after its like was settled', async () => {
  await raise(down({ dedupeKey: '' }), down({ dedupeKey: '' }))
  expect(await rows()).toHaveLength(2)
  await raise(down())
  await settle(['connection.down:1', 'connection.down:none'], 'It answers again.')
  await raise(down())
  const found = (await rows()).filter((row) => row.dedupeKey !== '')
  expect(found).toMatchObject([
    { state: 'RESOLVED', resolvedAt: now, text: 'It answers 500.\nIt answers again.', unrouted: true },
    { state: 'OPEN', resolvedAt: null, count: 1 },
  ])
})

test('H4: what is over already is resolved as it is raised', async () => {
  await raise(down({ kind: 'connection.recovered', severity: 'INFO', over: true }))
  await raise(down())
  expect((await rows()).map((row) => row.state)).toEqual(['RESOLVED', 'OPEN'])
})

test('H4: settling what is not open takes no lock and moves nothing', async () => {
  await raise(down({ dedupeKey: '' }))
  const [before] = await rows()
  await settle(['', 'connection.down:1'])
  expect(await rows()).toEqual([before])
})

test('H4: an organization raises and settles its own alerts and no others', async () => {
  await raise(down())
  const other = randomUUID()
  await database.system.prisma.organization.create({ data: { id: other, name: 'Other', slug: other } })
  await transact(database.tenant(other).prisma, async (tx) => {
    await alerts.raise(tx, [down({ organizationId: other })])
    await alerts.raise(tx, [down({ organizationId: other })])
    await alerts.settle(tx, organizationId, ['connection.down:1'])
  })
  expect(await rows()).toMatchObject([{ state: 'OPEN', count: 1 }])
  expect(await database.system.prisma.alert.findMany({ where: { organizationId: other } })).toMatchObject([
    { count: 2 },
  ])
})

test('H4: ten thousand of the same key at once are one row', async () => {
  await Promise.all(Array.from({ length: 20 }, () => raise(...Array.from({ length: 500 }, () => down()))))
  expect(await rows()).toMatchObject([{ count: 10_000 }])
})
