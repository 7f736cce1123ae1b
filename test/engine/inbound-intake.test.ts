import { randomBytes, randomUUID } from 'node:crypto'
import type { Database, Row, SqlPool } from '@patchbay/prisma/database.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { createIntake } from '@patchbay/server/engine/inbound/intake.ts'
import { digestOf, quarantineDigest } from '@patchbay/server/engine/inbound/keep.ts'
import { quarantineRoom, type Arrival } from '@patchbay/server/engine/inbound/store.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub } from '../support/hub.ts'
import { deliver, openSource, ownerOf, storedOf, stripeEvent, stripeSigned } from '../support/hooks.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let tenant: TestTenant
let sourceId: string

beforeAll(async () => {
  database = await testDatabase()
  tenant = await makeTenant(database)
})
beforeEach(() => {
  sourceId = randomUUID()
})
afterAll(() => database.cleanup())

function arrival(id: string, more: Partial<Arrival> = {}): Arrival {
  const at = new Date()
  const body = Buffer.from(JSON.stringify({ id }))
  return {
    id: newId(at.getTime()),
    at,
    organizationId: tenant.organizationId,
    sourceId,
    connectionId: tenant.connectionId,
    provider: 'acme',
    vendorEventId: id,
    vendorType: 'ping',
    occurredAt: null,
    verdict: 'VERIFIED',
    verdictText: 'fits',
    method: 'POST',
    query: '',
    head: { 'x-odd': '"quoted", {braces}, \\ and é' },
    body,
    ipAddress: '192.0.2.1',
    correlationId: 'correlation-1',
    digest: digestOf(id, body),
    ...more,
  }
}
const unproven = (n: number) => {
  const body = Buffer.from(`forged ${n}`)
  return arrival(`forged ${n}`, {
    verdict: 'BAD_SIGNATURE',
    vendorEventId: null,
    body,
    digest: quarantineDigest({ headers: {}, search: '' }, body),
  })
}
const stored = () => database.system.prisma.inboundEvent.findMany({ where: { sourceId }, orderBy: { seq: 'asc' } })

/** The database, counting statements, each of which `before` may hold up or fail. */
function watched(before: (n: number) => Promise<void> = async () => {}) {
  const counts = { statements: 0 }
  const sql: SqlPool = {
    ...database.system.sql,
    query: async (text, params) => {
      await before(++counts.statements)
      return database.system.sql.query(text, params)
    },
  }
  const system: Database['system'] = { ...database.system, sql }
  return { counts, database: { system } }
}

test('W2: many requests share a commit, are stored as they came, and each is told its own', async () => {
  const { counts, database: seen } = watched()
  const intake = createIntake({ database: seen })
  const bodies = Array.from({ length: 300 }, () => randomBytes(700))
  const answers = await Promise.all(bodies.map((body, n) => intake.add(arrival(`many ${n % 200}`, { body }))))
  await intake.close()
  expect(answers.filter((answer) => answer === 'STORED')).toHaveLength(200)
  expect(answers.filter((answer) => answer === 'DUPLICATE')).toHaveLength(100)
  expect(counts.statements).toBeLessThan(5)
  const rows = await stored()
  expect(rows.map(({ vendorEventId }) => vendorEventId)).toEqual(bodies.slice(0, 200).map((_, n) => `many ${n}`))
  expect(rows.every((row, n) => Buffer.from(row.body).equals(bodies[n]!) && row.bytes === 700)).toBe(true)
  expect(rows[0]?.head).toEqual({ 'x-odd': '"quoted", {braces}, \\ and é' })
})

test('W2: a duplicate in another batch waits for the first and is answered after its commit', async () => {
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  const { database: seen } = watched((n) => (n === 1 ? gate : Promise.resolve()))
  const intake = createIntake({ database: seen, inFlight: 1 })
  const first = intake.add(arrival('one'))
  const second = new Promise<string>((resolve) =>
    setImmediate(() => setImmediate(() => void intake.add(arrival('one')).then(resolve))),
  )
  let answered = false
  void second.then(() => (answered = true))
  await until('both are in hand', () => intake.waiting === 2)
  expect(answered).toBe(false)
  letGo()
  expect([await first, await second]).toEqual(['STORED', 'DUPLICATE'])
  await intake.close()
})

test('W2: beside a commit under way a small one waits for company, and for a hanging one only a moment', async () => {
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  const begun: number[] = []
  const { database: seen } = watched((n) => {
    begun.push(performance.now())
    return n === 1 ? gate : Promise.resolve()
  })
  const intake = createIntake({ database: seen })
  const first = Promise.all([1, 2, 3, 4].map((n) => intake.add(arrival(`first ${n}`))))
  await until('the first is under way', () => begun.length === 1)
  expect(await intake.add(arrival('alone'))).toBe('STORED')
  expect(begun).toHaveLength(2)
  expect((begun[1] ?? 0) - (begun[0] ?? 0)).toBeGreaterThan(15)
  letGo()
  expect(await first).toEqual(['STORED', 'STORED', 'STORED', 'STORED'])
  await intake.close()
})

