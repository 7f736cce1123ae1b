import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import { hubSchedule } from '@patchbay/server/engine/delivery/plan.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDeliveryRig, type DeliveryRig } from '../support/delivery-rig.ts'

let rig: DeliveryRig
beforeAll(async () => {
  rig = await startDeliveryRig()
})
afterAll(() => rig.close())

test('D2: a delivery carries the envelope, the headers of the standard and is told of in words', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'plain')
  const [eventId] = await rig.record(organizationId, 1, { orderKey: 'order:1' })
  const dispatcher = rig.dispatcher()
  await dispatcher.settle()
  const [got] = rig.receiver.of('plain')
  expect(got?.headers).toMatchObject({
    'webhook-id': eventId,
    'webhook-timestamp': String(rig.clock.now.getTime() / 1000),
    'content-type': 'application/json',
    'user-agent': 'Patchbay/0.0.0',
  })
  expect(got?.headers['webhook-signature']).toMatch(/^v1,/)
  expect(JSON.parse(got?.body ?? '')).toMatchObject({
    id: eventId,
    type: 'payment.succeeded',
    timestamp: rig.clock.now.toISOString(),
    organization: { id: organizationId },
    provider: 'stripe',
    test: false,
  })
  const [delivery] = await rig.deliveries(endpoint)
  expect(delivery).toMatchObject({
    state: 'DELIVERED',
    attempts: 1,
    lastStatus: 200,
    nextAttemptAt: null,
    reason: null,
  })
  const [attempt] = await rig.attempts(endpoint)
  expect(attempt).toMatchObject({ outcome: 'DELIVERED', number: 1, status: 200, message: 'Answered 200.' })
  expect(attempt?.requestHead).toMatchObject({ 'webhook-id': eventId })
  await dispatcher.settle()
  expect(rig.receiver.of('plain')).toHaveLength(1)
  const [sum] = await rig.database.system.prisma.deliveryRollup.findMany({ where: { endpointId: endpoint } })
  expect(sum).toMatchObject({ attempts: 1, delivered: 1, failed: 0, dead: 0 })
})

test('D3: failures are tried again by the schedule with the same id, then go to the dead letters with words', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'failing')
  rig.receiver.behave('failing', () => ({ status: 500, body: 'no' }))
  const [eventId] = await rig.record(organizationId)
  const dispatcher = rig.dispatcher()
  for (const seconds of hubSchedule.slice(1)) {
    await dispatcher.settle()
    const [waiting] = await rig.deliveries(endpoint)
    expect(waiting?.state).toBe('WAITING')
    expect(waiting?.reason).toContain('Answered 500.')
    expect(waiting?.nextAttemptAt).toEqual(new Date(rig.clock.now.getTime() + seconds * 1000))
    rig.clock.advance(seconds * 1000)
  }
  await dispatcher.settle()
  const [dead] = await rig.deliveries(endpoint)
  expect(dead).toMatchObject({ state: 'DEAD', attempts: hubSchedule.length, nextAttemptAt: null, lastStatus: 500 })
  expect(dead?.reason).toContain('the last of 8 tries')
  const ids = new Set(rig.receiver.of('failing').map(({ headers }) => headers['webhook-id']))
  expect([...ids]).toEqual([eventId])
  expect((await rig.attempts(endpoint)).map((attempt) => attempt.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect((await rig.attempts(endpoint))[0]?.responseBody).toBe('no')
  expect(await rig.alerts(endpoint)).toContain('delivery.dead')
})

test('D3: an endpoint’s own schedule is followed', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'own', { schedule: [2, 7] })
  rig.receiver.behave('own', () => ({ status: 400 }))
  await rig.record(organizationId)
  const dispatcher = rig.dispatcher()
  await dispatcher.settle()
  expect(rig.receiver.of('own')).toHaveLength(0)
  rig.clock.advance(3_000)
  await dispatcher.settle()
  expect(rig.receiver.of('own')).toHaveLength(1)
  rig.clock.advance(7_000)
  await dispatcher.settle()
  expect((await rig.deliveries(endpoint))[0]).toMatchObject({ state: 'DEAD', attempts: 2 })
})

test('D2: 410 switches the endpoint off, tells of it, and what waited is skipped', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'gone', { ratePerSecond: 1 })
  rig.receiver.behave('gone', () => ({ status: 410 }))
  await rig.record(organizationId, 3)
  await rig.dispatcher().settle()
  expect(rig.receiver.of('gone')).toHaveLength(1)
  const deliveries = await rig.deliveries(endpoint)
  expect(deliveries.map(({ state }) => state)).toEqual(['SKIPPED', 'SKIPPED', 'SKIPPED'])
  for (const { reason } of deliveries) expect(reason).toContain('410')
  const row = await rig.database.system.prisma.endpoint.findFirstOrThrow({ where: { id: endpoint } })
  expect(row).toMatchObject({ enabled: false, version: 2 })
  expect(row.disabledReason).toContain('410')
  expect(await rig.alerts(endpoint)).toEqual(['endpoint.gone'])
  const [entry, ...more] = await rig.database.system.prisma.auditEntry.findMany({ where: { subjectId: endpoint } })
  expect(more).toEqual([])
  expect(entry).toMatchObject({ action: 'endpoint.disabled', actorKind: 'SYSTEM', before: { enabled: true } })
  expect(await createAudit({ database: rig.database }).verify(organizationId)).toMatchObject({ ok: true, entries: 1 })
})

