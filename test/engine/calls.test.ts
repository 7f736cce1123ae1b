import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { judgeWith } from '@patchbay/server/providers/shared/failure.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { benchKey, callBench, refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { testProvider } from '../support/test-provider.ts'
import { answerJson } from '../support/vendor-server.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

test('X7: a call goes out with credentials and comes back as a row that tells everything but secrets', async () => {
  await using bench = await callBench(database, (_seen, answer) =>
    answerJson(answer, 200, { id: 7, token: 'tok_abcdef' }),
  )
  const exchanges: string[] = []
  const call = bench.calls.bind(
    bench.connection,
    bench.options({ onExchange: (each) => exchanges.push(each.sent, each.received) }),
  )
  const answer = await call({
    method: 'POST',
    path: '/v1/things',
    query: { a: 1, none: undefined },
    json: { name: 'x', password: 'hunter22' },
  })
  expect(answer.json()).toEqual({ id: 7, token: 'tok_abcdef' })
  expect(bench.vendor.seen[0]).toMatchObject({
    method: 'POST',
    url: '/v1/things?a=1',
    body: '{"name":"x","password":"hunter22"}',
  })
  expect(bench.vendor.seen[0]?.headers).toMatchObject({
    authorization: `Bearer ${benchKey}`,
    'content-type': 'application/json',
  })
  const [row] = await bench.rows()
  expect(row).toMatchObject({
    provider: 'acme',
    purpose: 'OPERATION',
    operation: 'things.read',
    method: 'POST',
    path: '/v1/things?a=1',
    status: 200,
    ok: true,
    errorClass: null,
    attempts: 1,
    requestBody: '{"name":"x","password":"[redacted]"}',
    responseBody: '{"id":7,"token":"[redacted]"}',
    requestHead: { authorization: '[redacted]' },
    actorKind: 'USER',
    actorName: 'Amal',
    ipAddress: '203.0.113.7',
    correlationId: 'correlation-1',
  })
  expect(row?.steps.map(({ step }) => step).join(' ')).toBe(
    'status budget cache limit breaker credentials authorize connect egress body judge',
  )
  expect(exchanges[0]).toMatch(/^POST http:.*\/v1\/things\?a=1\n\{"name":"x","password":"\[redacted\]"\}$/)
  expect(exchanges[1]).toBe('200 OK\n{"id":7,"token":"[redacted]"}')
})

test.each([
  [400, 'INVALID_REQUEST'],
  [401, 'AUTHENTICATION'],
  [403, 'PERMISSION'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
  [422, 'INVALID_REQUEST'],
  [429, 'RATE_LIMITED'],
  [500, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [301, 'MALFORMED_ANSWER'],
  [302, 'MALFORMED_ANSWER'],
])('X2: status %i is %s, with words and advice', async (status, errorClass) => {
  await using bench = await callBench(database, (_seen, answer) =>
    answerJson(
      answer,
      status,
      { error: { message: `No, not ${benchKey}` } },
      { location: 'https://elsewhere.example/x' },
    ),
  )
  const error = await refusalOf(
    bench.calls.bind(bench.connection, bench.options({ retries: 0 }))({ method: 'GET', path: '/' }),
  )
  expect(error).toBeInstanceOf(ProviderCallError)
  expect(error).toMatchObject({ errorClass, status })
  expect(error.advice).toBeTruthy()
  expect(error.message).not.toContain(benchKey)
  const [row] = await bench.rows()
  expect(row).toMatchObject({ ok: false, status, errorClass, errorMessage: error.message })
})

test('X2: the vendor’s own reading of an answer goes first, also of a 200', async () => {
  const judge = judgeWith((body) =>
    (body as { failed?: boolean }).failed ? { errorClass: 'CONFLICT', message: 'it was there already' } : null,
  )
  await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 200, { failed: true }), {
    traits: { judge },
  })
  expect(
    await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/' })),
  ).toMatchObject({
    errorClass: 'CONFLICT',
    message: 'Acme: it was there already',
  })
})

test('X2: an answer that is not JSON says so when it is read as JSON', async () => {
  await using bench = await callBench(database, (_seen, answer) => void answer.end('<html>'))
  const answer = await bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/' })
  expect(() => answer.json()).toThrow(expect.objectContaining({ errorClass: 'MALFORMED_ANSWER' }))
})

