import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Actor } from '@patchbay/schema/context.ts'
import { ForbiddenError, InvalidInputError, NotFoundError, RateLimitedError } from '@patchbay/schema/errors.ts'
import { readGlobalId } from '@patchbay/schema/node.ts'
import { holds } from '@patchbay/schema/scopes.ts'
import type { ConnectionReader } from '../engine/calls/connections.ts'
import type { Calls, RawRequest } from '../engine/calls/contract.ts'
import { readsBody } from '../engine/calls/outgoing.ts'
import { passedHeaders, passedPath } from '../engine/calls/passing.ts'
import { readWhole, replayBytes, RequestBody, RequestTooLarge } from '../engine/calls/request-body.ts'
import { Ending } from '../engine/egress/ending.ts'
import type { Authenticated, People } from '../engine/people/contract.ts'
import type { Provider } from '../providers/provider.ts'
import type { Door, Exchange } from './exchange.ts'
import { MinuteCounter } from './minute-counter.ts'
import { passOn } from './proxy-answer.ts'
import { callerOf } from './proxy-caller.ts'
import { answerRefusal, refusalOf } from './proxy-errors.ts'

export interface ProxyOptions {
  readonly people: Pick<People, 'authenticate' | 'spend' | 'refusedScope'>
  readonly connections: Pick<ConnectionReader, 'find'>
  readonly calls: Pick<Calls, 'stream'>
  readonly provider: (slug: string) => Provider | undefined
  /** Largest body of a request, in bytes. */
  readonly maxBytes: number
  /** Requests of one caller and minute; 0 is off. */
  readonly requestsPerMinute: number
  /** Its subdomains are connections: `{connection}.domain`, `{connection}--{host}.domain`. Null without one. */
  readonly domain: string | null
  readonly log: { error(facts: object, message: string): void }
}

/** Largest body that credentials are put into, in bytes. */
const readBytes = 1024 * 1024
const defaultTimeoutMs = 30_000
const longestTimeoutMs = 120_000
const methods = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/
const address = /^\/proxy\/([^/?]{1,200})(?:\/@([a-z0-9-]{1,40}))?([/?][^]*)?$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Where a request wants to go. */
interface Place {
  readonly connectionId: string
  readonly host: string
  /** With its query. */
  readonly path: string
}

/**
 * /proxy/{connection}/{path}: any request to the connection's provider. Who asks → how often → which connection → what goes
 * along → the call pipeline → the answer as it comes.
 */
export function proxyDoor(options: ProxyOptions): Door {
  const { people, connections, calls, maxBytes } = options
  // Credentials go into the body, or a signature over it: then it is read whole before it leaves.
  const wantsBody = (slug: string): boolean => {
    const provider = options.provider(slug)
    return provider !== undefined && readsBody(provider)
  }
  const counter = new MinuteCounter(options.requestsPerMinute)

  async function pass(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    const { viewer, key } = await callerOf(people, request, exchange)
    if (!holds(viewer, 'call:send')) {
      people.refusedScope(viewer, exchange.ipAddress)
      throw new ForbiddenError('call:send')
    }
    const waitSeconds = counter.count(viewer.id)
    if (waitSeconds > 0) throw new RateLimitedError(waitSeconds)
    await people.spend(viewer, exchange.ipAddress)
    const place = placeOf(request, options.domain)
    const connection = await connections.find(viewer.organizationId, place.connectionId)
    if (connection === null) throw new NotFoundError('connection', place.connectionId)
    const timeoutMs = timeoutOf(request)
    const body = hasBody(request) ? await bodyOf(request, response, timeoutMs, wantsBody(connection.provider)) : null
    const gone = new Ending()
    response.once('close', () => {
      if (!response.writableFinished) gone.end()
    })
    const headers = passedHeaders(request.headers, key)
    headers['user-agent'] ??= 'Patchbay'
    // Whoever says nothing of codings gets none.
    headers['accept-encoding'] ??= 'identity'
    const raw: RawRequest = {
      method: request.method ?? 'GET',
      host: place.host,
      path: passedPath(place.path, key),
      headers,
      body,
      safe: isSafe(request.headers['x-patchbay-safe']),
      signal: gone,
    }
    const bound = { actor: actorOf(viewer, exchange), purpose: 'PROXY', operation: 'proxy', timeoutMs } as const
    const { correlationId } = exchange
    const isLast = () => exchange.closing || !request.complete
    await calls.stream(connection, bound, raw, passOn(response, { correlationId, connectionId: connection.id, isLast }))
    response.end()
  }

  async function bodyOf(
    request: IncomingMessage,
    response: ServerResponse,
    timeoutMs: number,
    isWanted: boolean,
  ): Promise<RawRequest['body']> {
    const announced = request.headers['content-length']
    const length = announced === undefined ? null : Number(announced)
    const most = isWanted ? Math.min(readBytes, maxBytes) : maxBytes
    if (length !== null && length > most) throw new RequestTooLarge(most)
    // Only now is the body wanted (RFC 9110, 10.1.1): a refusal would have come instead of it.
    if (request.headers.expect !== undefined) response.writeContinue()
    if (isWanted || (length !== null && length <= replayBytes)) return readWhole(request, most, timeoutMs)
    return new RequestBody(request, { length, maxBytes })
  }

  return async (request, response, exchange) => {
    try {
      await pass(request, response, exchange)
    } catch (error) {
      const { correlationId } = exchange
      const refusal = refusalOf(error)
      if (refusal === null) options.log.error({ error, correlationId }, 'a proxied request failed')
      const unknown = {
        status: 500,
        code: 'INTERNAL',
        message: 'Something went wrong here. The correlation id finds it in the log.',
        advice: null,
        retryAfterSeconds: null,
        callId: null,
      }
      answerRefusal(response, refusal ?? unknown, { correlationId, isLast: exchange.closing || !request.complete })
    }
  }
}

