import { randomBytes, randomUUID } from 'node:crypto'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { createClient as createSseClient } from 'graphql-sse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callRow } from '../support/call-row.ts'
import { Events } from '../support/events.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { insertAnyRow } from '../support/any-row.ts'
import { insertCalls } from '@patchbay/server/engine/calls/log-rows.ts'

let hub: TestHub
let one = ''
let two = ''
beforeAll(async () => {
  hub = await startHub()
  one = await connection('One')
  two = await connection('Two')
})
afterAll(() => hub.stop())

const connection = (name: string, organizationId = hub.organizationId): Promise<string> =>
  insertAnyRow(hub.database.system.sql, 'Connection', {
    organizationId,
    provider: 'stripe',
    category: 'PAYMENT',
    name,
    status: 'ACTIVE',
    environment: 'SANDBOX',
  }).then((row) => String(row['id']))

/** An owner's key that reaches one connection only. */
async function narrowedKey(connectionId: string): Promise<string> {
  const key = newApiKey()
  await hub.database.system.prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId: hub.organizationId,
      name: 'narrow',
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      role: 'OWNER',
      scopes: ['*'],
      connectionIds: [connectionId],
    },
  })
  return key
}

type Line = Record<string, unknown>
interface Batch {
  readonly callLogged: { readonly first: Line[]; readonly again?: Line[]; readonly cursor: string }
}
const line = `fragment Line on Call {
  __typename id uuid at connectionId name: operation method host path status ok errorClass errorMessage latencyMs steps { name ms }
  provider { slug name } }`
// Aliases, fragments within fragments, a condition, and one list asked for twice with different selections.
const subscription = `subscription ($more: Boolean!, $filter: CallFilter) {
  callLogged(filter: $filter) { cursor first: calls { ...Line } ... on CallBatch { again: calls @include(if: $more) { uuid costMicros } } } } ${line}`

/** Logs calls in one transaction. */
async function log(
  connectionId: string,
  paths: readonly string[],
  organizationId = hub.organizationId,
): Promise<string[]> {
  const rows = paths.map((path) => callRow({ organizationId, connectionId, path, provider: 'stripe' }))
  await hub.database.system.sql.transaction((sql) => insertCalls(sql, hub.app.parts.live, rows))
  return rows.map(({ id }) => id)
}

const listen = (variables: Record<string, unknown>, key = hub.apiKey) =>
  hub.subscribe<Batch>(subscription, variables, { key })

function listenOverSse(variables: Record<string, unknown>): Events<Batch> {
  const headers = { authorization: `Bearer ${hub.apiKey}` }
  const client = createSseClient({ url: `${hub.url}/graphql`, headers, retryAttempts: 0 })
  return new Events<Batch>((sink) => client.subscribe({ query: subscription, variables }, sink as never))
}

const heard = (events: Events<Batch>): Line[] => events.received.flatMap(({ callLogged }) => callLogged.first)
const idsOf = (lines: readonly Line[]) => lines.map(({ uuid }) => uuid)

async function opened(...all: Events<Batch>[]): Promise<void> {
  for (const events of all) await events.first('the opening batch', () => true)
}
async function hears(events: Events<Batch>, id: string | undefined): Promise<void> {
  await events.first(`call ${id}`, ({ callLogged }) => callLogged.first.some(({ uuid }) => uuid === id))
}

test('L2: what many hear at once is what each would have read alone, letter for letter', async () => {
  const all = [listen({ more: true }), listen({ more: true }), listenOverSse({ more: true }), listen({ more: false })]
  await opened(...all)
  const odd = [
    '/"quoted"/\\',
    '/"payload":null}',
    '/\u2028\u{1f4e6} جمعية',
    '/data":{"callLogged',
    `/${'x'.repeat(2000)}`,
  ]
  const ids = await log(one, odd)
  for (const events of all) await hears(events, ids.at(-1))
  const read = await hub.graphql<{ nodes: Line[] }>(`query ($ids: [ID!]!) { nodes(ids: $ids) { ...Line } } ${line}`, {
    ids: ids.map((id) => Buffer.from(`Call:${id}`).toString('base64')),
  })
  expect(read.data.nodes.map(({ path }) => path)).toEqual(odd)
  for (const events of all) expect(heard(events)).toEqual(read.data.nodes)
  const [first, , , last] = all.map((events) => events.received.flatMap(({ callLogged }) => callLogged.again ?? []))
  expect(first).toEqual(ids.map((uuid) => ({ uuid, costMicros: '12345678901' })))
  expect(last).toEqual([])
  for (const events of all) events.stop()
})

test('L2, A2: sharing answers shares no rows: filters, narrowed keys and organizations stay apart', async () => {
  const other = await hub.createOrganization('Elsewhere')
  const theirs = await connection('Theirs', other.organizationId)
  const everything = listen({ more: false })
  const narrow = listen({ more: false }, await narrowedKey(two))
  const filtered = listen({
    more: false,
    filter: { connectionId: [Buffer.from(`Connection:${one}`).toString('base64')] },
  })
  const elsewhere = listen({ more: false }, other.apiKey)
  await opened(everything, narrow, filtered, elsewhere)
  const tag = randomBytes(4).toString('hex')
  const atOne = await log(one, [`/${tag}/1`])
  const atTwo = await log(two, [`/${tag}/2`])
  const atTheirs = await log(theirs, [`/${tag}/3`], other.organizationId)
  const lastOne = await log(one, [`/${tag}/4`])
  const lastTwo = await log(two, [`/${tag}/5`])
  await hears(everything, lastTwo[0])
  await hears(narrow, lastTwo[0])
  await hears(filtered, lastOne[0])
  await hears(elsewhere, atTheirs[0])
  expect(idsOf(heard(everything))).toEqual([...atOne, ...atTwo, ...lastOne, ...lastTwo])
  expect(idsOf(heard(narrow))).toEqual([...atTwo, ...lastTwo])
  expect(idsOf(heard(filtered))).toEqual([...atOne, ...lastOne])
  expect(idsOf(heard(elsewhere))).toEqual(atTheirs)
  for (const events of [everything, narrow, filtered, elsewhere]) events.stop()
})

test('L2: what changes is read anew for each who asks: a connection renamed between two batches', async () => {
  const id = await connection(`Before ${randomUUID()}`)
  const events = hub.subscribe<{ callLogged: { calls: { path: string; connection: { name: string } }[] } }>(
    'subscription { callLogged { calls { path connection { name } } } }',
  )
  await events.first('the opening batch', () => true)
  await log(id, ['/before'])
  await events.first('the first call', ({ callLogged }) => callLogged.calls.length > 0)
  await hub.database.system.sql.query('update "Connection" set name = $2 where id = $1::uuid', [id, 'After'])
  await log(id, ['/after'])
  const second = await events.first('the second call', ({ callLogged }) =>
    callLogged.calls.some(({ path }) => path === '/after'),
  )
  expect(second.callLogged.calls).toEqual([{ path: '/after', connection: { name: 'After' } }])
  events.stop()
})