test.each([
  ['DISABLED', 'CONNECTION_DISABLED'],
  ['NOT_CONFIGURED', 'NOT_CONFIGURED'],
] as const)('C1: a connection that is %s refuses calls, and force passes', async (status, errorClass) => {
  await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 200, {}), {
    connection: { status },
  })
  expect(
    await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/' })),
  ).toMatchObject({ errorClass })
  expect(bench.vendor.seen).toHaveLength(0)
  expect((await bench.rows())[0]).toMatchObject({ ok: false, errorClass, attempts: 0, status: null })
  await bench.calls.bind(bench.connection, bench.options({ force: true }))({ method: 'GET', path: '/' })
  expect(bench.vendor.seen).toHaveLength(1)
})

test('N3: a simulated connection reaches the lab, and nothing without one', async () => {
  const handler = (_seen: unknown, answer: Parameters<typeof answerJson>[0]) => answerJson(answer, 200, {})
  const traits = { hosts: () => ({ api: 'https://api.acme.example/v9' }) }
  await using bench = await callBench(database, handler, {
    traits,
    connection: { simulated: true },
    labOrigin: (vendor) => vendor.origin,
  })
  await bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/v1/things' })
  expect(bench.vendor.seen[0]?.url).toBe('/acme/api/v1/things')
  await using without = await callBench(database, handler, { traits, connection: { simulated: true } })
  expect(
    await refusalOf(without.calls.bind(without.connection, without.options())({ method: 'GET', path: '/' })),
  ).toMatchObject({
    errorClass: 'EGRESS_DENIED',
  })
})

test.each(['/../printful/api/orders', '/..', 'orders', '/a/../../../b', '/%2e%2e/%2e%2e/x', '/..\\..\\x'])(
  'X8: the path %s cannot leave the provider',
  async (path) => {
    await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 200, {}), {
      connection: { simulated: true },
      labOrigin: (vendor) => vendor.origin,
    })
    expect(await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path }))).toMatchObject(
      { errorClass: 'EGRESS_DENIED' },
    )
    expect(bench.vendor.seen).toHaveLength(0)
  },
)

test.each([true, false])(
  'C1: a base address counts only where the provider allows one (%s)',
  async (baseUrlOverride) => {
    const hosts = (connection: { baseUrl: string | null }) => ({ api: connection.baseUrl ?? 'https://10.0.0.1' })
    const entry = { ...testProvider('https://acme.example').entry, baseUrlOverride }
    await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 200, {}), {
      traits: { hosts, entry },
    })
    const connection = { ...bench.connection, baseUrl: bench.vendor.origin }
    const calling = bench.calls.bind(connection, bench.options())({ method: 'GET', path: '/' })
    if (baseUrlOverride) await calling
    else expect(await refusalOf(calling)).toMatchObject({ errorClass: 'EGRESS_DENIED' })
    expect(bench.vendor.seen).toHaveLength(baseUrlOverride ? 1 : 0)
  },
)

test('X1: a caller that is already gone sends nothing', async () => {
  await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 200, {}))
  const actor = { ...bench.options().actor, signal: AbortSignal.abort() }
  expect(
    await refusalOf(bench.calls.bind(bench.connection, bench.options({ actor }))({ method: 'GET', path: '/' })),
  ).toMatchObject({
    errorClass: 'CANCELLED',
  })
  expect(bench.vendor.seen).toHaveLength(0)
})

test('X1: cancelled by the caller means cancelled at the vendor', async () => {
  let cut = false
  await using bench = await callBench(database, (_seen, answer) => void answer.on('close', () => (cut = true)))
  const caller = new AbortController()
  const actor = { ...bench.options().actor, signal: caller.signal }
  const calling = refusalOf(bench.calls.bind(bench.connection, bench.options({ actor }))({ method: 'GET', path: '/' }))
  await expect.poll(() => bench.vendor.seen.length).toBe(1)
  caller.abort()
  expect(await calling).toMatchObject({ errorClass: 'CANCELLED' })
  await expect.poll(() => cut).toBe(true)
  expect((await bench.rows())[0]).toMatchObject({ ok: false, errorClass: 'CANCELLED', attempts: 1, status: null })
})

test('X1: the time limit covers all of it, and is told as such', async () => {
  await using bench = await callBench(database, () => {})
  const error = await refusalOf(
    bench.calls.bind(bench.connection, bench.options({ timeoutMs: 120 }))({ method: 'GET', path: '/' }),
  )
  expect(error).toMatchObject({ errorClass: 'TIMEOUT' })
  expect(bench.vendor.seen).toHaveLength(1)
})

