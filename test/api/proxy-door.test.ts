import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { globalId } from '@patchbay/schema/node.ts'
import { testProvider } from '../support/test-provider.ts'
import { addConnection, askHub, startProxied, vendorKey, type Proxied } from '../support/proxied.ts'

let proxied: Proxied
beforeAll(async () => {
  proxied = await startProxied((seen, answer) => {
    const { pathname, searchParams } = new URL(seen.url, 'http://vendor')
    if (pathname === '/status')
      return void answer
        .writeHead(Number(searchParams.get('is')), { 'retry-after': '0' })
        .end('{"error":{"message":"as asked"}}')
    if (pathname === '/echo') {
      answer.writeHead(200, { 'content-type': 'application/json', 'x-echo': String(seen.headers.authorization) })
      return void answer.end(JSON.stringify(seen))
    }
    answer.writeHead(200, {
      'content-type': 'text/html',
      'set-cookie': 'session=vendor',
      'x-vendor': 'yes',
      'x-patchbay-call': 'forged',
      'access-control-allow-origin': '*',
      connection: 'close, x-private',
      'x-private': 'between the two of us',
    })
    answer.end('<script>alert(1)</script>')
  })
})
afterAll(() => proxied[Symbol.asyncDispose]())

const last = () => proxied.vendor.seen.at(-1)
async function rowOf(id: string | string[] | undefined) {
  await proxied.hub.app.parts.calls.flush()
  return proxied.hub.database.system.prisma.call.findFirstOrThrow({ where: { id: String(id) } })
}

