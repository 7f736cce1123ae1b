import { hubSchema } from '@patchbay/schema/schema.ts'
import { getNamedType, isLeafType, isObjectType, type GraphQLObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { listening } from '../support/statements.ts'

// What is read: as many statements as the query has levels, whatever the number of rows, and only what was asked for.

let hub: TestHub
let database: TestDatabase
let statements: string[] = []

beforeAll(async () => {
  database = await testDatabase()
  hub = await startHub({ database: listening(database, (statement) => statements.push(statement)) })
  const { sql } = database.system
  const { organizationId } = hub
  for (let n = 0; n < 6; n++) {
    const row = await insertAnyRow(sql, 'Connection', {
      organizationId,
      provider: 'stripe',
      category: 'PAYMENT',
      environment: 'LIVE',
      status: 'ACTIVE',
      health: 'DEGRADED',
      healthSince: new Date(),
      createdAt: new Date(1_760_000_000_000 + n * 1000),
    })
    const connectionId = row['id']
    for (let m = 0; m < 7; m++)
      await insertAnyRow(sql, 'Call', {
        organizationId,
        connectionId,
        provider: 'stripe',
        path: `/${n}/${m}`,
        costMicros: 12n,
        errorClass: 'TIMEOUT',
        purpose: 'OPERATION',
        requestHead: '{"accept":"*/*"}',
        steps: '[{"step":"egress","ms":7}]',
      })
    for (const to of ['HEALTHY', 'DOWN', 'DEGRADED'])
      await insertAnyRow(sql, 'HealthTransition', { organizationId, connectionId, from: 'UNKNOWN', to })
    await insertAnyRow(sql, 'Probe', { organizationId, connectionId, state: 'HEALTHY' })
    await insertAnyRow(sql, 'Incident', { organizationId, connectionId, state: 'OPEN' })
    await insertAnyRow(sql, 'Credential', {
      organizationId,
      connectionId,
      kind: 'FIELDS',
      hints: '{"secretKey":"sk_…42"}',
    })
  }
})
beforeEach(() => (statements = []))
afterAll(async () => {
  await hub.stop()
  await database.cleanup()
})

const count = async (query: string): Promise<number> => {
  statements = []
  const answer = await hub.graphql(query)
  expect(answer.errors).toEqual([])
  return statements.length
}

describe('G2: nothing is asked once per row', () => {
  test('a page of connections with provider and latest calls is one statement', async () => {
    expect(
      await count('{ connections { edges { node { name provider { name } recentCalls(first: 5) { path } } } } }'),
    ).toBe(1)
  })

  test('each further level is one statement for all rows', async () => {
    const fields = [
      'lastTest { ok }',
      'grant { state }',
      'credentialHints { hint }',
      'uptime { day } healthStrip { state }',
      'latency { latencyMs }',
      'figures { calls }',
      'openIncidents { uuid }',
      'openIncidents { entries { text } }',
      'a: recentCalls(first: 2) { path } b: recentCalls(first: 3) { status }',
      'recentCalls { requestBody responseBody requestHead { name } }',
      'recentCalls { connection { name } }',
    ]
    const counts = new Map<string, number>()
    for (const field of fields) counts.set(field, (await count(`{ connections { edges { node { ${field} } } } }`)) - 1)
    expect(Object.fromEntries(counts)).toEqual({
      'lastTest { ok }': 0, // never tested: nothing to read
      'grant { state }': 1,
      'credentialHints { hint }': 1,
      'uptime { day } healthStrip { state }': 1,
      'latency { latencyMs }': 1,
      'figures { calls }': 1,
      'openIncidents { uuid }': 1,
      'openIncidents { entries { text } }': 1,
      'a: recentCalls(first: 2) { path } b: recentCalls(first: 3) { status }': 1,
      'recentCalls { requestBody responseBody requestHead { name } }': 1,
      'recentCalls { connection { name } }': 1,
    })
  })

  test('pages of other nouns and the dashboard read what they show', async () => {
    expect(await count('{ calls(first: 50) { edges { node { path connection { name provider { name } } } } } }')).toBe(
      2,
    )
    expect(await count('{ incidents { edges { node { cause connection { name } entries { text } } } } }')).toBe(2)
    expect(await count('{ providers { edges { node { name connectionCount } } } }')).toBe(1)
    expect(await count('{ connections { totalCount } }')).toBe(2)
    expect(await count('{ incidents { totalCount edges { node { ...on Incident { entries { text } } } } } }')).toBe(2)
    expect(await count('{ members { edges { node { name email self } } } }')).toBe(1)
    expect(await count('{ auditEntries { edges { node { action hash } } } organization { name } }')).toBe(2)
    expect(await count('{ viewer { organization { name slug } } }')).toBe(1)
    expect(await count('{ hub { version } viewer { name } }')).toBe(0)
  })

  test('a row is read once with what is asked of it, never again field by field', async () => {
    const { sql } = database.system
    const [row] = await sql.query<{ id: string }>('select "id" from "Incident" limit 1')
    const [member] = await sql.query<{ id: string }>('select "id" from "Member" limit 1')
    const id = Buffer.from(`Incident:${row?.id}`).toString('base64')
    const memberId = Buffer.from(`Member:${member?.id}`).toString('base64')
    const told = 'id cause connection { name } entries { text }'
    const note = (text: string) =>
      `noteIncident(input: { id: "${id}", text: "${text}" }) { ... on NoteIncidentSuccess { incident { ${told} } } }`
    for (const [query, model] of [
      [`{ incident(id: "${id}") { ${told} } }`, 'Incident'],
      [`{ node(id: "${id}") { ... on Incident { ${told} } } }`, 'Incident'],
      [`{ nodes(ids: ["${id}"]) { ... on Incident { ${told} } } }`, 'Incident'],
      [`{ node(id: "${memberId}") { ... on Member { name email role } } }`, 'Member'],
      [`mutation { ${note('one')} }`, 'Incident'],
      [
        'mutation { updateOrganization(input: { name: "N" }) { ... on UpdateOrganizationSuccess { organization { name } } } }',
        'Organization',
      ],
    ] as const) {
      await count(query)
      const reads = statements.filter((statement) => statement.startsWith(`${model}.find`))
      // A mutation's rule reads the row too. OrThrow is how the plugin reads a row again that lacks what is asked.
      if (query.startsWith('{')) expect(reads.length, `${query}: ${reads.join()}`).toBe(1)
      expect(reads.join(), query).not.toContain('OrThrow')
    }
    const twice = await hub.graphql<Record<string, { incident: { entries: { text: string }[] } }>>(
      `mutation { a: ${note('two')} b: ${note('three')} }`,
    )
    expect(twice.data['b']?.incident.entries.map(({ text }) => text)).toEqual(expect.arrayContaining(['two', 'three']))
  })

  test('bodies are read only when asked for', async () => {
    await hub.graphql('{ calls { edges { node { path } } } }')
    expect(statements.join()).not.toMatch(/requestBody|responseBody|requestHead|responseHead|steps|errorMessage/)
    statements = []
    await hub.graphql('{ connections { edges { node { name } } } }')
    expect(statements.join()).not.toMatch(/settings|lastTest|healthReason/)
  })
})

/** Leaf fields of a noun, and objects with their own leaves. */
function selections(type: GraphQLObjectType, depth = 1): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type)
    if (isLeafType(inner)) return [field.name]
    if (!isObjectType(inner) || depth === 0 || inner.name.endsWith('Connection')) return []
    const leaves = selections(inner, 0)
    return leaves.length === 0 ? [] : [`${field.name} { ${leaves.join(' ')} }`]
  })
}