test('X1: waiting for credentials is inside the time limit', async () => {
  await using bench = await callBench(database, () => {}, { open: () => new Promise(() => {}) })
  const error = await refusalOf(
    bench.calls.bind(bench.connection, bench.options({ timeoutMs: 50 }))({ method: 'GET', path: '/' }),
  )
  expect(error).toMatchObject({ errorClass: 'TIMEOUT' })
})

test('C6: one 401 with an access token asks for a fresh one and tries once more, also for a POST', async () => {
  const tokens = ['token-old-0001', 'token-new-0002', 'token-new-0003']
  await using bench = await callBench(
    database,
    (seen, answer) => answerJson(answer, seen.headers.authorization === 'Bearer token-new-0002' ? 200 : 401, {}),
    { open: async () => ({ fields: {}, accessToken: tokens.shift() ?? '' }) },
  )
  await bench.calls.bind(bench.connection, bench.options())({ method: 'POST', path: '/', json: {} })
  expect(bench.rejected).toEqual(['token-old-0001'])
  expect(bench.vendor.seen).toHaveLength(2)
  expect(
    await refusalOf(bench.calls.bind(bench.connection, bench.options())({ method: 'GET', path: '/' })),
  ).toMatchObject({ errorClass: 'AUTHENTICATION' })
  expect((await bench.rows()).map((row) => row.attempts)).toEqual([2, 2])
})

test('P1: a vendor’s SDK gets a fetch: its placeholder never leaves, its host is checked, a refusal is an answer', async () => {
  const traits = { hosts: () => ({ api: 'https://api.acme.example' }) }
  await using bench = await callBench(
    database,
    (seen, answer) => answerJson(answer, seen.url.endsWith('/bad') ? 402 : 200, { url: seen.url }),
    {
      traits,
      connection: { simulated: true },
      labOrigin: (vendor) => vendor.origin,
    },
  )
  const sdkFetch = bench.calls.bindFetch(bench.connection, bench.options())
  const headers = { authorization: 'Bearer sk_placeholder', 'content-type': 'application/json' }
  const good = await sdkFetch('https://api.acme.example/v1/things?x=1', { method: 'POST', headers, body: '{"a":1}' })
  expect(await good.json()).toEqual({ url: '/acme/api/v1/things?x=1' })
  expect(bench.vendor.seen[0]?.headers.authorization).toBe(`Bearer ${benchKey}`)
  const bad = await sdkFetch('https://api.acme.example/v1/bad', { headers })
  expect(bad.status).toBe(402)
  await expect(sdkFetch('https://evil.example/v1/things', { headers })).rejects.toMatchObject({
    errorClass: 'EGRESS_DENIED',
  })
  await expect(sdkFetch('https://api.acme.example.evil.example/', { headers })).rejects.toMatchObject({
    errorClass: 'EGRESS_DENIED',
  })
  expect((await bench.rows()).map((row) => [row.ok, row.errorClass, row.status])).toEqual([
    [true, null, 200],
    [false, 'INVALID_REQUEST', 402],
    [false, 'EGRESS_DENIED', null],
    [false, 'EGRESS_DENIED', null],
  ])
})

test('P1: credentials put into a parsed body leave with it', async () => {
  await using bench = await callBench(database, (_seen, answer) => answerJson(answer, 200, {}), {
    traits: {
      authorize: (request, fields) => ({
        ...request,
        json: { ...(request.json as object), ClientInfo: { Password: fields['apiKey'] } },
      }),
    },
  })
  await bench.calls.bind(bench.connection, bench.options())({ method: 'POST', path: '/', json: { a: 1 } })
  expect(JSON.parse(bench.vendor.seen[0]?.body ?? '')).toEqual({ a: 1, ClientInfo: { Password: benchKey } })
  expect((await bench.rows())[0]?.requestBody).toBe('{"a":1,"ClientInfo":{"Password":"[redacted]"}}')
})

test('X7: a provider the hub does not know is refused in words', async () => {
  await using bench = await callBench(database, () => {})
  const call = bench.calls.bind({ ...bench.connection, provider: 'gone' }, bench.options())
  expect(await refusalOf(call({ method: 'GET', path: '/' }))).toMatchObject({ errorClass: 'NOT_CONFIGURED' })
})
