import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'
import { createBreakers } from '@patchbay/server/engine/calls/breaker.ts'
import { planRetry, type RetryFacts } from '@patchbay/server/engine/calls/retry.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callBench, refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { answerJson } from '../support/vendor-server.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const failure = (errorClass: CallErrorClass, status: number | null = null, retryAfterMs: number | null = null) =>
  new ProviderCallError({ errorClass, message: errorClass, advice: 'do', status, retryAfterMs })

describe('X3: retries', () => {
  test.each(['GET', 'PUT', 'DELETE'] as const)(
    'X3: a %s is repeated three times at most, with growing pauses',
    async (method) => {
      await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 503, {}), {
        random: () => 0.999_999,
      })
      expect(await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method, path: '/' }))).toMatchObject(
        { errorClass: 'UNAVAILABLE' },
      )
      expect(bench.vendor.seen).toHaveLength(4)
      expect(bench.pauses).toEqual([500, 1000, 2000])
      const [row] = await bench.rows()
      expect(row).toMatchObject({ attempts: 4, ok: false })
      expect(row?.steps.filter(({ step }) => step === 'retry')).toHaveLength(3)
    },
  )

  test('X3: a second attempt that works is a success', async () => {
    let n = 0
    await using bench = await callBench(database, (_seen, answer) => answerJson(answer, n++ === 0 ? 500 : 200, { n }))
    expect((await bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/' })).status).toBe(200)
    expect((await bench.rows())[0]).toMatchObject({ attempts: 2, ok: true, status: 200, errorClass: null })
  })

  test.each(['POST', 'PATCH'] as const)('X3: a %s without a key is never repeated', async (method) => {
    for (const break_ of ['status', 'socket'] as const) {
      await using bench = await callBench(database, (_seen, answer) => {
        if (break_ === 'status') answerJson(answer, 503, {}, { 'retry-after': '0' })
        else answer.destroy()
      })
      await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method, path: '/', json: {} }))
      expect(bench.vendor.seen).toHaveLength(1)
    }
  })

  test('X3: not even when the vendor says so, as long as there is no key', async () => {
    const judge = () => ({ errorClass: 'UNAVAILABLE', message: 'try again', retry: true }) as const
    await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 500, {}), { traits: { judge } })
    await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method: 'POST', path: '/', json: {} }))
    expect(bench.vendor.seen).toHaveLength(1)
  })

  test('X3: a POST gets a key where the vendor takes one, the same for every attempt and another for every call', async () => {
    let n = 0
    await using bench = await callBench(
      database,
      (_seen, answer) => answerJson(answer, n++ % 2 === 0 ? 503 : 200, {}),
      {
        traits: { idempotencyHeader: 'Idempotency-Key' },
      },
    )
    const call = bench.calls.bind(bench.connection, bench.options())
    await call({ method: 'POST', path: '/', json: {} })
    await call({ method: 'POST', path: '/', json: {} })
    await call({ method: 'POST', path: '/', json: {}, idempotencyKey: 'order-17' })
    const keys = bench.vendor.seen.map((seen) => seen.headers['idempotency-key'])
    expect(keys).toHaveLength(6)
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
    expect(keys.slice(4)).toEqual(['order-17', 'order-17'])
  })

  test('X3: Retry-After is honoured, and given up on when it outlasts the call', async () => {
    const waits = ['7', '3600']
    await using bench = await callBench(database, (_seen, answer) =>
      answerJson(answer, 429, {}, { 'retry-after': waits.shift() ?? '0' }),
    )
    expect(
      await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/' })),
    ).toMatchObject({ errorClass: 'RATE_LIMITED', retryAfterMs: 3_600_000 })
    expect(bench.pauses).toEqual([7000])
    expect(bench.vendor.seen).toHaveLength(2)
  })

  test.each<[string, Partial<RetryFacts>, number | null]>([
    ['a refusal for good', { error: failure('INVALID_REQUEST', 400) }, null],
    ['a refusal the vendor wants repeated', { error: failure('CONFLICT', 409), vendorSays: true }, 250],
    ['trouble the vendor does not want repeated', { vendorSays: false }, null],
    ['a broken connection', { error: failure('NETWORK') }, 250],
    ['a time-out, which used up the time', { error: failure('TIMEOUT') }, null],
    ['a cancelled caller', { error: failure('CANCELLED') }, null],
    ['what may have had an effect', { repeatable: false }, null],
    ['the last attempt', { attempts: 4 }, null],
    ['no attempts allowed', { retries: 0 }, null],
    ['the eighth pause, capped', { attempts: 8, retries: 9 }, 4000],
    ['no time left', { remainingMs: 100 }, null],
  ])('X3: %s', (_name, facts, expected) => {
    const usual = {
      error: failure('UNAVAILABLE', 503),
      vendorSays: undefined,
      repeatable: true,
      attempts: 1,
      retries: 3,
      remainingMs: 30_000,
    }
    expect(planRetry({ ...usual, ...facts }, () => 0.5)).toBe(expected)
  })
})

