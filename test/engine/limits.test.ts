import type { LimitSpec } from '@patchbay/schema/catalog.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import {
  gatewayReplica,
  limitedConnection,
  refusalOfTake,
  takeFromAll,
  type GatewayReplica,
} from '../support/gateway-replica.ts'
import { testActor } from '../support/test-provider.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const clock = { at: new Date('2026-11-21T10:00:30.000Z') }
const now = () => clock.at
const replica = (vendorLimits: readonly LimitSpec[] = []) => gatewayReplica({ database, now, vendorLimits })

async function four(vendorLimits?: readonly LimitSpec[]): Promise<GatewayReplica[] & AsyncDisposable> {
  const replicas = await Promise.all([0, 1, 2, 3].map(() => replica(vendorLimits)))
  return Object.assign(replicas, {
    async [Symbol.asyncDispose]() {
      for (const each of replicas) await each[Symbol.asyncDispose]()
    },
  })
}

describe('X5: one limit over four replicas', () => {
  test.each([1, 3, 10])('X5: %i calls a minute are exactly that', async (limit) => {
    await using replicas = await four()
    const connection = await limitedConnection(database, { MINUTE: limit })
    expect(await takeFromAll(replicas, connection, { rounds: 3, each: 5 })).toBe(limit)
  })

  test('X5: of 1,000 a minute 980 to 1,000 pass, never more', async () => {
    await using replicas = await four()
    const connection = await limitedConnection(database, { MINUTE: 1_000 })
    const granted = await takeFromAll(replicas, connection, { rounds: 20, each: 25 })
    expect(granted).toBeGreaterThanOrEqual(980)
    expect(granted).toBeLessThanOrEqual(1_000)
    const [standing] = await replicas[0]!.limits.standing([connection])
    expect(standing).toMatchObject([{ window: 'MINUTE', limit: 1_000, source: 'OWN', replacesVendor: false }])
    expect(standing?.[0]?.used).toBeLessThanOrEqual(1_000)
    expect(standing?.[0]?.used).toBeGreaterThanOrEqual(granted)
  })

  test('X5: whatever the limit and the rush, what is granted never exceeds it, and idle replicas lock up little', async () => {
    await using replicas = await four()
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }), { maxLength: 6 }),
        async (limit, rounds) => {
          const connection = await limitedConnection(database, { HOUR: limit })
          let granted = 0
          let asked = 0
          for (const round of rounds) {
            const takes = round.flatMap((each, index) =>
              Array.from({ length: each }, () => refusalOfTake(replicas[index] as GatewayReplica, connection)),
            )
            asked += takes.length
            for (const refusal of await Promise.all(takes)) if (refusal === null) granted += 1
          }
          expect(granted).toBeLessThanOrEqual(limit)
          const held = 4 * Math.max(0, Math.floor(limit * 0.005) - 1)
          expect(granted).toBeGreaterThanOrEqual(Math.min(asked, limit) - held)
        },
      ),
      { numRuns: 12 },
    )
  })

  test('X5: points of a replica that stops go to the others', async () => {
    await using other = await replica()
    const connection = await limitedConnection(database, { DAY: 10_000 })
    {
      await using first = await replica()
      for (let n = 0; n < 60; n++) expect(await refusalOfTake(first, connection)).toBeNull()
    }
    const [[standing] = []] = await other.limits.standing([connection])
    expect(standing?.used).toBe(60)
  })
})

