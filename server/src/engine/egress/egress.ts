import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { Agent } from 'undici'
import { acceptedEncodings, readBody } from './body.ts'
import type { Egress, EgressAnswer, EgressRequest } from './contract.ts'
import { CallCancelled, CallTimedOut, EgressDenied, explain } from './failures.ts'
import { createGuard, type GuardOptions } from './guard.ts'

export type EgressOptions = GuardOptions

const defaultMaxBytes = 5 * 1024 * 1024

/** Belong to the connection, not to the message: the client sets them itself, or they would change whom the connection is for. */
const connectionHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'proxy-authorization',
  'proxy-connection',
])

/** Bodyless by definition, whatever their headers say (RFC 9110, 6.4.1). */
const isBodyless = (method: string, status: number) => method === 'HEAD' || status === 204 || status === 304

/** Builds the guarded way out. Nothing is opened before the first `send`. */
export function createEgress(options: EgressOptions = {}): Egress {
  const guard = createGuard(options)
  const agent = new Agent({
    connect: guard.connect,
    allowH2: false,
    pipelining: 1,
    connections: 256,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 64 * 1024,
    // The one clock is the total timeout below: a vendor that drips a byte a second must not outlive it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  async function exchange(request: EgressRequest, url: URL, signal: AbortSignal): Promise<EgressAnswer> {
    const answer = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method as 'GET',
      headers: outgoingHeaders(request.headers),
      body: request.body,
      signal,
    })
    const headers = flatten(answer.headers)
    if (isBodyless(request.method, answer.statusCode)) {
      await answer.body.dump()
      return { status: answer.statusCode, headers, body: new Uint8Array() }
    }
    const { 'content-encoding': encoding, 'content-length': length, ...rest } = headers
    try {
      const limit = { maxBytes: request.maxBytes ?? defaultMaxBytes, cut: request.overflow === 'cut' }
      const body = await readBody(answer.body, encoding, limit)
      const kept = encoding === undefined && length !== undefined ? { ...rest, 'content-length': length } : rest
      return { status: answer.statusCode, headers: kept, body }
    } catch (error) {
      answer.body.on('error', () => {}).destroy()
      throw error
    }
  }

  return {
    async send(request) {
      if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(request.method))
        throw new EgressDenied(`The method ${request.method} is not allowed.`)
      const url = guard.checkUrl(request.url)
      const cut = new AbortController()
      const cancel = () => cut.abort(cancellation(request.signal, url.host))
      if (request.signal?.aborted) throw cancellation(request.signal, url.host)
      const timer = setTimeout(() => cut.abort(new CallTimedOut(url.host, request.timeoutMs)), request.timeoutMs)
      request.signal?.addEventListener('abort', cancel, { once: true })
      try {
        return await exchange(request, url, cut.signal)
      } catch (error) {
        throw cut.signal.aborted ? cut.signal.reason : explain(error, url.host)
      } finally {
        clearTimeout(timer)
        request.signal?.removeEventListener('abort', cancel)
      }
    },
    check: (url) => guard.checkReach(url),
    close: () => agent.destroy(),
  }
}

/** The caller's own reason, when it has one in our words: a call's deadline ends its exchange as a time-out. */
function cancellation(signal: AbortSignal | undefined, host: string): ProviderCallError {
  return signal?.reason instanceof ProviderCallError ? signal.reason : new CallCancelled(host)
}

function outgoingHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = { 'accept-encoding': acceptedEncodings }
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase()
    if (!connectionHeaders.has(key)) out[key] = value
  }
  return out
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value
  return out
}
