import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { hubSchema } from '@patchbay/schema/schema.ts'
import type { People } from '@patchbay/server/engine/people/contract.ts'
import { newApiKey } from '@patchbay/server/engine/people/key-form.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import { watchFloods } from '@patchbay/server/engine/people/key-floods.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHub, type GraphqlAnswer, type TestHub } from '../support/hub.ts'
import { everyMutation, plantKey, type KeyFacts } from '../support/key-attacks.ts'
import { until } from '../support/until.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startHub({ env: { PATCHBAY_TRUSTED_PROXIES: '127.0.0.1,::1' } })
})
afterAll(() => hub.stop())

const schema = hubSchema()
const viewer = '{ viewer { uuid role connectionIds } }'
interface Viewer {
  readonly viewer: { readonly uuid: string; readonly connectionIds: readonly string[] } | null
}

const plant = (facts?: KeyFacts) => plantKey(hub.database, hub.organizationId, facts)
/** Asks who is asking, as somebody behind the proxy at `address`. */
const from = (address: string, key: string, on: TestHub = hub) =>
  on.graphql<Viewer | null>(viewer, {}, { key, headers: { 'x-forwarded-for': address } })
const codeOf = ({ errors }: Pick<GraphqlAnswer<unknown>, 'errors'>) => errors[0]?.extensions?.['code'] ?? null
const peopleOf = (on: TestHub) => on.app.parts.people as People
/** An address of its own for each test, so that one’s failures are not another’s. */
let hosts = 0
const somewhere = () => `100.${64 + Math.floor((hosts += 1) / 250)}.${hosts % 250}.9`

/** Another replica on the same data. */
async function replica(options: Parameters<typeof startHub>[0] = {}): Promise<TestHub> {
  const { url } = hub.database
  const database =
    url === undefined ? hub.database : { ...(await openDatabase({ url })), url, cleanup: async (): Promise<void> => {} }
  const second = await startHub({
    ...options,
    database,
    env: { PATCHBAY_DATA_DIR: hub.dataFolder, PATCHBAY_BOOTSTRAP_API_KEY: hub.apiKey, ...options.env },
  })
  const stop = async (): Promise<void> => {
    await second.stop()
    if (url !== undefined) await database.close()
  }
  return { ...second, stop }
}

describe('Y2: a refused key', () => {
  const reasons: readonly [string, () => Promise<string>][] = [
    ['unknown', () => Promise.resolve(newApiKey())],
    ['revoked', async () => (await plant({ revokedAt: new Date() })).key],
    ['expired', async () => (await plant({ expiresAt: new Date(Date.now() - 1_000) })).key],
    ['of another network', async () => (await plant({ allowedNetworks: ['198.51.100.0/24'] })).key],
  ]

  test('is answered alike whatever the reason, after the same work', async () => {
    const asked: string[] = []
    const { sql } = hub.database.system
    const { query } = sql
    const answers: unknown[] = []
    const heads: string[] = []
    for (const [, make] of reasons) {
      const key = await make()
      const address = somewhere()
      sql.query = (text, params) => {
        if (text.includes('"ApiKey" k where k."hash"')) asked.push(text)
        return query.call(sql, text, params) as never
      }
      const response = await hub
        .fetch('/graphql', {
          method: 'POST',
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
            'x-forwarded-for': address,
            'x-correlation-id': 'the-same-for-all',
          },
          body: JSON.stringify({ query: viewer }),
        })
        .finally(() => (sql.query = query))
      answers.push([response.status, await response.json()])
      heads.push([...response.headers.keys()].toSorted().join())
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(new Set(heads).size).toBe(1)
    expect(answers[0]).toMatchObject([401, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }])
    // One statement each, the same one; a text that cannot be a key costs none.
    expect(asked).toHaveLength(reasons.length)
    expect(new Set(asked).size).toBe(1)
    const lookups = new URL('../../server/src/engine/people/api-keys.ts', import.meta.url)
    expect(readFileSync(lookups, 'utf8')).toContain('timingSafeEqual(')
  })

  test('that is mistyped, cut or made up costs no look at the database', async () => {
    const { sql } = hub.database.system
    const { query } = sql
    const { key } = await plant()
    await from(somewhere(), `${key.slice(0, -1)}`)
    const asked: string[] = []
    sql.query = (text, params) => {
      if (text.includes('"ApiKey" k where')) asked.push(text)
      return query.call(sql, text, params) as never
    }
    const swapped = key.slice(0, 20) + (key[20] === 'a' ? 'b' : 'a') + key.slice(21)
    for (const bad of [
      swapped,
      key.slice(0, -1),
      `${key}x`,
      key.toUpperCase(),
      'pb_live_',
      'password123',
      'sk_live_4242',
    ])
      expect(codeOf(await from(somewhere(), bad)), bad).toBe('UNAUTHENTICATED')
    sql.query = query
    expect(asked).toEqual([])
  })

  test('is found by its beginning in its own organization, and what may be another secret is not kept', async () => {
    const { id, key } = await plant()
    const address = somewhere()
    const swapped = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
    await from(address, swapped)
    await from(address, 'ghp_oneOfGitHubsTokens0123456789abcdefgh')
    await peopleOf(hub).flush()
    const rows = await hub.database.system.prisma.apiKeyRefusal.findMany({ where: { ipAddress: address } })
    expect(rows).toHaveLength(2)
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ apiKeyId: id, prefix: key.slice(0, 14), reason: 'UNKNOWN' }),
        expect.objectContaining({ apiKeyId: null, prefix: 'ghp_…' }),
      ]),
    )
  })
})

