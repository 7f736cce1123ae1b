import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Egress } from '@patchbay/server/engine/egress/contract.ts'
import { createEgress, type EgressOptions } from '@patchbay/server/engine/egress/egress.ts'
import { createKeyFetcher } from '@patchbay/server/engine/inbound/keys.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { startVendor, type VendorHandler, type VendorServer } from '../support/vendor-server.ts'

const open: (AsyncDisposable | Egress)[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await ('close' in each ? each.close() : each[Symbol.asyncDispose]())
})

/** A vendor that publishes keys, the fetcher that reads them through the real guard, and a clock. */
async function bench(handler: VendorHandler, options: EgressOptions = {}, maxEntries = 100) {
  const vendor = await startVendor(handler)
  const egress = createEgress({ allowOrigins: [vendor.origin], ...options })
  open.push(vendor, egress)
  const clock = { at: Date.parse('2026-11-21T12:00:00Z') }
  const fetchKey = createKeyFetcher({ egress, now: () => new Date(clock.at), maxEntries })
  const pass = (seconds: number) => {
    clock.at += seconds * 1000
  }
  return { vendor, fetchKey, pass }
}

const counting =
  (headers: Readonly<Record<string, string>> = {}): VendorHandler =>
  (seen, answer) => {
    answer.writeHead(200, headers).end(`key of ${seen.url}`)
  }

async function refused(work: Promise<unknown>): Promise<ProviderCallError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ProviderCallError)
  return error as ProviderCallError
}

const reads = (vendor: VendorServer) => vendor.seen.map((seen) => seen.url)

