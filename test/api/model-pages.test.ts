import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startHub, type TestHub } from '../support/hub.ts'

// Pages of the nouns that are read through Prisma: the same rules as those of connections and calls.

let hub: TestHub
let connectionId = ''
const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')
const rows = 23
const instant = (n: number) => new Date(1_760_000_000_000 + Math.floor(n / 3) * 1000)

/** Twenty-three of each noun, some at the same instant, and as many of an organization next door. */
beforeAll(async () => {
  hub = await startHub()
  const other = await hub.createOrganization()
  const { sql } = hub.database.system
  for (const organizationId of [other.organizationId, hub.organizationId]) {
    const connection = await insertAnyRow(sql, 'Connection', { organizationId, provider: 'stripe', name: 'Payments' })
    connectionId = String(connection['id'])
    for (let n = 0; n < rows; n++) {
      const user = await insertAnyRow(sql, 'User', {
        name: n % 2 ? `Odd_${n}` : `Even ${n}`,
        email: `${randomUUID()}@x`,
      })
      const of = { organizationId, connectionId }
      await insertAnyRow(sql, 'Member', { organizationId, userId: user['id'], createdAt: instant(n) })
      await insertAnyRow(sql, 'Invitation', {
        organizationId,
        tokenHash: `canary-${randomUUID()}`,
        createdAt: instant(n),
      })
      const incident = await insertAnyRow(sql, 'Incident', {
        ...of,
        state: n % 4 ? 'RESOLVED' : 'OPEN',
        openedAt: instant(n),
      })
      for (const text of ['first', 'second', 'third'])
        await insertAnyRow(sql, 'IncidentEntry', { organizationId, incidentId: incident['id'], text, at: instant(n) })
      await insertAnyRow(sql, 'Probe', { ...of, at: instant(n) })
    }
  }
  for (let n = 0; n < rows; n++)
    await hub.graphql(`mutation { updateOrganization(input: { name: "Name ${n}" }) { __typename } }`)
})
afterAll(() => hub.stop())

interface PageAnswer {
  readonly edges: { readonly cursor: string; readonly node: { readonly uuid: string } }[]
  readonly pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
}

const pageFields = 'edges { cursor node { uuid } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'

const reader = (noun: string) => async (args: Record<string, unknown>) => {
  const given = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const page = `${noun}(${given.join(', ')}) { ${pageFields} }`
  const query =
    noun === 'probes' ? `{ connection(id: "${globalId('Connection', connectionId)}") { ${page} } }` : `{ ${page} }`
  const answer = await hub.graphql<Record<string, PageAnswer>>(query)
  const data = (noun === 'probes' ? answer.data['connection'] : answer.data) as Record<string, PageAnswer> | null
  return { page: data?.[noun] as PageAnswer, code: answer.errors[0]?.extensions?.['code'] }
}

const uuids = (page: PageAnswer) => page.edges.map(({ node }) => node.uuid)

describe.each(['members', 'invitations', 'incidents', 'auditEntries', 'probes'])('G1: pages of %s', (noun) => {
  const ask = reader(noun)
  const read = async (args: Record<string, unknown>) => (await ask(args)).page

  test('walked forwards and backwards, every row comes once and in one order', async () => {
    const all = uuids(await read({ first: 100 }))
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(rows)
    expect(all.length).toBeLessThan(2 * rows)
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
      backwards.unshift(...uuids(page))
      before = page.pageInfo.startCursor
      more = page.pageInfo.hasPreviousPage
    }
    expect(backwards).toEqual(all)
    expect((await read({ first: null })).edges).toHaveLength(20)
  })

  test('a page between two cursors holds what is between them; foreign cursors and sizes are refused', async () => {
    const all = await read({ first: 100 })
    const between = await read({ first: 100, after: all.edges[2]?.cursor, before: all.edges[6]?.cursor })
    expect(uuids(between)).toEqual(uuids(all).slice(3, 6))
    for (const args of [{ first: 101 }, { last: 0 }, { first: 1, last: 1 }, { first: 1, after: 'nonsense' }])
      expect((await ask(args)).code, JSON.stringify(args)).toBe('INVALID_INPUT')
  })

  test('a cursor beyond every number and instant is no failure', async () => {
    const far = noun === 'auditEntries' ? '9'.repeat(19) : `${'9'.repeat(19)}|${randomUUID()}`
    const { page, code } = await ask({ last: 1, before: Buffer.from(far).toString('base64url') })
    expect(code).toBeUndefined()
    expect(page.pageInfo.hasNextPage).toBe(true)
  })
})