describe('Y2: networks of a key', () => {
  test('hold against the address the proxies vouch for', async () => {
    const { key } = await plant({ allowedNetworks: ['198.51.100.0/24', '2001:db8:7::/48'] })
    expect(codeOf(await from('198.51.100.77', key))).toBeNull()
    expect(codeOf(await from('2001:db8:7:1::1', key))).toBeNull()
    expect(codeOf(await from('198.51.101.77', key))).toBe('UNAUTHENTICATED')
    // What stands left of the first address no proxy of ours wrote is only what the client says.
    expect(codeOf(await from('198.51.100.77, 203.0.113.50', key))).toBe('UNAUTHENTICATED')
    expect(codeOf(await from('203.0.113.50, 198.51.100.77', key))).toBeNull()
    expect(codeOf(await hub.graphql(viewer, {}, { key }))).toBe('UNAUTHENTICATED')
  })

  test('cannot be talked into by a header where no proxy is trusted', async () => {
    const second = await replica({ env: { PATCHBAY_TRUSTED_PROXIES: '' } })
    try {
      const { key } = await plant({ allowedNetworks: ['198.51.100.0/24'] })
      const local = await plant({ allowedNetworks: ['127.0.0.1', '::1'] })
      for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'client-ip', 'true-client-ip'])
        expect(codeOf(await second.graphql(viewer, {}, { key, headers: { [header]: '198.51.100.77' } })), header).toBe(
          'UNAUTHENTICATED',
        )
      expect(codeOf(await from('203.0.113.50', local.key, second))).toBeNull()
    } finally {
      await second.stop()
    }
  })
})

describe('Y2: the rate of a key', () => {
  test('holds over all replicas and doors, and says when to come back', async () => {
    const second = await replica({ env: { PATCHBAY_TRUSTED_PROXIES: '127.0.0.1,::1' } })
    try {
      const { key } = await plant({ ratePerMinute: 12 })
      const asked = await Promise.all(
        Array.from({ length: 40 }, (_, n) => from('100.99.1.1', key, n % 2 === 0 ? hub : second)),
      )
      const good = asked.filter((answer) => codeOf(answer) === null).length
      // A minute may turn in between: then there are two.
      expect([12, 24]).toContain(good)
      expect(asked.filter((answer) => answer.status === 429).length).toBe(40 - good)
      const door = await hub.fetch('/proxy/00000000-0000-7000-8000-000000000000/v1', {
        headers: { authorization: `Bearer ${key}` },
      })
      expect([404, 429]).toContain(door.status)
      const late = await until('a refusal', async () => {
        const response = await hub.fetch('/graphql', {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query: viewer }),
        })
        return response.status === 429 ? response : null
      })
      expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
    } finally {
      await second.stop()
    }
  })
})

