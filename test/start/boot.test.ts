import { randomBytes, randomUUID } from 'node:crypto'
import { StartError } from '@patchbay/server/app.ts'
import { newApiKey } from '@patchbay/server/engine/people/api-keys.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'undici'
import { testDatabase } from '../support/database.ts'
import { startHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

const key = () => randomBytes(32).toString('base64')
const database = await testDatabase()
afterAll(() => database.cleanup())

async function refusal(keys: string): Promise<StartError> {
  const started = await startHub({ database, env: { PATCHBAY_MASTER_KEYS: keys } }).catch((error: unknown) => error)
  expect(started).toBeInstanceOf(StartError)
  return started as StartError
}

describe('C4: a wrong or missing master key refuses to boot', () => {
  const first = key()

  test('a key is remembered; another one under its id is refused with words that help', async () => {
    const hub = await startHub({ database, env: { PATCHBAY_MASTER_KEYS: `k1:${first}` } })
    const made = await hub.graphql<{ createConnection: { __typename: string } }>(
      `mutation { createConnection(input: { provider: "stripe", name: "Kept", environment: SANDBOX, simulated: true,
        fields: [{ name: "secretKey", value: "sk_test_kept" }], idempotencyKey: "${randomUUID()}" }) { __typename } }`,
    )
    expect(made.data.createConnection.__typename).toBe('CreateConnectionSuccess')
    await hub.stop()

    const wrong = key()
    const error = await refusal(`k1:${wrong}`)
    expect(error.message).toMatch(/"k1".*PATCHBAY_MASTER_KEYS.*is not the key this database knows/)
    expect(error.message).not.toContain(wrong)
  })

  test('a key that sealed something and is gone is named', async () => {
    expect((await refusal(`k2:${key()}`)).message).toMatch(/"k1" is missing: 1 credentials/)
  })

  test('the right key boots again, also behind a new one', async () => {
    const hub = await startHub({ database, env: { PATCHBAY_MASTER_KEYS: `k2:${key()},k1:${first}` } })
    expect((await hub.fetch('/ready')).status).toBe(200)
    await hub.stop()
  })
})

describe('N2: replicas', () => {
  test('two that start together on an empty database make one organization, one administrator, one key', async () => {
    const shared = await testDatabase()
    const env = {
      PATCHBAY_MASTER_KEYS: `k1:${key()}`,
      PATCHBAY_AUTH_SECRET: key(),
      PATCHBAY_BOOTSTRAP_API_KEY: newApiKey(),
    }
    const hubs = await Promise.all([startHub({ database: shared, env }), startHub({ database: shared, env })])
    try {
      const { prisma } = shared.system
      expect([await prisma.organization.count(), await prisma.user.count(), await prisma.apiKey.count()]).toEqual([
        1, 1, 1,
      ])
      for (const hub of hubs) {
        const verdict = await hub.app.parts.audit.verify(hub.organizationId)
        expect(verdict).toMatchObject({ ok: true })
        expect((await hub.graphql<{ viewer: { role: string } }>('{ viewer { role } }')).data.viewer.role).toBe('OWNER')
        // A session of one is a session of the other.
        const cookie = await hub.signIn()
        for (const other of hubs) {
          const asked = await other.graphql<{ viewer: { name: string } }>('{ viewer { name } }', {}, { cookie })
          expect(asked.data.viewer.name).toBe('Administrator')
        }
      }
    } finally {
      for (const hub of hubs) await hub.stop()
      await shared.cleanup()
    }
  })

  test('a web replica answers and leaves the work to a worker', async () => {
    const shared = await testDatabase()
    const env = {
      DATABASE_URL: 'postgresql://in.tests/given',
      PATCHBAY_MASTER_KEYS: `k1:${key()}`,
      PATCHBAY_AUTH_SECRET: key(),
    }
    const web = await startHub({ database: shared, env: { ...env, PATCHBAY_ROLE: 'web' } })
    try {
      const lab = web.app.lab?.origin ?? ''
      await web.graphql(createStripe('Watched'))
      const seen = async () =>
        ((await (await fetch(`${lab}/_control/requests?vendor=stripe`)).json()) as { total: number }).total
      const waiting = () =>
        shared.system.sql.query(`select 1 from pgboss.job where name = 'health.probe' and state = 'created'`)
      await until('the probe is queued', async () => (await waiting()).length > 0)
      expect(await seen()).toBe(0)
      const worker = await startHub({ database: shared, env: { ...env, PATCHBAY_ROLE: 'worker' } })
      const probed = () => shared.system.prisma.probe.count()
      await until('the worker has probed', probed, 20_000)
      await worker.stop()
    } finally {
      await web.stop()
      await shared.cleanup()
    }
  })
})

describe('N4: a graceful stop', () => {
  test('sockets are closed with 1001, so that clients come back with their cursor', async () => {
    const hub = await startHub()
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${hub.apiKey}` } }))
    await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }))
    await hub.stop()
    expect(await closed).toBe(1001)
  })

  test('a request in hand is answered, its call is logged, a new request is not taken', async () => {
    const hub = await startHub()
    const made = await hub.graphql<{ createConnection: { connection: { id: string } } }>(createStripe('Slow'))
    const { id } = made.data.createConnection.connection
    const lab = hub.app.lab?.origin ?? ''
    const requests = async () =>
      ((await (await fetch(`${lab}/_control/requests?vendor=stripe`)).json()) as { total: number }).total
    await until('the first probe is over', requests)
    await fetch(`${lab}/_control/vendors/stripe`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ latencyMs: 700 }),
    })
    const before = await requests()
    const probed = hub.graphql<{ probeConnection: { __typename: string } }>(
      `mutation { probeConnection(input: { id: "${id}" }) { __typename } }`,
    )
    await until('the vendor has been asked', async () => (await requests()) > before)
    const stopped = hub.app.stop()
    expect((await probed).data.probeConnection.__typename).toBe('ProbeConnectionSuccess')
    await stopped
    await expect(hub.fetch('/health')).rejects.toThrow()
    const logged = await hub.database.system.prisma.call.count({ where: { purpose: 'PROBE' } })
    expect(logged).toBeGreaterThanOrEqual(2)
    await hub.stop()
  })
})

function createStripe(name: string): string {
  return `mutation { createConnection(input: { provider: "stripe", name: "${name}", environment: SANDBOX, simulated: true,
    fields: [{ name: "secretKey", value: "${labCredentials.stripe.good.secretKey}" }] })
    { ... on CreateConnectionSuccess { connection { id } } } }`
}
