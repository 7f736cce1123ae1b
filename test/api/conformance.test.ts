import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

// GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), as far as clients can tell; and the explorer.

let hub: TestHub
beforeAll(async () => {
  hub = await startHub({ env: { PATCHBAY_CORS_ORIGINS: 'https://shop.example' } })
})
afterAll(() => hub.stop())

const key = () => ({ authorization: `Bearer ${hub.apiKey}` })
const post = (body: unknown, headers: Record<string, string> = {}) =>
  hub.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...key(), ...headers },
    body: JSON.stringify(body),
  })

describe('G3: GraphQL over HTTP', () => {
  test('media types and status codes follow the draft', async () => {
    const modern = { accept: 'application/graphql-response+json' }
    const fine = await post({ query: '{ hub { version } }' }, modern)
    expect([fine.status, fine.headers.get('content-type')]).toEqual([
      200,
      'application/graphql-response+json; charset=utf-8',
    ])
    const wrong = await post({ query: '{ nothing }' }, modern)
    expect(wrong.status).toBe(400)
    const broken = await post({ query: '{' }, modern)
    expect(broken.status).toBe(400)
    const legacy = await post({ query: '{ nothing }' }, { accept: 'application/json' })
    expect([legacy.status, legacy.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    const partial = await post({ query: '{ hub { version } calls(first: 0) { edges { cursor } } }' }, modern)
    expect(partial.status).toBe(200)
    expect((await post({ query: '{ hub { version } }' }, { accept: 'image/png' })).status).toBe(406)
  })

  test('GET carries queries, with variables and an operation name', async () => {
    const search = new URLSearchParams({
      query:
        'query A($first: Int) { providers(first: $first) { edges { node { slug } } } } query B { hub { version } }',
      variables: '{"first": 2}',
      operationName: 'A',
    })
    const answer = await hub.fetch(`/graphql?${search}`, { headers: { ...key(), accept: 'application/json' } })
    expect(answer.status).toBe(200)
    const { data } = (await answer.json()) as { data: { providers: { edges: unknown[] } } }
    expect(data.providers.edges).toHaveLength(2)
    const nothing = await hub.fetch('/graphql', { headers: { ...key(), accept: 'application/graphql-response+json' } })
    expect(nothing.status).toBe(400)
    expect((await hub.fetch('/graphql', { method: 'DELETE', headers: key() })).status).toBe(405)
  })

  test('every answer carries the correlation id it was asked with', async () => {
    const answer = await post({ query: '{ hub { version } }' }, { 'x-correlation-id': 'my-own-correlation' })
    expect(answer.headers.get('x-correlation-id')).toBe('my-own-correlation')
  })

  test('a page of a named origin may use it, another may not', async () => {
    const named = await hub.fetch('/graphql', { method: 'OPTIONS', headers: { origin: 'https://shop.example' } })
    expect(named.status).toBe(204)
    expect(named.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(named.headers.get('access-control-allow-credentials')).toBe('true')
    expect(named.headers.get('access-control-allow-headers')).toContain('authorization')
    const other = await hub.fetch('/graphql', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
    const cookie = await hub.signIn()
    const fromShop = await hub.graphql(
      '{ viewer { kind } }',
      {},
      { cookie, headers: { origin: 'https://shop.example' } },
    )
    expect(fromShop.data).toEqual({ viewer: { kind: 'USER' } })
  })
})

describe('G1: GraphiQL', () => {
  const browse = (headers: Record<string, string>) =>
    hub.fetch('/graphql', { headers: { accept: 'text/html,*/*', ...headers }, redirect: 'manual' })

  test('opens for signed-in people, from the hub alone', async () => {
    const answer = await browse({ cookie: await hub.signIn() })
    expect(answer.status).toBe(200)
    const page = await answer.text()
    expect(page).toContain('YogaGraphiQL')
    // Scripts and styles are inside: nothing is fetched from elsewhere, and the policy would not let it.
    expect(page).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  test('strangers are led to the sign-in', async () => {
    const answer = await browse({})
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/'])
  })
})

test('G2: operations are limited per viewer, over HTTP and WebSocket alike', async () => {
  const limited = await startHub({ env: { PATCHBAY_REQUESTS_PER_MINUTE: '30' } })
  try {
    const codes = new Set<unknown>()
    for (let n = 0; n < 40; n++) {
      const answer = await limited.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${limited.apiKey}` },
        body: JSON.stringify({ query: '{ hub { version } }' }),
      })
      codes.add(answer.status)
      await answer.text()
    }
    expect([...codes]).toEqual([200, 429])
    // What a socket carries is counted against the same viewer, who has used up the minute.
    const socket = limited.subscribe('{ hub { version } }')
    await until('the refusal', () => socket.errors.length > 0 || socket.received.length > 0)
    expect(socket.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }])
  } finally {
    await limited.stop()
  }
})
