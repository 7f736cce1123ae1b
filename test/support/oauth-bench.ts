import { createHash, randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import type { Audit } from '@patchbay/server/engine/audit/contract.ts'
import { createCallLog, createPlainCalls, type CallLog } from '@patchbay/server/engine/calls/calls.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import type { Credentials, OAuth } from '@patchbay/server/engine/oauth/contract.ts'
import { createCredentials } from '@patchbay/server/engine/oauth/credentials.ts'
import { createOAuth } from '@patchbay/server/engine/oauth/oauth.ts'
import type { Vault } from '@patchbay/server/engine/vault/contract.ts'
import { createVault, localWrapper } from '@patchbay/server/engine/vault/vault.ts'
import type { OAuthSpec, Provider } from '@patchbay/server/providers/provider.ts'
import { testActor, testProvider } from './test-provider.ts'
import { startTokenVendor, tokenClient, type TokenVendor } from './token-vendor.ts'

/** The same in every process of a test. */
export const benchVault = () =>
  createVault({ wrappers: [localWrapper('k1', createHash('sha256').update('a test').digest())] })

const usual: OAuthSpec = {
  grant: 'authorization_code',
  authorize: { host: 'api', path: '/authorize', params: { access_type: 'offline' } },
  token: { host: 'api', path: '/token' },
  clientAuth: 'form',
  clientIdField: 'clientId',
  clientSecretField: 'clientSecret',
  pkce: true,
  scopes: ['read', 'write'],
  scopeSeparator: ' ',
  refreshRotates: true,
}

/** A provider whose tokens come from `origin`. */
export function oauthProvider(origin: string, spec: Partial<OAuthSpec> = {}): Provider {
  const base = testProvider(origin)
  const fields = base.entry.fields.filter((field) => field.name !== 'apiKey')
  return testProvider(origin, {
    entry: { ...base.entry, fields, authKind: 'OAUTH2_CODE' },
    oauth: { ...usual, ...spec },
  })
}

/** What one process of a hub holds. */
export interface OAuthReplica {
  readonly credentials: Credentials
  readonly oauth: OAuth
  readonly audit: Audit
  readonly log: CallLog
  readonly vault: Vault
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly database: Database
  readonly origin: string
  readonly spec?: Partial<OAuthSpec>
  readonly now?: () => Date
  /** A real provider, whose lab twin is at `origin`. Default: one made for the bench. */
  readonly real?: Provider | undefined
}

export function oauthReplica(options: ReplicaOptions): OAuthReplica {
  const { database, origin, real, spec = {}, now = () => new Date() } = options
  const provider = real ?? oauthProvider(origin, spec)
  const vault = benchVault()
  const audit = createAudit({ database })
  const egress = createEgress({ allowOrigins: [origin] })
  const log = createCallLog({ database, live: createLive({ database }) })
  const calls = createPlainCalls({ egress, log, labOrigin: origin })
  const shared = { database, vault, audit, calls, provider: () => provider, now }
  const credentials = createCredentials(shared)
  const oauth = createOAuth({ ...shared, credentials, publicUrl: 'https://hub.example' })
  return {
    credentials,
    oauth,
    audit,
    log,
    vault,
    async close() {
      await credentials.close()
      await audit.close()
      await log.close()
      await egress.close()
    },
  }
}

/** An organization with a connection whose client id and secret are stored, and, unless told otherwise, a grant. */
export async function makeGrant(
  database: Database,
  options: { readonly refreshToken?: string | null; readonly expiresAt: Date; readonly refreshedAt: Date } | null,
): Promise<{ connection: Connection; actor: Actor }> {
  const { prisma } = database.system
  const organizationId = randomUUID()
  const vault = benchVault()
  const actor = testActor(organizationId)
  await prisma.organization.create({ data: { id: organizationId, name: 'Test', slug: organizationId } })
  const connection = await prisma.connection.create({
    data: {
      id: randomUUID(),
      organizationId,
      provider: 'acme',
      category: 'PAYMENT',
      name: 'Acme',
      environment: 'SANDBOX',
      status: 'ACTIVE',
      settings: { clientId: tokenClient.clientId },
    },
  })
  const seal = async (kind: 'FIELDS' | 'GRANT', value: unknown) => {
    const id = randomUUID()
    const sealed = await vault.seal(JSON.stringify(value), { organizationId, rowId: id, table: 'Credential' })
    await prisma.credential.create({
      data: { id, organizationId, connectionId: connection.id, kind, version: 1, ...sealed },
    })
  }
  await seal('FIELDS', { clientSecret: tokenClient.clientSecret })
  if (options) {
    const { refreshToken = `refresh-token-0-${'r'.repeat(20)}`, expiresAt, refreshedAt } = options
    await seal('GRANT', { accessToken: `access-token-0-${'a'.repeat(20)}`, refreshToken, expiresAt, scopes: ['read'] })
    await prisma.grant.create({
      data: { connectionId: connection.id, organizationId, generation: 1, scopes: ['read'], expiresAt, refreshedAt },
    })
  }
  return { connection, actor }
}

/** A token vendor and replicas of one hub that talk to it, by one clock. */
export interface OAuthBench extends AsyncDisposable {
  readonly vendor: TokenVendor
  readonly clock: { ms: number }
  readonly replica: OAuthReplica
  another(): OAuthReplica
}

/** When a bench's clock starts. */
export const benchStart = Date.parse('2026-11-21T10:00:00Z')
export const hourMs = 3_600_000

export async function oauthBench(database: Database, spec: Partial<OAuthSpec> = {}): Promise<OAuthBench> {
  const vendor = await startTokenVendor()
  const clock = { ms: benchStart }
  const open: OAuthReplica[] = []
  const another = () => {
    const made = oauthReplica({ database, origin: vendor.server.origin, spec, now: () => new Date(clock.ms) })
    open.push(made)
    return made
  }
  return {
    vendor,
    clock,
    another,
    replica: another(),
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((each) => each.close()))
      await vendor[Symbol.asyncDispose]()
    },
  }
}

/** A grant whose token lives an hour, of which `endsInMs` are left at the bench's start. */
export function grantEnding(database: Database, endsInMs: number, refreshToken?: string | null) {
  return makeGrant(database, {
    refreshedAt: new Date(benchStart + endsInMs - hourMs),
    expiresAt: new Date(benchStart + endsInMs),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  })
}
