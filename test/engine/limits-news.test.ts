import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { gatewayReplica, limitedConnection, refusalOfTake, watched } from '../support/gateway-replica.ts'
import { testActor } from '../support/test-provider.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const clock = { at: new Date('2026-11-21T10:00:30.000Z') }
const now = () => clock.at
const replica = (on: Database = database) => gatewayReplica({ database: on, now })

const alertsOf = (connection: Connection) =>
  database.system.prisma.alert.findMany({
    where: { connectionId: connection.id },
    orderBy: [{ at: 'asc' }, { kind: 'desc' }],
  })
const eventsOf = (connection: Connection) =>
  database.system.prisma.event.findMany({ where: { connectionId: connection.id } })

describe('X5: what is told of limits', () => {
  test('X5: near at 80 % and used up are told once for a window, however many replicas see it, and settled after it', async () => {
    await using one = await replica()
    await using two = await replica()
    const connection = await limitedConnection(database, { MINUTE: 10 })
    for (let n = 0; n < 7; n++) await refusalOfTake(one, connection)
    await one.settled()
    expect(await alertsOf(connection)).toEqual([])
    await refusalOfTake(two, connection)
    await refusalOfTake(one, connection)
    for (let n = 0; n < 10; n++) await Promise.all([refusalOfTake(one, connection), refusalOfTake(two, connection)])
    await Promise.all([one.settled(), two.settled()])
    expect(await alertsOf(connection)).toMatchObject([
      { kind: 'limit.near', severity: 'WARNING', state: 'OPEN', count: 1, title: 'Acme is near a limit' },
      { kind: 'limit.exceeded', severity: 'CRITICAL', state: 'OPEN', count: 1 },
    ])
    expect(await eventsOf(connection)).toMatchObject([
      {
        type: 'connection.limit_exceeded',
        provider: 'acme',
        data: { window: 'MINUTE', limit: 10, source: 'OWN', resetsAt: '2026-11-21T10:01:00.000Z' },
      },
    ])
    await one.sweep()
    expect((await alertsOf(connection)).map(({ state }) => state)).toEqual(['OPEN', 'OPEN'])
    clock.at = new Date('2026-11-21T10:01:00.000Z')
    await Promise.all([one.sweep(), two.sweep()])
    expect((await alertsOf(connection)).map(({ state }) => state)).toEqual(['RESOLVED', 'RESOLVED'])
    for (let n = 0; n < 12; n++) await refusalOfTake(one, connection)
    await one.settled()
    expect((await alertsOf(connection)).map(({ kind, state }) => [kind, state])).toEqual([
      ['limit.near', 'RESOLVED'],
      ['limit.exceeded', 'RESOLVED'],
      ['limit.near', 'OPEN'],
      ['limit.exceeded', 'OPEN'],
    ])
  })

  test('X5: news survives a database that is away for a moment', async () => {
    const state = watched(database)
    await using one = await replica(state.database)
    const connection = await limitedConnection(database, { HOUR: 1 })
    state.away = 'begin'
    for (let n = 0; n < 3; n++) await refusalOfTake(one, connection)
    await until('it was tried in vain', () => one.faults.length > 0)
    state.away = false
    await one.settled()
    expect(await alertsOf(connection)).toMatchObject([{ kind: 'limit.exceeded', count: 1 }])
  })

  test('X5: windows nobody counts any more are removed', async () => {
    await using one = await replica()
    await database.system.sql.query(
      `insert into "RateWindow" ("key", "points", "expire") values ('old', 3, 1), ('new', 3, 99999999999999)`,
    )
    await one.sweep()
    const rows = await database.system.sql.query(`select "key" from "RateWindow" where "key" in ('old', 'new')`)
    expect(rows).toEqual([{ key: 'new' }])
  })
})

describe('X5: a database that is away', () => {
  test('X5: what is leased is spent, then calls are refused in words, and pass again by themselves', async () => {
    const state = watched(database)
    await using one = await replica(state.database)
    const connection = await limitedConnection(database, { DAY: 100_000 })
    // Six calls in a row lease blocks of 1, 2 and 4, so one point is left.
    for (let n = 0; n < 6; n++) expect(await refusalOfTake(one, connection)).toBeNull()
    state.away = true
    expect(await refusalOfTake(one, connection)).toBeNull()
    expect(await refusalOfTake(one, connection)).toMatchObject({
      errorClass: 'UNAVAILABLE',
      status: null,
      retryAfterMs: 1_000,
      message: expect.stringContaining('cannot count calls') as string,
    })
    const actor = testActor(connection.organizationId)
    expect(await one.limits.take(connection, actor, { force: true })).not.toBeUndefined()
    state.away = false
    expect(await refusalOfTake(one, connection)).toBeNull()
  })
})

describe('X5: the vendor’s own word', () => {
  const refused = { 'retry-after': '30' }

  test('X5: a long silence is kept by every replica, and told when it is very long', async () => {
    await using one = await replica()
    await using two = await replica()
    const connection = await limitedConnection(database)
    one.limits.heard(connection, refused, 429)
    expect(await refusalOfTake(one, connection)).toMatchObject({ errorClass: 'RATE_LIMITED', retryAfterMs: 30_000 })
    await until('the other one hears it', async () => (await refusalOfTake(two, connection)) !== null)
    const lane = await database.system.prisma.connectionLane.findUniqueOrThrow({
      where: { connectionId: connection.id },
    })
    expect(lane.quietUntil).toEqual(new Date(clock.at.getTime() + 30_000))
    expect(await alertsOf(connection)).toEqual([])
    one.limits.heard(connection, { 'retry-after': '600' }, 503)
    await one.settled()
    expect(await alertsOf(connection)).toMatchObject([
      { kind: 'limit.exceeded', title: expect.stringContaining('no calls') as string },
    ])
    clock.at = new Date(clock.at.getTime() + 600_000)
    expect(await refusalOfTake(one, connection)).toBeNull()
    expect(await refusalOfTake(two, connection)).toBeNull()
  })

  test('X5: a short silence stays in its process', async () => {
    await using one = await replica()
    const connection = await limitedConnection(database)
    one.limits.heard(connection, { 'retry-after': '1' }, 429)
    await one.settled()
    expect(await refusalOfTake(one, connection)).toMatchObject({ retryAfterMs: 1_000 })
    expect(await database.system.prisma.connectionLane.count({ where: { connectionId: connection.id } })).toBe(0)
  })

  test('X5: a replica that starts knows of silences', async () => {
    await using one = await replica()
    const connection = await limitedConnection(database)
    one.limits.heard(connection, refused, 429)
    await one.settled()
    await using late = await replica()
    expect(await refusalOfTake(late, connection)).toMatchObject({ errorClass: 'RATE_LIMITED' })
  })
})
