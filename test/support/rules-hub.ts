import { randomBytes, randomUUID } from 'node:crypto'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor, HubReaders } from '@patchbay/schema/context.ts'
import { globalId } from '@patchbay/schema/node.ts'
import { createCosts } from '@patchbay/server/engine/analytics/costs.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import type { Audit } from '@patchbay/server/engine/audit/contract.ts'
import type { BindOptions } from '@patchbay/server/engine/calls/contract.ts'
import { createCallLog, createCalls } from '@patchbay/server/engine/calls/calls.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { openSecrets } from '@patchbay/server/commands/connection-secrets.ts'
import { createConnectionReader } from '@patchbay/server/engine/calls/connections.ts'
import { isSecretName } from '@patchbay/server/engine/calls/redact-fields.ts'
import { createErasures } from '@patchbay/server/engine/erasure/erasure.ts'
import { createInbound } from '@patchbay/server/engine/inbound/inbound.ts'
import type { Health } from '@patchbay/server/engine/health/contract.ts'
import { createHealth } from '@patchbay/server/engine/health/health.ts'
import type { HealthSettings } from '@patchbay/server/engine/health/settings.ts'
import type { Jobs } from '@patchbay/server/engine/jobs/contract.ts'
import { createLanes } from '@patchbay/server/engine/lanes/lanes.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import type { LiveHub } from '@patchbay/server/engine/live/contract.ts'
import type { Vault } from '@patchbay/server/engine/vault/contract.ts'
import { createVault, localWrapper } from '@patchbay/server/engine/vault/vault.ts'
import { createCommands, type Collaborators } from '@patchbay/server/commands/index.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import { createEndpointKeys } from '@patchbay/server/engine/delivery/keys.ts'
import { createPayloads } from '@patchbay/server/engine/delivery/payloads.ts'
import { createQueryRunner } from '@patchbay/server/http/graphql-runner.ts'
import { newId as timeOrderedId } from '@patchbay/server/app/ids.ts'
import { catalog, providers } from '@patchbay/server/providers/index.ts'
import type { CallAnswer, CallRequest, Provider } from '@patchbay/server/providers/provider.ts'
import { testDatabase, type TestDatabase } from './database.ts'

/** One exchange a scripted vendor is asked for. */
export interface Asked {
  readonly connection: Connection
  readonly options: BindOptions
  readonly request: CallRequest
}

/** What the scripted vendor does: returns the parsed body of a 200, or throws the ProviderCallError of a refusal. */
export type Script = (asked: Asked) => unknown

/** A job that was sent, as the double remembers it. */
export interface SentJob {
  readonly name: string
  readonly data: unknown
  readonly singletonKey: string | null
  readonly startAfter: Date | null
}

/** Rules over a real database, vault, audit chain and live streams; the vendors are scripted, the clock is the test's. */
export interface RulesHub {
  readonly database: TestDatabase
  readonly audit: Audit
  readonly live: LiveHub
  readonly vault: Vault
  readonly health: Health
  readonly collaborators: Collaborators
  readonly commands: ReturnType<typeof createCommands>
  readonly asked: Asked[]
  readonly forgotten: string[]
  readonly clock: { now: Date; advance(ms: number): void }
  script(script: Script): void
  jobs(): Promise<SentJob[]>
  /** A new organization and its owner. */
  organization(): Promise<{ organizationId: string; userId: string; owner: Actor }>
  /** A member of an organization, as an actor. */
  member(organizationId: string, role: 'OWNER' | 'ADMIN' | 'OPERATOR' | 'VIEWER'): Promise<Actor & { memberId: string }>
  close(): Promise<void>
}

export interface RulesHubOptions {
  readonly provider?: (slug: string) => Provider | undefined
  readonly settings?: Partial<HealthSettings>
  readonly lab?: Collaborators['lab']
  readonly overrides?: Partial<Collaborators>
  /** Origin of a running provider lab: calls really go there, through the whole pipeline. */
  readonly labOrigin?: string
}

