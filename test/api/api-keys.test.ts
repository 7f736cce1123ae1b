import { randomUUID } from 'node:crypto'
import type { People } from '@patchbay/server/engine/people/contract.ts'
import { createKeyKeeper } from '@patchbay/server/engine/people/key-keeper.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { plantKey } from '../support/key-attacks.ts'

let hub: TestHub
let shift = 0
beforeAll(async () => {
  hub = await startHub({
    env: { PATCHBAY_TRUSTED_PROXIES: '127.0.0.1,::1' },
    app: { now: () => new Date(Date.now() + shift) },
  })
})
afterAll(() => hub.stop())

const dayMs = 86_400_000
const people = () => hub.app.parts.people as People
const globalId = (id: string) => Buffer.from(`ApiKey:${id}`).toString('base64')

interface Key {
  readonly id: string
  readonly uuid: string
  readonly name: string
  readonly state: string
}
interface Made {
  readonly __typename: string
  readonly message?: string
  readonly secret: string
  readonly apiKey: Key
}

async function change<T = Made>(
  mutation: string,
  input: Record<string, unknown>,
  fields: string,
  key?: string,
): Promise<T> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
  const answer = await hub.graphql<Record<string, T>>(
    `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ... on Error { message code } ... on ${type}Success { ${fields} } } }`,
    { input },
    key === undefined ? {} : { key },
  )
  return answer.data[mutation] as T
}
const create = (name: string, more: Record<string, unknown> = {}) =>
  change('createApiKey', { name, scopes: ['connection:read'], ...more }, 'secret apiKey { id uuid name state }')

async function listed(filter: Record<string, unknown> = {}, search?: string): Promise<string[]> {
  const { data } = await hub.graphql<{ apiKeys: { totalCount: number; edges: { node: Key }[] } }>(
    `query ($filter: ApiKeyFilter, $search: String) { apiKeys(filter: $filter, search: $search, first: 100) { totalCount edges { node { name } } } }`,
    { filter, search: search ?? null },
  )
  expect(data.apiKeys.totalCount).toBe(data.apiKeys.edges.length)
  return data.apiKeys.edges.map((edge) => edge.node.name)
}

describe('Y1: keys through the contract', () => {
  test('are listed by state, environment and words, newest first; ended grants are left out', async () => {
    const later = (days: number) => new Date(Date.now() + days * dayMs).toISOString()
    await create('List active', { rotationDays: 0 })
    await create('List due', { rotationDays: 5 })
    await create('List expiring', { expiresAt: later(3) })
    await create('List grant', { temporary: true, expiresAt: later(0.5), environment: 'DEVELOPMENT' })
    const { apiKey } = await create('List revoked')
    await change('revokeApiKey', { id: apiKey.id, reason: 'Test' }, 'apiKey { state }')
    expect(await listed({}, 'List ')).toEqual([
      'List revoked',
      'List grant',
      'List expiring',
      'List due',
      'List active',
    ])
    expect(await listed({ state: ['REVOKED'] }, 'List')).toEqual(['List revoked'])
    expect(await listed({ state: ['DUE', 'ACTIVE'] }, 'List')).toEqual(['List due', 'List active'])
    expect(await listed({ environment: ['DEVELOPMENT'] }, 'List')).toEqual(['List grant'])
    shift = dayMs
    expect(await listed({}, 'List')).not.toContain('List grant')
    expect(await listed({ state: ['EXPIRED'] }, 'List')).toEqual(['List grant'])
    shift = 0
  })

  test('are shown with their use, addresses and refusals', async () => {
    const { id, key } = await plantKey(hub.database, hub.organizationId, { allowedNetworks: ['94.200.0.0/16'] })
    const ask = (address: string) =>
      hub.graphql('{ viewer { uuid } }', {}, { key, headers: { 'x-forwarded-for': address } })
    for (const address of ['94.200.1.1', '94.200.1.1', '94.200.2.2', '8.8.8.8']) await ask(address)
    await people().flush()
    const { data } = await hub.graphql<{ apiKey: Record<string, never> }>(
      `query ($id: ID!) { apiKey(id: $id) { state permissions allConnections usage { requestsToday refusedToday barSeconds bars { requests refused calls } }
        month: usage(span: MONTH) { bars { requests } }
        addresses { edges { node { ipAddress network country requests } } }
        refusals { edges { node { ipAddress country reason attempts prefix apiKey { uuid } } } } } }`,
      { id: globalId(id) },
    )
    expect(data.apiKey).toMatchObject({
      state: 'ACTIVE',
      allConnections: true,
      usage: { requestsToday: 3, refusedToday: 1, barSeconds: 3600 },
      addresses: {
        edges: [{ node: { ipAddress: '94.200.2.2', country: 'AE', requests: '1' } }, { node: { requests: '2' } }],
      },
      refusals: {
        edges: [
          { node: { ipAddress: '8.8.8.8', country: 'US', reason: 'NETWORK', attempts: 1, apiKey: { uuid: id } } },
        ],
      },
    })
    const { usage, month } = data.apiKey as unknown as Record<string, { bars: { requests: number }[] }>
    expect(usage?.bars).toHaveLength(24)
    expect(usage?.bars.at(-1)).toEqual({ requests: 3, refused: 1, calls: 0 })
    expect(month?.bars).toHaveLength(30)
    expect(month?.bars.at(-1)).toEqual({ requests: 3 })
  })

  test('refused attempts of the organization are a page of their own', async () => {
    await hub.graphql(
      '{ viewer { uuid } }',
      {},
      { key: `pb_live_${'x'.repeat(49)}`, headers: { 'x-forwarded-for': '8.8.4.4' } },
    )
    await people().flush()
    const { data } = await hub.graphql<{ failedAuthentications: { edges: { node: { ipAddress: string } }[] } }>(
      `{ failedAuthentications(filter: { reason: [UNKNOWN] }) { edges { node { ipAddress reason country prefix apiKey { id } } } } }`,
    )
    expect(data.failedAuthentications.edges.map((edge) => edge.node)).toContainEqual({
      ipAddress: '8.8.4.4',
      reason: 'UNKNOWN',
      country: 'US',
      prefix: 'pb_live_xxxxxx',
      apiKey: null,
    })
  })

  test('scopes to give are those the asker holds', async () => {
    const { key } = await plantKey(hub.database, hub.organizationId, { scopes: ['key:read', 'call:read'] })
    const { data } = await hub.graphql<{ keyScopes: { scope: string; noun: string; role: string }[] }>(
      '{ keyScopes { scope noun action description role } }',
      {},
      { key },
    )
    expect(data.keyScopes.map(({ scope }) => scope).toSorted()).toEqual(['call:read', 'key:read'])
    expect(data.keyScopes.find(({ scope }) => scope === 'key:read')).toMatchObject({ noun: 'key', role: 'ADMIN' })
  })
})