describe('Y2: a revoked key', () => {
  const revoke = (id: string) =>
    hub.graphql<{ revokeApiKey: { __typename: string } }>(
      `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename ... on Error { message } } }`,
      { input: { id: Buffer.from(`ApiKey:${id}`).toString('base64'), reason: 'Leaked' } },
    )

  test('is out on another replica as soon as that hears the ring, and its streams end there', async () => {
    // A clock that stands still: nothing remembered there is ever forgotten by time, so what forgets is the ring.
    const still = new Date()
    const second = await replica({ app: { now: () => still }, env: { PATCHBAY_TRUSTED_PROXIES: '127.0.0.1,::1' } })
    try {
      const { id, key } = await plant()
      expect(codeOf(await from('100.99.2.1', key, second))).toBeNull()
      const stream = second.subscribe<{ callLogged: { cursor: string } }>(
        'subscription { callLogged { cursor } }',
        {},
        { key },
      )
      await stream.first('a cursor', () => true)
      const answer = await second.fetch('/graphql', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
          'x-forwarded-for': '100.99.2.1',
        },
        body: JSON.stringify({ query: 'subscription { callLogged { cursor } }' }),
      })
      const events = answer.text()
      expect((await revoke(id)).data.revokeApiKey.__typename).toBe('RevokeApiKeySuccess')
      await until('the other replica refuses', async () => codeOf(await from('100.99.2.1', key, second)) !== null)
      await until('the socket is closed', () => stream.ended)
      expect(await events).toContain('Your access ended')
    } finally {
      await second.stop()
    }
  })

  test('is forgotten within half a second where no ring arrives', async () => {
    let time = Date.now()
    const second = await replica({ app: { now: () => new Date(time) }, env: { PATCHBAY_TRUSTED_PROXIES: '127.0.0.1' } })
    try {
      const { id, key } = await plant()
      expect(codeOf(await from('100.99.3.1', key, second))).toBeNull()
      // Written behind the hub's back: nobody rings.
      await hub.database.system.prisma.apiKey.update({ where: { id }, data: { revokedAt: new Date(time) } })
      time += 501
      expect(codeOf(await from('100.99.3.1', key, second))).toBe('UNAUTHENTICATED')
    } finally {
      await second.stop()
    }
  })
})

describe('Y1: the scopes of a key', () => {
  const attempts = everyMutation(schema, Buffer.from(`Connection:${randomUUID()}`).toString('base64'))
  /** Changes that take another proof than a permission: an invitation's token, the old key. */
  const proven = ['acceptInvitation', 'fetchSuccessor']
  /** Changes to what is the asker's own, which go with reading: anything else in this list would be a hole. */
  const own = ['deleteDashboard', 'markAlertsSeen', 'saveDashboard', 'switchOrganization', 'updateDashboard']

  async function refusals(key: string, wanted: readonly (typeof attempts)[number][]): Promise<string[]> {
    const passed: string[] = []
    for (const { name, query, variables } of wanted) {
      const answer = await hub.graphql<Record<string, { code?: string }> | null>(query, variables, { key })
      const code = answer.data?.[name]?.code ?? codeOf(answer)
      if (code !== 'FORBIDDEN') passed.push(`${name}: ${JSON.stringify([answer.data, answer.errors])}`)
    }
    return passed
  }

  test('a viewer’s key changes nothing, by any mutation of the schema', async () => {
    expect(attempts.length).toBeGreaterThan(50)
    const { key } = await plant({ role: 'VIEWER' })
    const before = await hub.database.system.prisma.auditEntry.count()
    const named = attempts.filter(({ name }) => !proven.includes(name) && !own.includes(name))
    expect(await refusals(key, named)).toEqual([])
    expect(await hub.database.system.prisma.auditEntry.count()).toBe(before)
  })

  test('an owner’s key without one scope is refused by every mutation of that scope', async () => {
    const wanted = [...new Set(attempts.flatMap(({ scope }) => scope ?? []))]
    const all = [...new Set([...wanted, 'connection:read', 'key:read'])]
    for (const scope of wanted) {
      const { key } = await plant({ scopes: all.filter((one) => one !== scope) })
      expect(
        await refusals(
          key,
          attempts.filter((attempt) => attempt.scope === scope),
        ),
        scope,
      ).toEqual([])
    }
  })

  test('a refusal for lack of scope is tracked as such', async () => {
    const { id, key } = await plant({ role: 'VIEWER' })
    await hub.graphql('{ apiKeys { edges { node { id } } } }', {}, { key })
    await peopleOf(hub).flush()
    const rows = await hub.database.system.prisma.apiKeyRefusal.findMany({ where: { apiKeyId: id } })
    expect(rows).toMatchObject([{ reason: 'SCOPE', attempts: 1, prefix: key.slice(0, 14) }])
  })
})