export async function rulesHub(options: RulesHubOptions = {}): Promise<RulesHub> {
  const database = await testDatabase()
  // Jobs of the double live in a table, so that "commits with the caller's rows" holds for it as for the real queue.
  await database.system.sql.query(
    `create table test_job (n bigint generated always as identity, name text, data jsonb, key text, start timestamptz)`,
  )
  await database.system.sql.query(`create unique index on test_job (name, key)`)
  await database.system.sql.query(`grant select, insert on test_job to hub_app`)
  const clock = {
    now: new Date('2026-11-21T08:00:00.000Z'),
    advance(ms: number) {
      clock.now = new Date(clock.now.getTime() + ms)
    },
  }
  const now = () => clock.now
  // Rows of the event logs are found by the instant inside their id; any other id may be any.
  const newId = (at?: number) => (at === undefined ? randomUUID() : timeOrderedId(at))
  const audit = createAudit({ database, now })
  const live = createLive({ database })
  await live.start()
  const vault = createVault({ wrappers: [localWrapper('k1', randomBytes(32))] })
  const asked: Asked[] = []
  const forgotten: string[] = []
  let script: Script = () => ({ object: 'balance', data: [] })
  const scripted: Collaborators['calls'] = {
    resetBreaker: () => {},
    flush: async () => {},
    send: async () => Promise.reject(new Error('no test of rules sends anything of its own')),
    bind: (connection, bound) => async (request) => {
      const one = { connection, options: bound, request }
      asked.push(one)
      const sent = `${request.method} ${request.path}`
      try {
        const body = await script(one)
        bound.onExchange?.({ sent, received: '200 OK', latencyMs: 5 })
        return answer(body)
      } catch (error) {
        bound.onExchange?.({ sent, received: error instanceof Error ? error.message : 'refused', latencyMs: 5 })
        throw error
      }
    },
  }
  const egress = options.labOrigin === undefined ? null : createEgress({ allowOrigins: [options.labOrigin] })
  // Where endpoints may be: every name leads to one public address, and nothing is sent there.
  const outward = createEgress({ lookup: async () => [{ address: '93.184.216.34', family: 4 }] })
  const pipeline =
    egress &&
    createCalls({
      egress,
      log: createCallLog({ database, live }),
      credentials: {
        open: async (connection) => {
          const { values } = await openSecrets(database, vault, connection)
          return { fields: { ...(connection.settings as Record<string, string>), ...values }, accessToken: null }
        },
        reject: () => {},
      },
      providers: (slug) => providers.get(slug),
      labOrigin: options.labOrigin ?? null,
    })
  const calls = pipeline ?? scripted
  const jobs: Pick<Jobs, 'send'> = {
    async send(name, data, { sql = database.system.sql, singletonKey = null, startAfter = null } = {}) {
      const query = (text: string, values: readonly unknown[]) =>
        '$queryRawUnsafe' in sql ? sql.$queryRawUnsafe(text, ...values) : sql.query(text, values)
      await query(
        `insert into test_job (name, data, key, start) values ($1, $2::jsonb, $3, $4) on conflict do nothing`,
        [name, JSON.stringify(data), singletonKey, startAfter],
      )
    },
  }
  const provider = options.provider ?? ((slug: string) => providers.get(slug))
  const health = createHealth({
    database,
    calls,
    live,
    alerts: createAlerts({ live, now, newId }),
    audit,
    jobs,
    provider,
    now,
    random: () => 0.5,
    newId,
    ...(options.settings ? { settings: options.settings } : {}),
  })
  const facts = { version: '0', demo: true, signIns: [], publicUrl: 'http://hub.test' }
  const queries = createQueryRunner({
    // No document of these tests asks what only a running hub knows.
    surroundings: { database, live, catalog, hub: facts, readers: {} as HubReaders, now },
    newId,
  })
  const payloads = createPayloads({ queries, globalEventId: (id) => globalId('Event', id) })
  const inbound = createInbound({
    database,
    vault,
    audit,
    live,
    provider,
    fetchKey: async (address) => Promise.reject(new Error(`no key at ${address}`)),
    urlOf: (_provider, _connection, { host, path }) => new URL(path, `https://${host}.example`),
    isSecretName,
    publicUrl: 'https://hub.example',
    perMinute: 0,
    now,
    newId: timeOrderedId,
  })
  await inbound.start()
  const collaborators: Collaborators = {
    database,
    vault,
    audit,
    live,
    lanes: createLanes({ database, live, now }),
    alerts: createAlerts({ live, now, newId }),
    costs: createCosts({ book: { refresh: async () => {} }, alerts: createAlerts({ live, now, newId }), now }),
    channels: { canMail: false, test: async () => ({ ok: true, message: 'Not sent.' }) },
    jobs,
    calls,
    connections: createConnectionReader({ database }),
    credentials: { forget: (id) => void forgotten.push(id) },
    oauth: { start: async () => ({ flowId: newId(), url: `https://vendor.example/authorize?state=${newId()}` }) },
    health,
    egress: outward,
    fanOut: createFanOut({ live, now, newId: timeOrderedId }),
    endpointKeys: createEndpointKeys({ database, vault, now, newId: timeOrderedId }),
    payloads,
    inbound,
    registration: { unregister: async () => {} },
    erasures: createErasures({ database, vault, audit, hashKey: randomBytes(32), now, newId }),
    publicUrl: 'https://hub.example',
    people: {
      createUser: async ({ email, name, password }) => {
        const id = newId()
        await database.system.prisma.user.create({ data: { id, email, name } })
        await database.system.prisma.account.create({
          data: { id: newId(), accountId: id, providerId: 'credential', userId: id, password },
        })
        return { id }
      },
      checkPassword: async (email, password) => {
        const account = await database.system.prisma.account.findFirst({ where: { password, user: { email } } })
        return account === null ? null : { id: account.userId }
      },
      forget: () => {},
    },
    provider,
    catalog,
    providerSlugs: [...providers.keys()],
    lab: options.lab === undefined ? { origin: 'http://lab.invalid', fetch } : options.lab,
    requestKey: randomBytes(32),
    now,
    newId,
    newToken: () => randomBytes(24).toString('base64url'),
    ...options.overrides,
  }
  const { prisma } = database.system

  async function user(): Promise<string> {
    const id = newId()
    await prisma.user.create({ data: { id, name: `Person ${id.slice(0, 4)}`, email: `${id}@example.com` } })
    return id
  }
  const actorOf = (organizationId: string, id: string): Actor => ({
    kind: 'USER',
    id,
    name: 'Ada',
    organizationId,
    ipAddress: '192.0.2.7',
    correlationId: newId(),
    connectionIds: [],
  })
  const member: RulesHub['member'] = async (organizationId, role) => {
    const userId = await user()
    const memberId = newId()
    await prisma.member.create({ data: { id: memberId, organizationId, userId, role } })
    return { ...actorOf(organizationId, userId), memberId }
  }

  return {
    database,
    audit,
    live,
    vault,
    health,
    collaborators,
    commands: createCommands(collaborators),
    asked,
    forgotten,
    clock,
    script: (next) => void (script = next),
    jobs: async () => {
      const rows = await database.system.sql.query<{
        name: string
        data: unknown
        key: string | null
        start: string | Date | null
      }>('select name, data, key, start from test_job order by n')
      return rows.map((row) => ({
        name: row.name,
        data: row.data,
        singletonKey: row.key,
        startAfter: row.start === null ? null : new Date(row.start),
      }))
    },
    organization: async () => {
      const organizationId = newId()
      await prisma.organization.create({ data: { id: organizationId, name: 'Noor', slug: organizationId } })
      const owner = await member(organizationId, 'OWNER')
      return { organizationId, userId: owner.id ?? '', owner }
    },
    member,
    close: async () => {
      await inbound.close()
      await pipeline?.close()
      await egress?.close()
      await outward.close()
      await payloads.close()
      await audit.close()
      await live.close()
      await database.cleanup()
    },
  }
}

function answer(body: unknown): CallAnswer {
  const text = JSON.stringify(body)
  return { status: 200, headers: {}, text, json: <T>() => JSON.parse(text) as T }
}
