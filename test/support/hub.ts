import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createApp, type App, type AppOptions } from '@patchbay/server/app.ts'
import { readConfig, type Environment } from '@patchbay/server/config.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { createLog } from '@patchbay/server/log.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'undici'
import { testDatabase, type TestDatabase } from './database.ts'
import { Events } from './events.ts'

export interface GraphqlAnswer<T> {
  readonly status: number
  readonly data: T
  readonly errors: readonly {
    readonly message: string
    readonly path?: readonly unknown[]
    readonly extensions?: Record<string, unknown>
  }[]
  readonly extensions: Record<string, unknown>
}

export interface AskOptions {
  /** API key; default the hub's bootstrap key. Null sends none. */
  readonly key?: string | null
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface HubOptions {
  /** Settings, as the environment would give them. */
  readonly env?: Environment
  readonly app?: Omit<Partial<AppOptions>, 'log' | 'database'>
  /** A database to use instead of a new one; the caller cleans it up. */
  readonly database?: TestDatabase
}

export interface TestHub {
  readonly url: string
  readonly app: App
  readonly database: TestDatabase
  readonly organizationId: string
  /** Where its keys are kept. */
  readonly dataFolder: string
  /** Owner key of the first organization. */
  readonly apiKey: string
  readonly admin: { readonly email: string; readonly password: string }
  /** Everything the hub wrote to its log, one JSON line each. */
  readonly logs: readonly string[]
  /** What it said to the person at the terminal. */
  readonly said: readonly string[]
  graphql<T = Record<string, never>>(
    query: string,
    variables?: Record<string, unknown>,
    options?: AskOptions,
  ): Promise<GraphqlAnswer<T>>
  /** A subscription over graphql-ws. */
  subscribe<T>(query: string, variables?: Record<string, unknown>, options?: AskOptions): Events<T>
  /** Signs in with a password; the cookie of the session. */
  signIn(email?: string, password?: string): Promise<string>
  /** Another organization, with an owner key of its own. */
  createOrganization(name?: string): Promise<{ readonly organizationId: string; readonly apiKey: string }>
  fetch(path: string, init?: RequestInit): Promise<Response>
  stop(): Promise<void>
}

/** The real hub on a database and a lab of its own, everything in this process. Stop it in afterAll. */
export async function startHub(options: HubOptions = {}): Promise<TestHub> {
  const database = options.database ?? (await testDatabase())
  const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-hub-'))
  const logs: string[] = []
  const said: string[] = []
  const apiKey = newApiKey()
  const admin = { email: 'admin@patchbay.test', password: 'correct horse battery' }
  const env: Environment = {
    PORT: '0',
    PATCHBAY_MODE: 'demo',
    PATCHBAY_DATA_DIR: dataFolder,
    PATCHBAY_BOOTSTRAP_API_KEY: apiKey,
    PATCHBAY_ADMIN_EMAIL: admin.email,
    PATCHBAY_ADMIN_PASSWORD: admin.password,
    PATCHBAY_AUTH_SECRET: randomBytes(32).toString('base64'),
    PATCHBAY_REQUESTS_PER_MINUTE: '0',
    PATCHBAY_SIGN_INS_PER_MINUTE: '10000',
    LOG_LEVEL: 'debug',
    ...options.env,
  }
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logs.push(chunk.toString().trimEnd())
      done()
    },
  })
  const config = readConfig(env, catalog.list())
  const app = await createApp(config, {
    log: createLog({ level: config.logLevel, destination }),
    say: (text) => said.push(text),
    lab: { naturalLatencyMs: [0, 0] },
    demo: false,
    ...options.app,
    database,
  }).catch(async (error: unknown) => {
    if (options.database === undefined) await database.cleanup()
    throw error
  })
  await app.start().catch(async (error: unknown) => {
    await app.stop()
    if (options.database === undefined) await database.cleanup()
    throw error
  })
  const key = env['PATCHBAY_BOOTSTRAP_API_KEY'] ?? apiKey
  const clients: Client[] = []

  const headersOf = (ask: AskOptions): Record<string, string> => ({
    ...(ask.key === null || ask.cookie !== undefined ? {} : { authorization: `Bearer ${ask.key ?? key}` }),
    ...(ask.cookie === undefined ? {} : { cookie: ask.cookie, origin: app.url }),
    ...ask.headers,
  })

  const started: TestHub = {
    url: app.url,
    app,
    database,
    organizationId: app.organizationId,
    dataFolder: config.dataFolder,
    apiKey: key,
    admin,
    logs,
    said,

    async graphql<T>(query: string, variables: Record<string, unknown> = {}, ask: AskOptions = {}) {
      const response = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headersOf(ask) },
        body: JSON.stringify({ query, variables }),
      })
      const body = (await response.json()) as Partial<GraphqlAnswer<T>>
      return {
        status: response.status,
        data: body.data as T,
        errors: body.errors ?? [],
        extensions: body.extensions ?? {},
      }
    },

    subscribe<T>(query: string, variables: Record<string, unknown> = {}, ask: AskOptions = {}) {
      const { cookie, origin, ...params } = headersOf(ask)
      const headers = { ...(cookie ? { cookie } : {}), ...(origin ? { origin } : {}) }
      class Socket extends WebSocket {
        constructor(address: string, protocols: string[]) {
          super(address, { protocols, headers })
        }
      }
      const client = createClient({
        url: `${app.url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: Socket,
        connectionParams: params,
        retryAttempts: 0,
      })
      clients.push(client)
      return new Events<T>((sink) => client.subscribe({ query, variables }, sink))
    },

    async signIn(email = admin.email, password = admin.password) {
      const response = await fetch(`${app.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: app.url },
        body: JSON.stringify({ email, password }),
      })
      if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`)
      return cookieOf(response)
    },

    async createOrganization(name = 'Other') {
      const organizationId = randomUUID()
      const otherKey = newApiKey()
      const { prisma } = database.system
      await prisma.organization.create({ data: { id: organizationId, name, slug: `other-${organizationId}` } })
      await prisma.apiKey.create({
        data: {
          id: randomUUID(),
          organizationId,
          name: 'Test key',
          prefix: prefixOf(otherKey),
          hash: hashApiKey(otherKey),
          role: 'OWNER',
          scopes: ['*'],
        },
      })
      return { organizationId, apiKey: otherKey }
    },

    fetch: (path, init) => fetch(`${app.url}${path}`, init),

    async stop() {
      await Promise.all(clients.map((client) => client.dispose()))
      await app.stop()
      if (options.database === undefined) await database.cleanup()
      rmSync(dataFolder, { recursive: true, force: true })
      // Files of one process keep what their variables hold, long after they ended.
      Object.assign(started, { app: undefined, ...(options.database === undefined ? { database: undefined } : {}) })
    },
  }
  return started
}

/** The cookies an answer sets, as a browser would send them back. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
