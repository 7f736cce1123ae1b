import type { Actor } from '@patchbay/schema/context.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCommands } from '@patchbay/server/commands/index.ts'
import { createHealth } from '@patchbay/server/engine/health/health.ts'
import { createJobs } from '@patchbay/server/engine/jobs/jobs.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
})
afterAll(() => hub.close())
beforeEach(async () => {
  await hub.database.system.prisma.connection.deleteMany({})
  await hub.database.system.sql.query('delete from test_job')
})

/** Connections as the planner finds them. `due` in seconds from now; null was never planned. */
async function connections(
  count: number,
  more: {
    due?: number | null
    interval?: number
    status?: 'ACTIVE' | 'ERROR' | 'DISABLED' | 'NOT_CONFIGURED' | 'TESTING'
  } = {},
) {
  const { due = 10, interval = 300, status = 'ACTIVE' } = more
  const ids = Array.from({ length: count }, () => hub.collaborators.newId())
  await hub.database.system.prisma.connection.createMany({
    data: ids.map((id) => ({
      id,
      organizationId: owner.organizationId,
      provider: 'stripe',
      category: 'PAYMENT',
      name: id,
      environment: 'SANDBOX' as const,
      status,
      probeIntervalSeconds: interval,
      updatedAt: hub.clock.now,
      nextProbeAt: due === null ? null : new Date(hub.clock.now.getTime() + due * 1000),
    })),
  })
  return ids
}
const after = (seconds: number) => new Date(hub.clock.now.getTime() + seconds * 1000)
const nextOf = async (id: string | undefined) =>
  (await hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id: id ?? '' } })).nextProbeAt

test('H1: a probe that falls due within the minute is queued for its instant and the next one set', async () => {
  const [id] = await connections(1)
  expect(await hub.health.plan()).toBe(1)
  expect(await hub.jobs()).toEqual([
    {
      name: 'health.probe',
      data: { organizationId: owner.organizationId, connectionId: id },
      singletonKey: `${id}:0.0`,
      startAfter: after(10),
    },
  ])
  expect(await nextOf(id)).toEqual(after(310))
  expect(await hub.health.plan()).toBe(0)
})

test('H1: what is overdue, or was never planned, is due now', async () => {
  await connections(1, { due: -3600 })
  await connections(1, { due: null, status: 'ERROR' })
  expect(await hub.health.plan()).toBe(2)
  expect((await hub.jobs()).map((job) => job.startAfter)).toEqual([hub.clock.now, hub.clock.now])
})

test('H1: an interval below a minute gives several probes a planning', async () => {
  const [id] = await connections(1, { due: 5, interval: 30 })
  expect(await hub.health.plan()).toBe(2)
  expect((await hub.jobs()).map((job) => job.startAfter)).toEqual([after(5), after(35)])
  expect(await nextOf(id)).toEqual(after(65))
})

test('H1: paused, unfinished and tested ones, and later ones, are left alone', async () => {
  for (const status of ['DISABLED', 'NOT_CONFIGURED', 'TESTING'] as const) await connections(1, { status })
  await connections(1, { due: 61 })
  expect(await hub.health.plan()).toBe(0)
})

test('H1: the time between probes varies by a tenth', async () => {
  const spread = async (random: number) => {
    const [id] = await connections(1, { due: 0 })
    const { database, collaborators, clock } = hub
    const { calls, live, alerts, audit, jobs, provider, newId } = collaborators
    const health = createHealth({
      database,
      calls,
      live,
      alerts,
      audit,
      jobs,
      provider,
      newId,
      now: () => clock.now,
      random: () => random,
    })
    await health.plan()
    return ((await nextOf(id))?.getTime() ?? 0) - clock.now.getTime()
  }
  expect(await spread(0)).toBe(270_000)
  expect(await spread(1)).toBe(330_000)
})

test('N2: two planners at once queue every probe exactly once', async () => {
  await connections(450)
  const queued = await Promise.all([hub.health.plan(), hub.health.plan()])
  expect(queued[0] + queued[1]).toBe(450)
  const jobs = await hub.jobs()
  expect(jobs).toHaveLength(450)
  expect(new Set(jobs.map((job) => job.singletonKey)).size).toBe(450)
})

test('N4: a planner that dies in the middle loses nothing', async () => {
  const [id] = await connections(1)
  const { database, collaborators, clock } = hub
  const { calls, live, alerts, audit, provider, newId } = collaborators
  const jobs: typeof collaborators.jobs = {
    async send(name, data, options) {
      await collaborators.jobs.send(name, data, options)
      throw new Error('killed')
    },
  }
  const dying = createHealth({
    database,
    calls,
    live,
    alerts,
    audit,
    jobs,
    provider,
    newId,
    now: () => clock.now,
    random: () => 0.5,
  })
  await expect(dying.plan()).rejects.toThrow('killed')
  expect(await hub.jobs()).toEqual([])
  expect(await nextOf(id)).toEqual(after(10))
  expect(await hub.health.plan()).toBe(1)
})

test('N2: the same holds on the real queue, where an organization’s change sends its own probe', async () => {
  const { database, collaborators, clock } = hub
  const jobs = createJobs({ database, worker: false })
  await jobs.start()
  try {
    const { calls, live, alerts, audit, provider, newId } = collaborators
    const health = createHealth({
      database,
      calls,
      live,
      alerts,
      audit,
      jobs,
      provider,
      newId,
      now: () => clock.now,
      random: () => 0.5,
    })
    await connections(40)
    const queued = await Promise.all([health.plan(), health.plan(), health.plan()])
    expect(queued.reduce((sum, one) => sum + one)).toBe(40)
    const commands = createCommands({ ...collaborators, jobs, health })
    const fields = { secretKey: 'sk_test_51CanaryCanaryCanaryx9Qz' }
    const { id } = await commands.connection.create(owner, {
      provider: 'stripe',
      name: 'Queued',
      environment: 'SANDBOX',
      fields,
    })
    const rows = await database.system.sql.query<{ key: string; data: { connectionId: string } }>(
      `select singleton_key as key, data from pgboss.job where name = 'health.probe'`,
    )
    expect(rows).toHaveLength(41)
    expect(rows.find((row) => row.data.connectionId === id)?.key).toBe(`${id}:now`)
  } finally {
    await jobs.stop(1000)
  }
})