describe('X1: what goes along and what comes back', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'X1: %s with body, query and headers',
    async (method) => {
      const body = method === 'HEAD' || method === 'GET' ? {} : { body: '{"a":1}' }
      const answer = await proxied.ask('/echo?b=2&b=3&empty=', {
        method,
        headers: { 'content-type': 'application/json', 'x-own': 'kept', accept: 'application/vnd.acme+json' },
        ...body,
      })
      expect(answer.status).toBe(200)
      expect(last()).toMatchObject({ method, url: '/echo?b=2&b=3&empty=', body: body.body ?? '' })
      expect(last()?.headers).toMatchObject({
        'x-own': 'kept',
        accept: 'application/vnd.acme+json',
        authorization: `Bearer ${vendorKey}`,
      })
      expect(answer.headers).toMatchObject({ 'x-patchbay-connection': proxied.connection, 'x-patchbay-attempts': '1' })
      expect(await rowOf(answer.headers['x-patchbay-call'])).toMatchObject({
        method,
        purpose: 'PROXY',
        operation: 'proxy',
        status: 200,
        ok: true,
        attempts: 1,
        path: '/echo?b=2&b=3&empty=',
      })
    },
  )

  test('X1: what belongs to one connection, to the caller or to the hub stays behind', async () => {
    await proxied.ask('/echo?api_key=abc&access_token=x&page=2', {
      headers: {
        cookie: 'a=b',
        connection: 'keep-alive, x-hop',
        'x-hop': 'here only',
        te: 'trailers',
        'keep-alive': 'timeout=5',
        'proxy-authorization': 'Basic abc',
        'x-forwarded-for': '10.0.0.1',
        forwarded: 'for=10.0.0.1',
        via: '1.1 somebody',
        'x-api-key': 'mine',
        'x-some-api-key': 'mine',
        'x-patchbay-anything': 'forged',
        'x-correlation-id': 'correlation-12345',
        'x-copy': proxied.hub.apiKey,
        origin: proxied.hub.url,
        referer: 'https://inside.example/page',
        'accept-language': 'ar',
      },
    })
    const { headers, url } = last() ?? { headers: {}, url: '' }
    expect(url).toBe('/echo?page=2')
    expect(Object.keys(headers).sort()).toEqual(
      ['accept-encoding', 'accept-language', 'authorization', 'connection', 'host', 'user-agent'].sort(),
    )
    expect(headers).toMatchObject({ 'accept-encoding': 'identity', host: new URL(proxied.vendor.origin).host })
    expect(JSON.stringify(last())).not.toContain(proxied.hub.apiKey)
  })

  test('X1: the vendor’s page is no page of the hub', async () => {
    const { headers, text } = await proxied.ask('/page')
    expect(text).toBe('<script>alert(1)</script>')
    expect(headers).toMatchObject({
      'x-vendor': 'yes',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    })
    for (const name of ['set-cookie', 'access-control-allow-origin', 'x-private', 'x-patchbay-error'])
      expect(headers).not.toHaveProperty(name)
    expect(headers['x-patchbay-call']).not.toBe('forged')
  })

  test('X7: a vendor that repeats the credentials leaves none in the log', async () => {
    const body = JSON.stringify({ note: vendorKey, card: 'ok' })
    const answer = await proxied.ask('/echo', { method: 'POST', body })
    const row = await rowOf(answer.headers['x-patchbay-call'])
    expect(row).toMatchObject({ requestBytes: body.length, status: 200 })
    expect(JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      vendorKey,
    )
    expect(row.responseBody).toContain('[redacted]')
  })

  test('X1: a connection is named by uuid, by global id, and a host by its name', async () => {
    const byId = await askHub(
      proxied.hub,
      `/proxy/${encodeURIComponent(globalId('Connection', proxied.connection))}/echo`,
    )
    expect(byId.status).toBe(200)
    expect((await proxied.ask('/@api/echo')).status).toBe(200)
    expect((await proxied.ask('/echo', { headers: { 'x-patchbay-host': 'api' } })).status).toBe(200)
    const unknown = await proxied.ask('/@billing/echo')
    expect(unknown).toMatchObject({ status: 403, json: { error: { code: 'EGRESS_DENIED' } } })
    expect(await askHub(proxied.hub, `/proxy/${proxied.connection}?a=1`)).toMatchObject({ status: 200 })
    expect(last()?.url).toBe('/?a=1')
  })

  test.each([301, 302, 307, 400, 401, 402, 404, 409, 418, 451])(
    'X1: a vendor’s %i is the vendor’s, unmarked',
    async (status) => {
      const answer = await proxied.ask(`/status?is=${status}`, { method: 'POST', body: 'x' })
      expect(answer).toMatchObject({ status, json: { error: { message: 'as asked' } } })
      expect(answer.headers).not.toHaveProperty('x-patchbay-error')
    },
  )

  test('X3: a read is tried again, a POST without a key is not', async () => {
    const read = await proxied.ask('/status?is=503')
    expect(read).toMatchObject({ status: 503, headers: { 'x-patchbay-attempts': '4' } })
    expect(read.headers).not.toHaveProperty('x-patchbay-error')
    const written = await proxied.ask('/status?is=503', { method: 'POST', body: 'x' })
    expect(written.headers['x-patchbay-attempts']).toBe('1')
    const safe = await proxied.ask('/status?is=503', { method: 'POST', body: 'x', headers: { 'x-patchbay-safe': '1' } })
    expect(safe.status).toBe(503)
    const row = await rowOf(read.headers['x-patchbay-call'])
    expect(row).toMatchObject({ errorClass: 'UNAVAILABLE', attempts: 4, ok: false })
    await proxied.hub.graphql('mutation ($id: ID!) { resetBreaker(input: { id: $id }) { __typename } }', {
      id: globalId('Connection', proxied.connection),
    })
  })
})

