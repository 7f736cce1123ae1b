import { randomUUID } from 'node:crypto'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startHub, type TestHub } from '../support/hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

async function keyOf(role: string, scopes: string[] = ['*'], connectionIds: string[] = []): Promise<string> {
  const key = newApiKey()
  await hub.database.system.prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId: hub.organizationId,
      name: role,
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      role: role as 'VIEWER',
      scopes,
      connectionIds,
    },
  })
  return key
}

const connection = (name: string) =>
  insertAnyRow(hub.database.system.sql, 'Connection', {
    organizationId: hub.organizationId,
    provider: 'stripe',
    category: 'PAYMENT',
    name,
    status: 'ACTIVE',
    health: 'HEALTHY',
    environment: 'SANDBOX',
  }).then((row) => String(row['id']))

interface Outcome {
  readonly result: { readonly __typename: string; readonly message: string; readonly code: string } & Record<
    string,
    unknown
  >
}
const pause = `mutation ($id: ID!) { result: pauseConnection(input: { id: $id }) {
  __typename ... on Error { message code } ... on NotFoundError { noun } ... on ForbiddenError { needed }
  ... on PauseConnectionSuccess { connection { status version } } } }`

test('G1: expected failures come as typed results, with code, words and data', async () => {
  const id = await connection('To be paused')
  const paused = await hub.graphql<Outcome>(pause, { id: globalId('Connection', id) })
  expect(paused.data.result).toMatchObject({ __typename: 'PauseConnectionSuccess', connection: { status: 'DISABLED' } })

  for (const unknown of [globalId('Connection', randomUUID()), globalId('Incident', id), id, 'junk']) {
    const answer = await hub.graphql<Outcome>(pause, { id: unknown })
    expect(answer.errors).toEqual([])
    expect(answer.data.result).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND', noun: 'connection' })
  }
  const forbidden = await hub.graphql<Outcome>(
    pause,
    { id: globalId('Connection', id) },
    { key: await keyOf('VIEWER') },
  )
  expect(forbidden.data.result).toMatchObject({
    __typename: 'ForbiddenError',
    code: 'FORBIDDEN',
    needed: 'connection:write',
  })
  const stranger = await hub.graphql<Outcome>(pause, { id: globalId('Connection', id) }, { key: null })
  expect(stranger.data.result).toMatchObject({ __typename: 'UnauthenticatedError', code: 'UNAUTHENTICATED' })
})

test('G1: an input with several faults names them all', async () => {
  const answer = await hub.graphql<{ result: { faults: { path: string; message: string }[] } }>(
    `mutation { result: createConnection(input: { provider: "stripe", name: "", environment: SANDBOX, probeIntervalSeconds: 1, simulated: true }) {
      __typename ... on InvalidInputError { faults { path message } } } }`,
  )
  expect(answer.data.result.faults.map(({ path }) => path).toSorted()).toEqual(['name', 'probeIntervalSeconds'])
})

test('T1: a query without the permission is refused alone; the rest of the answer lives', async () => {
  const key = await keyOf('OWNER', ['connection:read'])
  const id = await connection('Read only')
  const answer = await hub.graphql<{ connections: { edges: unknown[] }; auditEntries: null }>(
    `{ connections(first: 1) { edges { node { name recentCalls { uuid } openIncidents { uuid } calls { edges { cursor } } } } } auditEntries { edges { cursor } } }`,
    {},
    { key },
  )
  expect(answer.data.auditEntries).toBeNull()
  expect(answer.data.connections.edges).toEqual([
    { node: { name: 'Read only', recentCalls: null, openIncidents: null, calls: null } },
  ])
  expect(answer.errors).toMatchObject([
    { path: ['auditEntries'], extensions: { code: 'FORBIDDEN', needed: 'audit:read' } },
  ])
  expect(id).toBeTruthy()
})