test.each(['Connection', 'Call'])('G2: every field of %s reads alone what it reads in company', async (noun) => {
  const schema = hubSchema()
  const fields = selections(schema.getType(noun) as GraphQLObjectType)
  const root = noun === 'Connection' ? 'connections(first: 2)' : 'calls(first: 2)'
  const read = async (selection: string) => {
    const answer = await hub.graphql<Record<string, { edges: { node: Record<string, unknown> }[] }>>(
      `{ ${root} { edges { node { ${selection} } } } }`,
    )
    expect(answer.errors, selection).toEqual([])
    return Object.values(answer.data)[0]?.edges.map(({ node }) => node) ?? []
  }
  const together = await read(fields.join(' '))
  expect(fields.length).toBeGreaterThan(20)
  for (const field of fields) {
    const [name = ''] = field.split(' ')
    // They move while time goes by: windows of limits begin anew.
    if (name === 'uptime' || name === 'limits') continue
    const alone = await read(field)
    expect(
      alone.map((node) => node[name]),
      field,
    ).toEqual(together.map((node) => node[name]))
  }
})

test('G2: calls read with their connections equal calls read by themselves', async () => {
  const all = selections(hubSchema().getType('Call') as GraphQLObjectType).join(' ')
  const ahead = await hub.graphql<{ connections: { edges: { node: { recentCalls: unknown[] } }[] } }>(
    `{ connections(first: 2) { edges { node { recentCalls(first: 3) { ${all} } } } } }`,
  )
  const loaded = await hub.graphql<typeof ahead.data>(
    `{ connections(first: 2) { edges { node { recentCalls(first: 3) { ${all} } other: recentCalls(first: 1) { uuid } } } } }`,
  )
  expect(ahead.errors).toEqual([])
  const calls = (data: typeof ahead.data) => data.connections.edges.map(({ node }) => node.recentCalls)
  expect(calls(ahead.data)).toEqual(calls(loaded.data))
  expect(calls(ahead.data)[0]).toHaveLength(3)
})