test('C1: members are searched by their words, whatever sign is in them', async () => {
  const found = async (search: string) => {
    const answer = await hub.graphql<{ members: { edges: unknown[] } }>(
      'query ($search: String) { members(first: 100, search: $search) { edges { node { name email } } } }',
      { search },
    )
    expect(answer.errors).toEqual([])
    return answer.data.members.edges.length
  }
  expect(await found('odd')).toBe(11)
  expect(await found('odd_')).toBe(11)
  expect(await found('even_')).toBe(0)
  expect(await found('%')).toBe(0)
  expect(await found('\\')).toBe(0)
  expect(await found(`' or 1=1 --`)).toBe(0)
})

test('H2: incidents are filtered and counted, each with its timeline in order, however it is reached', async () => {
  const answer = await hub.graphql<{
    incidents: { totalCount: number; edges: { node: { id: string; entries: { text: string }[] } }[] }
    connection: { openIncidents: { id: string; again: { text: string }[] }[] }
  }>(
    `query ($connection: ID!) {
      incidents(filter: { state: [OPEN], connectionId: [$connection] }) { totalCount edges { node { ...Told } } }
      connection(id: $connection) { openIncidents { id again: entries { text } } }
    }
    fragment Told on Incident { id entries { text } }`,
    { connection: globalId('Connection', connectionId) },
  )
  expect(answer.errors).toEqual([])
  const { incidents, connection } = answer.data
  expect(incidents.totalCount).toBe(6)
  expect(incidents.edges).toHaveLength(6)
  const told = [{ text: 'first' }, { text: 'second' }, { text: 'third' }]
  for (const { node } of incidents.edges) expect(node.entries).toEqual(told)
  expect(connection.openIncidents.map(({ again }) => again)).toEqual(Array.from({ length: 6 }, () => told))

  const ids = incidents.edges.map(({ node }) => node.id)
  const nodes = await hub.graphql<{ nodes: unknown[] }>(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ...on Incident { entries { text } } } }',
    { ids },
  )
  expect(nodes.data.nodes).toEqual(ids.map((id) => ({ id, entries: told })))
})

test('T2: several nouns by id in one question, and nothing of the organization next door', async () => {
  const { sql } = hub.database.system
  const wanted = await Promise.all(
    ['Member', 'Invitation', 'Incident', 'AuditEntry', 'Organization'].map(async (noun) => {
      const mine = noun === 'Organization' ? '"id"' : '"organizationId"'
      const [own] = await sql.query<{ id: string }>(`select "id" from "${noun}" where ${mine} = $1::uuid limit 1`, [
        hub.organizationId,
      ])
      const [foreign] = await sql.query<{ id: string }>(
        `select "id" from "${noun}" where ${mine} <> $1::uuid limit 1`,
        [hub.organizationId],
      )
      return [globalId(noun, own?.id ?? ''), globalId(noun, foreign?.id ?? randomUUID())]
    }),
  )
  const ask = (ids: string[]) =>
    hub.graphql<{ nodes: ({ id: string } | null)[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ...on Member { name } ...on Invitation { email invitedBy }
        ...on Incident { cause } ...on AuditEntry { action } ...on Organization { slug } } }`,
      { ids },
    )
  const own = await ask(wanted.map(([id = '']) => id))
  expect(own.errors).toEqual([])
  expect(own.data.nodes.map((node) => node?.id)).toEqual(wanted.map(([id]) => id))
  for (const node of own.data.nodes) expect(Object.keys(node ?? {}).length).toBeGreaterThan(2)
  const foreign = await ask(wanted.map(([, id = '']) => id))
  expect(foreign.errors).toEqual([])
  expect(foreign.data.nodes).toEqual(wanted.map(() => null))
})
