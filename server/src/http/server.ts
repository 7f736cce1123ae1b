import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { correlationOf, refuse, type Door, type Exchange, type UpgradeDoor } from './exchange.ts'
import type { Metrics } from './metrics.ts'

/** The doors behind the one port. */
export interface Doors {
  readonly graphql: Door
  readonly upgrade: UpgradeDoor
  /** /hooks/{token}: webhooks of vendors. */
  readonly hooks: Door
  /** /proxy/{connection}/…: requests passed on to vendors. */
  readonly proxy: Door
  /** /export/{log}.{csv|ndjson}. */
  readonly exports: Door
  /** /api, /oauth, /health, /ready, /metrics. */
  readonly rest: Door
  /** Everything else: the admin. */
  readonly admin: Door
}

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly addressOf: (request: IncomingMessage) => string | null
  readonly newId: () => string
  /** Requests per address and minute; 0 is off. */
  readonly requestsPerMinute: number
  /** Requests to its subdomains are the proxy's. Default null: none. */
  readonly proxyDomain?: string | null
  readonly metrics: Metrics
  readonly log: {
    warn(facts: object, message: string): void
    debug(facts: object, message: string): void
    isLevelEnabled(level: 'debug'): boolean
  }
}

export interface HttpServer {
  readonly port: number
  /** Opens the doors; until then every request but /health is told to come back. */
  mount(doors: Doors): void
  /** Takes no new connections, lets requests in hand finish, and after `patienceMs` cuts what is left. */
  close(patienceMs: number): Promise<void>
}

/** The port could not be opened, in words. */
export class ListenError extends Error {
  readonly code = 'LISTEN'
}

/** Largest request body of any door. */
export const bodyLimit = 1024 * 1024
const restPaths = /^\/(api|oauth|health|ready|metrics)(\/|$|\?)/
const graphqlPath = /^\/graphql(\/|$|\?)/
const exportPath = /^\/export(\/|$|\?)/
const hooksPath = /^\/hooks(\/|$|\?)/

const proxyPath = /^\/proxy(\/|$|\?)/

type Label = 'graphql' | 'exports' | 'hooks' | 'proxy' | 'rest' | 'admin'

function labelOf(url: string): Label {
  if (hooksPath.test(url)) return 'hooks'
  if (proxyPath.test(url)) return 'proxy'
  if (exportPath.test(url)) return 'exports'
  return graphqlPath.test(url) ? 'graphql' : restPaths.test(url) ? 'rest' : 'admin'
}