test('W2: while the database refuses nobody is told that anything is stored; afterwards a repeat is', async () => {
  let away = true
  const { database: seen } = watched(async () => {
    if (away) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
  })
  const intake = createIntake({ database: seen })
  expect(await Promise.all([1, 2, 3].map((n) => intake.add(arrival(`away ${n}`))))).toEqual(['AWAY', 'AWAY', 'AWAY'])
  expect(await stored()).toEqual([])
  away = false
  expect(await intake.add(arrival('away 1'))).toBe('STORED')
  await intake.close()
})

test('W2: a commit whose answer was lost is found by the vendor’s repeat', async () => {
  let lost = true
  const sql: SqlPool = {
    ...database.system.sql,
    query: async <R extends Row>(text: string, params?: readonly unknown[]) => {
      const done = await database.system.sql.query<R>(text, params)
      if (lost) throw new Error('Connection terminated unexpectedly')
      return done
    },
  }
  const intake = createIntake({ database: { system: { ...database.system, sql } } })
  expect(await intake.add(arrival('lost'))).toBe('AWAY')
  lost = false
  expect(await intake.add(arrival('lost'))).toBe('DUPLICATE')
  expect(await stored()).toHaveLength(1)
  await intake.close()
})

test('W2: who waits too long, or finds the queue full, is told to come back', async () => {
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  const { database: seen } = watched(() => gate)
  const intake = createIntake({ database: seen, inFlight: 1, batchRows: 1, queueRows: 2, patienceMs: 100 })
  const first = intake.add(arrival('slow 1'))
  await until('it is in hand', () => intake.waiting === 1)
  await new Promise((resolve) => setImmediate(resolve))
  const more = [2, 3, 4].map((n) => intake.add(arrival(`slow ${n}`)))
  expect(await more[2]).toBe('AWAY')
  expect(await Promise.all([first, ...more])).toEqual(['AWAY', 'AWAY', 'AWAY', 'AWAY'])
  letGo()
  await intake.close()
})

test('W2: one row that the database will never take does not take the others with it', async () => {
  const intake = createIntake({ database })
  const answers = await Promise.all([
    intake.add(arrival('good 1')),
    intake.add(arrival('bad', { occurredAt: new Date(8.64e15) })),
    intake.add(arrival('good 2')),
  ])
  expect(answers).toEqual(['STORED', 'AWAY', 'STORED'])
  await intake.close()
})

test('W4: a flood of unproven requests fills its room and no more, and genuine ones pass by it', async () => {
  const intake = createIntake({ database, queueBytes: 1 << 30 })
  const flood = await Promise.all(Array.from({ length: quarantineRoom + 50 }, (_, n) => intake.add(unproven(n))))
  expect(flood.filter((answer) => answer === 'STORED')).toHaveLength(quarantineRoom)
  expect(flood.filter((answer) => answer === 'REFUSED')).toHaveLength(50)
  expect(await intake.add(unproven(1))).toBe('REFUSED')
  expect(await intake.add(arrival('genuine'))).toBe('STORED')
  await intake.close()
  expect(await database.system.prisma.inboundKey.count({ where: { sourceId } })).toBe(quarantineRoom + 1)
  const [counted] = await database.system.prisma.sourceRollup.groupBy({
    by: ['sourceId'],
    where: { sourceId, grain: 'DAY' },
    _sum: { received: true, quarantined: true, refused: true, verified: true },
  })
  expect(counted?._sum).toEqual({
    received: quarantineRoom + 52,
    quarantined: quarantineRoom,
    refused: 51,
    verified: 1,
  })
})

test('W1: the log, the keys and the counts of an organization are its own', async () => {
  const intake = createIntake({ database })
  await intake.add(arrival('own'))
  await intake.close()
  const stranger = await makeTenant(database)
  for (const [organizationId, seen] of [
    [tenant.organizationId, 1],
    [stranger.organizationId, 0],
  ] as const) {
    const { prisma } = database.tenant(organizationId)
    const where = { where: { sourceId } }
    expect(await prisma.inboundEvent.count(where)).toBe(seen)
    expect(await prisma.inboundKey.count(where)).toBe(seen)
    expect(await prisma.sourceRollup.count({ where: { ...where.where, grain: 'MINUTE' } })).toBe(seen)
  }
})

test('W2: two hubs on one database store one row, route it once, and hear of each other’s changes', async ({
  skip,
}) => {
  if (database.url === undefined) skip('the embedded database has one process')
  const shared = await testDatabase()
  const one = await startHub({ database: shared })
  const two = await startHub({ database: shared, env: { PATCHBAY_DATA_DIR: one.dataFolder } })
  try {
    const own = await openSource(one)
    const payload = stripeEvent(`evt_${randomBytes(8).toString('hex')}`)
    const headers = stripeSigned(payload, own.secret)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => deliver(n % 2 === 0 ? one : two, own, payload, headers)),
    )
    expect(new Set(answers)).toEqual(new Set([200]))
    const rows = await until('it is routed', async () => {
      const found = await storedOf(one, own)
      return found.every(({ state }) => state === 'ROUTED') ? found : null
    })
    expect(rows).toHaveLength(1)
    expect(await shared.system.prisma.event.count({ where: { inboundEventId: rows[0]?.id ?? '' } })).toBe(1)
    await one.app.commands.source.delete(ownerOf(one), { id: own.sourceId, name: own.name })
    await until('the other hub has heard', async () => (await deliver(two, own, payload, headers)) === 404)
  } finally {
    await two.stop()
    await one.stop()
    await shared.cleanup()
  }
})
