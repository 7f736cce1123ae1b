import type { IncomingMessage } from 'node:http'
import type { Language } from '@patchbay/schema/catalog.ts'
import { CloseCode, makeServer, type ServerOptions } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql'
import type { YogaServerInstance } from 'graphql-yoga'
import type { Authenticated, Proof } from '../engine/people/contract.ts'
import type { Exchange, UpgradeDoor } from './exchange.ts'
import type { Asker } from './graphql-context.ts'
import { refusal, withoutHttp } from './graphql-errors.ts'
import type { Gate } from './graphql-gate.ts'
import { languageOf } from './graphql-language.ts'
import { proofOf, standingOf } from './graphql-proof.ts'
import { textOfRows } from './graphql-rows.ts'

export interface SocketsOptions {
  readonly yoga: Pick<YogaServerInstance<Asker, object>, 'getEnveloped'>
  readonly gate: Pick<Gate, 'show'>
  readonly authenticate: (proof: Proof) => Promise<Authenticated | null>
  /** How often an open socket is asked whether its viewer may still be here. */
  readonly recheckMs: number
  /** The same for API keys. */
  readonly recheckKeysMs: number
  /** A ping goes out this often; a socket that does not answer by the next one is cut. */
  readonly pingMs: number
}

/** Most operations running on one socket. */
const operationsPerSocket = 100
/** Largest message a client may send. */
const messageBytes = 256 * 1024

interface Extra {
  readonly request: IncomingMessage
  readonly exchange: Exchange
  readonly gone: AbortController
  language: Language
  viewer: Authenticated | null
  again: (() => Promise<Authenticated | null>) | null
}

interface Enveloped {
  readonly execute: (args: ExecutionArgs) => unknown
  readonly subscribe: (args: ExecutionArgs) => unknown
}
type Prepared = ExecutionArgs & { readonly rootValue: Enveloped }
type Options = ServerOptions<Record<string, unknown>, Extra>

/** GraphQL over WebSocket (the graphql-transport-ws protocol), on the same path as HTTP. */
export function createSockets(options: SocketsOptions): {
  readonly upgrade: UpgradeDoor
  readonly close: () => Promise<void>
} {
  const { yoga, gate, authenticate } = options
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
    handleProtocols: (offered) => [...offered].find((name) => name === protocol) ?? false,
  })
  const open = new Map<WebSocket, Extra>()

  const onConnect: Options['onConnect'] = async ({ extra, connectionParams }) => {
    const { request, exchange } = extra
    const again = () => authenticate({ ...proofOf(request, exchange), connectionParams })
    extra.viewer = await again().catch(() => null)
    extra.again = again
    // A page cannot set headers of its socket, so what it says in `connection_init` comes first.
    const wanted = connectionParams?.['accept-language']
    if (typeof wanted === 'string') extra.language = languageOf(wanted)
    // Everything worth a socket needs a viewer; false closes with 4403.
    return extra.viewer !== null
  }

  const onSubscribe: Options['onSubscribe'] = async ({ extra, subscriptions }, _id, payload) => {
    const { viewer, exchange, gone, language } = extra
    const asker: Asker = { viewer, ...exchange, language, signal: gone.signal }
    if (Object.keys(subscriptions).length > operationsPerSocket)
      return [
        withoutHttp(refusal('TOO_MANY_OPERATIONS', `One socket carries at most ${operationsPerSocket} operations.`)),
      ]
    const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped(asker)
    try {
      const document = parse(payload.query)
      const errors: readonly GraphQLError[] = validate(schema, document)
      if (errors.length > 0) return errors.map(withoutHttp)
      const contextValue: unknown = await contextFactory()
      const { operationName, variables } = payload
      const prepared: Prepared = {
        schema,
        document,
        contextValue,
        operationName,
        variableValues: variables ?? {},
        rootValue: { execute, subscribe },
      }
      return prepared
    } catch (error) {
      return [withoutHttp(gate.show(error, asker))]
    }
  }

  const server = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: 5_000,
    onConnect,
    onSubscribe,
    onNext: (_ctx, _id, _payload, _args, result) => {
      const text = textOfRows(result)
      return text === null ? undefined : (new WrittenPayload(text) as object)
    },
    execute: async (args) => bare(await (args as Prepared).rootValue.execute(args)) as never,
    subscribe: async (args) => bare(await (args as Prepared).rootValue.subscribe(args)) as never,
  })

  function serve(socket: WebSocket, request: IncomingMessage, exchange: Exchange): void {
    const language = languageOf(request.headers['accept-language'])
    const extra: Extra = { request, exchange, gone: new AbortController(), language, viewer: null, again: null }
    open.set(socket, extra)
    const stopPinging = keepAlive(socket, options.pingMs)
    const closed = server.opened(
      {
        protocol: socket.protocol,
        // Waiting for the write is the back-pressure a slow client needs: its stream falls behind instead of piling up here.
        send: (message) => {
          const text = WrittenPayload.into(message)
          return new Promise((resolve, reject) =>
            socket.readyState === socket.OPEN
              ? socket.send(text, (error) => (error ? reject(error) : resolve()))
              : resolve(),
          )
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on(
            'message',
            (data) =>
              void take(String(data)).catch(() => socket.close(CloseCode.InternalServerError, 'Internal error')),
          ),
      },
      extra,
    )
    // A message beyond the limit or broken frames: ws closes the socket itself.
    socket.on('error', () => {})
    socket.once('close', (code, reason) => {
      stopPinging()
      open.delete(socket)
      extra.gone.abort()
      void closed(code, String(reason))
    })
  }

  function recheck(kind: Authenticated['kind']): void {
    for (const [socket, { viewer, again }] of open) {
      if (viewer === null || again === null || viewer.kind !== kind) continue
      void standingOf(viewer, again).then((standing) => {
        if (standing === 'gone') socket.close(CloseCode.Forbidden, 'Access ended')
        // Not fatal to clients: they come back and are let in as who they are now.
        else if (standing === 'changed') socket.close(1012, 'Access changed')
      })
    }
  }
  const rechecks = [
    setInterval(() => recheck('USER'), options.recheckMs).unref(),
    setInterval(() => recheck('API_KEY'), options.recheckKeysMs).unref(),
  ]

  return {
    upgrade: (request, socket, head, exchange) =>
      sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, request, exchange)),
    async close() {
      for (const timer of rechecks) clearInterval(timer)
      for (const socket of open.keys()) socket.close(1001, 'Going away')
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
    },
  }
}

const protocol = 'graphql-transport-ws'

/** A result without what it says about HTTP. */
const bare = (result: unknown): unknown => {
  const { errors } = result as ExecutionResult
  return errors === undefined ? result : { ...(result as ExecutionResult), errors: errors.map(withoutHttp) }
}

/**
 * A payload that is JSON text already. graphql-ws writes every message with JSON.stringify and sends the text at once, so
 * the payload leaves a mark in it, always the last member, and is put there on the way out.
 */
class WrittenPayload {
  static readonly #mark = '"payload":null}'
  static #pending: string | null = null
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toJSON(): null {
    WrittenPayload.#pending = this.#text
    return null
  }

  static into(message: string): string {
    const text = WrittenPayload.#pending
    WrittenPayload.#pending = null
    if (text === null) return message
    return `${message.slice(0, -WrittenPayload.#mark.length)}"payload":${text}}`
  }
}

/** Pings a socket and cuts it when an answer stays away. */
function keepAlive(socket: WebSocket, everyMs: number): () => void {
  let alive = true
  socket.on('pong', () => (alive = true))
  const timer = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, everyMs).unref()
  return () => clearInterval(timer)
}
