import { randomUUID } from 'node:crypto'
import { hubSchema } from '@patchbay/schema/schema.ts'
import { callMatcher } from '@patchbay/schema/load/call-filter.ts'
import type { LiveCall } from '@patchbay/schema/events.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startHub, type TestHub } from '../support/hub.ts'

let hub: TestHub
const ids: string[] = []
const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

/** Twenty-three connections, a second apart, some at the same instant; thirty calls on the first. */
beforeAll(async () => {
  hub = await startHub()
  const { sql } = hub.database.system
  for (let n = 0; n < 23; n++) {
    const row = await insertAnyRow(sql, 'Connection', {
      organizationId: hub.organizationId,
      provider: n % 2 ? 'stripe' : 'printful',
      category: n % 2 ? 'PAYMENT' : 'FULFILLMENT',
      name: `Connection ${String(n).padStart(2, '0')}`,
      environment: n % 3 ? 'SANDBOX' : 'LIVE',
      status: n === 5 ? 'DISABLED' : 'ACTIVE',
      health: n === 6 ? 'DOWN' : 'HEALTHY',
      createdAt: new Date(1_760_000_000_000 + Math.floor(n / 3) * 1000),
    })
    ids.push(String(row['id']))
  }
  for (let n = 0; n < 30; n++)
    await insertAnyRow(sql, 'Call', {
      organizationId: hub.organizationId,
      connectionId: ids[n % 2],
      provider: n % 2 ? 'stripe' : 'printful',
      purpose: n % 5 ? 'OPERATION' : 'PROBE',
      operation: n % 5 ? 'payments.create' : 'probe',
      method: n % 3 ? 'GET' : 'POST',
      host: 'api.stripe.com',
      path: `/v1/payment_intents/pi_${n}`,
      status: n === 7 ? null : n % 4 ? 200 : 402,
      ok: n % 4 !== 0 && n !== 7,
      errorClass: n === 7 ? 'TIMEOUT' : n % 4 ? null : 'INVALID_REQUEST',
      errorMessage: n % 4 ? null : 'Your card was declined.',
      latencyMs: 10 + n,
      at: new Date(Date.now() - (30 - n) * 60_000),
    })
})
afterAll(() => hub.stop())

interface PageAnswer {
  readonly edges: { readonly cursor: string; readonly node: { readonly uuid: string; readonly name?: string } }[]
  readonly pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  readonly totalCount?: number
}

