import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { parseNetwork, whyNotAddress } from '@patchbay/server/engine/egress/addresses.ts'
import type { Egress, EgressRequest } from '@patchbay/server/engine/egress/contract.ts'
import { createEgress, type EgressOptions } from '@patchbay/server/engine/egress/egress.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { forbidden } from '../support/forbidden-hosts.ts'
import { answerJson, startVendor, vendorCertificate } from '../support/vendor-server.ts'

const open: Egress[] = []
const egress = (options?: EgressOptions): Egress => {
  const made = createEgress(options)
  open.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

const get = (url: string, more: Partial<EgressRequest> = {}): EgressRequest => ({
  method: 'GET',
  url: new URL(url),
  headers: {},
  body: null,
  timeoutMs: 10_000,
  ...more,
})

async function refused(work: Promise<unknown>): Promise<ProviderCallError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ProviderCallError)
  return error as ProviderCallError
}

describe('X8: the egress guard', () => {
  test.each(forbidden)('X8: refuses https://%s without touching the network', async (host) => {
    const lookup = vi.fn(async () => [{ address: '8.8.8.8', family: 4 }])
    const error = await refused(egress({ lookup }).send(get(`https://${host}/latest/meta-data`)))
    expect(error.errorClass).toBe('EGRESS_DENIED')
    expect(error.advice).not.toBe('')
    expect(lookup).not.toHaveBeenCalled()
  })

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('X8: lets the public address %s through', (address) => expect(whyNotAddress(address)).toBeNull())

  test.each([
    'http://api.example.com/',
    'ftp://api.example.com/',
    'file:///etc/passwd',
    'gopher://api.example.com/',
    'https://user:secret@api.example.com/',
    'https://user@api.example.com/',
    'https://api.example.com:22/',
    'https://api.example.com:25/',
    'https://api.example.com:80/',
    'https://api.example.com:6667/',
  ])('X8: refuses %s for its form', async (url) => {
    const error = await refused(egress({ lookup: async () => [{ address: '8.8.8.8', family: 4 }] }).send(get(url)))
    expect(error.errorClass).toBe('EGRESS_DENIED')
    expect(error.message).not.toContain('secret')
  })

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '::1',
    'fd00:ec2::254',
    '::ffff:192.168.1.1',
    'fe80::1%eth0',
    '64:ff9b::7f00:1',
    '0.0.0.0',
  ])('X8: refuses a public-looking name that leads to %s', async (address) => {
    const error = await refused(
      egress({ lookup: async () => [{ address, family: address.includes(':') ? 6 : 4 }] }).send(
        get('https://vendor.example/'),
      ),
    )
    expect(error.errorClass).toBe('EGRESS_DENIED')
  })

  test('X8: one private address among public ones refuses the name', async () => {
    const lookup = async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.5', family: 4 },
    ]
    expect((await refused(egress({ lookup }).send(get('https://vendor.example/')))).errorClass).toBe('EGRESS_DENIED')
  })

  test('X8: an allowed network opens that network and never the metadata service in it', () => {
    const allowed = [parseNetwork('10.0.0.0/8'), parseNetwork('169.254.0.0/16'), parseNetwork('fd00::/8')]
    expect(whyNotAddress('10.2.3.4', allowed)).toBeNull()
    expect(whyNotAddress('::ffff:10.2.3.4', allowed)).toBeNull()
    expect(whyNotAddress('192.168.0.1', allowed)).not.toBeNull()
    expect(whyNotAddress('169.254.169.254', allowed)).not.toBeNull()
    expect(whyNotAddress('fd00:ec2::254', allowed)).not.toBeNull()
  })

  test('X8: a name the operator vouches for may lead anywhere but to the metadata service', async () => {
    await using vendor = await startVendor((_seen, answer) => answerJson(answer, 200, {}), true)
    const address = { now: '127.0.0.1' }
    const way = () =>
      egress({
        lookup: async () => [{ address: address.now, family: 4 }],
        allow: ['vendor.example'],
        authorities: [vendorCertificate()],
      })
    expect((await way().send(get(`https://vendor.example:${vendor.port}/`))).status).toBe(200)
    expect((await refused(way().send(get(`https://other.example:${vendor.port}/`)))).errorClass).toBe('EGRESS_DENIED')
    address.now = '169.254.169.254'
    expect((await refused(way().send(get(`https://vendor.example:${vendor.port}/`)))).errorClass).toBe('EGRESS_DENIED')
  })

  test('X8: a name that moves to a private address is never followed there, also on a kept connection', async () => {
    await using vendor = await startVendor((_seen, answer) => answerJson(answer, 200, { ok: true }), true)
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const lookup = vi.fn(async () => (answers.shift() ?? ['10.0.0.1']).map((address) => ({ address, family: 4 })))
    const way = egress({ lookup, allow: ['127.0.0.1/32'], authorities: [vendorCertificate()] })
    const url = `https://vendor.example:${vendor.port}/`
    expect((await way.send(get(url))).status).toBe(200)
    // The connection is free for the next exchange one turn of the loop after the answer's last byte.
    await new Promise(setImmediate)
    expect((await way.send(get(url))).status).toBe(200)
    expect(lookup).toHaveBeenCalledTimes(1)
    expect(vendor.connections()).toBe(1)
    expect(vendor.seen[0]?.headers.host).toBe(`vendor.example:${vendor.port}`)
    const fresh = egress({ lookup, allow: ['127.0.0.1/32'], authorities: [vendorCertificate()] })
    expect((await refused(fresh.send(get(url)))).errorClass).toBe('EGRESS_DENIED')
    expect(vendor.seen).toHaveLength(2)
  })

  test('X8: the certificate must be valid for the name, not for the address', async () => {
    await using vendor = await startVendor((_seen, answer) => answerJson(answer, 200, {}), true)
    const options = { lookup: async () => [{ address: '127.0.0.1', family: 4 }], allow: ['127.0.0.0/8'] }
    const wrongName = egress({ ...options, authorities: [vendorCertificate()] })
    const error = await refused(wrongName.send(get(`https://stranger.example:${vendor.port}/`)))
    expect(error.errorClass).toBe('NETWORK')
    expect(error.message).toContain('certificate')
    expect((await refused(egress(options).send(get(`https://vendor.example:${vendor.port}/`)))).message).toContain(
      'certificate',
    )
  })

  test('X8: an allowed origin is exact', async () => {
    await using vendor = await startVendor((_seen, answer) => answerJson(answer, 200, { ok: true }))
    await using other = await startVendor((_seen, answer) => answerJson(answer, 200, { ok: true }))
    const way = egress({ allowOrigins: [vendor.origin] })
    expect((await way.send(get(`${vendor.origin}/stripe/api`))).status).toBe(200)
    for (const url of [
      other.origin,
      `http://localhost:${vendor.port}`,
      `https://127.0.0.1:${vendor.port}`,
      `http://[::ffff:127.0.0.1]:${vendor.port}`,
    ])
      expect((await refused(way.send(get(url)))).errorClass).toBe('EGRESS_DENIED')
    expect(other.seen).toHaveLength(0)
  })

  test('X8: a redirect is an answer, never followed', async () => {
    await using target = await startVendor((_seen, answer) => answerJson(answer, 200, {}))
    await using vendor = await startVendor(
      (_seen, answer) => void answer.writeHead(302, { location: target.origin }).end(),
    )
    const answer = await egress({ allowOrigins: [vendor.origin, target.origin] }).send(get(vendor.origin))
    expect(answer.status).toBe(302)
    expect(target.seen).toHaveLength(0)
  })

  test('X8: a caller cannot name another host', async () => {
    await using vendor = await startVendor((_seen, answer) => answerJson(answer, 200, {}))
    await egress({ allowOrigins: [vendor.origin] }).send(
      get(vendor.origin, { headers: { Host: 'metadata', 'Transfer-Encoding': 'chunked', connection: 'upgrade' } }),
    )
    expect(vendor.seen[0]?.headers.host).toBe(`127.0.0.1:${vendor.port}`)
  })
})

