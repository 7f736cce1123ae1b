import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { Agent } from 'undici'
import { acceptedEncodings } from './body.ts'
import type { Egress, EgressRequest, StreamRequest } from './contract.ts'
import { CallCancelled, CallTimedOut, EgressDenied, explain } from './failures.ts'
import { createGuard, type GuardOptions } from './guard.ts'
import { Passage, type Taker } from './passage.ts'
import { StreamTaker } from './stream-taker.ts'
import { WholeBody } from './whole-body.ts'

export type EgressOptions = GuardOptions

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
    // The one clock is the caller's: a vendor that drips a byte a second must not outlive it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  /** Checks the address and lets the request go. */
  function depart(request: EgressRequest | StreamRequest, url: URL, taker: Taker): Passage {
    const { signal, body } = request
    if (signal?.aborted) throw cancellation(signal, url.host)
    const passage = new Passage(taker)
    const headers = outgoingHeaders(request.headers)
    if (isStreamed(body) && body.length !== null) headers['content-length'] = String(body.length)
    // undici takes any iterable of bytes; its types only know some.
    const sent = { origin: url.origin, path: url.pathname + url.search, method: request.method, headers }
    agent.dispatch({ ...sent, body: body as string | null }, passage)
    return passage
  }

  return {
    async send(request) {
      const url = checked(request)
      const whole = new WholeBody(request)
      const passage = depart(request, url, whole)
      const { signal, timeoutMs } = request
      const cancel = () => passage.cancel(cancellation(signal, url.host))
      const timer = setTimeout(() => passage.cancel(new CallTimedOut(url.host, timeoutMs)), timeoutMs)
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        return await whole.answer(passage.done)
      } catch (error) {
        throw explain(error, url.host)
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', cancel)
      }
    },

    async stream(request, receiver) {
      const url = checked(request)
      const passage = depart(request, url, new StreamTaker(request, receiver))
      const { signal } = request
      const cancel = () => passage.cancel(cancellation(signal, url.host))
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        await passage.done
      } catch (error) {
        throw explain(error, url.host)
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },

    check: (url) => guard.checkReach(url),
    close: () => agent.destroy(),
  }

  function checked({ method, url }: EgressRequest | StreamRequest): URL {
    if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method))
      throw new EgressDenied(`The method ${method} is not allowed.`)
    return guard.checkUrl(url)
  }
}

function isStreamed(body: StreamRequest['body']): body is Exclude<StreamRequest['body'], string | Uint8Array | null> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The caller's own reason, when it has one in our words: a call's deadline ends its exchange as a time-out. */
function cancellation(signal: AbortSignal | undefined, host: string): ProviderCallError {
  return signal?.reason instanceof ProviderCallError ? signal.reason : new CallCancelled(host)
}

function outgoingHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = { 'accept-encoding': acceptedEncodings }
  for (const name in headers) {
    const key = name.toLowerCase()
    if (!connectionHeaders.has(key)) out[key] = headers[name] ?? ''
  }
  return out
}