async function connections(args: Record<string, unknown>): Promise<PageAnswer> {
  const answer = await hub.graphql<{ connections: PageAnswer }>(
    `query ($first: Int, $last: Int, $after: String, $before: String, $filter: ConnectionFilter, $search: String) {
      connections(first: $first, last: $last, after: $after, before: $before, filter: $filter, search: $search) {
        totalCount edges { cursor node { uuid name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    args,
  )
  expect(answer.errors).toEqual([])
  return answer.data.connections
}

async function calls(args: Record<string, unknown>): Promise<PageAnswer> {
  const answer = await hub.graphql<{ calls: PageAnswer }>(
    `query ($first: Int, $last: Int, $after: String, $before: String, $filter: CallFilter, $search: String) {
      calls(first: $first, last: $last, after: $after, before: $before, filter: $filter, search: $search) {
        edges { cursor node { uuid } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    args,
  )
  expect(answer.errors).toEqual([])
  return answer.data.calls
}

const uuids = (page: PageAnswer) => page.edges.map(({ node }) => node.uuid)

describe.each([
  ['connections', connections, 23],
  ['calls', calls, 30],
] as const)('G1: pages of %s', (_noun, read, total) => {
  test('walked forwards and backwards, every row comes once and in one order', async () => {
    const all = uuids(await read({ first: 100 }))
    expect(new Set(all).size).toBe(total)
    const forwards: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const page: PageAnswer = await read({ first: 4, after })
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
      forwards.push(...uuids(page))
      after = page.pageInfo.endCursor
      more = page.pageInfo.hasNextPage
    }
    expect(forwards).toEqual(all)
    const backwards: string[] = []
    for (let before: string | null = null, more = true; more;) {
      const page: PageAnswer = await read({ last: 4, before })
      expect(page.pageInfo.hasNextPage).toBe(before !== null)
      backwards.unshift(...uuids(page))
      before = page.pageInfo.startCursor
      more = page.pageInfo.hasPreviousPage
    }
    expect(backwards).toEqual(all)
  })

  test('a page between two cursors holds what is between them', async () => {
    const all = await read({ first: 100 })
    const between = await read({ first: 100, after: all.edges[2]?.cursor, before: all.edges[6]?.cursor })
    expect(uuids(between)).toEqual(uuids(all).slice(3, 6))
  })
})

test('G2: page sizes beyond 1 to 100, both ends at once and foreign cursors are refused in words', async () => {
  const fault = async (args: string) => {
    const answer = await hub.graphql(`{ calls(${args}) { edges { cursor } } }`)
    return [answer.errors[0]?.extensions?.['code'], answer.errors[0]?.message]
  }
  expect(await fault('first: 101')).toEqual(['INVALID_INPUT', 'first: A page holds 1 to 100 rows, not 101.'])
  expect(await fault('last: 1000000')).toEqual(['INVALID_INPUT', 'last: A page holds 1 to 100 rows, not 1000000.'])
  expect(await fault('first: 0')).toEqual(['INVALID_INPUT', 'first: A page holds 1 to 100 rows, not 0.'])
  expect(await fault('first: -5')).toEqual(['INVALID_INPUT', 'first: A page holds 1 to 100 rows, not -5.'])
  expect((await fault('first: 1, last: 1'))[0]).toBe('INVALID_INPUT')
  const foreign = (await connections({ first: 1 })).edges[0]?.cursor ?? ''
  for (const cursor of [foreign, 'nonsense', '', Buffer.from("1'; drop table x").toString('base64url')])
    expect((await fault(`first: 1, after: ${JSON.stringify(cursor)}`))[0], cursor).toBe('INVALID_INPUT')
})

test('C1: connections are filtered and searched, and counted over all pages', async () => {
  const count = async (args: Record<string, unknown>) => (await connections({ first: 1, ...args })).totalCount
  expect(await count({})).toBe(23)
  expect(await count({ filter: { health: ['DOWN'] } })).toBe(1)
  expect(await count({ filter: { status: 'DISABLED' } })).toBe(1)
  expect(await count({ filter: { category: ['PAYMENT'] } })).toBe(11)
  expect(await count({ filter: { category: [] } })).toBe(0)
  expect(await count({ filter: { provider: ['stripe'] } })).toBe(11)
  expect(await count({ filter: { provider: [globalId('Provider', 'stripe')] } })).toBe(11)
  expect(await count({ filter: { provider: ['no-such-thing'] } })).toBe(0)
  expect(await count({ filter: { environment: ['LIVE'], category: ['PAYMENT'] } })).toBe(4)
  expect(await count({ filter: { simulated: true } })).toBe(0)
  expect(await count({ search: 'connection 1' })).toBe(10)
  expect(await count({ search: '%' })).toBe(0)
  expect(await count({ search: `' or 1=1 --` })).toBe(0)
})

test('L1: calls are filtered and searched; the live filter says the same as the pages', async () => {
  const { sql } = hub.database.system
  const rows = await sql.query<LiveCall & Record<string, unknown>>('select * from "Call" order by seq desc')
  const cases: [filter: Record<string, unknown>, search: string | null, found: number][] = [
    [{}, null, 30],
    [{ connectionId: [ids[0]] }, null, 15],
    [{ provider: ['stripe'] }, null, 15],
    [{ purpose: ['PROBE'] }, null, 6],
    [{ ok: false }, null, 9],
    [{ statusMin: 400 }, null, 8],
    [{ statusMax: 399 }, null, 21],
    [{ errorClass: ['TIMEOUT'] }, null, 1],
    [{ method: ['post'] }, null, 10],
    [{ since: new Date(Date.now() - 10.5 * 60_000) }, null, 10],
    [{ until: new Date(Date.now() - 10.5 * 60_000) }, null, 20],
    [{ ok: false, method: ['POST'] }, null, 3],
    [{}, 'payment_int', 30],
    [{}, 'card decl', 8],
    [{ method: ['GET'] }, 'card decl', 5],
    [{}, 'pi 7', 1],
    [{}, 'nothing like it', 0],
    [{}, '  ', 30],
    [{}, rows[3]?.id ?? '', 1],
  ]
  for (const [filter, search, found] of cases) {
    const sent = filter['connectionId'] ? { ...filter, connectionId: [globalId('Connection', ids[0] ?? '')] } : filter
    const page = await calls({ first: 100, filter: sent, search })
    const what = JSON.stringify([filter, search])
    expect(page.edges.length, what).toBe(found)
    const matches = callMatcher(filter, search)
    expect(
      rows.filter(matches).map(({ id }) => id),
      what,
    ).toEqual(uuids(page))
  }
})

test('L1: a searched list pages like any other', async () => {
  const all = uuids(await calls({ first: 100, search: 'payment_intents' }))
  const first = await calls({ first: 12, search: 'payment_intents' })
  const second = await calls({ first: 100, search: 'payment_intents', after: first.pageInfo.endCursor })
  expect([...uuids(first), ...uuids(second)]).toEqual(all)
  expect(uuids(await calls({ last: 5, search: 'payment_intents' }))).toEqual(all.slice(-5))
})

test('L1: statistics count what the filter finds, in bars without gaps', async () => {
  const answer = await hub.graphql<{
    callStatistics: {
      calls: number
      errors: number
      errorRate: number
      p50Ms: number
      p95Ms: number
      barSeconds: number
      bars: { calls: number; errors: number }[]
    }
  }>(
    `{ callStatistics(filter: { provider: "stripe" }) { calls errors errorRate p50Ms p95Ms barSeconds bars { at calls errors } } }`,
  )
  const found = answer.data.callStatistics
  expect(found).toMatchObject({ calls: 15, errors: 1, barSeconds: 60, p50Ms: 25, p95Ms: 39 })
  expect(found.bars.length).toBeGreaterThanOrEqual(60)
  expect(found.bars.reduce((sum, bar) => sum + bar.calls, 0)).toBe(15)
  const tooLong = await hub.graphql(`{ callStatistics(filter: { since: "2020-01-01T00:00:00Z" }) { calls } }`)
  expect(tooLong.errors[0]?.extensions?.['code']).toBe('INVALID_INPUT')
})

test('G1: anything with an id is fetched by it; foreign and broken ids are null', async () => {
  const other = await hub.createOrganization()
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } node(id: "${globalId('Provider', 'stripe')}") { ... on Provider { name } } }`
  const wanted = [
    globalId('Connection', ids[0] ?? ''),
    globalId('Organization', hub.organizationId),
    globalId('Connection', randomUUID()),
    'junk',
    globalId('Session', 'x'),
  ]
  const mine = await hub.graphql<{ nodes: unknown[]; node: unknown }>(query, { ids: wanted })
  expect(mine.data.nodes).toEqual([
    { __typename: 'Connection', id: wanted[0] },
    { __typename: 'Organization', id: wanted[1] },
    null,
    null,
    null,
  ])
  expect(mine.data.node).toEqual({ name: 'Stripe' })
  const theirs = await hub.graphql<{ nodes: unknown[] }>(query, { ids: wanted }, { key: other.apiKey })
  expect(theirs.data.nodes).toEqual([null, null, null, null, null])
})

test('T2: every noun with an id can be fetched by it', () => {
  const schema = hubSchema()
  const nodes = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name)
  expect(nodes.toSorted()).toEqual([
    'Alert',
    'AlertChannel',
    'AlertRule',
    'ApiKey',
    'Attempt',
    'AuditEntry',
    'Budget',
    'Call',
    'Connection',
    'Delivery',
    'Endpoint',
    'Erasure',
    'Event',
    'InboundEvent',
    'Incident',
    'Invitation',
    'Member',
    'Organization',
    'Price',
    'Provider',
    'Replay',
    'SavedDashboard',
    'Silence',
    'Source',
    'SystemEvent',
  ])
})
