import { randomUUID } from 'node:crypto'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import { createCallLog, createCalls, createPlainCalls } from '@patchbay/server/engine/calls/calls.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { createCredentials } from '@patchbay/server/engine/oauth/credentials.ts'
import { createOAuth } from '@patchbay/server/engine/oauth/oauth.ts'
import { labCredentials, labShopifyApp } from '@patchbay/server/lab/credentials.ts'
import { startLab, type Lab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { benchVault } from '../support/oauth-bench.ts'
import { openInProcesses } from '../support/refresh-processes.ts'
import { testActor } from '../support/test-provider.ts'

let database: TestDatabase
let lab: Lab
let hub: ReturnType<typeof build>
beforeAll(async () => {
  database = await testDatabase()
  lab = await startLab({ naturalLatencyMs: [0, 0] })
  hub = build()
})
afterAll(async () => {
  await hub.close()
  await lab.close()
  await database.cleanup()
})

/** The machines as the hub puts them together. */
function build() {
  const vault = benchVault()
  const audit = createAudit({ database })
  const egress = createEgress({ allowOrigins: [lab.origin] })
  const log = createCallLog({ database, live: createLive({ database }) })
  const provider = (slug: string) => providers.get(slug)
  const plain = createPlainCalls({ egress, log, labOrigin: lab.origin })
  const credentials = createCredentials({ database, vault, audit, calls: plain, provider })
  const calls = createCalls({ egress, log, credentials, providers: provider, labOrigin: lab.origin })
  const oauth = createOAuth({
    database,
    vault,
    audit,
    calls: plain,
    credentials,
    provider,
    publicUrl: 'http://localhost:1',
  })
  const close = async () => {
    await calls.close()
    await audit.close()
    await egress.close()
  }
  return { vault, calls, oauth, credentials, close }
}

type Slug = keyof typeof labCredentials

async function connect(slug: Slug, values: Readonly<Record<string, string>>): Promise<Connection> {
  const { prisma } = database.system
  const entry = providers.get(slug)!.entry
  const organizationId = randomUUID()
  await prisma.organization.create({ data: { id: organizationId, name: slug, slug: organizationId } })
  const isSecret = (name: string) => entry.fields.find((field) => field.name === name)?.kind === 'secret'
  const pick = (secret: boolean) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => isSecret(name) === secret))
  const connection = await prisma.connection.create({
    data: {
      id: randomUUID(),
      organizationId,
      provider: slug,
      category: entry.category,
      name: entry.name,
      environment: 'SANDBOX',
      status: 'ACTIVE',
      simulated: true,
      settings: pick(false),
    },
  })
  const id = randomUUID()
  const sealed = await hub.vault.seal(JSON.stringify(pick(true)), { organizationId, rowId: id, table: 'Credential' })
  await prisma.credential.create({
    data: { id, organizationId, connectionId: connection.id, kind: 'FIELDS', version: 1, ...sealed },
  })
  return connection
}

/** Goes through the vendor's page as a person who agrees. */
async function authorize(connection: Connection): Promise<void> {
  const { url } = await hub.oauth.start(connection, testActor(connection.organizationId))
  const answer = await fetch(`${url}&auto=allow`, { redirect: 'manual' })
  await hub.oauth.finish(new URL(answer.headers.get('location') ?? '').searchParams)
}

