import { randomUUID } from 'node:crypto'
import type { Actor } from '@patchbay/schema/context.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refused, silent, unavailable, wrongKey } from '../support/refusals.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { until } from '../support/until.ts'

let hub: RulesHub
let owner: Actor

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
})
afterAll(() => hub.close())
beforeEach(() => hub.script(up))

const up = () => ({ object: 'balance' })
const fail = (error: () => Error) => () => Promise.reject(error())
let count = 0
async function create(): Promise<string> {
  const fields = { secretKey: 'sk_test_51CanaryCanaryCanaryx9Qz' }
  const { id } = await hub.commands.connection.create(owner, {
    provider: 'stripe',
    name: `Shop ${(count += 1)}`,
    environment: 'SANDBOX',
    fields,
  })
  return id
}
async function probe(id: string, times = 1): Promise<string> {
  for (let n = 0; n < times; n += 1) {
    hub.clock.advance(1000)
    await hub.commands.connection.probe(owner, { id })
  }
  return (await rowOf(id)).health
}
const { rowOf, incidentsOf, linesOf, transitionsOf } = {
  rowOf: (id: string) => hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id } }),
  incidentsOf: (connectionId: string) =>
    hub.database.system.prisma.incident.findMany({ where: { connectionId }, orderBy: { openedAt: 'asc' } }),
  linesOf: (incidentId: string) =>
    hub.database.system.prisma.incidentEntry.findMany({ where: { incidentId }, orderBy: { seq: 'asc' } }),
  transitionsOf: async (connectionId: string) => {
    const rows = await hub.database.system.prisma.healthTransition.findMany({
      where: { connectionId },
      orderBy: { seq: 'asc' },
    })
    return rows.map((row) => `${row.from} ${row.to}`)
  },
}

describe('H1, H2: down and back', () => {
  test('the vendor goes down and comes back: states, incident and its timeline follow', async () => {
    const id = await create()
    expect(await probe(id)).toBe('HEALTHY')
    hub.script(fail(unavailable))
    expect(await probe(id)).toBe('DEGRADED')
    expect(await incidentsOf(id)).toMatchObject([{ state: 'OPEN', severity: 'DEGRADED', errorClass: 'UNAVAILABLE' }])
    expect(await probe(id)).toBe('DEGRADED')
    expect(await probe(id)).toBe('DOWN')
    expect(await rowOf(id)).toMatchObject({
      healthReason: 'Stripe answered 503: the service is unavailable.',
      failuresInRow: 3,
      healthSince: hub.clock.now,
    })
    expect(await probe(id, 2)).toBe('DOWN')
    hub.script(up)
    expect(await probe(id)).toBe('DEGRADED')
    expect(await probe(id)).toBe('HEALTHY')
    const [incident, ...others] = await incidentsOf(id)
    expect(others).toEqual([])
    expect(incident).toMatchObject({
      state: 'RESOLVED',
      resolvedAt: hub.clock.now,
      cause: 'Stripe answered 503: the service is unavailable.',
    })
    const lines = await linesOf(incident!.id)
    expect(lines.map((line) => line.kind)).toEqual(['OPENED', 'ESCALATED', 'EASED', 'RESOLVED'])
    expect(lines.at(-1)?.text).toBe('Stripe is healthy again.')
    expect(await transitionsOf(id)).toEqual([
      'NOT_CONFIGURED UNKNOWN',
      'UNKNOWN HEALTHY',
      'HEALTHY DEGRADED',
      'DEGRADED DOWN',
      'DOWN DEGRADED',
      'DEGRADED HEALTHY',
    ])
    expect(await rowOf(id)).toMatchObject({ healthReason: null, failuresInRow: 0 })
    expect(await hub.database.system.prisma.probe.count({ where: { connectionId: id } })).toBe(8)
  })

  test('incidents are the hub’s own doing, whoever asked for the probe', async () => {
    const id = await create()
    hub.script(fail(unavailable))
    await probe(id)
    const [incident] = await incidentsOf(id)
    const entries = await hub.database.system.prisma.auditEntry.findMany({ where: { subjectId: incident!.id } })
    expect(entries).toMatchObject([{ action: 'incident.opened', actorKind: 'SYSTEM', actorName: 'Health monitor' }])
  })

  test('a refused key goes down at the second probe and says what to do', async () => {
    const id = await create()
    hub.script(fail(wrongKey))
    expect(await probe(id, 2)).toBe('DOWN')
    const words = 'Stripe answered 401: the secret or restricted key was refused. Set a new secret or restricted key.'
    expect((await rowOf(id)).healthReason).toBe(words)
    expect((await incidentsOf(id))[0]?.cause).toBe(words)
  })

  test('new credentials clear the counters and keep the incident until a good probe', async () => {
    const id = await create()
    hub.script(fail(wrongKey))
    await probe(id, 2)
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: 'sk_test_51TheRightOne00000' } })
    expect(await rowOf(id)).toMatchObject({ health: 'UNKNOWN', failuresInRow: 0 })
    expect(await incidentsOf(id)).toMatchObject([{ state: 'OPEN' }])
    hub.script(up)
    expect(await probe(id)).toBe('HEALTHY')
    expect(await incidentsOf(id)).toMatchObject([{ state: 'RESOLVED' }])
  })

  test('three slow answers in a row degrade', async () => {
    const id = await create()
    const slow = () => {
      hub.clock.advance(4_200)
      return up()
    }
    hub.script(slow)
    expect(await probe(id, 2)).toBe('HEALTHY')
    expect(await probe(id)).toBe('DEGRADED')
    expect((await rowOf(id)).healthReason).toBe('Stripe answers slowly: 4.2 s at the last of 3 slow probes in a row.')
  })

  test('a silence is told with the time that was given', async () => {
    const id = await create()
    hub.script(fail(silent))
    await probe(id)
    expect((await rowOf(id)).healthReason).toBe('Stripe did not answer within 10 s.')
    expect(hub.asked.at(-1)?.options).toMatchObject({ purpose: 'PROBE', timeoutMs: 10_000, retries: 0, force: true })
  })

  test('a status ERROR from a test that could not connect ends with good probes', async () => {
    const id = await create()
    hub.script(fail(unavailable))
    await hub.commands.connection.test(owner, { id, suites: ['connection'] })
    expect((await rowOf(id)).status).toBe('ERROR')
    hub.script(up)
    await probe(id)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', statusReason: null })
  })

  test('pausing closes the incident with the reason', async () => {
    const id = await create()
    hub.script(fail(unavailable))
    await probe(id)
    await hub.commands.connection.pause(owner, { id })
    const [incident] = await incidentsOf(id)
    expect(incident).toMatchObject({ state: 'RESOLVED' })
    expect((await linesOf(incident!.id)).at(-1)?.text).toBe('Closed without recovery: Paused by Ada.')
  })
})

