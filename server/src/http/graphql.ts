import type { ServerResponse } from 'node:http'
import { PatchbayError, RateLimitedError } from '@patchbay/schema/errors.ts'
import { hubSchema } from '@patchbay/schema/schema.ts'
import { createYoga } from 'graphql-yoga'
import type { People } from '../engine/people/contract.ts'
import type { Log } from '../log.ts'
import type { Door, UpgradeDoor } from './exchange.ts'
import { BodyFault, readOperation } from './graphql-body.ts'
import { contextOf, type Asker, type Surroundings } from './graphql-context.ts'
import { createExplorer, wantsPage } from './graphql-explorer.ts'
import { createGate } from './graphql-gate.ts'
import { languageOf, sayLanguage } from './graphql-language.ts'
import { allowOrigin } from './graphql-origins.ts'
import { proofOf } from './graphql-proof.ts'
import { createSockets } from './graphql-sockets.ts'
import { persistedDocuments, withDocumentId, type TrustedDocuments } from './graphql-trusted.ts'
import type { Metrics } from './metrics.ts'

export interface GraphqlOptions extends Surroundings {
  readonly people: Pick<People, 'authenticate' | 'spend' | 'refusedScope'>
  readonly metrics: Pick<Metrics, 'operation'>
  readonly log: Pick<Log, 'error'>
  /** Other origins whose pages may use the API. */
  readonly corsOrigins: readonly string[]
  /** Operations per viewer and minute; 0, the default, is off. */
  readonly operationsPerMinute?: number
  /** The only documents that may run; null, the default, lets every document run. */
  readonly trusted?: TrustedDocuments | null
  /** How often people who stay long are asked whether they may still listen. Default 5,000 ms. */
  readonly recheckMs?: number
  /** The same for API keys. Default 500 ms, as long as an answer is remembered: a revoked key is out within a second. */
  readonly recheckKeysMs?: number
  /** Time between pings of a WebSocket. Default 12,000 ms. */
  readonly pingMs?: number
}

export interface GraphqlDoor {
  readonly handle: Door
  readonly upgrade: UpgradeDoor
  /** Lets go of every subscriber; they come back with their cursors. */
  close(): Promise<void>
}

/** The GraphQL door: HTTP, server-sent events and WebSocket on one path. */
export function createGraphql(options: GraphqlOptions): GraphqlDoor {
  const {
    people,
    metrics,
    log,
    corsOrigins,
    operationsPerMinute = 0,
    trusted = null,
    recheckMs = 5_000,
    recheckKeysMs = 500,
    pingMs = 12_000,
    ...surroundings
  } = options
  const { database, commands, live, catalog, hub, readers, now } = surroundings
  const shared: Surroundings = { database, commands, live, catalog, hub, readers, now }
  const gate = createGate({
    schema: hubSchema(),
    people,
    log,
    metrics,
    operationsPerMinute,
    trusted,
    recheckMs,
    recheckKeysMs,
  })
  const yoga = createYoga<Asker>({
    schema: hubSchema(),
    context: (asker) => contextOf({ ...shared, refusedScope: people.refusedScope }, asker),
    plugins: [persistedDocuments(trusted), gate.plugin],
    graphqlEndpoint: '/graphql',
    // All done before Yoga, or not wanted.
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    parserAndValidationCache: false,
    maskedErrors: false,
    logging: false,
  })
  const sockets = createSockets({
    yoga,
    gate,
    authenticate: (proof) => people.authenticate(proof),
    recheckMs,
    recheckKeysMs,
    pingMs,
  })
  const explorer = createExplorer()

  return {
    upgrade: sockets.upgrade,
    async handle(request, response, exchange) {
      if (allowOrigin(request, response, corsOrigins)) return
      const proof = proofOf(request, exchange)
      const again = () => people.authenticate(proof)
      let viewer: Asker['viewer']
      try {
        viewer = await again()
      } catch (error) {
        return refuseCaller(response, error)
      }
      if (wantsPage(request))
        return viewer === null ? void response.writeHead(302, { location: '/' }).end() : explorer(request, response)
      if (request.method === 'POST') {
        try {
          // Yoga takes an object it finds here for the parsed body.
          Object.assign(request, { body: withDocumentId(await readOperation(request)) })
        } catch (error) {
          if (error instanceof BodyFault) return answer(response, error.status, error.code, error.message)
          throw error
        }
      }
      const gone = new AbortController()
      response.once('close', () => {
        if (!response.writableFinished) gone.abort()
      })
      const language = languageOf(request.headers['accept-language'])
      sayLanguage(response, language)
      const asker: Asker = { viewer, ...exchange, language, signal: gone.signal, again }
      await yoga(request, response, asker)
    },
    async close() {
      await Promise.all([sockets.close(), gate.close()])
    },
  }
}

/** The proof of who is asking was refused. */
function refuseCaller(response: ServerResponse, error: unknown): void {
  if (!(error instanceof PatchbayError)) throw error
  if (!(error instanceof RateLimitedError)) return answer(response, 401, error.code, error.message)
  response.setHeader('retry-after', String(error.retryAfterSeconds))
  answer(response, 429, error.code, error.message)
}

/** A refusal before GraphQL begins, in the shape of GraphQL's own errors. */
function answer(response: ServerResponse, status: number, code: string, message: string): void {
  if (response.headersSent || response.destroyed) return
  // Whatever the caller is still sending is not read: the connection cannot be used again.
  const last = status === 413 ? { connection: 'close' } : {}
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...last,
  })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
