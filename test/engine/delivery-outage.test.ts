import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDeliveryRig, type DeliveryRig } from '../support/delivery-rig.ts'

let rig: DeliveryRig
beforeAll(async () => {
  rig = await startDeliveryRig()
})
afterAll(() => rig.close())

const second = 1_000
const minute = 60 * second

test('D5: an hour of outage heals by itself: oldest first, under its rate, told of twice, nothing given up', async () => {
  const organizationId = await rig.organization()
  const ratePerSecond = 5
  const endpoint = await rig.endpoint(organizationId, 'outage', { ratePerSecond })
  const dispatcher = rig.dispatcher()
  const events: string[] = []
  rig.receiver.behave('outage', () => ({ status: 503 }))
  const began = rig.clock.now
  while (rig.clock.now.getTime() < began.getTime() + 60 * minute) {
    events.push(...(await rig.record(organizationId)))
    await dispatcher.settle()
    rig.clock.advance(minute)
  }
  expect(await rig.alerts(endpoint)).toEqual(['endpoint.down'])
  const down = await rig.lane(endpoint)
  expect(down).toMatchObject({ breaker: 'OPEN', failingSince: began })
  // Five failures opened it; trials after that rest for ten minutes at most.
  const tries = rig.receiver.of('outage').length
  expect(tries).toBeLessThan(5 + 12)

  const sentAt: number[] = []
  rig.receiver.behave('outage', () => {
    sentAt.push(rig.clock.now.getTime())
    return {}
  })
  const lookAt = down.probeAt?.getTime() ?? 0
  rig.clock.advance(lookAt - rig.clock.now.getTime())
  const undelivered = () =>
    rig.database.system.prisma.delivery.count({ where: { endpointId: endpoint, state: { not: 'DELIVERED' } } })
  for (let turn = 0; turn < 1_000 && (await undelivered()) > 0; turn++) {
    await dispatcher.settle()
    rig.clock.advance(100)
  }
  expect(await undelivered()).toBe(0)
  const order = rig.receiver
    .of('outage')
    .slice(tries)
    .map(({ headers }) => headers['webhook-id'] ?? '')
  const [trial, ...drained] = order
  expect(drained).toEqual(events.filter((id) => id !== trial))
  for (const from of sentAt)
    expect(sentAt.filter((at) => at >= from && at < from + second).length).toBeLessThanOrEqual(ratePerSecond)
  // Slow at first: a consumer that just came back is not overrun.
  const trialAt = sentAt[0] ?? 0
  expect(sentAt.filter((at) => at <= trialAt + second).length).toBeLessThanOrEqual(3)
  rig.clock.advance(second)
  await dispatcher.settle()
  expect(await rig.lane(endpoint)).toMatchObject({ breaker: 'CLOSED', failuresInRow: 0, rests: 0, failingSince: began })
  expect(await rig.alerts(endpoint)).toEqual(['endpoint.down', 'endpoint.recovered'])
})

test('D5: rests grow from half a minute to ten, with one trial each', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'dead')
  const dispatcher = rig.dispatcher()
  rig.receiver.behave('dead', () => 'cut')
  await rig.record(organizationId, 40)
  await dispatcher.settle()
  // Those that were under way together, and at most four more before the fifth failure is known.
  expect(rig.receiver.of('dead').length).toBeLessThanOrEqual(8 + 4)
  const rests: number[] = []
  for (let trial = 0; trial < 7; trial++) {
    const { breaker, probeAt } = await rig.lane(endpoint)
    expect(breaker).toBe('OPEN')
    const before = rig.receiver.of('dead').length
    rests.push(((probeAt?.getTime() ?? 0) - rig.clock.now.getTime()) / second)
    rig.clock.advance((probeAt?.getTime() ?? 0) - rig.clock.now.getTime())
    await dispatcher.settle()
    expect(rig.receiver.of('dead').length).toBe(before + 1)
  }
  expect(rests).toEqual([30, 60, 120, 240, 480, 600, 600])
  expect(await rig.alerts(endpoint)).toEqual(['endpoint.down'])
})

test('D5: what waited longer than the schedule covers goes to the dead letters, and says so', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'expired', { schedule: [0, 60, 60] })
  const dispatcher = rig.dispatcher()
  rig.receiver.behave('expired', () => ({ status: 500 }))
  await rig.record(organizationId, 20)
  for (let turn = 0; turn < 60; turn++) {
    await dispatcher.settle()
    rig.clock.advance(2 * minute)
  }
  const given = await rig.deliveries(endpoint)
  expect(new Set(given.map(({ state }) => state))).toEqual(new Set(['DEAD']))
  expect(
    given.filter(({ reason }) => reason?.includes('was down for longer than its schedule')).length,
  ).toBeGreaterThan(0)
  const alerts = await rig.alerts(endpoint)
  expect(alerts.filter((kind) => kind === 'delivery.dead')).toHaveLength(1)
})

test('D5: an endpoint that falls again while it catches up is down again, and says so again', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'flapping')
  const dispatcher = rig.dispatcher()
  rig.receiver.behave('flapping', () => ({ status: 500 }))
  await rig.record(organizationId, 60)
  await dispatcher.settle()
  rig.clock.advance(31 * second)
  rig.receiver.behave('flapping', () => ({}))
  await dispatcher.settle()
  expect(await rig.lane(endpoint)).toMatchObject({ breaker: 'CATCHING_UP', rests: 0 })
  rig.receiver.behave('flapping', () => ({ status: 500 }))
  for (let turn = 0; turn < 6; turn++) {
    rig.clock.advance(second)
    await dispatcher.settle()
  }
  expect(await rig.lane(endpoint)).toMatchObject({ breaker: 'OPEN', rests: 1 })
  expect(await rig.alerts(endpoint)).toEqual(['endpoint.down', 'endpoint.recovered', 'endpoint.down'])
})

test('no turn of this file failed', () => {
  expect(rig.faults).toEqual([])
})