describe('H1: probes at once', () => {
  test('that saw the same outage move the state once', async () => {
    const id = await create()
    await probe(id)
    const gate = Promise.withResolvers<void>()
    hub.asked.splice(0)
    hub.script(async () => {
      await gate.promise
      throw unavailable()
    })
    hub.clock.advance(1000)
    const probes = Array.from({ length: 6 }, () => hub.health.probe(owner.organizationId, id, owner))
    await until('all are on their way', () => hub.asked.length === 6)
    hub.clock.advance(50)
    gate.resolve()
    await Promise.all(probes)
    expect(await rowOf(id)).toMatchObject({ health: 'DEGRADED', failuresInRow: 1 })
    expect((await transitionsOf(id)).at(-1)).toBe('HEALTHY DEGRADED')
    expect(await transitionsOf(id)).toHaveLength(3)
    expect(await incidentsOf(id)).toHaveLength(1)
    expect(await hub.database.system.prisma.probe.count({ where: { connectionId: id } })).toBe(7)
  })

  test('one that began before the credentials changed is not judged', async () => {
    const id = await create()
    const gate = Promise.withResolvers<void>()
    hub.asked.splice(0)
    hub.script(async () => {
      await gate.promise
      throw wrongKey()
    })
    const old = hub.health.probe(owner.organizationId, id, owner)
    await until('it is on its way', () => hub.asked.length === 1)
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: 'sk_test_51TheRightOne11111' } })
    gate.resolve()
    await old
    expect(await rowOf(id)).toMatchObject({ health: 'UNKNOWN', failuresInRow: 0 })
    expect(await incidentsOf(id)).toEqual([])
  })

  test('one whose connection is deleted meanwhile, or never was, is no fault', async () => {
    const id = await create()
    const { name } = await rowOf(id)
    const gate = Promise.withResolvers<void>()
    hub.asked.splice(0)
    hub.script(() => gate.promise.then(up))
    const orphan = hub.health.probe(owner.organizationId, id, owner)
    await until('it is on its way', () => hub.asked.length === 1)
    await hub.commands.connection.delete(owner, { id, name })
    gate.resolve()
    await orphan
    await hub.health.probe(owner.organizationId, randomUUID(), owner)
  })

  test('one that is cancelled says nothing of the vendor', async () => {
    const id = await create()
    hub.script(fail(() => refused('CANCELLED', null, 'cancelled')))
    await hub.health.probe(owner.organizationId, id, owner)
    expect(await rowOf(id)).toMatchObject({ health: 'UNKNOWN', lastProbeAt: null })
  })
})