describe('X5: windows', () => {
  test('X5: a refusal names the window, whose limit it is and when it resets; the next window begins by itself', async () => {
    await using one = await replica([{ requests: 2, windowSeconds: 60, scope: 'per token' }])
    const connection = await limitedConnection(database)
    clock.at = new Date('2026-11-21T10:01:15.000Z')
    expect(await refusalOfTake(one, connection)).toBeNull()
    expect(await refusalOfTake(one, connection)).toBeNull()
    const refusal = await refusalOfTake(one, connection)
    expect(refusal).toMatchObject({ errorClass: 'RATE_LIMITED', retryAfterMs: 45_000, status: null })
    expect(refusal?.message).toBe('Acme may make 2 calls in a minute (the vendor’s limit), and they are used up.')
    expect(refusal?.advice).toContain('45 s')
    clock.at = new Date('2026-11-21T10:02:00.000Z')
    expect(await refusalOfTake(one, connection)).toBeNull()
  })

  test('X5: days and months are those of the organization’s time zone', async () => {
    await using one = await replica()
    const connection = await limitedConnection(database, { DAY: 1, MONTH: 2 }, 'Asia/Dubai')
    clock.at = new Date('2026-11-30T19:59:00.000Z')
    expect(await refusalOfTake(one, connection)).toBeNull()
    expect(await refusalOfTake(one, connection)).toMatchObject({ retryAfterMs: 60_000 })
    clock.at = new Date('2026-11-30T20:00:00.000Z')
    expect(await refusalOfTake(one, connection)).toBeNull()
    const [use] = await one.limits.standing([connection])
    expect(use).toMatchObject([
      { window: 'DAY', used: 1, remaining: 0, resetsAt: new Date('2026-12-01T20:00:00.000Z') },
      { window: 'MONTH', used: 1, remaining: 1, resetsAt: new Date('2026-12-31T20:00:00.000Z') },
    ])
  })

  test('X5: a call is taken from every window or from none', async () => {
    await using one = await replica()
    const connection = await limitedConnection(database, { MINUTE: 3, HOUR: 100, DAY: 1_000, MONTH: 100_000 })
    clock.at = new Date('2026-11-21T12:00:00.000Z')
    for (let n = 0; n < 10; n++) await refusalOfTake(one, connection)
    await one.limits.close()
    const [use] = await one.limits.standing([connection])
    expect(use?.map(({ window, used }) => [window, used])).toEqual([
      ['MINUTE', 3],
      ['HOUR', 3],
      ['DAY', 3],
      ['MONTH', 3],
    ])
  })

  test('X5: a span of the vendor that no calendar knows is counted from 1970 on', async () => {
    await using one = await replica([{ requests: 2, windowSeconds: 10, scope: 'a bucket' }])
    const connection = await limitedConnection(database)
    clock.at = new Date('2026-11-21T12:00:08.500Z')
    const actor = testActor(connection.organizationId)
    expect(await one.limits.take(connection, actor)).toEqual({
      limit: 2,
      remaining: 1,
      resetsAt: new Date('2026-11-21T12:00:10.000Z'),
      window: '10s',
    })
    await refusalOfTake(one, connection)
    expect((await refusalOfTake(one, connection))?.message).toContain('2 calls in 10 seconds')
    clock.at = new Date('2026-11-21T12:00:10.000Z')
    expect(await refusalOfTake(one, connection)).toBeNull()
  })

  test('X5: of the vendor’s limit and the own one the lower holds, unless the own one replaces it', async () => {
    const vendor = [{ requests: 5, windowSeconds: 60, scope: 'per token' }]
    await using one = await replica(vendor)
    const connection = await limitedConnection(database, { MINUTE: 50 })
    const use = async () => (await one.limits.standing([connection]))[0]?.[0]
    expect(await use()).toMatchObject({ limit: 5, source: 'VENDOR', vendorLimit: 5, ownLimit: 50, note: 'per token' })
    await database.system.prisma.callLimit.updateMany({
      where: { connectionId: connection.id },
      data: { replacesVendor: true },
    })
    expect(await use()).toMatchObject({ limit: 50, source: 'OWN', replacesVendor: true })
    await database.system.prisma.callLimit.updateMany({ where: { connectionId: connection.id }, data: { calls: 5 } })
    expect(await use()).toMatchObject({ limit: 5, source: 'OWN' })
  })

  test('X5: limits that count something else, or hold in the other world, are not kept', async () => {
    await using one = await replica([
      { requests: 1, windowSeconds: 60, scope: 'points', enforced: false },
      { requests: 1, windowSeconds: 3_600, scope: 'test keys', environment: 'SANDBOX' },
    ])
    const connection = await limitedConnection(database)
    for (let n = 0; n < 5; n++) expect(await refusalOfTake(one, connection)).toBeNull()
    expect(await one.limits.standing([connection])).toEqual([[]])
  })

  test('X5: a changed limit holds with the next call of the changed connection', async () => {
    await using one = await replica()
    const connection = await limitedConnection(database, { HOUR: 2 })
    clock.at = new Date('2026-11-21T15:00:00.000Z')
    for (let n = 0; n < 3; n++) await refusalOfTake(one, connection)
    await database.system.prisma.callLimit.updateMany({ where: { connectionId: connection.id }, data: { calls: 4 } })
    const changed = { ...connection, version: 2 }
    const granted = []
    for (let n = 0; n < 4; n++) granted.push((await refusalOfTake(one, changed)) === null)
    expect(granted).toEqual([true, true, false, false])
  })

  test('X5: probes and tests are counted and never refused', async () => {
    await using one = await replica()
    const connection = await limitedConnection(database, { HOUR: 1 })
    const actor = testActor(connection.organizationId)
    for (let n = 0; n < 3; n++) await one.limits.take(connection, actor, { force: true })
    expect(await refusalOfTake(one, connection)).toMatchObject({ errorClass: 'RATE_LIMITED' })
    const [use] = await one.limits.standing([connection])
    expect(use).toMatchObject([{ used: 3, remaining: 0 }])
  })
})
