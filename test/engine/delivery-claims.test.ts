import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliveryDefaults } from '@patchbay/server/engine/delivery/settings.ts'
import { startDeliveryRig, type DeliveryRig } from '../support/delivery-rig.ts'
import { until } from '../support/until.ts'

let rig: DeliveryRig
beforeAll(async () => {
  rig = await startDeliveryRig()
})
afterAll(() => rig.close())

test('D3: two dispatchers on one database send every delivery once, and no attempt number twice', async () => {
  const organizationId = await rig.organization()
  const names = ['one', 'two', 'three']
  for (const name of names) await rig.endpoint(organizationId, name)
  // Every third fails the first time.
  const seen = new Set<string>()
  for (const name of names)
    rig.receiver.behave(name, ({ headers, n }) => {
      const id = `${name} ${headers['webhook-id']}`
      if (n % 3 !== 0 || seen.has(id)) return {}
      seen.add(id)
      return { status: 400 }
    })
  const events = await rig.record(organizationId, 30)
  const [a, b] = [rig.dispatcher(), rig.dispatcher()]
  for (let turn = 0; turn < 200; turn++) {
    await Promise.all([a.settle(), b.settle()])
    rig.clock.advance(5_000)
    const open = await rig.database.system.prisma.delivery.count({
      where: { organizationId, state: { not: 'DELIVERED' } },
    })
    if (open === 0) break
  }
  const { prisma } = rig.database.system
  expect(await prisma.delivery.count({ where: { organizationId, state: 'DELIVERED' } })).toBe(90)
  const attempts = await prisma.attempt.findMany({ where: { organizationId } })
  const numbers = attempts.map(({ deliveryId, round, number }) => `${deliveryId} ${round} ${number}`)
  expect(new Set(numbers).size).toBe(numbers.length)
  // One request per attempt: nothing was sent that is not written down.
  expect(rig.receiver.received.length).toBe(attempts.length)
  for (const name of names) {
    const ids = new Set(rig.receiver.of(name).map(({ headers }) => headers['webhook-id']))
    expect(ids).toEqual(new Set(events))
  }
})

test('D3: a claim whose process died runs out; its attempt is lost, and a late answer changes nothing else', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'stuck')
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  rig.receiver.behave('stuck', async ({ n }) => {
    if (n === rig.receiver.of('stuck')[0]?.n) await held
    return {}
  })
  await rig.record(organizationId)
  const slow = rig.dispatcher({ timeoutMs: 60_000 })
  await slow.tick()
  await until('the consumer has it', () => rig.receiver.of('stuck').length === 1)
  const other = rig.dispatcher()
  rig.clock.advance(deliveryDefaults.leaseMs - 1)
  await other.settle()
  expect(rig.receiver.of('stuck')).toHaveLength(1)
  rig.clock.advance(1)
  await other.settle()
  expect(rig.receiver.of('stuck')).toHaveLength(2)
  expect((await rig.attempts(endpoint)).map(({ outcome }) => outcome)).toEqual(['LOST', 'DELIVERED'])
  expect((await rig.attempts(endpoint))[0]?.message).toContain('may have received it')
  const [before] = await rig.deliveries(endpoint)
  release()
  await slow.settle()
  const [late, second] = await rig.attempts(endpoint)
  expect(late).toMatchObject({ outcome: 'DELIVERED', status: 200 })
  expect(late?.message).toContain('after its claim had ended')
  expect(second).toMatchObject({ outcome: 'DELIVERED', number: 2 })
  expect(await rig.deliveries(endpoint)).toEqual([before])
})