/** Listens on the one port and leads each request to its door. Resolves once the port is open. */
export async function createServer(options: ServerOptions): Promise<HttpServer> {
  const { addressOf, newId, metrics, log } = options
  const limiter =
    options.requestsPerMinute > 0 ? new RateLimiterMemory({ points: options.requestsPerMinute, duration: 60 }) : null
  let doors: Doors | null = null
  let closing = false
  const proxyHosts = options.proxyDomain ? `.${options.proxyDomain}` : null
  const isProxied = ({ headers }: IncomingMessage): boolean =>
    proxyHosts !== null && headers.host?.replace(/:\d+$/, '').endsWith(proxyHosts) === true

  const exchangeOf = (request: IncomingMessage): Exchange => ({
    correlationId: correlationOf(request, newId),
    ipAddress: addressOf(request),
    closing,
  })

  async function answer(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    const url = request.url ?? '/'
    const label = isProxied(request) ? 'proxy' : labelOf(url)
    observe(request, response, exchange, label)
    // The proxy has times of its own: a body of gigabytes may take long.
    if (label !== 'proxy' && (request.headers['transfer-encoding'] ?? request.headers['content-length']))
      limitTime(request, response)
    // Vendors send for everybody from a few addresses, so this door counts by source; its answers are for machines, and it
    // writes the whole head at once, this hub's own headers with it.
    if (label === 'hooks' && doors !== null) return void (await doors.hooks(request, response, exchange))
    // The same goes for this one, which counts by caller and has its own limits of size and time.
    if (label === 'proxy' && doors !== null) return void (await doors.proxy(request, response, exchange))
    ownHeaders(response, exchange)
    if (doors === null) return startingUp(request, response)
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit)
      return refuse(response, 413, 'BODY_TOO_LARGE', `A request body may have ${bodyLimit} bytes.`, {
        connection: 'close',
      })
    if (limiter && !/^\/(health|ready)/.test(url)) {
      const wait = await secondsToWait(limiter, exchange.ipAddress ?? 'unknown')
      if (wait > 0)
        return refuse(response, 429, 'RATE_LIMITED', `Too many requests. Try again in ${wait} s.`, {
          'retry-after': `${wait}`,
        })
    }
    await doors[label](request, response, exchange)
  }

  function observe(request: IncomingMessage, response: ServerResponse, exchange: Exchange, label: Label): void {
    const began = performance.now()
    response.on('close', () => {
      const seconds = (performance.now() - began) / 1000
      const status = response.statusCode
      metrics.request(label, status, seconds)
      const isFailure = status >= 500 && status !== 503
      // What nobody will read is not put together.
      if (!isFailure && !log.isLevelEnabled('debug')) return
      const facts = {
        correlationId: exchange.correlationId,
        method: request.method,
        path: pathOf(request),
        status,
        ms: Math.round(seconds * 1000),
      }
      if (isFailure) log.warn(facts, 'request failed')
      else log.debug(facts, 'request')
    })
  }

  const server = createHttpServer(
    {
      maxHeaderSize: 16 * 1024,
      // A client that sends slowly on purpose holds a socket this long and no longer.
      headersTimeout: 15_000,
      // A large body may take its time through the proxy; the other doors limit theirs (limitTime).
      requestTimeout: 0,
      keepAliveTimeout: 20_000,
      connectionsCheckingInterval: 5_000,
      // Offers of another protocol that nobody here takes up (h2c by some clients) are passed over, not refused.
      shouldUpgradeCallback: (request) => graphqlPath.test(request.url ?? '') && !isProxied(request),
    },
    (request, response) => {
      const exchange = exchangeOf(request)
      answer(request, response, exchange).catch((error: unknown) => {
        log.warn({ error, path: pathOf(request) }, 'a door failed')
        ownHeaders(response, exchange)
        refuse(response, 500, 'INTERNAL', 'Something went wrong here. The correlation id finds it in the log.')
      })
    },
  )
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (doors === null || closing || !graphqlPath.test(request.url ?? '')) {
      socket.end(
        `HTTP/1.1 ${doors === null || closing ? '503 Service Unavailable' : '404 Not Found'}\r\nconnection: close\r\n\r\n`,
      )
      return
    }
    doors.upgrade(request, socket, head, exchangeOf(request))
  })
  // The proxy asks for a body once it knows that it wants it; everybody else always does.
  server.on('checkContinue', (request, response) => {
    if (!isProxied(request) && labelOf(request.url ?? '/') !== 'proxy') response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
  })

  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    mount(opened) {
      doors = opened
    },
    async close(patienceMs) {
      closing = true
      const done = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      // A connection whose answer goes out now would be kept alive for a next request that is not wanted.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
      await done
      clearTimeout(cut)
      clearInterval(sweep)
    },
  }
}

function listen(server: ReturnType<typeof createHttpServer>, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words: Record<string, string> = {
        EADDRINUSE: `Port ${port} on ${host} is taken by another program. Stop it, or choose another port: PORT=4001 npm start`,
        EACCES: `Port ${port} may not be opened by this user. Ports below 1024 need rights: choose another one with PORT.`,
        EADDRNOTAVAIL: `${host} is not an address of this machine. Check HOST.`,
      }
      reject(
        new ListenError(words[error.code ?? ''] ?? `The port cannot be opened: ${error.message}`, { cause: error }),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

/** A client that sends its body slowly on purpose holds a socket this long and no longer. */
const bodyTimeMs = 60_000

function limitTime(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy()
  }, bodyTimeMs)
  response.once('close', () => clearTimeout(timer))
}

/** 0 when the request may go on. */
async function secondsToWait(limiter: RateLimiterMemory, address: string): Promise<number> {
  try {
    await limiter.consume(address)
    return 0
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
  }
}

/** Path without its query, which may hold an authorization code, and without a source's token, which opens it. */
function pathOf(request: IncomingMessage): string {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  // What follows is the vendor's business, and in the log of calls.
  if (proxyPath.test(path)) return path.split('/', 3).join('/')
  return hooksPath.test(path) ? '/hooks/…' : path
}

function ownHeaders(response: ServerResponse, { correlationId, closing }: Exchange): void {
  if (response.headersSent) return
  response.setHeader('x-correlation-id', correlationId)
  if (closing) response.setHeader('connection', 'close')
}

function startingUp(request: IncomingMessage, response: ServerResponse): void {
  if (pathOf(request) === '/health') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"alive"}')
  } else if (request.headers.accept?.includes('text/html')) {
    response.writeHead(503, { 'content-type': 'text/html; charset=utf-8', 'retry-after': '1', refresh: '1' })
    response.end(
      '<!doctype html><meta charset="utf-8"><title>Patchbay</title><p>Patchbay is starting. This page opens by itself.',
    )
  } else refuse(response, 503, 'STARTING', 'The hub is starting.', { 'retry-after': '1' })
}
