import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as send, type ClientRequest, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addConnection, startProxied, type Proxied } from '../support/proxied.ts'
import { streamingVendor } from '../support/streaming-vendor.ts'
import { testProvider } from '../support/test-provider.ts'
import { until } from '../support/until.ts'

const megabyte = Buffer.alloc(1024 * 1024, 'patchbay ')
const packed = gzipSync(JSON.stringify({ hello: 'world', token: 'abcdefgh-secret' }))

let proxied: Proxied
/** Requests that hang at the vendor, and whether they were cut. */
const hanging = new Map<string, { cut: boolean; go: () => void }>()

beforeAll(async () => {
  const vendor = await streamingVendor(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://vendor')
    const size = Number(searchParams.get('mb') ?? 0)
    if (pathname === '/take') {
      const hash = createHash('sha256')
      let bytes = 0
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length
        hash.update(chunk)
      }
      const { 'content-length': length, 'transfer-encoding': coding } = request.headers
      return response.end(JSON.stringify({ bytes, hash: hash.digest('hex'), length, coding }))
    }
    if (pathname === '/give') {
      response.writeHead(200, { 'content-length': size * megabyte.length })
      for (let n = 0; n < size; n++) if (!response.write(megabyte)) await once(response, 'drain')
      return response.end()
    }
    if (pathname === '/hang' || pathname === '/drip') {
      const entry = { cut: false, go: () => void response.write('more\n') }
      hanging.set(searchParams.get('id') ?? '', entry)
      response.on('close', () => (entry.cut = !response.writableFinished))
      if (pathname === '/drip') response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first\n')
      return undefined
    }
    if (pathname === '/half') {
      response.writeHead(200, { 'content-length': 100_000, 'cache-control': 'no-store' }).write('a'.repeat(50_000))
      setTimeout(() => response.destroy(), 20)
      return undefined
    }
    if (pathname === '/early') {
      request.resume()
      return response.writeHead(413).end('too much for me')
    }
    if (pathname === '/big-refusal') return response.writeHead(500).end('x'.repeat(200_000))
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    return response.end(packed)
  })
  proxied = await startProxied(vendor, { env: { PATCHBAY_PROXY_MAX_BYTES: String(300 * megabyte.length) } })
})
afterAll(() => proxied[Symbol.asyncDispose]())

function open(path: string, headers: Record<string, string> = {}, method = 'GET'): ClientRequest {
  const { hostname, port } = new URL(proxied.hub.url)
  const authorization = `Bearer ${proxied.hub.apiKey}`
  return send({
    hostname,
    port,
    method,
    path: `/proxy/${proxied.connection}${path}`,
    agent: false,
    headers: { authorization, ...headers },
  })
}

const answerTo = async (request: ClientRequest): Promise<IncomingMessage> => (await once(request, 'response'))[0]
async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return text
}
async function lastRow() {
  await proxied.hub.app.parts.calls.flush()
  return proxied.hub.database.system.prisma.call.findFirstOrThrow({ orderBy: { seq: 'desc' } })
}