test('D2: Retry-After is honoured for the whole endpoint, and is not held against its health', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'busy', { ratePerSecond: 1 })
  rig.receiver.behave('busy', () => ({ status: 429, headers: { 'retry-after': '120' } }))
  await rig.record(organizationId, 2)
  const dispatcher = rig.dispatcher()
  await dispatcher.settle()
  rig.clock.advance(119_000)
  await dispatcher.settle()
  expect(rig.receiver.of('busy')).toHaveLength(1)
  const [first] = await rig.deliveries(endpoint)
  expect(first?.nextAttemptAt?.getTime()).toBeGreaterThan(rig.clock.now.getTime())
  expect(await rig.lane(endpoint)).toMatchObject({ breaker: 'CLOSED', failuresInRow: 0 })
  rig.receiver.behave('busy', () => ({}))
  rig.clock.advance(1_000)
  await dispatcher.settle()
  rig.clock.advance(1_000)
  await dispatcher.settle()
  expect((await rig.deliveries(endpoint)).map(({ state }) => state)).toEqual(['DELIVERED', 'DELIVERED'])
})

test('D2: redirects, cut connections and refused addresses are failures in words; a refused address is final', async () => {
  const organizationId = await rig.organization()
  const redirected = await rig.endpoint(organizationId, 'moved')
  const cut = await rig.endpoint(organizationId, 'cut')
  const inside = await rig.endpoint(organizationId, 'inside', { url: 'http://169.254.169.254/latest/meta-data' })
  rig.receiver.behave('moved', () => ({ status: 302, headers: { location: rig.receiver.url('elsewhere') } }))
  rig.receiver.behave('cut', () => 'cut')
  await rig.record(organizationId)
  await rig.dispatcher().settle()
  expect(rig.receiver.of('elsewhere')).toHaveLength(0)
  const [moved] = await rig.deliveries(redirected)
  expect(moved).toMatchObject({ state: 'WAITING', lastStatus: 302, lastErrorClass: 'REDIRECT' })
  expect((await rig.deliveries(cut))[0]).toMatchObject({
    state: 'WAITING',
    lastStatus: null,
    lastErrorClass: 'NETWORK',
  })
  const [refused] = await rig.deliveries(inside)
  expect(refused).toMatchObject({ state: 'DEAD', attempts: 1, lastErrorClass: 'EGRESS_DENIED' })
  expect(refused?.reason).toContain('It was not sent')
})

test('D2: an endpoint that does not answer in time has failed, and is given more time', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'silent')
  rig.receiver.behave('silent', () => 'hang')
  await rig.record(organizationId)
  await rig.dispatcher({ timeoutMs: 50 }).settle()
  expect((await rig.deliveries(endpoint))[0]).toMatchObject({ state: 'WAITING', lastErrorClass: 'TIMEOUT' })
  expect((await rig.lane(endpoint)).quietUntil).toEqual(new Date(rig.clock.now.getTime() + 1_000))
})

test('D2: a long answer is a success all the same, and only its beginning is kept', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'chatty')
  rig.receiver.behave('chatty', () => ({ status: 201, body: `\0${'x'.repeat(300_000)}` }))
  await rig.record(organizationId)
  await rig.dispatcher().settle()
  const [attempt] = await rig.attempts(endpoint)
  expect(attempt).toMatchObject({ outcome: 'DELIVERED', status: 201 })
  expect(attempt?.responseBody).toHaveLength(4_096)
})

test('D1: a mapping that yields nothing skips the delivery; one that fails gives it up at once', async () => {
  const organizationId = await rig.organization()
  const nothing = await rig.endpoint(organizationId, 'nothing', { payload: 'JSONATA', payloadText: 'data.absent' })
  const broken = await rig.endpoint(organizationId, 'broken', { payload: 'JSONATA', payloadText: '$error("no way")' })
  const mapped = await rig.endpoint(organizationId, 'mapped', { payload: 'JSONATA', payloadText: '{"kind": type}' })
  await rig.record(organizationId)
  await rig.dispatcher().settle()
  expect((await rig.deliveries(nothing))[0]).toMatchObject({ state: 'SKIPPED' })
  expect((await rig.deliveries(nothing))[0]?.reason).toContain('yields nothing')
  expect((await rig.deliveries(broken))[0]).toMatchObject({ state: 'DEAD', attempts: 1 })
  expect((await rig.deliveries(mapped))[0]).toMatchObject({ state: 'DELIVERED' })
  expect(rig.receiver.of('mapped')[0]?.body).toBe('{"kind":"payment.succeeded"}')
  expect(rig.receiver.of('nothing')).toHaveLength(0)
})

test('D6: what waits for an endpoint that is switched off or deleted is skipped with the reason', async () => {
  const organizationId = await rig.organization()
  const off = await rig.endpoint(organizationId, 'off')
  const deleted = await rig.endpoint(organizationId, 'deleted')
  await rig.record(organizationId, 2)
  const { prisma } = rig.database.system
  await prisma.endpoint.update({ where: { id: off }, data: { enabled: false, disabledReason: 'Ada switched it off.' } })
  await prisma.endpoint.update({ where: { id: deleted }, data: { deletedAt: rig.clock.now } })
  await rig.dispatcher().settle()
  for (const delivery of await rig.deliveries(off)) {
    expect(delivery).toMatchObject({ state: 'SKIPPED', attempts: 0, nextAttemptAt: null })
    expect(delivery.reason).toContain('Ada switched it off.')
  }
  for (const delivery of await rig.deliveries(deleted))
    expect(delivery).toMatchObject({ state: 'SKIPPED', reason: 'The endpoint was deleted.' })
  expect([...rig.receiver.of('off'), ...rig.receiver.of('deleted')]).toEqual([])
})

test('no turn of this file failed', () => {
  expect(rig.faults).toEqual([])
})