test('D3: strict order lets one of a key out at a time; other keys pass, and a dead letter makes way', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'strict', { strictOrder: true, schedule: [0, 60] })
  const dispatcher = rig.dispatcher()
  const record = (orderKey: string) => rig.record(organizationId, 1, { orderKey })
  const [first] = await record('order:1')
  rig.clock.advance(1)
  const [second] = await record('order:1')
  rig.clock.advance(1)
  const [other] = await record('order:2')
  rig.receiver.behave('strict', ({ headers }) => ({ status: headers['webhook-id'] === first ? 400 : 200 }))
  const got = () => rig.receiver.of('strict').map(({ headers }) => headers['webhook-id'])
  await dispatcher.settle()
  expect(got().toSorted()).toEqual([first, other].toSorted())
  rig.clock.advance(60_000)
  await dispatcher.settle()
  expect((await rig.deliveries(endpoint))[0]?.state).toBe('DEAD')
  expect(got().slice(2)).toEqual([first, second])
  // In order also when many come at once.
  rig.receiver.behave('strict', () => ({}))
  const many = await rig.record(organizationId, 20, { orderKey: 'order:3' })
  rig.clock.advance(deliveryDefaults.sweepMs)
  await dispatcher.settle()
  expect(got().slice(4)).toEqual(many)
  expect(rig.receiver.open('strict').most).toBeLessThanOrEqual(2)
})

test('D3: an endpoint’s rate holds over two dispatchers', async () => {
  const organizationId = await rig.organization()
  await rig.endpoint(organizationId, 'paced', { ratePerSecond: 10 })
  await rig.record(organizationId, 40)
  const [a, b] = [rig.dispatcher(), rig.dispatcher()]
  const sentAt: number[] = []
  rig.receiver.behave('paced', () => {
    sentAt.push(rig.clock.now.getTime())
    return {}
  })
  for (let turn = 0; turn < 40; turn++) {
    await Promise.all([a.settle(), b.settle()])
    rig.clock.advance(50)
  }
  expect(sentAt.length).toBeGreaterThanOrEqual(19)
  for (const from of sentAt)
    expect(sentAt.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(10)
})

test('D3: a stop takes nothing new and waits for what is open', async () => {
  const organizationId = await rig.organization()
  const endpoint = await rig.endpoint(organizationId, 'slow')
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  rig.receiver.behave('slow', async () => {
    await held
    return {}
  })
  await rig.record(organizationId, 20)
  const dispatcher = rig.dispatcher({ perEndpoint: 3 })
  await dispatcher.start()
  await until('three are open', () => rig.receiver.open('slow').now === 3)
  expect(dispatcher.open).toBeGreaterThanOrEqual(3)
  const stopped = dispatcher.stop(10_000)
  release()
  await stopped
  const states = (await rig.deliveries(endpoint)).map(({ state }) => state)
  expect(states.filter((state) => state === 'DELIVERED')).toHaveLength(3)
  expect(states.filter((state) => state === 'QUEUED')).toHaveLength(17)
})

test('D5: of ten endpoints one is dead and one hangs: the others get everything while those hold their share', async () => {
  const organizationId = await rig.organization()
  const good = Array.from({ length: 8 }, (_, n) => `good-${n}`)
  for (const name of [...good, 'dead', 'hanging']) await rig.endpoint(organizationId, name)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  rig.receiver.behave('dead', () => 'cut')
  rig.receiver.behave('hanging', async () => {
    await held
    return {}
  })
  const dispatcher = rig.dispatcher({ perEndpoint: 4, total: 32, timeoutMs: 120_000 })
  await dispatcher.start()
  for (let n = 0; n < 5; n++) await rig.record(organizationId, 10)
  await until('the good ones got everything', () => good.every((name) => rig.receiver.of(name).length === 50), 60_000)
  // The hanging one still holds its places, and never held more.
  expect(rig.receiver.open('hanging')).toEqual({ now: 4, most: 4 })
  expect(rig.receiver.open('dead').most).toBeLessThanOrEqual(4)
  expect(rig.receiver.of('dead').length).toBeLessThanOrEqual(8)
  release()
  await dispatcher.stop(10_000)
})

test('no turn of this file failed', () => {
  expect(rig.faults).toEqual([])
})