async function steer(slug: Slug, change: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${lab.origin}/_control/vendors/${slug}`, {
    method: 'PATCH',
    body: JSON.stringify(change),
    headers: { 'content-type': 'application/json' },
  })
  expect(answer.status).toBe(200)
}

const bound = (connection: Connection, purpose: 'PROBE' | 'TEST' | 'OPERATION' = 'PROBE') =>
  hub.calls.bind(connection, { actor: testActor(connection.organizationId), purpose, operation: 'test', retries: 0 })

/** Every logged column of an organization's calls, as one text. */
async function logged(organizationId: string): Promise<string> {
  await hub.calls.flush()
  const rows = await database.system.prisma.call.findMany({ where: { organizationId } })
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}

const shopifyApp = {
  shop: labShopifyApp.shop,
  clientId: labShopifyApp.clientId,
  clientSecret: labShopifyApp.clientSecret,
}
const ways: [string, Slug, Readonly<Record<string, string>>][] = [
  ...Object.keys(labCredentials).map((slug): [string, Slug, Readonly<Record<string, string>>] => [
    slug,
    slug as Slug,
    labCredentials[slug as Slug].good,
  ]),
  ['shopify by OAuth', 'shopify', shopifyApp],
]

test.each(ways)(
  'P1: %s: probe and every test step pass through the whole way, and no secret is left behind',
  async (_name, slug, values) => {
    const connection = await connect(slug, values)
    const provider = providers.get(slug)!
    const needsPerson = provider.oauth?.grant === 'authorization_code' && (provider.oauth.applies?.(values) ?? true)
    if (needsPerson) await authorize(connection)
    await provider.probe(bound(connection), {
      id: connection.id,
      environment: 'SANDBOX',
      settings: values,
      baseUrl: null,
    })
    for (const step of provider.tests)
      expect(
        await step.run(bound(connection, 'TEST'), {
          id: connection.id,
          environment: 'SANDBOX',
          settings: values,
          baseUrl: null,
        }),
      ).toMatchObject({ ok: true })
    const everything = await logged(connection.organizationId)
    const token = await hub.credentials.open(connection, testActor(connection.organizationId))
    const secrets = provider.entry.fields.filter((field) => field.kind === 'secret').map((field) => values[field.name])
    for (const secret of [...secrets, token.accessToken]) if (secret) expect(everything).not.toContain(secret)
  },
)

test.each(Object.keys(labCredentials) as Slug[])(
  'T4: %s refuses and repeats the credentials in its answer; the log and the error show none',
  async (slug) => {
    const { good } = labCredentials[slug]
    const provider = providers.get(slug)!
    const spoiled = Object.fromEntries(
      Object.entries(good).map(([name, value]) => [
        name,
        provider.entry.fields.find((field) => field.name === name)?.kind === 'secret'
          ? `${value.slice(0, -6)}canary`
          : value,
      ]),
    )
    const connection = await connect(slug, spoiled)
    await steer(slug, { echoSecrets: true })
    const call =
      slug === 'google-calendar'
        ? authorize(connection)
        : provider.probe(bound(connection), {
            id: connection.id,
            environment: 'SANDBOX',
            settings: spoiled,
            baseUrl: null,
          })
    const error = await refusalOf(call)
    await steer(slug, { echoSecrets: false })
    expect(error).toMatchObject({ code: 'PROVIDER_CALL_FAILED' })
    expect(error.advice).toBeTruthy()
    const everything = `${await logged(connection.organizationId)} ${error.message} ${JSON.stringify(error)}`
    for (const field of provider.entry.fields)
      if (field.kind === 'secret' && spoiled[field.name]) expect(everything).not.toContain(spoiled[field.name])
  },
)

test('C6: a token that ends early is renewed on the way, and the caller does not notice', async () => {
  const connection = await connect('paypal', labCredentials.paypal.good)
  await steer('paypal', { tokenLifetimeSeconds: 1 })
  const provider = providers.get('paypal')!
  const facts = { id: connection.id, environment: 'SANDBOX', settings: {}, baseUrl: null } as const
  await provider.probe(bound(connection), facts)
  await steer('paypal', { tokenLifetimeSeconds: 3600 })
  await expect
    .poll(async () => (await hub.credentials.open(connection, testActor(connection.organizationId))).accessToken)
    .toBeTruthy()
  await provider.probe(bound(connection), facts)
})

test.each(['TRANSIENT', 'LOST_RACE', 'TERMINAL'] as const)(
  'C6: the lab’s refresh fails as %s and ends as it should',
  async (refresh) => {
    const connection = await connect('google-calendar', labCredentials['google-calendar'].good)
    await authorize(connection)
    const where = { connectionId: connection.id }
    const { accessToken } = await hub.credentials.open(connection, testActor(connection.organizationId))
    hub.credentials.reject(connection.id, accessToken ?? '')
    await steer('google-calendar', { refresh })
    const error = await refusalOf(hub.credentials.open(connection, testActor(connection.organizationId)))
    await steer('google-calendar', { refresh: 'OK' })
    const grant = await database.system.prisma.grant.findUniqueOrThrow({ where })
    expect(await database.system.prisma.credential.count({ where: { ...where, kind: 'GRANT' } })).toBe(1)
    if (refresh === 'TRANSIENT') {
      expect(error).toMatchObject({ errorClass: 'UNAVAILABLE' })
      expect(grant).toMatchObject({ state: 'VALID', generation: 1 })
      await expect
        .poll(
          () =>
            hub.credentials.open(connection, testActor(connection.organizationId)).then(
              (opened) => opened.accessToken !== accessToken,
              () => false,
            ),
          { timeout: 5_000 },
        )
        .toBe(true)
    } else {
      expect(error).toMatchObject({ errorClass: 'RECONNECT_REQUIRED' })
      expect(grant).toMatchObject({ state: 'RECONNECT', generation: 1 })
      await authorize(connection)
      expect((await hub.credentials.open(connection, testActor(connection.organizationId))).accessToken).toBeTruthy()
    }
  },
)

test('X1: a cancelled caller is seen cut at the lab', async () => {
  const seen = async () =>
    (await (await fetch(`${lab.origin}/_control/requests?vendor=stripe`)).json()) as { total: number; cut: number }
  const connection = await connect('stripe', labCredentials.stripe.good)
  await steer('stripe', { latencyMs: 60_000 })
  const before = await seen()
  const caller = new AbortController()
  const actor = { ...testActor(connection.organizationId), signal: caller.signal }
  const call = hub.calls.bind(connection, { actor, purpose: 'OPERATION', operation: 'x', retries: 0 })
  const refused = refusalOf(call({ method: 'GET', path: '/v1/balance' }))
  await expect.poll(async () => (await seen()).total).toBe(before.total + 1)
  caller.abort()
  expect(await refused).toMatchObject({ errorClass: 'CANCELLED' })
  await expect.poll(async () => (await seen()).cut).toBe(before.cut + 1)
  await steer('stripe', { latencyMs: 0 })
})

test.runIf(process.env['PATCHBAY_TEST_ENGINE'] === 'postgres')(
  'C6: four hundred callers in four processes at token expiry: one refresh reaches the lab',
  async () => {
    const slug = 'google-calendar'
    const connection = await connect(slug, labCredentials[slug].good)
    await steer(slug, { tokenLifetimeSeconds: 1 })
    await authorize(connection)
    await steer(slug, { tokenLifetimeSeconds: 3600 })
    const where = { connectionId: connection.id }
    const { expiresAt } = await database.system.prisma.grant.findUniqueOrThrow({ where })
    await expect.poll(() => Date.now() > (expiresAt?.getTime() ?? 0), { timeout: 5_000 }).toBe(true)
    const refreshes = async () =>
      ((await (await fetch(`${lab.origin}/_control/vendors/${slug}`)).json()) as { refreshes: number }).refreshes
    const before = await refreshes()
    const task = { url: database.url ?? '', origin: lab.origin, connectionId: connection.id, callers: 100, slug }
    const handed = (await openInProcesses(4, task)).flat()
    expect(new Set(handed).size).toBe(1)
    expect(await refreshes()).toBe(before + 1)
    expect((await database.system.prisma.grant.findUniqueOrThrow({ where })).generation).toBe(2)
  },
)