describe('W1: keys that vendors publish', () => {
  test('a key is read once and kept, for everybody who asks meanwhile', async () => {
    const { vendor, fetchKey, pass } = await bench(counting())
    const url = `${vendor.origin}/certs/1`
    const found = await Promise.all(Array.from({ length: 20 }, () => fetchKey(url)))
    expect(new Set(found)).toEqual(new Set(['key of /certs/1']))
    pass(3599)
    await fetchKey(url)
    expect(vendor.seen).toHaveLength(1)
    pass(1)
    await fetchKey(url)
    expect(vendor.seen).toHaveLength(2)
    expect(vendor.seen[0]).toMatchObject({ method: 'GET', body: '' })
    expect(vendor.seen[0]?.headers).not.toHaveProperty('authorization')
  })

  test.each([
    ['max-age=7200', 7200],
    ['public, max-age=0', 300],
    ['max-age=1', 300],
    ['no-store', 300],
    ['max-age=999999999', 86_400],
    ['max-age=nonsense', 3600],
  ])('"%s" keeps a copy for %i seconds', async (cacheControl, seconds) => {
    const { vendor, fetchKey, pass } = await bench(counting({ 'cache-control': cacheControl }))
    const url = `${vendor.origin}/jwks`
    await fetchKey(url)
    pass(seconds - 1)
    await fetchKey(url)
    expect(vendor.seen).toHaveLength(1)
    pass(1)
    await fetchKey(url)
    expect(vendor.seen).toHaveLength(2)
  })

  test('a newer copy is read at most once a minute, and a failure to do so keeps the one at hand', async () => {
    let healthy = true
    const { vendor, fetchKey, pass } = await bench((seen, answer) => {
      answer.writeHead(healthy ? 200 : 500).end(`key of ${seen.url}`)
    })
    const url = `${vendor.origin}/jwks`
    await fetchKey(url)
    await fetchKey(url, { refresh: true })
    expect(vendor.seen).toHaveLength(1)
    pass(60)
    await Promise.all([1, 2, 3].map(() => fetchKey(url, { refresh: true })))
    expect(vendor.seen).toHaveLength(2)
    healthy = false
    pass(60)
    expect(await fetchKey(url, { refresh: true })).toBe('key of /jwks')
    expect(await fetchKey(url, { refresh: true })).toBe('key of /jwks')
    expect(vendor.seen).toHaveLength(3)
  })

  test('a failure is remembered for 30 seconds and not longer', async () => {
    let healthy = false
    const { vendor, fetchKey, pass } = await bench((seen, answer) => {
      answer.writeHead(healthy ? 200 : 503).end(`key of ${seen.url}`)
    })
    const url = `${vendor.origin}/jwks`
    expect((await refused(fetchKey(url))).message).toContain('answered 503')
    healthy = true
    pass(29)
    await refused(fetchKey(url))
    expect(vendor.seen).toHaveLength(1)
    pass(1)
    expect(await fetchKey(url)).toBe('key of /jwks')
  })

  test('nobody makes the hub hammer a vendor with ever new addresses', async () => {
    const { vendor, fetchKey, pass } = await bench(counting())
    const ask = (number: number) => fetchKey(`${vendor.origin}/certs/${number}`)
    const asked = await Promise.allSettled(Array.from({ length: 100 }, (_, number) => ask(number)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
    expect(vendor.seen).toHaveLength(30)
    expect((await refused(ask(99))).errorClass).toBe('RATE_LIMITED')
    // What is known stays known meanwhile.
    expect(await ask(0)).toBe('key of /certs/0')
    pass(60)
    expect(await ask(99)).toBe('key of /certs/99')
  })

  test('few copies are kept: the one unused longest leaves', async () => {
    const { vendor, fetchKey } = await bench(counting(), {}, 2)
    const ask = (number: number) => fetchKey(`${vendor.origin}/${number}`)
    await ask(1)
    await ask(2)
    await ask(1)
    await ask(3)
    await ask(1)
    expect(reads(vendor)).toEqual(['/1', '/2', '/3'])
    await ask(2)
    expect(reads(vendor)).toEqual(['/1', '/2', '/3', '/2'])
  })
})

describe('X8: a key’s address leads nowhere else', () => {
  test.each([
    'https://127.0.0.1/jwks',
    'https://localhost/jwks',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/jwks',
    'https://[::ffff:10.0.0.1]/jwks',
    'https://2130706433/jwks',
    'https://metadata.google.internal/computeMetadata/v1',
    'http://keys.example.com/jwks',
    'https://user:secret@keys.example.com/jwks',
    'file:///etc/passwd',
    'https://keys.example.com:22/jwks',
  ])('%s is refused', async (url) => {
    const lookup = async () => [{ address: '10.1.2.3', family: 4 }]
    const { fetchKey } = await bench(counting(), { lookup })
    expect((await refused(fetchKey(url))).errorClass).toBe('EGRESS_DENIED')
  })

  test('a name that leads to a private network is refused', async () => {
    const lookup = async () => [{ address: '10.1.2.3', family: 4 }]
    const { fetchKey } = await bench(counting(), { lookup })
    expect((await refused(fetchKey('https://keys.example.com/jwks'))).errorClass).toBe('EGRESS_DENIED')
  })

  test('a redirect is not followed, wherever it leads', async () => {
    const { vendor, fetchKey } = await bench((seen, answer) => {
      const location = seen.url === '/near' ? '/far' : 'http://169.254.169.254/latest/meta-data'
      answer.writeHead(302, { location }).end('key')
    })
    for (const path of ['/near', '/metadata'])
      expect((await refused(fetchKey(vendor.origin + path))).message).toContain('answered 302')
    expect(reads(vendor)).toEqual(['/near', '/metadata'])
  })

  test('more than 64 KiB, bytes that are no text, and what is no address are refused', async () => {
    const { vendor, fetchKey } = await bench((seen, answer) => {
      if (seen.url === '/edge') answer.end('a'.repeat(65_536))
      else if (seen.url === '/large') answer.end('a'.repeat(65_537))
      else answer.end(Buffer.from([0xff, 0xfe, 0x00]))
    })
    expect(await fetchKey(`${vendor.origin}/edge`)).toHaveLength(65_536)
    for (const url of [`${vendor.origin}/large`, `${vendor.origin}/binary`, 'no address'])
      expect((await refused(fetchKey(url))).errorClass).toBe('MALFORMED_ANSWER')
  })

  test('an address that never answers, or drips, costs five seconds', async () => {
    const { vendor, fetchKey } = await bench((seen, answer) => {
      if (seen.url === '/hang') return
      answer.writeHead(200)
      const timer = setInterval(() => answer.write('a'), 100)
      answer.on('close', () => clearInterval(timer))
    })
    const failures = await Promise.all(['/hang', '/drip'].map((path) => refused(fetchKey(vendor.origin + path))))
    expect(failures.map(({ errorClass }) => errorClass)).toEqual(['TIMEOUT', 'TIMEOUT'])
  }, 20_000)
})