describe('Y1: secrets of keys', () => {
  test('appear in the one answer that gives them and nowhere else: no table, log line, metric or other answer', async () => {
    const made = await create('Canary', {
      scopes: ['*'],
      role: 'ADMIN',
      autoRotate: true,
      idempotencyKey: randomUUID(),
    })
    const rotated = await change('rotateApiKey', { id: made.apiKey.id }, 'secret apiKey { id uuid name state }')
    const other = await create('Canary by itself', { scopes: ['*'], role: 'ADMIN', autoRotate: true })
    shift = 90 * dayMs + 1_000
    const { database, vault, alerts, audit, now, newId } = hub.app.parts
    await createKeyKeeper({ database, vault, alerts, audit, now, newId }).keep()
    const sealed = await hub.database.system.prisma.apiKeySuccessor.findMany({
      where: { apiKey: { name: 'Canary by itself' } },
    })
    expect(sealed).toHaveLength(1)
    const fetched = await change<{ secret: string; uuid: string }>(
      'fetchSuccessor',
      { prefix: other.secret.slice(0, 14) },
      'uuid prefix secret oldKeyEndsAt',
      other.secret,
    )
    expect(fetched.uuid).toBe(sealed[0]?.successorId)
    expect(
      (await hub.graphql<{ viewer: { uuid: string } }>('{ viewer { uuid } }', {}, { key: fetched.secret })).data.viewer
        .uuid,
    ).toBe(fetched.uuid)
    const again = await change<{ __typename: string }>('fetchSuccessor', {}, 'uuid', other.secret)
    expect(again.__typename).toBe('ConflictError')
    shift = 0
    await people().flush()
    await hub.app.parts.audit.flush()

    const secrets = [made.secret, rotated.secret, other.secret, fetched.secret]
    expect(new Set(secrets).size).toBe(4)
    const tables = await hub.database.system.sql.query<{ schema: string; table: string }>(
      `select table_schema as schema, table_name as table from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    const answers = JSON.stringify(
      await hub.graphql(
        `{ apiKeys(first: 100) { edges { node { name description prefix revokedReason replaces { name } } } }
           auditEntries(first: 100) { edges { node { action before after } } } alerts(first: 50) { edges { node { title text } } } }`,
      ),
    )
    const metrics = await (await hub.fetch('/metrics')).text()
    for (const secret of secrets) {
      // What follows the part that is shown.
      const rest = secret.slice(14)
      expect(rest.length).toBeGreaterThan(40)
      for (const [where, text] of Object.entries({ answers, metrics, logs: hub.logs.join('\n') }))
        expect(text.includes(rest), where).toBe(false)
      for (const { schema: space, table } of tables)
        expect(
          await hub.database.system.sql.query(
            `select 1 from "${space}"."${table}" t where t::text like $1 or t::text like $2 limit 1`,
            [`%${rest}%`, `%${Buffer.from(rest).toString('hex')}%`],
          ),
          table,
        ).toEqual([])
    }
  })
})