describe('X4: breaker', () => {
  const clock = { ms: 1_000_000 }
  const make = () => createBreakers({ now: () => clock.ms })
  const fail = async (breakers: ReturnType<typeof make>, error: Error) =>
    refusalOf(breakers.run('c', false, () => Promise.reject(error)))
  const pass = (breakers: ReturnType<typeof make>) => breakers.run('c', false, async () => 'ok')

  test('X4: opens after five failures in a row, rests 30 s, lets one try, closes when it works', async () => {
    const breakers = make()
    for (let n = 0; n < 5; n++) {
      expect(breakers.view('c').state).toBe('CLOSED')
      await fail(breakers, failure('UNAVAILABLE', 500))
    }
    expect(breakers.view('c')).toEqual({ state: 'OPEN', openedAt: new Date(clock.ms) })
    let ran = 0
    expect(await refusalOf(breakers.run('c', false, async () => ran++))).toMatchObject({
      errorClass: 'BREAKER_OPEN',
      retryAfterMs: 30_000,
    })
    expect(ran).toBe(0)
    clock.ms += 30_000
    expect(breakers.view('c').state).toBe('HALF_OPEN')
    let finish = (_value: string) => {}
    const trial = breakers.run('c', false, () => new Promise<string>((resolve) => (finish = resolve)))
    expect(await refusalOf(pass(breakers))).toMatchObject({ errorClass: 'BREAKER_OPEN' })
    finish('ok')
    expect(await trial).toBe('ok')
    expect(breakers.view('c')).toEqual({ state: 'CLOSED', openedAt: null })
    expect(await pass(breakers)).toBe('ok')
  })

  test.each([failure('UNAVAILABLE', 503), failure('CANCELLED'), failure('NOT_CONFIGURED'), new Error('bug')])(
    'X4: a trial that ends in %s opens it again',
    async (error) => {
      const breakers = make()
      for (let n = 0; n < 5; n++) await fail(breakers, failure('NETWORK'))
      const openedAt = new Date(clock.ms)
      clock.ms += 30_000
      await fail(breakers, error)
      expect(breakers.view('c')).toEqual({ state: 'OPEN', openedAt })
    },
  )

  test('X4: opens when 70 % of at least ten calls of five minutes failed', async () => {
    const breakers = make()
    const fate = ['x', 'x', 'x', '.', 'x', 'x', '.', 'x', '.']
    for (const each of fate) await (each === 'x' ? fail(breakers, failure('TIMEOUT')) : pass(breakers))
    expect(breakers.view('c').state).toBe('CLOSED')
    await fail(breakers, failure('TIMEOUT'))
    expect(breakers.view('c').state).toBe('OPEN')
  })

  test('X4: failures older than five minutes are forgotten', async () => {
    const breakers = make()
    for (let n = 0; n < 3; n++)
      for (const each of ['x', 'x', 'x', '.'])
        await (each === 'x' && n < 2 ? fail(breakers, failure('NETWORK')) : pass(breakers))
    clock.ms += 301_000
    for (const each of ['x', 'x', 'x', 'x']) await (each === 'x' ? fail(breakers, failure('NETWORK')) : pass(breakers))
    expect(breakers.view('c').state).toBe('CLOSED')
  })

  test('X4: refusals by answer (4xx) count as life', async () => {
    const breakers = make()
    for (let n = 0; n < 30; n++)
      await fail(breakers, failure(n % 2 ? 'AUTHENTICATION' : 'RATE_LIMITED', n % 2 ? 401 : 429))
    expect(breakers.view('c').state).toBe('CLOSED')
    for (let n = 0; n < 4; n++) await fail(breakers, failure('UNAVAILABLE', 500))
    await fail(breakers, failure('NOT_FOUND', 404))
    for (let n = 0; n < 4; n++) await fail(breakers, failure('UNAVAILABLE', 500))
    expect(breakers.view('c').state).toBe('CLOSED')
  })

  test('X4: force passes an open breaker; its failure changes nothing, its success closes it', async () => {
    const breakers = make()
    for (let n = 0; n < 5; n++) await fail(breakers, failure('UNAVAILABLE', 500))
    await refusalOf(breakers.run('c', true, () => Promise.reject(failure('UNAVAILABLE', 500))))
    expect(breakers.view('c').state).toBe('OPEN')
    await breakers.run('c', true, async () => 'ok')
    expect(breakers.view('c').state).toBe('CLOSED')
    expect(await pass(breakers)).toBe('ok')
  })

  test('X4: reset closes it; one connection’s breaker is not another’s', async () => {
    const breakers = make()
    for (let n = 0; n < 5; n++) await fail(breakers, failure('UNAVAILABLE', 500))
    expect(await breakers.run('d', false, async () => 'ok')).toBe('ok')
    breakers.reset('c')
    expect(await pass(breakers)).toBe('ok')
  })

  test('X4: through the pipeline, and visible in the log', async () => {
    let up = false
    await using bench = await callBench(database, (_seen, answer) => answerJson(answer, up ? 200 : 500, {}))
    const call = bench.calls.bind(bench.connection, bench.options({ retries: 0 }))
    for (let n = 0; n < 5; n++) await refusalOf(call({ method: 'GET', path: '/' }))
    expect(bench.calls.breaker(bench.connection.id).state).toBe('OPEN')
    expect(await refusalOf(call({ method: 'GET', path: '/' }))).toMatchObject({ errorClass: 'BREAKER_OPEN' })
    expect(bench.vendor.seen).toHaveLength(5)
    up = true
    bench.clock.ms += 30_000
    await call({ method: 'GET', path: '/' })
    expect(bench.calls.breaker(bench.connection.id)).toEqual({ state: 'CLOSED', openedAt: null })
    expect((await bench.rows()).map((row) => row.errorClass)).toEqual([
      ...Array<string>(5).fill('UNAVAILABLE'),
      'BREAKER_OPEN',
      null,
    ])
  })
})