describe('Y3: a flood of ten thousand made-up keys', () => {
  test('is refused, kept in few rows, told, and leaves good keys alone', async () => {
    const { key } = await plant()
    const attacker = '100.98.7.7'
    expect(codeOf(await from(attacker, key))).toBeNull()
    const people = peopleOf(hub)
    const codes = new Map<string, number>()
    const { sql } = hub.database.system
    const { query } = sql
    let looks = 0
    sql.query = (text, params) => {
      if (text.includes('"ApiKey" k where')) looks += 1
      return query.call(sql, text, params) as never
    }
    for (let n = 0; n < 10_000; n += 1) {
      const headers = new Headers({ authorization: `Bearer ${newApiKey()}` })
      const code = await people
        .authenticate({ headers, ipAddress: attacker })
        .then(() => 'LET IN')
        .catch((error: { code: string }) => error.code)
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    sql.query = query
    expect([...codes.keys()].toSorted()).toEqual(['RATE_LIMITED', 'UNAUTHENTICATED'])
    // Thirty looks a minute at most, however many minutes the loop took.
    expect(looks).toBeLessThan(200)
    // The same address, other addresses, and a neighbour.
    expect(codeOf(await from(attacker, key))).toBeNull()
    expect(codeOf(await from('100.97.1.1', key))).toBeNull()
    await people.flush()
    const rows = await hub.database.system.prisma.apiKeyRefusal.findMany({ where: { ipAddress: attacker } })
    expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBe(10_000)
    expect(rows.length).toBeLessThanOrEqual(24)
    const { live, now, newId } = hub.app.parts
    await watchFloods({
      database: hub.database,
      alerts: createAlerts({ database: hub.database, live, now, newId } as never),
      now,
    })
    const told = await hub.database.system.prisma.alert.findMany({ where: { kind: 'key.refused' } })
    expect(told.map((alert) => alert.title)).toContain('Bad API keys from 100.98.7.0/24')
  })
})

describe('Y1: a development key', () => {
  test('reaches sandboxes alone, also those that come later', async () => {
    const connect = (environment: string) =>
      hub.graphql<{ createConnection: { connection: { id: string; uuid: string } } }>(
        `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { ... on CreateConnectionSuccess { connection { id uuid } } ... on Error { message } } }`,
        {
          input: {
            provider: 'stripe',
            name: `Stripe ${randomUUID()}`,
            environment,
            fields: [],
            idempotencyKey: randomUUID(),
          },
        },
      )
    const { key } = await plant({ environment: 'DEVELOPMENT' })
    const seen = async () => {
      const { data } = await hub.graphql<{ connections: { edges: { node: { uuid: string } }[] } }>(
        '{ connections { edges { node { uuid } } } }',
        {},
        { key },
      )
      return data.connections.edges.map((edge) => edge.node.uuid)
    }
    const live = (await connect('LIVE')).data.createConnection.connection
    expect(await seen()).toEqual([])
    const sandbox = (await connect('SANDBOX')).data.createConnection.connection
    await until('the sandbox is within reach', async () => (await seen()).includes(sandbox.uuid))
    expect(await seen()).toEqual([sandbox.uuid])
    const call = (id: string) =>
      hub.graphql<{ callProvider: { code: string } }>(
        `mutation ($input: CallProviderInput!) { callProvider(input: $input) { __typename ... on Error { code message } } }`,
        { input: { connectionId: id, method: 'GET', path: '/v1/balance' } },
        { key },
      )
    expect((await call(live.id)).data.callProvider.code).toBe('NOT_FOUND')
    expect((await call(sandbox.id)).data.callProvider.code).not.toBe('NOT_FOUND')
    const proxied = (uuid: string) =>
      hub.fetch(`/proxy/${uuid}/v1/balance`, { headers: { authorization: `Bearer ${key}` } })
    expect((await proxied(live.uuid)).status).toBe(404)
    expect((await proxied(sandbox.uuid)).status).not.toBe(404)
  })
})
