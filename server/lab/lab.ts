import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { control } from './control.ts'
import { Desks } from './desks.ts'
import { tell } from './emission.ts'
import { Post } from './post.ts'
import { receive } from './receiver-door.ts'
import { Receivers } from './receiver.ts'
import type { LabAnswer, LabRequest } from './twin.ts'
import { json } from './twin.ts'
import type { KeptVendor } from './vendor-desk.ts'

export interface LabOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Milliseconds since 1970. Default Date.now. */
  readonly clock?: () => number
  /** A file that keeps data, counters and used codes over a restart. Default: everything is forgotten. */
  readonly persist?: string
  /** Least and most milliseconds a vendor takes by nature. Default 5 to 60; tests use 0 to 0. */
  readonly naturalLatencyMs?: readonly [number, number]
  /** What carries the vendors' webhooks. Default the platform's fetch. */
  readonly fetch?: typeof fetch
}

export interface Lab {
  /** `http://127.0.0.1:1234`; a vendor's host is at `{origin}/{slug}/{host}`. */
  readonly origin: string
  readonly close: () => Promise<void>
}

const bodyLimit = 5 * 1024 * 1024

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyLimit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toLabRequest(raw: IncomingMessage, url: URL, host: string, path: string, text: string): LabRequest {
  const headers = Object.fromEntries(
    Object.entries(raw.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  const type = headers['content-type'] ?? ''
  return {
    method: raw.method ?? 'GET',
    host,
    path,
    params: {},
    query: url.searchParams,
    headers,
    text,
    form: new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? text : ''),
    json: type.includes('json') ? parseJson(text) : undefined,
  }
}

function send(response: ServerResponse, answer: LabAnswer, cut?: 'before' | 'within'): void {
  const body = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json)
  if (cut === 'before') return void response.destroy()
  response.writeHead(answer.status, {
    ...(answer.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...answer.headers,
    'x-patchbay-lab': 'simulated',
    'content-length': Buffer.byteLength(body),
  })
  if (cut === 'within') response.write(body.slice(0, body.length >> 1), () => response.destroy())
  else response.end(body)
}

function readKept(path: string | undefined): Readonly<Record<string, KeptVendor>> {
  if (path === undefined) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, KeptVendor>
  } catch {
    // First start, or a file cut short by a kill: the lab begins anew, tokens stay good because they carry themselves.
    return {}
  }
}

/** Starts the provider lab: every simulated vendor and the control API on one port. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const clock = options.clock ?? Date.now
  const naturalLatencyMs = options.naturalLatencyMs ?? [5, 60]
  const kept = readKept(options.persist)
  const post = new Post({ fetch: options.fetch ?? fetch, clock })
  const receivers = new Receivers()
  let origin = ''
  const desks = new Desks(
    {
      now: clock,
      naturalLatencyMs,
      origin: () => origin,
      tell: (desk, happening, subscriber) => tell(desk, post, happening, subscriber),
    },
    kept,
  )
  let dirty = false

  const keep = () => {
    if (options.persist === undefined || !dirty) return
    dirty = false
    const everything = desks.keep()
    try {
      // Written beside and renamed: a kill leaves the old file or the new one.
      writeFileSync(`${options.persist}.new`, JSON.stringify(everything), { mode: 0o600 })
      renameSync(`${options.persist}.new`, options.persist)
    } catch {
      // A full disk must not take the hub down with its make-believe vendors; the next turn tries again.
      dirty = true
    }
  }

  async function answerVendor(raw: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, slug = '', host = '', ...rest] = url.pathname.split('/')
    const desk = desks.get(slug)
    if (desk === undefined || !desk.twin.hosts.includes(host)) {
      return send(response, json(404, { error: { code: 'NOT_FOUND', message: `The lab has no ${slug}/${host}.` } }))
    }
    const path = `/${rest.join('/')}`
    const started = performance.now()
    const seen = desk.book.open({
      at: new Date(clock()).toISOString(),
      vendor: slug,
      host,
      method: raw.method ?? 'GET',
      path,
    })
    const left = new AbortController()
    response.once('close', () => {
      if (response.writableEnded) return
      desk.book.markCut(seen)
      left.abort()
    })
    try {
      const text = await bodyOf(raw)
      if (text === null) return send(response, json(413, { error: { code: 'TOO_LARGE', message: 'More than 5 MiB.' } }))
      const served = await desk.serve(toLabRequest(raw, url, host, path, text), seen, clock())
      // Reading an API leaves nothing to keep; a sign-in page hands out codes.
      if (raw.method !== 'GET' || host !== 'api') dirty = true
      if (served.silent) return
      if (served.waitMs > 0) await wait(served.waitMs, undefined, { signal: left.signal })
      if (left.signal.aborted) return
      seen.status = served.answer.status
      seen.latencyMs = Math.round(performance.now() - started)
      send(response, served.answer, served.cut)
    } catch (error) {
      // The caller left while the lab waited or read: nobody is there to answer.
      if (!left.signal.aborted) throw error
    }
  }

  async function answerReceiver(raw: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, , name = ''] = url.pathname.split('/')
    const receiver = receivers.get(name)
    if (receiver === null)
      return send(response, json(404, { error: { code: 'NOT_FOUND', message: 'That is no name of a receiver.' } }))
    const { headers } = toLabRequest(raw, url, '_receiver', url.pathname, '')
    return receive(receiver, { raw, response, headers, read: () => bodyOf(raw), now: clock() })
  }

  const server = createServer((raw, response) => {
    // "//" and absolute targets are no paths of the lab.
    const url = URL.parse(`http://lab.invalid${raw.url ?? '/'}`)
    const work = async () => {
      if (url === null)
        return send(response, json(400, { error: { code: 'BAD_REQUEST', message: 'This is no path.' } }))
      if (url.pathname.startsWith('/_receiver/')) return answerReceiver(raw, response, url)
      if (!url.pathname.startsWith('/_control/')) return answerVendor(raw, response, url)
      const request = toLabRequest(raw, url, '_control', url.pathname, (await bodyOf(raw)) ?? '')
      send(response, control(request, { desks, post, receivers, now: clock() }))
      dirty = true
    }
    work().catch(() => {
      if (!response.headersSent)
        send(response, json(500, { error: { code: 'LAB_FAULT', message: 'The lab itself failed.' } }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const ticker = setInterval(keep, 1000).unref()
  const { address, port, family } = server.address() as AddressInfo
  origin = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  post.open()
  return {
    origin,
    close: async () => {
      clearInterval(ticker)
      post.close()
      keep()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