describe('X1: one exchange', () => {
  test('X1: method, path, headers and body arrive as given', async () => {
    await using vendor = await startVendor((seen, answer) =>
      answerJson(answer, 201, { got: seen.body }, { 'x-vendor': 'yes' }),
    )
    const answer = await egress({ allowOrigins: [vendor.origin] }).send(
      get(`${vendor.origin}/a%2Fb?q=%20x&q=2`, {
        method: 'POST',
        headers: { 'X-Mine': 'ü'.normalize() === 'ü' ? 'plain' : '' },
        body: '{"a":1}',
      }),
    )
    expect(answer.status).toBe(201)
    expect(answer.headers['x-vendor']).toBe('yes')
    expect(new TextDecoder().decode(answer.body)).toBe('{"got":"{\\"a\\":1}"}')
    expect(vendor.seen[0]).toMatchObject({ method: 'POST', url: '/a%2Fb?q=%20x&q=2', body: '{"a":1}' })
    expect(vendor.seen[0]?.headers['x-mine']).toBe('plain')
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('X1: %s is undone', async (encoding, compress) => {
    await using vendor = await startVendor(
      (_seen, answer) => void answer.writeHead(200, { 'content-encoding': encoding }).end(compress('hello')),
    )
    const answer = await egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin))
    expect(new TextDecoder().decode(answer.body)).toBe('hello')
    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('X8: a %s bomb stops at the size limit', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024))
    await using vendor = await startVendor(
      (_seen, answer) => void answer.writeHead(200, { 'content-encoding': encoding }).end(bomb),
    )
    const error = await refused(
      egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin, { maxBytes: 1024 * 1024 })),
    )
    expect(error.errorClass).toBe('MALFORMED_ANSWER')
  })

  test.each([
    ['no coding', {}, Buffer.alloc(3000)],
    ['layered codings', { 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync('x'))],
    ['an unknown coding', { 'content-encoding': 'zstd' }, Buffer.from('x')],
    ['bytes that are not the coding', { 'content-encoding': 'gzip' }, Buffer.from('not gzip at all')],
    ['half a coded body', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(500, 'abc')).subarray(0, 20)],
  ])('X8: %s beyond what can be used is MALFORMED_ANSWER', async (_name, headers, body) => {
    await using vendor = await startVendor((_seen, answer) => void answer.writeHead(200, headers).end(body))
    expect(
      (await refused(egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin, { maxBytes: 2000 }))))
        .errorClass,
    ).toBe('MALFORMED_ANSWER')
  })

  test('X8: an endless answer is cut at the limit and the vendor sees it', async () => {
    let cut = false
    await using vendor = await startVendor((_seen, answer) => {
      const more = () => {
        while (!answer.destroyed && answer.write(Buffer.alloc(65536)));
      }
      answer
        .writeHead(200)
        .on('drain', more)
        .on('close', () => (cut = true))
      more()
    })
    expect((await refused(egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin)))).errorClass).toBe(
      'MALFORMED_ANSWER',
    )
    await expect.poll(() => cut).toBe(true)
  })

  test.each(['before', 'after'])('X1: a cancelled caller is seen at the vendor, %s the headers', async (when) => {
    let cut = false
    let reached = false
    await using vendor = await startVendor((_seen, answer) => {
      reached = true
      answer.on('close', () => (cut = true))
      if (when === 'after') answer.writeHead(200).write('{')
    })
    const caller = new AbortController()
    const sending = refused(
      egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin, { signal: caller.signal })),
    )
    await expect.poll(() => reached).toBe(true)
    expect(cut).toBe(false)
    caller.abort()
    expect((await sending).errorClass).toBe('CANCELLED')
    await expect.poll(() => cut).toBe(true)
  })

  test.each(['no headers', 'dripping body'])('X1: the total timeout covers %s', async (kind) => {
    let cut = false
    await using vendor = await startVendor((_seen, answer) => {
      const drip = kind === 'dripping body' ? setInterval(() => answer.write('.'), 20) : undefined
      answer.on('close', () => {
        clearInterval(drip)
        cut = true
      })
    })
    const error = await refused(egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin, { timeoutMs: 150 })))
    expect(error.errorClass).toBe('TIMEOUT')
    await expect.poll(() => cut).toBe(true)
  })

  test('X1: a caller already gone sends nothing', async () => {
    await using vendor = await startVendor((_seen, answer) => answerJson(answer, 200, {}))
    const error = await refused(
      egress({ allowOrigins: [vendor.origin] }).send(get(vendor.origin, { signal: AbortSignal.abort() })),
    )
    expect(error.errorClass).toBe('CANCELLED')
    expect(vendor.seen).toHaveLength(0)
  })

  test('X1: faults of the network and of the answer have their own classes', async () => {
    const garbage = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n\r\n'))
    const silent = createServer((socket) => socket.on('data', () => socket.destroy()))
    await Promise.all(
      [garbage, silent].map((each) => new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))),
    )
    const origins = [garbage, silent].map((each) => `http://127.0.0.1:${(each.address() as AddressInfo).port}`)
    const way = egress({
      allowOrigins: [...origins, 'http://127.0.0.1:1'],
      lookup: async () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
    })
    expect((await refused(way.send(get(origins[0] ?? '')))).errorClass).toBe('MALFORMED_ANSWER')
    expect((await refused(way.send(get(origins[1] ?? '')))).errorClass).toBe('NETWORK')
    expect((await refused(way.send(get('http://127.0.0.1:1')))).message).toContain('refused the connection')
    expect((await refused(way.send(get('https://nobody.example/')))).message).toContain('a name nobody knows')
    expect((await refused(way.send(get(origins[0] ?? '', { headers: { 'x-key': 'a\r\nb' } })))).errorClass).toBe(
      'INVALID_REQUEST',
    )
    garbage.close()
    silent.close()
  })
})
