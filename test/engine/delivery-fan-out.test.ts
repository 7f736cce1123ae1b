import { randomUUID } from 'node:crypto'
import { newId } from '@patchbay/server/app/ids.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { instantOf } from '@patchbay/prisma/instant-of.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeEndpoint } from '../support/endpoints.ts'
import { newEvent } from '../support/outbox.ts'
import { makeTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const fanOut = () => createFanOut({ live: createLive({ database }), now: () => new Date(), newId })
const deliveriesOf = (eventId: string) =>
  database.system.prisma.delivery.findMany({ where: { eventId }, orderBy: { id: 'asc' } })

test('D3: one delivery per event and endpoint that asks for it, and a repeat changes nothing', async () => {
  const { organizationId } = await makeTenant(database)
  const other = await makeTenant(database)
  const { id: exact } = await makeEndpoint(database, organizationId, { eventTypes: ['payment.succeeded'] })
  const { id: wild } = await makeEndpoint(database, organizationId, { eventTypes: ['order.created', 'payment.*'] })
  await makeEndpoint(database, organizationId, { eventTypes: ['order.*'] })
  await makeEndpoint(database, organizationId, { deletedAt: new Date() })
  await makeEndpoint(database, other.organizationId)
  const inboundEventId = newId()
  const event = newEvent(organizationId, { inboundEventId, at: instantOf(inboundEventId) })
  const record = (given: typeof event) => database.system.sql.transaction((sql) => fanOut().record(sql, [given]))
  expect(await record(event)).toEqual({ events: 1, deliveries: 2 })
  expect(await record(event)).toEqual({ events: 0, deliveries: 0 })
  // Routed again after a commit whose answer got lost: the same place in the same run, under a new id.
  expect(await record({ ...event, id: newId(event.at.getTime()) })).toEqual({ events: 0, deliveries: 0 })
  const made = await deliveriesOf(event.id)
  expect(made.map((delivery) => delivery.endpointId).sort()).toEqual([exact, wild].sort())
  for (const delivery of made) {
    expect(delivery).toMatchObject({ state: 'QUEUED', round: 1, attempts: 0, at: event.at })
    expect(instantOf(delivery.id)).toEqual(event.at)
    expect(delivery.nextAttemptAt).not.toBeNull()
  }
  const stored = await database.system.prisma.event.findFirstOrThrow({ where: { id: event.id } })
  expect(stored).toMatchObject({ data: event.data, source: event.source })
})

test('D6: an endpoint that is off gets a skipped delivery that says why', async () => {
  const { organizationId } = await makeTenant(database)
  await makeEndpoint(database, organizationId, { enabled: false, disabledReason: 'It answered 410 Gone.' })
  const event = newEvent(organizationId)
  await database.system.sql.transaction((sql) => fanOut().record(sql, [event]))
  const [delivery] = await deliveriesOf(event.id)
  expect(delivery).toMatchObject({ state: 'SKIPPED', nextAttemptAt: null })
  expect(delivery?.reason).toContain('It answered 410 Gone.')
})

test('D3: through Prisma and as the organization, only the named endpoint, and the bell rings at commit', async () => {
  const { organizationId } = await makeTenant(database)
  await makeEndpoint(database, organizationId)
  const { id: named } = await makeEndpoint(database, organizationId, { eventTypes: ['order.created'] })
  const rings: string[] = []
  const stop = await database.listen('hub_deliveries', (payload) => rings.push(payload))
  const event = newEvent(organizationId, { test: true, provider: null })
  await transact(database.tenant(organizationId).prisma, (tx) => fanOut().record(tx, [event], { only: named }))
  const made = await deliveriesOf(event.id)
  expect(made.map((delivery) => delivery.endpointId)).toEqual([named])
  await until('the bell', () => rings.includes(named))
  await stop()
})

test('D3: events of one request keep their order in the ids of their deliveries', async () => {
  const { organizationId } = await makeTenant(database)
  await makeEndpoint(database, organizationId)
  const at = new Date()
  const inboundEventId = randomUUID()
  const events = Array.from({ length: 50 }, (_, ordinal) => newEvent(organizationId, { at, inboundEventId, ordinal }))
  await database.system.sql.transaction((sql) => fanOut().record(sql, events))
  const made = await database.system.prisma.delivery.findMany({ where: { organizationId }, orderBy: { id: 'asc' } })
  expect(made.map((delivery) => delivery.eventId)).toEqual(events.map((event) => event.id))
})
