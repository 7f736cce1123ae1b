import { randomBytes } from 'node:crypto'
import { alertDefaults } from '@patchbay/server/engine/alerts/settings.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createMachine, makeAudience, type Machine } from '../support/alert-machine.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

const keys = `k1:${randomBytes(32).toString('base64')}`
let database: TestDatabase
let receiver: Receiver
/** The present of every replica: it stands still unless a test moves it. */
let clock = Date.now()
const now = () => new Date(clock)
const machines: Machine[] = []

beforeAll(async () => {
  database = await testDatabase()
  receiver = await startReceiver()
})
afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.close()
})
afterAll(async () => {
  await receiver.close()
  await database.cleanup()
})

function replica(settings = {}): Machine {
  const machine = createMachine({ database, keys, origin: receiver.origin, now, settings })
  machines.push(machine)
  return machine
}
const texts = (name: string) => receiver.of(name).map(({ body }) => (JSON.parse(body) as { text: string }).text)
const notices = (channelId: string | undefined) =>
  database.system.prisma.alertNotice.findMany({ where: { channelId: channelId ?? '' }, orderBy: { createdAt: 'asc' } })

test('H4, N2: four replicas at once route and tell every alert once', async () => {
  const { organizationId, channelIds } = await makeAudience(database, keys, [receiver.url('once')])
  const four = [replica(), replica(), replica(), replica()]
  for (let round = 0; round < 4; round++) {
    await four[0]?.raise({ organizationId, title: `Trouble ${round}` })
    await Promise.all(four.map(({ worker }) => worker.settle()))
  }
  expect(texts('once').toSorted()).toEqual([0, 1, 2, 3].map((round) => `🟠 Trouble ${round}`))
  expect((await notices(channelIds[0])).map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(
    Array.from({ length: 4 }, () => 'SENT 1'),
  )
  expect(four.flatMap(({ faults }) => faults)).toEqual([])
})

test('H4: a channel that hangs holds up no other, and what came meanwhile goes with its next message', async () => {
  receiver.behave('hangs', () => 'hang')
  const { organizationId, channelIds } = await makeAudience(database, keys, [
    receiver.url('hangs'),
    receiver.url('works'),
  ])
  const machine = replica({ timeoutMs: 3_000 })
  await machine.raise({ organizationId, title: 'First' })
  const done = machine.worker.settle()
  await until('both were asked', () => receiver.of('hangs').length === 1 && receiver.of('works').length === 1)
  await until('one has it', async () => (await notices(channelIds[1]))[0]?.state === 'SENT')
  await machine.raise({ organizationId, title: 'Second' })
  await replica().worker.settle()
  expect(texts('works')).toEqual(['🟠 First', '🟠 Second'])
  expect(texts('hangs')).toEqual(['🟠 First'])
  receiver.behave('hangs', () => ({}))
  await done
  clock += alertDefaults.leaseMs
  await replica().worker.settle()
  expect(texts('hangs')).toEqual(['🟠 First', '🟠 First', '🟠 Second'])
  expect((await notices(channelIds[0])).map(({ state }) => state)).toEqual(['SENT', 'SENT'])
})

test('H4: a channel that fails is tried five times within about an hour, told of in the bell alone, and heals', async () => {
  receiver.behave('broken', () => ({ status: 503 }))
  const { organizationId, channelIds } = await makeAudience(database, keys, [receiver.url('broken')])
  const machine = replica()
  const started = now().getTime()
  await machine.raise({ organizationId, title: 'Trouble' })
  await machine.worker.settle()
  const channel = () => database.system.prisma.alertChannel.findUniqueOrThrow({ where: { id: channelIds[0] ?? '' } })
  expect((await channel()).lastError).toMatch(/answered 503/)
  for (;;) {
    const [notice] = await notices(channelIds[0])
    if (notice?.nextAttemptAt == null) break
    clock += notice.nextAttemptAt.getTime() - now().getTime()
    await machine.worker.settle()
  }
  expect(receiver.of('broken')).toHaveLength(5)
  expect((now().getTime() - started) / 60_000).toBeGreaterThan(55)
  expect((now().getTime() - started) / 60_000).toBeLessThan(75)
  expect(await notices(channelIds[0])).toMatchObject([{ state: 'FAILED', attempts: 5 }])
  const failing = { organizationId, kind: 'channel.failing' }
  const [alert] = await database.system.prisma.alert.findMany({
    where: failing,
    include: { notices: { include: { channel: true } } },
  })
  expect(alert).toMatchObject({ state: 'OPEN', count: 4 })
  expect(alert?.notices.map((notice) => notice.channel.kind)).toEqual(['IN_APP'])

  receiver.behave('broken', () => ({}))
  await machine.raise({ organizationId, title: 'More' })
  await machine.worker.settle()
  expect(await channel()).toMatchObject({ lastError: null })
  expect(await database.system.prisma.alert.findMany({ where: failing })).toMatchObject([{ state: 'RESOLVED' }])
})

test('H4: what is refused for good is not tried again', async () => {
  receiver.behave('gone', () => ({ status: 404 }))
  const { organizationId, channelIds } = await makeAudience(database, keys, [receiver.url('gone')])
  const machine = replica()
  await machine.raise({ organizationId })
  await machine.worker.settle()
  expect(await notices(channelIds[0])).toMatchObject([
    { state: 'FAILED', attempts: 1, error: expect.stringContaining('404') },
  ])
  expect(receiver.of('gone')).toHaveLength(1)
})

test('H4: ten thousand of one key in a minute are one alert and one message', async () => {
  const { organizationId } = await makeAudience(database, keys, [receiver.url('storm')])
  const [machine, other] = [replica(), replica()]
  const same = Array.from({ length: 500 }, () => ({ organizationId, title: 'Storm', dedupeKey: 'storm' }))
  for (let n = 0; n < 20; n++) {
    await machine.raise(...same)
    if (n % 5 === 0) await Promise.all([machine.worker.settle(), other.worker.settle()])
  }
  await machine.worker.settle()
  expect(texts('storm')).toEqual(['🟠 Storm'])
  expect(await database.system.prisma.alert.findMany({ where: { organizationId } })).toMatchObject([{ count: 10_000 }])
}, 60_000)

test('H4: many of different keys are told together, and a channel gets so many messages a minute', async () => {
  const { organizationId, channelIds } = await makeAudience(database, keys, [receiver.url('many')])
  const machine = replica()
  const many = Array.from({ length: 250 }, (_, n) => ({ organizationId, title: `Trouble ${n}` }))
  await machine.raise(...many, { organizationId, title: 'The worst', severity: 'CRITICAL' })
  await machine.worker.settle()
  const [first] = receiver.of('many')
  expect(receiver.of('many')).toHaveLength(1)
  expect(texts('many')).toEqual(['🔴 251 alerts need a look: The worst'])
  expect(first?.body).toContain('and 241 more')
  expect((await notices(channelIds[0])).every(({ state }) => state === 'SENT')).toBe(true)

  for (let n = 0; n < 20; n++) {
    clock += 1_000
    await machine.raise({ organizationId, title: `Drop ${n}` })
    await machine.worker.settle()
  }
  expect(receiver.of('many')).toHaveLength(alertDefaults.messagesPerMinute)
  clock += 60_000
  await machine.worker.settle()
  expect(texts('many').at(-1)).toBe('🟠 11 alerts need a look: Drop 9')
  expect((await notices(channelIds[0])).every(({ state }) => state === 'SENT')).toBe(true)
}, 60_000)
