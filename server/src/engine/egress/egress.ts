import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { Agent } from 'undici'
import { acceptedEncodings } from './body.ts'
import type { Egress, EgressRequest, StreamRequest } from './contract.ts'
import { Ending, hearEnd } from './ending.ts'
import { CallCancelled, CallTimedOut, EgressDenied, explain } from './failures.ts'
import { createGuard, type GuardOptions } from './guard.ts'
import { Passage, type Taker } from './passage.ts'
import { isMail, sendMail } from './smtp.ts'
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
    if (isOver(signal)) throw cancellation(signal?.reason, url.host)
    const passage = new Passage(taker)
    const headers = outgoingHeaders(request.headers)
    if (isStreamed(body) && body.length !== null) headers.push('content-length', String(body.length))
    // undici takes any iterable of bytes; its types only know some.
    const sent = { origin: url.origin, path: url.pathname + url.search, method: request.method, headers }
    agent.dispatch({ ...sent, body: body as string | null }, passage)
    return passage
  }

  return {
    async send(request) {
      if (isMail(request.url)) return sendMail(guard, request)
      const url = checked(request)
      const whole = new WholeBody(request)
      const passage = depart(request, url, whole)
      const { signal, timeoutMs } = request
      const timer = setTimeout(() => passage.cancel(new CallTimedOut(url.host, timeoutMs)), timeoutMs)
      const deaf = hearEnd(signal, (reason) => passage.cancel(cancellation(reason, url.host)))
      try {
        return await whole.answer(passage.done)
      } catch (error) {
        throw explain(error, url.host)
      } finally {
        clearTimeout(timer)
        deaf()
      }
    },

    async stream(request, receiver) {
      const url = checked(request)
      const passage = depart(request, url, new StreamTaker(request, receiver))
      const deaf = hearEnd(request.signal, (reason) => passage.cancel(cancellation(reason, url.host)))
      try {
        await passage.done
      } catch (error) {
        throw explain(error, url.host)
      } finally {
        deaf()
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

const isOver = (signal: AbortSignal | Ending | undefined): boolean =>
  signal instanceof Ending ? signal.isOver : signal?.aborted === true

/** The caller's own reason, when it has one in our words: a call's deadline ends its exchange as a time-out. */
function cancellation(reason: unknown, host: string): ProviderCallError {
  return reason instanceof ProviderCallError ? reason : new CallCancelled(host)
}

/** Names and values in turn, as the client takes them without another copy. */
function outgoingHeaders(headers: Readonly<Record<string, string>>): string[] {
  const out: string[] = []
  let isCoded = false
  for (const name in headers) {
    const key = name.toLowerCase()
    if (connectionHeaders.has(key)) continue
    if (key === 'accept-encoding') isCoded = true
    out.push(key, headers[name] ?? '')
  }
  if (!isCoded) out.push('accept-encoding', acceptedEncodings)
  return out
}
