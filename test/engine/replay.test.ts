import { randomUUID } from 'node:crypto'
import { deliveryStates, mayFollow, type DeliveryState } from '@patchbay/schema/webhook-states.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import type { LiveHub } from '@patchbay/server/engine/live/contract.ts'
import { previewReplay, runReplay, unfinishedReplays } from '@patchbay/server/engine/delivery/replay.ts'
import type { StoredFilter } from '@patchbay/server/engine/delivery/replay-filter.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeDeliveries } from '../support/deliveries.ts'
import { makeEndpoint } from '../support/endpoints.ts'
import { makeTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let live: LiveHub
let organizationId: string
let endpoint: { id: string; organizationId: string }
const from = new Date('2026-11-21T08:00:00Z')
const now = new Date('2026-11-22T08:00:00Z')

beforeAll(async () => {
  database = await testDatabase()
  live = createLive({ database })
  await live.start()
})
afterAll(async () => {
  await live.close()
  await database.cleanup()
})
beforeEach(async () => {
  ;({ organizationId } = await makeTenant(database))
  endpoint = await makeEndpoint(database, organizationId)
})

async function order(filter: StoredFilter): Promise<{ id: string; organizationId: string }> {
  const id = randomUUID()
  const total = (await previewReplay(database.system.sql, filter, { organizationId, before: now })).total
  const row = { id, organizationId, createdAt: now, state: 'RUNNING', filter: { ...filter }, total } as const
  await database.system.prisma.replay.create({ data: row as never })
  return { id, organizationId }
}
const run = (replay: { id: string; organizationId: string }, batch = 500, signal = new AbortController().signal) =>
  runReplay({ database, live, now: () => now, batch }, replay, signal)
const read = (id: string) => database.system.prisma.replay.findUniqueOrThrow({ where: { id } })
const deliveries = () =>
  database.system.prisma.delivery.findMany({ where: { organizationId }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
const dead = (count: number) => Array.from({ length: count }, () => ({ state: 'DEAD' as const }))

test('D4: a replay starts a new round of attempts, oldest first, and says where it has got to', async () => {
  await makeDeliveries(database, endpoint, from, [{ state: 'DEAD' }, { state: 'DELIVERED', deliveredAt: from }])
  const replay = await order({ endpointId: endpoint.id })
  await run(replay)
  const again = { state: 'QUEUED', round: 2, attempts: 0, nextAttemptAt: now, roundAt: now, replayId: replay.id }
  expect(await deliveries()).toMatchObject([again, { ...again, deliveredAt: null }])
  expect(await read(replay.id)).toMatchObject({ state: 'DONE', total: 2, queued: 2, skipped: 0, finishedAt: now })
})

test('D4: what is passed over is counted with the reason, and left as it is', async () => {
  const off = await makeEndpoint(database, organizationId, { enabled: false, disabledReason: 'Answered 410 Gone.' })
  const deleted = await makeEndpoint(database, organizationId, { enabled: false, deletedAt: from })
  await makeDeliveries(database, endpoint, from, [
    { state: 'QUEUED' },
    { state: 'SENDING' },
    { state: 'WAITING' },
    { state: 'SKIPPED' },
    { state: 'DEAD', keepsEvent: false },
  ])
  await makeDeliveries(database, off, from, dead(2))
  await makeDeliveries(database, deleted, from, dead(1))
  const filter = { since: from.toISOString() }
  const skips = {
    'It waits to be sent anyway.': 1,
    'It is being sent right now.': 1,
    'Its event is no longer kept.': 1,
    'The endpoint is off. Answered 410 Gone.': 2,
    'The endpoint was deleted.': 1,
  }
  const preview = await previewReplay(database.tenant(organizationId).sql, filter, { organizationId, before: now })
  expect(preview).toMatchObject({ total: 8, skips })
  expect(preview.sample).toHaveLength(2)
  const before = await deliveries()
  const replay = await order(filter)
  await run(replay)
  expect(await read(replay.id)).toMatchObject({ total: 8, queued: 2, skipped: 6, skips, state: 'DONE' })
  const sent = new Set(preview.sample)
  expect((await deliveries()).filter(({ id }) => !sent.has(id))).toEqual(before.filter(({ id }) => !sent.has(id)))
})

test('D4: a replay moves deliveries only as the table of legal changes allows', async () => {
  const states = Object.keys(deliveryStates) as DeliveryState[]
  await makeDeliveries(
    database,
    endpoint,
    from,
    states.map((state) => ({ state })),
  )
  await run(await order({ endpointId: endpoint.id }))
  for (const [n, { round }] of (await deliveries()).entries())
    expect([states[n], round]).toEqual([states[n], mayFollow(deliveryStates, states[n]!, 'QUEUED') ? 2 : 1])
})

test('D4: after a kill it goes on where it stopped, and queues nothing twice', async () => {
  await makeDeliveries(database, endpoint, from, dead(7))
  const replay = await order({ endpointId: endpoint.id })
  for (let step = 0; step < 2; step += 1) {
    const stop = new AbortController()
    const stopping = {
      ...live,
      append: async (...given: Parameters<LiveHub['append']>) => {
        await live.append(...given)
        stop.abort()
      },
    }
    await runReplay({ database, live: stopping, now: () => now, batch: 2 }, replay, stop.signal)
  }
  expect(await read(replay.id)).toMatchObject({ state: 'RUNNING', queued: 4 })
  expect(await unfinishedReplays(database.system.sql)).toContainEqual({ organizationId, id: replay.id })
  await run(replay, 2)
  expect(await read(replay.id)).toMatchObject({ state: 'DONE', queued: 7, skipped: 0 })
  expect((await deliveries()).map(({ round }) => round)).toEqual([2, 2, 2, 2, 2, 2, 2])
})

test('D4: a step that fails leaves nothing behind', async () => {
  await makeDeliveries(database, endpoint, from, dead(2))
  const replay = await order({ endpointId: endpoint.id })
  const failing = {
    append: async (...[tx, stream]: Parameters<LiveHub['append']>) => {
      if (stream === 'replays') throw new Error('the database went away')
      await live.append(tx, stream)
    },
  }
  const broken = runReplay({ database, live: failing, now: () => now }, replay, new AbortController().signal)
  await expect(broken).rejects.toThrow('went away')
  expect((await deliveries()).map(({ state }) => state)).toEqual(['DEAD', 'DEAD'])
  expect(await read(replay.id)).toMatchObject({ queued: 0, position: null })
})

test('D4: two runners of one replay queue every delivery once', async () => {
  await makeDeliveries(database, endpoint, from, dead(9))
  const replay = await order({ endpointId: endpoint.id })
  await Promise.all([run(replay, 2), run(replay, 2)])
  expect(await read(replay.id)).toMatchObject({ queued: 9, state: 'DONE' })
  expect((await deliveries()).every(({ round }) => round === 2)).toBe(true)
})

test('D4: a cancelled replay queues nothing more', async () => {
  await makeDeliveries(database, endpoint, from, dead(3))
  const replay = await order({ endpointId: endpoint.id })
  await database.system.prisma.replay.update({ where: { id: replay.id }, data: { state: 'CANCELLED' } })
  await run(replay)
  expect((await deliveries()).map(({ state }) => state)).toEqual(['DEAD', 'DEAD', 'DEAD'])
})

test('D4: the filter holds: types, states, times, ids, and what came after the order is not part of it', async () => {
  const made = await makeDeliveries(database, endpoint, from, [
    { eventType: 'payment.succeeded' },
    { eventType: 'payment.refunded', state: 'SKIPPED' },
    { eventType: 'order.created' },
    { eventType: 'payments.x' },
  ])
  await makeDeliveries(database, endpoint, new Date(now.getTime() + 1000), dead(1))
  const bounds = { organizationId, before: now }
  const found = async (filter: StoredFilter) => {
    const { sample } = await previewReplay(database.system.sql, filter, bounds)
    return sample.map((id) => made.findIndex((one) => one.id === id))
  }
  expect(await found({ endpointId: endpoint.id })).toEqual([0, 1, 2, 3])
  expect(await found({ eventTypes: ['payment.*'] })).toEqual([0, 1])
  expect(await found({ eventTypes: ['order.created', 'payment.refunded'] })).toEqual([1, 2])
  expect(await found({ eventTypes: ['*', 'order.created'] })).toEqual([0, 1, 2, 3])
  expect(await found({ states: ['SKIPPED'] })).toEqual([1])
  expect(await found({ since: made[1]!.at.toISOString(), until: made[3]!.at.toISOString() })).toEqual([1, 2])
  expect(await found({ ids: [made[3]!.id, made[0]!.id] })).toEqual([0, 3])
  expect(await found({ endpointId: randomUUID() })).toEqual([])
  expect(await found({ connectionIds: [randomUUID()] })).toEqual([])
})

test('D4: another organization’s deliveries are never touched', async () => {
  const other = await makeTenant(database)
  const theirs = await makeEndpoint(database, other.organizationId)
  await makeDeliveries(database, theirs, from, dead(2))
  await run(await order({ since: from.toISOString() }))
  const rows = await database.system.prisma.delivery.findMany({ where: { organizationId: other.organizationId } })
  expect(rows.map(({ state }) => state)).toEqual(['DEAD', 'DEAD'])
})

test('L2: whoever watches sees each delivery and the progress', async () => {
  await makeDeliveries(database, endpoint, from, dead(3))
  const stop = new AbortController()
  const seen: string[] = []
  const watch = async (stream: 'deliveries' | 'replays', enough: (row: { state: string }) => boolean) => {
    for await (const { rows } of live.subscribe(stream, { organizationId, signal: stop.signal }))
      for (const row of rows) {
        seen.push(`${stream} ${row.state}`)
        if (enough(row)) return
      }
  }
  const watching = watch('replays', ({ state }) => state === 'DONE')
  let count = 0
  const counting = watch('deliveries', () => (count += 1) === 3)
  await until('both are watching', () => live.subscriberCount === 2)
  await run(await order({ endpointId: endpoint.id }), 2)
  await Promise.all([watching, counting])
  stop.abort()
  expect(seen.filter((one) => one === 'deliveries QUEUED')).toHaveLength(3)
  expect(seen).toContain('replays DONE')
})
