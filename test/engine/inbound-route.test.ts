import { randomBytes, randomUUID } from 'node:crypto'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { reactions } from '@patchbay/server/commands/reactions.ts'
import type { FanOut, NewEvent } from '@patchbay/server/engine/delivery/contract.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import type { Router } from '@patchbay/server/engine/inbound/contract.ts'
import { createRouter } from '@patchbay/server/engine/inbound/inbound.ts'
import { createIntake } from '@patchbay/server/engine/inbound/intake.ts'
import { digestOf } from '@patchbay/server/engine/inbound/keep.ts'
import type { Arrival } from '@patchbay/server/engine/inbound/store.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import type { MappedEvent, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'
import { testProvider } from '../support/test-provider.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let tenant: TestTenant
let live: ReturnType<typeof createLive>
const sourceId = randomUUID()
const routers: Router[] = []
const clock = { ahead: 0 }
const now = () => new Date(Date.now() + clock.ahead)

const ping = (message: unknown): MappedEvent => ({ type: 'test.ping', occurredAt: null, data: { message } as never })
const spec: WebhookSpec = {
  verify: () => ({ verdict: 'VERIFIED' }),
  secret: { from: 'vendor' },
  identify: () => ({ id: null, type: null, occurredAt: null }),
  setup: [],
  ignore: ['hello'],
  events: {
    ping: ({ body }) => ping((body as { message: unknown }).message),
    nothing: () => [],
    batch: ({ body }) => (body as string[]).map((key) => ({ ...ping(key), key })),
    gone: () => ({ type: 'connection.uninstalled', occurredAt: null, data: { account: 'noor' } }),
    breaks: () => {
      throw new TypeError('cannot read sk_live_secret of undefined')
    },
  },
}

beforeAll(async () => {
  database = await testDatabase()
  tenant = await makeTenant(database)
  live = createLive({ database })
  const { organizationId, connectionId } = tenant
  await database.system.prisma.source.create({ data: { id: sourceId, organizationId, connectionId } })
})
afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.stop(5_000)))
  clock.ahead = 0
})
afterAll(() => database.cleanup())

function router(fanOut: FanOut = createFanOut({ live, now, newId })): Router {
  const made = createRouter({
    database,
    live,
    fanOut,
    payloads: { map: async (expression) => ({ value: { message: expression } }) },
    reactions,
    provider: () => testProvider('http://127.0.0.1:1', { webhooks: spec }),
    eventTypes,
    now,
    random: () => 0,
    redact: (text) => text,
    newId,
    pollMs: 25,
    retryMs: 10,
  })
  routers.push(made)
  return made
}

/** Stores a request as the door does; its id. */
async function receive(vendorType: string, body: unknown): Promise<string> {
  const intake = createIntake({ database })
  const at = new Date()
  const bytes = Buffer.from(JSON.stringify(body))
  const vendorEventId = randomBytes(8).toString('hex')
  const arrival: Arrival = {
    id: newId(at.getTime()),
    at,
    organizationId: tenant.organizationId,
    sourceId,
    connectionId: tenant.connectionId,
    provider: 'acme',
    vendorEventId,
    vendorType,
    occurredAt: null,
    verdict: 'VERIFIED',
    verdictText: 'fits',
    method: 'POST',
    query: '',
    head: {},
    body: bytes,
    ipAddress: null,
    correlationId: 'correlation-1',
    digest: digestOf(vendorEventId, bytes),
  }
  expect(await intake.add(arrival)).toBe('STORED')
  await intake.close()
  return arrival.id
}
const rowOf = (id: string) => database.system.prisma.inboundEvent.findFirstOrThrow({ where: { id } })
const eventsOf = (inboundEventId: string) =>
  database.system.prisma.event.findMany({ where: { inboundEventId }, orderBy: { ordinal: 'asc' } })
const settled = (id: string, state: string) =>
  until(`${id} is ${state}`, async () => {
    const row = await rowOf(id)
    return row.state === state ? row : null
  })

test('W3: by its type an event is routed, ignored, or in the inbox', async () => {
  const ids = {
    ROUTED: await receive('ping', { message: 'hello' }),
    IGNORED: await receive('hello', {}),
    UNMATCHED: await receive('constructor', {}),
  }
  const none = await receive('nothing', {})
  await router().start()
  for (const [state, id] of Object.entries(ids)) await settled(id, state)
  expect(await settled(none, 'IGNORED')).toMatchObject({ events: 0, attempts: 1, error: null })
  expect(await eventsOf(ids.ROUTED)).toMatchObject([{ type: 'test.ping', data: { message: 'hello' }, ordinal: 0 }])
})

