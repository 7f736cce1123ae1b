import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'

const page = '<!doctype html><html><head><script>window.started = true</script></head><body>admin</body></html>'
const clientFolder = mkdtempSync(join(tmpdir(), 'patchbay client '))
mkdirSync(join(clientFolder, '_app/immutable'), { recursive: true })
writeFileSync(join(clientFolder, 'index.html'), page)
writeFileSync(join(clientFolder, '_app/immutable/start.abc.js'), 'export {}')
writeFileSync(join(clientFolder, '_app/immutable/gone.abc.js'), 'export {}')

let hub: TestHub
beforeAll(async () => {
  hub = await startHub({ app: { clientFolder } })
})
afterAll(() => hub.stop())

/** Sends bytes as they are and reads until the server closes. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(hub.url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk.toString()))
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  return answer
}

describe('N5: health, readiness, metrics', () => {
  test('/health says the process lives', async () => {
    const answer = await hub.fetch('/health')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ status: 'alive' })
  })

  test('/ready names every part that has to work', async () => {
    const answer = await hub.fetch('/ready')
    expect(await answer.json()).toEqual({ status: 'ready', parts: { database: 'ok', migrations: 'ok', queue: 'ok' } })
  })

  test('/ready is 503 and names the part that does not', async () => {
    await hub.database.system.sql.script('alter table pgboss.queue rename to queue_away')
    try {
      const answer = await hub.fetch('/ready')
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ status: 'not ready', parts: { database: 'ok', queue: 'failed' } })
    } finally {
      await hub.database.system.sql.script('alter table pgboss.queue_away rename to queue')
    }
  })

  test('/metrics speaks Prometheus, of figures and never of organizations', async () => {
    await hub.graphql('{ hub { version } }')
    const text = await (await hub.fetch('/metrics')).text()
    for (const name of [
      'patchbay_http_requests_total',
      'patchbay_graphql_operations_total',
      'patchbay_queue_jobs',
      'patchbay_live_subscribers',
      'patchbay_build_info',
      'nodejs_eventloop_lag_seconds',
    ])
      expect(text).toContain(name)
    expect(text).not.toContain(hub.organizationId)
    expect(text).not.toContain('Noor')
  })

  test('/metrics is not for those a proxy on this machine lets in', async () => {
    const answer = await hub.fetch('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(answer.status).toBe(403)
  })

  test('/metrics with a token wants the token, from anywhere', async () => {
    const own = await startHub({ env: { PATCHBAY_METRICS_TOKEN: 'a token of some length' } })
    try {
      expect((await own.fetch('/metrics')).status).toBe(403)
      const headers = { authorization: 'Bearer a token of some length' }
      expect((await own.fetch('/metrics', { headers })).status).toBe(200)
    } finally {
      await own.stop()
    }
  })
})

describe('the admin', () => {
  test('one page for every path, with a policy that lets only its own scripts run', async () => {
    for (const path of ['/', '/connections/abc', '/settings']) {
      const answer = await hub.fetch(path)
      expect(await answer.text()).toBe(page)
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/=]+';/)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('files named by their content are cached for ever; missing ones are not the page', async () => {
    const there = await hub.fetch('/_app/immutable/start.abc.js')
    expect(there.headers.get('cache-control')).toContain('immutable')
    expect((await hub.fetch('/_app/immutable/gone.js')).status).toBe(404)
  })

  test.each(['/../../package.json', '/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/_app/..%5c..%5cpackage.json'])(
    'no way out of its folder by %s',
    async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
      expect(answer).not.toContain('"patchbay"')
    },
  )

  test('a file that went away, as in an upgrade in place, costs its own answer and not the hub', async () => {
    rmSync(join(clientFolder, '_app/immutable/gone.abc.js'))
    const answer = await raw('GET /_app/immutable/gone.abc.js HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(answer).not.toContain('export {}')
    expect((await hub.fetch('/health')).status).toBe(200)
  })

  test('without a build, a page says what to do', async () => {
    const own = await startHub({ app: { clientFolder: join(clientFolder, 'nowhere') } })
    try {
      const answer = await own.fetch('/')
      expect(answer.status).toBe(503)
      expect(await answer.text()).toContain('npm start')
    } finally {
      await own.stop()
    }
  })
})

describe('limits of the doors', () => {
  test.each(['/graphql', '/api/auth/sign-in/email', '/oauth/callback'])(
    'a body of 50 MB is refused at %s before it is read',
    async (path) => {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 52428800\r\n\r\n`
      expect(await raw(`${head}{"query":"`)).toMatch(/^HTTP\/1\.1 413 /)
    },
  )

  test('a body that does not say its size is cut too', async () => {
    const endless = () =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(64 * 1024))),
      })
    for (const path of ['/graphql', '/api/auth/sign-in/email']) {
      const sent = fetch(`${hub.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.apiKey}` },
        body: endless(),
        duplex: 'half',
      } as RequestInit)
      const outcome = await sent.then(
        (answer) => answer.status,
        () => 'cut',
      )
      expect([413, 400, 'cut']).toContain(outcome)
    }
    expect((await hub.fetch('/health')).status).toBe(200)
  })

  test('headers beyond 16 kB, nonsense and foreign upgrades are refused and nothing falls over', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(await raw('\x16\x03\x01 this is not HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    // An offer that nobody takes up is passed over, as RFC 9110 7.8 lets a server do: the page answers.
    const upgrade =
      'connection: upgrade, close\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
    expect(await raw(`GET /elsewhere HTTP/1.1\r\nhost: x\r\n${upgrade}\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
    expect((await hub.fetch('/health')).status).toBe(200)
  })

  test('an address that asks too often gets 429 with a time to wait; probes of the process still pass', async () => {
    const own = await startHub({ env: { PATCHBAY_REQUESTS_PER_MINUTE: '5' } })
    try {
      const answers = await Promise.all(Array.from({ length: 8 }, () => own.fetch('/')))
      const refused = answers.filter((answer) => answer.status === 429)
      expect(refused).toHaveLength(3)
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await own.fetch('/ready')).status).toBe(200)
    } finally {
      await own.stop()
    }
  })

  test('x-forwarded-for counts only from trusted proxies, and only up to the first foreign hop', async () => {
    const own = await startHub({
      env: { PATCHBAY_REQUESTS_PER_MINUTE: '1', PATCHBAY_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' },
    })
    try {
      const from = async (chain: string) => (await own.fetch('/', { headers: { 'x-forwarded-for': chain } })).status
      expect(await from('198.51.100.1, 10.1.1.1')).not.toBe(429)
      expect(await from('203.0.113.7, 198.51.100.1')).toBe(429)
      expect(await from('198.51.100.2')).not.toBe(429)
    } finally {
      await own.stop()
    }
  })
})

describe('correlation ids', () => {
  test('a well-formed one goes in and out; others are replaced', async () => {
    const given = await hub.fetch('/health', { headers: { 'x-correlation-id': 'order-1042-retry' } })
    expect(given.headers.get('x-correlation-id')).toBe('order-1042-retry')
    const hostile = await hub.fetch('/health', { headers: { 'x-correlation-id': '"}{"forged":"' } })
    expect(hostile.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('the way back from a vendor', () => {
  test('a callback nobody started is refused in words, on a page that runs only its own script', async () => {
    const answer = await hub.fetch('/oauth/callback?state=%3Cscript%3Ealert(1)%3C/script%3E&code=x')
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('Not connected')
    expect(html).not.toContain('<script>alert')
    expect(html).toContain(`postMessage(message, "${hub.url}")`)
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'nonce-/)
  })
})