test('T2: a key narrowed to one connection sees no other, in lists, by id, in calls, incidents and counts', async () => {
  const { sql } = hub.database.system
  const [mine, other] = [await connection('Mine'), await connection('Other')]
  for (const connectionId of [mine, other]) {
    await insertAnyRow(sql, 'Call', { organizationId: hub.organizationId, connectionId, path: '/narrow' })
    await insertAnyRow(sql, 'Incident', { organizationId: hub.organizationId, connectionId, state: 'OPEN' })
  }
  const key = await keyOf('OWNER', ['*'], [mine])
  const answer = await hub.graphql<Record<string, { edges: { node: { uuid: string } }[]; totalCount: number }>>(
    `query ($id: ID!) {
      connections { totalCount edges { node { uuid } } } connection(id: $id) { uuid } node(id: $id) { id }
      calls(search: "narrow") { edges { node { connectionId } } } plain: calls(first: 100) { edges { node { connectionId } } }
      incidents { totalCount edges { node { connection { uuid } } } } dashboard { openIncidents health { total } } callStatistics { calls }
      provider(id: "stripe") { connectionCount } }`,
    { id: globalId('Connection', other) },
    { key },
  )
  expect(answer.errors).toEqual([])
  expect(answer.data).toEqual({
    connections: { totalCount: 1, edges: [{ node: { uuid: mine } }] },
    connection: null,
    node: null,
    calls: { edges: [{ node: { connectionId: globalId('Connection', mine) } }] },
    plain: { edges: [{ node: { connectionId: globalId('Connection', mine) } }] },
    incidents: { totalCount: 1, edges: [{ node: { connection: { uuid: mine } } }] },
    dashboard: { openIncidents: 1, health: { total: 1 } },
    callStatistics: { calls: 1 },
    provider: { connectionCount: 1 },
  })
})

test('G2: a failure nobody expected is masked, logged once, and found by its correlation id', async () => {
  // Breaks one reader, as a bug would.
  const { database, organizationId } = hub
  const tenant = database.tenant(organizationId)
  const prisma = Object.getOwnPropertyDescriptor(tenant, 'prisma') ?? {}
  const findUnique = () => Promise.reject(new Error('relation "secret_table" has burnt'))
  Object.defineProperty(tenant, 'prisma', { ...prisma, get: () => ({ organization: { findUnique } }) })
  try {
    const answer = await hub.graphql<{ hub: unknown; organization: unknown }>(
      '{ hub { version } organization { name } }',
      {},
      { headers: { 'x-correlation-id': 'find-me-in-the-log' } },
    )
    expect(answer.data.hub).toBeTruthy()
    expect(answer.data.organization).toBeNull()
    expect(answer.errors).toMatchObject([
      { path: ['organization'], extensions: { code: 'INTERNAL', correlationId: 'find-me-in-the-log' } },
    ])
    expect(JSON.stringify(answer)).not.toContain('secret_table')
    const lines = hub.logs.filter((line) => line.includes('secret_table'))
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      correlationId: 'find-me-in-the-log',
      path: 'organization',
    })
  } finally {
    Object.defineProperty(tenant, 'prisma', prisma)
  }
})

test('T1: with a session the viewer is a person; without anything only the hub shows itself', async () => {
  const cookie = await hub.signIn()
  const query =
    '{ hub { version demo publicUrl } viewer { kind name role scopes superAdmin organization { name } memberships { role } } }'
  const person = await hub.graphql<{ viewer: { scopes: string[] } }>(query, {}, { cookie })
  expect(person.data).toMatchObject({
    hub: { demo: true, publicUrl: hub.url },
    viewer: { kind: 'USER', role: 'OWNER', superAdmin: true, memberships: [{ role: 'OWNER' }] },
  })
  expect(person.data.viewer.scopes).toContain('vault:write')
  const stranger = await hub.graphql(query, {}, { key: null })
  expect(stranger.data).toMatchObject({ viewer: null })
})