const isSafe = (given: string | string[] | undefined): boolean => given === '1' || given === 'true'

function hasBody({ headers }: IncomingMessage): boolean {
  const announced = headers['content-length']
  return announced === undefined ? headers['transfer-encoding'] !== undefined : Number(announced) !== 0
}

/** @throws InvalidInputError for an address that is none of this door */
function placeOf(request: IncomingMessage, domain: string | null): Place {
  const { method = '', url = '/', headers } = request
  if (!methods.test(method)) throw faulty('method', `${method} is not passed on.`)
  const [given, named, rest] = byDomain(headers.host, url, domain) ?? byPath(url)
  const id = connectionIdOf(given)
  if (id === null) throw new NotFoundError('connection', given)
  const host = named ?? headers['x-patchbay-host'] ?? 'api'
  if (typeof host !== 'string' || !/^[a-z0-9-]{1,40}$/.test(host))
    throw faulty('x-patchbay-host', 'This is no name of a host.')
  return { connectionId: id, host, path: rest.startsWith('/') ? rest : `/${rest}` }
}

type Parts = readonly [connection: string, host: string | undefined, path: string]

function byDomain(host: string | undefined, url: string, domain: string | null): Parts | null {
  const name = host?.replace(/:\d+$/, '').toLowerCase()
  if (domain === null || name?.endsWith(`.${domain}`) !== true) return null
  const [connection = '', named] = name.slice(0, -domain.length - 1).split('--', 2)
  return [connection, named, url]
}

function byPath(url: string): Parts {
  const [, connection = '', named, rest = '/'] = address.exec(url) ?? []
  return [connection, named, rest]
}

/** A connection by its uuid or its global id. */
function connectionIdOf(text: string): string | null {
  if (uuid.test(text)) return text.toLowerCase()
  try {
    return readGlobalId('Connection', decodeURIComponent(text))
  } catch {
    return null
  }
}

function timeoutOf({ headers }: IncomingMessage): number {
  const given = headers['x-patchbay-timeout-ms']
  if (given === undefined) return defaultTimeoutMs
  const ms = Number(given)
  if (Number.isInteger(ms) && ms >= 1 && ms <= longestTimeoutMs) return ms
  throw faulty('x-patchbay-timeout-ms', `From 1 to ${longestTimeoutMs} milliseconds.`)
}

const faulty = (path: string, message: string) => new InvalidInputError([{ path, message }])

function actorOf(viewer: Authenticated, { ipAddress, correlationId }: Exchange): Actor {
  const { kind, id, name, organizationId, connectionIds, sessionId } = viewer
  return { kind, id, name, organizationId, connectionIds, sessionId, ipAddress, correlationId }
}
