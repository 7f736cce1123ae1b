import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'
import { refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { gatewayReplica, limitedConnection, watched, type GatewayReplica } from '../support/gateway-replica.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const start = Date.parse('2026-11-21T10:00:00.000Z')
const clock = { ms: start }
const now = () => new Date(clock.ms)
let connection: Connection
beforeEach(async () => {
  connection = await limitedConnection(database)
})

const replica = (on: Database = database) => gatewayReplica({ database: on, now })
const failure = (errorClass: CallErrorClass = 'UNAVAILABLE') =>
  new ProviderCallError({ errorClass, message: 'Acme answered 503.', advice: '', status: 503 })
const fail = ({ breakers }: GatewayReplica) =>
  refusalOf(breakers.run(connection.id, false, () => Promise.reject(failure())))
const pass = ({ breakers }: GatewayReplica) => breakers.run(connection.id, false, async () => 'ok')
const stateOf = ({ breakers }: GatewayReplica) => breakers.view(connection.id).state
async function open(one: GatewayReplica): Promise<void> {
  for (let n = 0; n < 5; n++) await fail(one)
  await one.settled()
}
const laneOf = () => database.system.prisma.connectionLane.findUnique({ where: { connectionId: connection.id } })
const alertsOf = () =>
  database.system.prisma.alert.findMany({ where: { connectionId: connection.id }, orderBy: { seq: 'asc' } })

describe('X4: one breaker for all replicas', () => {
  test('X4: what one replica sees holds in the others, with an alert in the same commit', async () => {
    await using one = await replica()
    await using two = await replica()
    await pass(two)
    await open(one)
    await until('the other one hears it', () => stateOf(two) === 'OPEN')
    expect(await refusalOf(pass(two))).toMatchObject({ errorClass: 'BREAKER_OPEN', retryAfterMs: 30_000 })
    expect(await laneOf()).toMatchObject({
      breaker: 'OPEN',
      breakerSince: now(),
      retryAt: new Date(clock.ms + 30_000),
      reason: '5 calls in a row failed; the last: Acme answered 503.',
    })
    expect(await alertsOf()).toMatchObject([
      { kind: 'breaker.open', severity: 'CRITICAL', state: 'OPEN', count: 1, title: 'Calls of Acme are held back' },
    ])
  })

  test('X4: replicas that see it at the same time open it once', async () => {
    await using one = await replica()
    await using two = await replica()
    await Promise.all([open(one), open(two)])
    expect(await alertsOf()).toMatchObject([{ kind: 'breaker.open', count: 1 }])
  })

  test('X4: at most one trial runs at a time, whoever asks; its success closes it everywhere and settles the alert', async () => {
    await using one = await replica()
    await using two = await replica()
    await using three = await replica()
    await open(one)
    await until('the others hear it', () => stateOf(two) === 'OPEN' && stateOf(three) === 'OPEN')
    clock.ms += 30_000
    let running = 0
    let most = 0
    let finish = (): void => {}
    const done = new Promise<void>((resolve) => (finish = resolve))
    const work = async () => {
      most = Math.max(most, ++running)
      await done
      running -= 1
      return 'ok'
    }
    const trying = [one, two, three].flatMap(({ breakers }) =>
      Array.from({ length: 4 }, () =>
        breakers.run(connection.id, false, work).then(
          (value) => value,
          (error: ProviderCallError) => error.errorClass,
        ),
      ),
    )
    await until('a trial runs', () => running > 0)
    expect(await laneOf()).toMatchObject({ breaker: 'HALF_OPEN' })
    // The others are refused while it runs, not after it.
    let refused = 0
    for (const each of trying) void each.then((ended) => ended === 'BREAKER_OPEN' && (refused += 1))
    await until('the others are refused', () => refused === 11)
    finish()
    expect((await Promise.all(trying)).filter((ended) => ended === 'ok')).toHaveLength(1)
    expect(most).toBe(1)
    for (const each of [one, two, three]) await each.settled()
    await until('all have heard', () => [one, two, three].every((each) => stateOf(each) === 'CLOSED'))
    expect(await laneOf()).toMatchObject({ breaker: 'CLOSED', retryAt: null, reason: 'A trial call succeeded.' })
    expect(await alertsOf()).toMatchObject([{ kind: 'breaker.open', state: 'RESOLVED' }])
    expect(await pass(three)).toBe('ok')
  })

  test('X4: a trial that fails rests again, and the outage keeps its beginning', async () => {
    await using one = await replica()
    await open(one)
    const since = now()
    clock.ms += 30_000
    await fail(one)
    await one.settled()
    expect(await laneOf()).toMatchObject({
      breaker: 'OPEN',
      breakerSince: since,
      retryAt: new Date(clock.ms + 30_000),
    })
    expect(await alertsOf()).toMatchObject([{ count: 1 }])
  })

  test('X4, N4: a trial whose process died is followed by another one', async () => {
    await using one = await replica()
    await using two = await replica()
    await open(one)
    await until('the other one hears it', () => stateOf(two) === 'OPEN')
    clock.ms += 30_000
    void one.breakers.run(connection.id, false, () => new Promise(() => {}))
    await until('its trial is claimed', async () => (await laneOf())?.breaker === 'HALF_OPEN')
    expect(await refusalOf(pass(two))).toMatchObject({ errorClass: 'BREAKER_OPEN' })
    clock.ms += 20_000
    expect(await pass(two)).toBe('ok')
    await two.settled()
    expect(await laneOf()).toMatchObject({ breaker: 'CLOSED' })
  })

  test('X4: it survives a restart', async () => {
    {
      await using one = await replica()
      await open(one)
    }
    await using next = await replica()
    expect(stateOf(next)).toBe('OPEN')
    expect(await refusalOf(pass(next))).toMatchObject({ errorClass: 'BREAKER_OPEN' })
  })

  test('X4: a probe that succeeds closes it for all', async () => {
    await using one = await replica()
    await using two = await replica()
    await open(one)
    await until('the other one hears it', () => stateOf(two) === 'OPEN')
    await two.breakers.run(connection.id, true, async () => 'ok')
    await two.settled()
    await until('the first one hears it', () => stateOf(one) === 'CLOSED')
    expect(await alertsOf()).toMatchObject([{ state: 'RESOLVED' }])
  })

  test('X4: while it is closed nothing is read or written', async () => {
    const { database: seen, heard } = watched(database)
    await using one = await replica(seen)
    heard.length = 0
    for (let n = 0; n < 100; n++) {
      await pass(one)
      if (n % 3 === 0) await fail(one)
    }
    // The tail of the lanes looks every five seconds for rows nobody rang for.
    expect(heard.filter((text) => !text.includes('"seq" > $1'))).toEqual([])
  })

  test('X4: without a database it works for this process, and tells the others later', async () => {
    const state = watched(database)
    await using one = await replica(state.database)
    state.away = true
    for (let n = 0; n < 5; n++) await fail(one)
    expect(stateOf(one)).toBe('OPEN')
    expect(await refusalOf(pass(one))).toMatchObject({ errorClass: 'BREAKER_OPEN' })
    state.away = false
    await one.settled()
    expect(await laneOf()).toMatchObject({ breaker: 'OPEN' })
  })

  test('X4: a connection that was deleted meanwhile leaves nothing behind', async () => {
    await using one = await replica()
    await database.system.prisma.connection.delete({ where: { id: connection.id } })
    await open(one)
    expect(await laneOf()).toBeNull()
    expect(one.faults).toEqual([])
  })
})