describe('X1: who may', () => {
  const basic = (user: string, password = '') => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

  test.each<[string, (key: string) => Record<string, string>]>([
    ['x-patchbay-key', (key) => ({ 'x-patchbay-key': key })],
    ['a vendor’s header', (key) => ({ 'x-shopify-access-token': key })],
    ['a user name', (key) => ({ authorization: basic(key) })],
    ['a password', (key) => ({ authorization: basic('api', key) })],
    ['a bearer of the vendor beside it', (key) => ({ authorization: 'Bearer sk_test_123', 'x-patchbay-key': key })],
  ])('X1: the key as %s', async (_name, headersOf) => {
    const answer = await proxied.ask('/echo', { headers: { authorization: '', ...headersOf(proxied.hub.apiKey) } })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(last())).not.toContain(proxied.hub.apiKey)
    expect(last()?.headers.authorization).toBe(`Bearer ${vendorKey}`)
  })

  test('X1: nobody, and a key nobody knows', async () => {
    for (const authorization of ['', 'Bearer nonsense', `Bearer ${newApiKey()}`]) {
      const answer = await proxied.ask('/echo', { headers: { authorization } })
      expect(answer).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer', 'x-patchbay-error': 'UNAUTHENTICATED' },
        json: { error: { code: 'UNAUTHENTICATED', correlationId: answer.headers['x-correlation-id'] } },
      })
    }
  })

  async function keyWith(more: { scopes?: string[]; connectionIds?: string[]; role?: 'VIEWER' | 'OPERATOR' }) {
    const key = newApiKey()
    const { organizationId } = proxied.hub
    await proxied.hub.database.system.prisma.apiKey.create({
      data: {
        id: randomUUID(),
        organizationId,
        name: 'Narrow',
        prefix: prefixOf(key),
        hash: hashApiKey(key),
        role: 'OPERATOR',
        scopes: ['*'],
        ...more,
      },
    })
    return { headers: { authorization: `Bearer ${key}` } }
  }

  test('X1: a key needs call:send, and reaches its own connections only', async () => {
    expect(await proxied.ask('/echo', await keyWith({ scopes: ['call:read'] }))).toMatchObject({
      status: 403,
      json: { error: { code: 'FORBIDDEN' } },
    })
    expect((await proxied.ask('/echo', await keyWith({ role: 'VIEWER' }))).status).toBe(403)
    const other = await addConnection(proxied.hub, testProvider(proxied.vendor.origin))
    const narrow = await keyWith({ connectionIds: [other] })
    expect(await proxied.ask('/echo', narrow)).toMatchObject({ status: 404, json: { error: { code: 'NOT_FOUND' } } })
    expect((await askHub(proxied.hub, `/proxy/${other}/echo`, narrow)).status).toBe(200)
  })

  test('X1: another organization’s connection is not there, nor is one that never was', async () => {
    const { apiKey } = await proxied.hub.createOrganization()
    const headers = { authorization: `Bearer ${apiKey}` }
    expect((await proxied.ask('/echo', { headers })).status).toBe(404)
    // Remembered by one organization, still not there for another.
    expect((await proxied.ask('/echo')).status).toBe(200)
    expect((await proxied.ask('/echo', { headers })).status).toBe(404)
    expect((await askHub(proxied.hub, `/proxy/${randomUUID()}/echo`)).status).toBe(404)
    expect((await askHub(proxied.hub, '/proxy/stripe/echo')).status).toBe(404)
    expect((await askHub(proxied.hub, '/proxy')).status).toBe(404)
  })

  test('X1: a session counts for the hub’s own pages alone', async () => {
    const cookie = await proxied.hub.signIn()
    const asked = (headers: Record<string, string>) =>
      proxied.ask('/echo', { headers: { authorization: '', cookie, ...headers } })
    expect((await asked({ origin: proxied.hub.url })).status).toBe(200)
    expect((await asked({ 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' })).status).toBe(200)
    expect(last()?.headers).not.toHaveProperty('cookie')
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    ])
      expect((await asked(headers)).status).toBe(401)
  })

  test('X1: a paused connection refuses at once, and is back at once', async () => {
    const id = globalId('Connection', proxied.connection)
    expect((await proxied.ask('/echo')).status).toBe(200)
    const set = (verb: string) =>
      proxied.hub.graphql(`mutation ($id: ID!) { ${verb}Connection(input: { id: $id }) { __typename } }`, { id })
    await set('pause')
    const refused = await proxied.ask('/echo')
    expect(refused).toMatchObject({ status: 409, json: { error: { code: 'CONNECTION_DISABLED' } } })
    expect(await rowOf(refused.headers['x-patchbay-call'])).toMatchObject({
      attempts: 0,
      errorClass: 'CONNECTION_DISABLED',
    })
    await proxied.hub.database.system.prisma.connection.update({
      where: { id: proxied.connection },
      data: { status: 'ACTIVE' },
    })
    await expect.poll(async () => (await proxied.ask('/echo')).status).toBe(200)
  })
})