describe('X1: bodies pass by and are never held', () => {
  /** Most memory used while `work` runs, above what was used before. */
  async function growth(work: () => Promise<void>): Promise<number> {
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
    await work()
    clearInterval(watch)
    return most - before
  }

  async function upload(megabytes: number, headers: Record<string, string>) {
    const request = open('/take', headers, 'POST')
    const answered = answerTo(request)
    const hash = createHash('sha256')
    for (let n = 0; n < megabytes; n++) {
      hash.update(megabyte)
      if (!request.write(megabyte)) await once(request, 'drain')
    }
    request.end()
    const response = await answered
    return { sent: hash.digest('hex'), answer: JSON.parse(await textOf(response)) as Record<string, unknown> }
  }

  test('X1: 256 MB go up with their length, in flat memory', async () => {
    const grown = await growth(async () => {
      const { sent, answer } = await upload(256, { 'content-length': String(256 * megabyte.length) })
      expect(answer).toEqual({ bytes: 256 * megabyte.length, hash: sent, length: String(256 * megabyte.length) })
    })
    expect(grown).toBeLessThan(160 * megabyte.length)
    expect(await lastRow()).toMatchObject({ requestBytes: 256 * megabyte.length, ok: true })
  })

  test('X1: 256 MB come down, in flat memory', async () => {
    const grown = await growth(async () => {
      const response = await answerTo(open('/give?mb=256').end())
      expect(response.headers['content-length']).toBe(String(256 * megabyte.length))
      let bytes = 0
      for await (const chunk of response as AsyncIterable<Buffer>) bytes += chunk.length
      expect(bytes).toBe(256 * megabyte.length)
    })
    expect(grown).toBeLessThan(160 * megabyte.length)
    expect(await lastRow()).toMatchObject({ responseBytes: 256 * megabyte.length, ok: true })
  })

  test('X1: what is sent in chunks arrives in chunks', async () => {
    const { sent, answer } = await upload(3, {})
    expect(answer).toEqual({ bytes: 3 * megabyte.length, hash: sent, coding: 'chunked' })
  })

  test('X1: more than the hub takes is refused, announced or not', async () => {
    const announcing = open('/take', { 'content-length': String(400 * megabyte.length) }, 'POST')
    announcing.flushHeaders()
    const announced = await answerTo(announcing)
    expect(announced.statusCode).toBe(413)
    expect(await textOf(announced)).toContain('PATCHBAY_PROXY_MAX_BYTES')
  })

  test('X1: events come one by one, and a caller that leaves is seen by the vendor at once', async () => {
    const request = open('/drip?id=drip')
    const response = await answerTo(request.end())
    const chunks = response.setEncoding('utf8').iterator()
    expect((await chunks.next()).value).toBe('first\n')
    hanging.get('drip')?.go()
    expect((await chunks.next()).value).toBe('more\n')
    request.destroy()
    await until('the vendor sees it', () => hanging.get('drip')?.cut === true)
    await until('it is logged', async () => (await lastRow()).errorClass === 'CANCELLED')
  })

  test('X1: a caller that leaves before the answer', async () => {
    const request = open('/hang?id=hang').on('error', () => {})
    request.end()
    await until('the vendor works', () => hanging.has('hang'))
    request.destroy()
    await until('the vendor sees it', () => hanging.get('hang')?.cut === true)
  })

  test('X1: time is up before the answer begins, and between two pieces of it', async () => {
    const late = await answerTo(open('/hang?id=late', { 'x-patchbay-timeout-ms': '80' }).end())
    expect(late.statusCode).toBe(504)
    expect(JSON.parse(await textOf(late))).toMatchObject({ error: { code: 'TIMEOUT' } })
    await until('the vendor is let go', () => hanging.get('late')?.cut === true)
    const silent = await answerTo(open('/drip?id=silent', { 'x-patchbay-timeout-ms': '80' }).end())
    await expect(textOf(silent)).rejects.toThrow('aborted')
    expect(await lastRow()).toMatchObject({ errorClass: 'TIMEOUT', status: 200, ok: false })
    for (const wrong of ['0', '120001', 'soon', '1.5'])
      expect((await answerTo(open('/give', { 'x-patchbay-timeout-ms': wrong }).end())).statusCode).toBe(400)
  })

  test('X1: an answer that breaks off breaks off for the caller too, and counts as the vendor’s failure', async () => {
    const response = await answerTo(open('/half').end())
    expect(response.statusCode).toBe(200)
    await expect(textOf(response)).rejects.toThrow('aborted')
    expect(await lastRow()).toMatchObject({ errorClass: 'NETWORK', ok: false, attempts: 1, responseBytes: 50_000 })
  })

  test('X1: a vendor that refuses in the middle of the upload is heard', async () => {
    const request = open('/early', { 'content-length': String(64 * megabyte.length) }, 'POST').on('error', () => {})
    const answered = answerTo(request)
    request.write(megabyte)
    const response = await answered
    expect([response.statusCode, await textOf(response)]).toEqual([413, 'too much for me'])
    request.destroy()
  })

  test('X1: a refusal too large to hold passes by whole', async () => {
    const response = await answerTo(open('/big-refusal', {}, 'POST').end())
    expect(response.statusCode).toBe(500)
    expect(await textOf(response)).toHaveLength(200_000)
    expect(await lastRow()).toMatchObject({ errorClass: 'UNAVAILABLE', status: 500, responseBytes: 200_000 })
  })

  test('X1: a caller that stops sending is no failure of the vendor', async () => {
    const request = open(
      '/take',
      { 'x-patchbay-timeout-ms': '100', 'content-length': String(2 * megabyte.length) },
      'POST',
    )
    const answered = answerTo(request.on('error', () => {}))
    request.write(megabyte)
    const response = await answered
    expect(response.statusCode).toBe(408)
    expect(await lastRow()).toMatchObject({ errorClass: 'CANCELLED' })
    request.destroy()
  })

  test('X1: coded bytes pass untouched; the log reads them and leaves the secrets out', async () => {
    const response = await answerTo(open('/coded', { 'accept-encoding': 'gzip' }).end())
    expect(response.headers['content-encoding']).toBe('gzip')
    const chunks: Buffer[] = []
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
    expect(Buffer.concat(chunks)).toEqual(packed)
    expect((await lastRow()).responseBody).toBe('{"hello":"world","token":"[redacted]"}')
  })

  test('X1: a body is asked for only once it is wanted', async () => {
    const { hub } = proxied
    const refused = open(
      '/take',
      { expect: '100-continue', 'content-length': '10', authorization: 'Bearer no' },
      'POST',
    )
    refused.on('continue', () => refused.destroy(new Error('asked for what was not wanted')))
    refused.flushHeaders()
    expect((await answerTo(refused)).statusCode).toBe(401)
    refused.destroy()
    const wanted = open('/take', { expect: '100-continue', 'content-length': '10' }, 'POST')
    wanted.flushHeaders()
    const answered = answerTo(wanted)
    await once(wanted, 'continue')
    wanted.end('0123456789')
    expect(JSON.parse(await textOf(await answered))).toMatchObject({ bytes: 10 })
    expect(hub.logs.join()).not.toContain('a door failed')
  })

  test('X1: a vendor with credentials inside the body gets them there', async () => {
    const vendor = await streamingVendor(async (request, response) => {
      for await (const chunk of request) response.write(chunk)
      response.end()
    })
    const provider = testProvider(vendor.origin, {
      readsBody: true,
      authorize: (request, fields) => ({ ...request, json: { ...(request.json as object), key: fields['apiKey'] } }),
    })
    await using inside = await startProxied(vendor, { traits: provider })
    const body = JSON.stringify({ what: 'this' })
    const answer = await inside.ask('/', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect(answer.json).toEqual({ what: 'this', key: 'sk_live_9fJ2kLmQ8rTvX4yZ' })
    const much = await inside.ask('/', { method: 'POST', headers: { 'content-length': String(2 * megabyte.length) } })
    expect(much.status).toBe(413)
    expect(await addConnection(inside.hub, provider)).toMatch(/-/)
  })
})