test('W3: what cannot be read is tried again by the plan, then in the inbox with the error and nothing of its values', async () => {
  const id = await receive('breaks', { message: 'x' })
  const misfit = await receive('ping', { message: 42 })
  await router().start()
  const waits: number[] = []
  for (let attempt = 1; attempt <= 5; attempt++) {
    const row = await until('it was tried', async () => {
      const found = await rowOf(id)
      return found.attempts === attempt ? found : null
    })
    expect(row).toMatchObject({ state: 'WAITING', events: 0 })
    const next = row.nextAttemptAt!.getTime()
    waits.push(Math.round((next - now().getTime()) / 1000))
    await until('so was the other', async () => (await rowOf(misfit)).attempts === attempt)
    clock.ahead = Math.max(next, (await rowOf(misfit)).nextAttemptAt!.getTime()) - Date.now() + 1
  }
  expect(waits.map((wait, n) => Math.abs(wait - [5, 30, 120, 600, 3600][n]!) <= 2)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ])
  const failed = await settled(id, 'FAILED')
  expect(failed).toMatchObject({ attempts: 6, nextAttemptAt: null })
  expect(failed.error).not.toContain('sk_live_secret')
  expect((await settled(misfit, 'FAILED')).error).toContain('message (invalid_type)')
  expect(await eventsOf(id)).toEqual([])
  const { _sum } = await database.system.prisma.sourceRollup.aggregate({
    where: { sourceId, grain: 'DAY' },
    _sum: { failed: true },
  })
  expect(_sum.failed).toBe(2)
})

test('W3: a router that is cut off between events and commit leaves nothing behind, and the next one routes once', async () => {
  const id = await receive('ping', { message: 'cut' })
  const genuine = createFanOut({ live, now, newId })
  let cuts = 0
  const cut: FanOut = {
    async record(tx, events: readonly NewEvent[]) {
      const done = await genuine.record(tx, events)
      if (cuts++ < 4)
        throw Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })
      return done
    },
  }
  await router(cut).start()
  expect(await settled(id, 'ROUTED')).toMatchObject({ attempts: 1, events: 1 })
  expect(cuts).toBe(5)
  expect(await eventsOf(id)).toHaveLength(1)
})

test('W3: one event that the database refuses does not hold up the others', async () => {
  const genuine = createFanOut({ live, now, newId })
  const picky: FanOut = {
    async record(tx, events) {
      if (events.some(({ data }) => (data as { message: string }).message === 'bad')) throw new Error('refused')
      return genuine.record(tx, events)
    },
  }
  const good = await Promise.all(['a', 'b', 'c'].map((message) => receive('ping', { message })))
  const bad = await receive('ping', { message: 'bad' })
  await router(picky).start()
  for (const id of good) await settled(id, 'ROUTED')
  expect(await settled(bad, 'WAITING')).toMatchObject({ attempts: 1, events: 0 })
})

test('W3: a text PostgreSQL cannot hold is stored without what it cannot hold', async () => {
  const id = await receive('ping', { message: 'a\u0000b\ud800c' })
  await router().start()
  await settled(id, 'ROUTED')
  expect((await eventsOf(id))[0]?.data).toEqual({ message: 'a\ufffdb\ufffdc' })
})

test('W2: the same part in two batches becomes one event', async () => {
  const first = await receive('batch', ['p1', 'p2', 'p2'])
  const second = await receive('batch', ['p2', 'p3'])
  const third = await receive('batch', ['p1', 'p3'])
  await router().start()
  const states = []
  for (const id of [first, second, third]) {
    await until('it is settled', async () => (await rowOf(id)).state !== 'RECEIVED')
    states.push((await rowOf(id)).state)
  }
  const messages = []
  for (const id of [first, second, third])
    messages.push(...(await eventsOf(id)).map(({ data }) => (data as { message: string }).message))
  expect(messages.sort()).toEqual(['p1', 'p2', 'p3'])
  expect(states).toContain('IGNORED')
})

test('W3: two routers on one database route each event once', async () => {
  const ids = await Promise.all(Array.from({ length: 60 }, (_, n) => receive('ping', { message: `${n}` })))
  await Promise.all([router().start(), router().start()])
  for (const id of ids) expect(await settled(id, 'ROUTED')).toMatchObject({ attempts: 1 })
  const count = await database.system.prisma.event.count({ where: { inboundEventId: { in: ids } } })
  expect(count).toBe(60)
})

test('W3: a mapping is made outside of the transaction, and its result is the data', async () => {
  const { organizationId } = tenant
  await database.system.prisma.sourceRule.create({
    data: { id: randomUUID(), organizationId, sourceId, vendorType: 'odd', eventType: 'test.ping', mapping: 'mapped' },
  })
  const ids = [await receive('odd', {}), await receive('odd', {}), await receive('ping', { message: 'plain' })]
  await router().start()
  for (const id of ids) await settled(id, 'ROUTED')
  expect((await eventsOf(ids[0]!))[0]?.data).toEqual({ message: 'mapped' })
})

test('W3: the vendor’s word that the app was removed marks the connection, in the transaction of its event', async () => {
  const id = await receive('gone', {})
  await router().start()
  await settled(id, 'ROUTED')
  const connection = await database.system.prisma.connection.findUniqueOrThrow({ where: { id: tenant.connectionId } })
  expect(connection).toMatchObject({ status: 'ERROR', version: 2 })
  expect(connection.statusReason).toContain('removed at the vendor')
})
