import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testProvider } from '../support/test-provider.ts'
import { startProxied, vendorKey, type Proxied } from '../support/proxied.ts'

let proxied: Proxied
beforeAll(async () => {
  proxied = await startProxied((seen, answer) => void answer.end(JSON.stringify({ path: seen.url })), {
    // A base with a path: what is beside it belongs to somebody else.
    traits: { hosts: () => ({ api: 'http://vendor.invalid' }) },
  })
  const { origin } = proxied.vendor
  Object.assign(proxied.hub.app.parts.provider('acme') ?? {}, { hosts: () => ({ api: `${origin}/tenant/v2` }) })
})
afterAll(() => proxied[Symbol.asyncDispose]())

/** Bytes as they are, on a socket of their own; everything that comes back. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(proxied.hub.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    const timer = setTimeout(() => socket.destroy(), 3_000)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', reject).on('close', () => {
      clearTimeout(timer)
      resolve(answer)
    })
    socket.write(text)
  })
}

const head = (target: string, ...lines: string[]) =>
  [
    `GET /proxy/${proxied.connection}${target} HTTP/1.1`,
    'host: hub.test',
    `authorization: Bearer ${proxied.hub.apiKey}`,
    'connection: close',
    ...lines,
    '',
    '',
  ].join('\r\n')
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
const paths = () => proxied.vendor.seen.map(({ url }) => url)

describe('X1: no way out of the provider’s address', () => {
  test.each([
    '/../admin',
    '/..',
    '/a/../../../etc',
    '/%2e%2e/admin',
    '/%2E%2E%2Fadmin',
    '/.%2e/admin',
    '/..%2fadmin',
    '/a/..%2f..%2f..%2fadmin',
    '/%252e%252e%252fadmin',
    '/..%5cadmin',
    '/..\\admin',
    '/a\\..\\..\\admin',
    '/..;/admin',
    '/.\t./admin'.replace('\t', '%09'),
  ])('X1: %s', async (target) => {
    const before = proxied.vendor.seen.length
    const answer = await raw(head(target))
    const seen = paths().slice(before)
    // Refused, or still below the base, where it names nothing.
    for (const path of seen) {
      expect(path.startsWith('/tenant/v2/')).toBe(true)
      expect(decodeURIComponent(decodeURIComponent(path))).not.toMatch(/(^|[\\/])\.\.([\\/]|$)/)
    }
    if (seen.length === 0) expect([400, 403]).toContain(statusOf(answer))
  })

  test.each([
    '//evil.example/x',
    '/http://evil.example/',
    '/@evil.example/',
    '/https:%2f%2fevil.example',
    '/?u=http://evil.example',
  ])('X1: %s goes to the vendor and nowhere else', async (target) => {
    const before = proxied.vendor.seen.length
    const status = statusOf(await raw(head(target)))
    const [seen] = proxied.vendor.seen.slice(before)
    if (seen === undefined) expect([400, 403, 404]).toContain(status)
    else {
      expect(seen.headers.host).toBe(new URL(proxied.vendor.origin).host)
      expect(seen.url.startsWith('/tenant/v2/')).toBe(true)
    }
  })

  test('X1: an absolute target is not followed', async () => {
    const before = proxied.vendor.seen.length
    await raw(
      `GET http://evil.example/proxy/${proxied.connection}/x HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
    )
    expect(proxied.vendor.seen).toHaveLength(before)
  })
})

describe('X1: one request stays one request', () => {
  const post = (...lines: string[]) => head('/take', ...lines).replace(/^GET/, 'POST')

  test.each<[string, string[], string]>([
    ['a length and chunks', ['content-length: 4', 'transfer-encoding: chunked'], '0\r\n\r\nGET /x HTTP/1.1\r\n\r\n'],
    ['two lengths', ['content-length: 4', 'content-length: 40'], 'abcdGET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['two lengths in one', ['content-length: 4, 40'], 'abcd'],
    ['a negative length', ['content-length: -1'], ''],
    ['a length with a sign', ['content-length: +4'], 'abcd'],
    ['chunks under another name', ['transfer-encoding: xchunked'], '0\r\n\r\n'],
    ['chunks twice', ['transfer-encoding: chunked, chunked'], '0\r\n\r\n'],
    ['chunks behind a tab', ['transfer-encoding:\x0bchunked'], '0\r\n\r\n'],
    ['a name with a blank', ['content-length : 4'], 'abcd'],
    ['a folded line', ['x-a: b\r\n x-c: d'], ''],
    ['a bare line feed', ['x-a: b\nx-injected: c'], ''],
    ['a chunk that lies', ['transfer-encoding: chunked'], 'ffffffffffffffffff\r\n'],
  ])('X1: %s', async (_name, lines, body) => {
    const before = proxied.vendor.seen.length
    const answer = await raw(post(...lines) + body)
    const seen = proxied.vendor.seen.slice(before)
    expect(seen.length).toBeLessThanOrEqual(1)
    for (const one of seen) {
      expect(one.url).toBe('/tenant/v2/take')
      expect(one.headers).not.toHaveProperty('x-injected')
    }
    // Refused; or, where the parser takes it, passed on as one well-formed request.
    if (seen.length === 0) expect(statusOf(answer)).toBeGreaterThanOrEqual(400)
    expect(answer).not.toContain(vendorKey)
  })

  test('X1: line breaks in the target or a header do not get through', async () => {
    const before = proxied.vendor.seen.length
    await raw(head('/x%0d%0ax-injected:%20yes'))
    expect(paths().slice(before)).toEqual(['/tenant/v2/x%0d%0ax-injected:%20yes'])
    expect(proxied.vendor.seen.at(-1)?.headers).not.toHaveProperty('x-injected')
  })

  test('X1: an offer of another protocol is passed over', async () => {
    const answer = await raw(
      head('/x', 'upgrade: websocket', 'sec-websocket-key: abc').replace(
        'connection: close',
        'connection: upgrade, close',
      ),
    )
    expect(statusOf(answer)).toBe(200)
    const { headers } = proxied.vendor.seen.at(-1) ?? { headers: {} }
    expect(headers).not.toHaveProperty('upgrade')
    expect(headers).not.toHaveProperty('sec-websocket-key')
  })

  test('X1: giant headers, unknown methods', async () => {
    expect(statusOf(await raw(head('/x', `x-big: ${'a'.repeat(20_000)}`)))).toBeGreaterThanOrEqual(400)
    expect(statusOf(await raw(head('/x').replace(/^GET/, 'TRACE')))).toBe(400)
    expect(statusOf(await raw(head('/x').replace(/^GET/, 'BREW')))).toBe(400)
    expect(statusOf(await raw(head('/x').replace(/^GET \S+/, 'CONNECT vendor:443')))).not.toBe(200)
  })
})

test('X8: a provider that leads to a private address is refused by the guard', async () => {
  const provider = testProvider('https://127.0.0.1')
  await using inside = await startProxied(() => {}, { traits: { hosts: provider.hosts } })
  const answer = await inside.ask('/latest/meta-data')
  expect(answer).toMatchObject({ status: 403, json: { error: { code: 'EGRESS_DENIED' } } })
})

test('X1: a caller who asks too often waits', async () => {
  await using limited = await startProxied((_seen, answer) => void answer.end('ok'), {
    env: { PATCHBAY_PROXY_REQUESTS_PER_MINUTE: '3' },
  })
  const statuses = []
  for (let n = 0; n < 4; n++) statuses.push((await limited.ask('/')).status)
  const last = await limited.ask('/')
  expect(statuses.slice(0, 3)).toEqual([200, 200, 200])
  expect(last).toMatchObject({ status: 429, headers: { 'x-patchbay-error': 'RATE_LIMITED' } })
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
})
