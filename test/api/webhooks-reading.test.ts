import { randomUUID } from 'node:crypto'
import { hubSchema } from '@patchbay/schema/schema.ts'
import { isEnumType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { listening } from '../support/statements.ts'
import { insertWebhooks, type WebhookWorld } from '../support/webhook-rows.ts'

// Webhooks as the API shows them. The rows are written here, so that every state of everything is there.

let hub: TestHub
let database: TestDatabase
let statements: string[] = []
let mine: WebhookWorld
let second: WebhookWorld
let foreign: WebhookWorld
let connectionId = ''
let secondId = ''
const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')
/** An earlier day, so that the hub beside the test finds nothing due and the seconds are whole. */
const until = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000)

beforeAll(async () => {
  database = await testDatabase()
  hub = await startHub({ database: listening(database, (statement) => statements.push(statement)) })
  const { sql } = database.system
  const connection = async (organizationId: string) =>
    String((await insertAnyRow(sql, 'Connection', { organizationId, provider: 'stripe', name: 'Payments' }))['id'])
  const { organizationId } = hub
  connectionId = await connection(organizationId)
  secondId = await connection(organizationId)
  const other = await hub.createOrganization()
  mine = await insertWebhooks(sql, { organizationId, connectionId, inbound: 24, endpoints: 3, until })
  second = await insertWebhooks(sql, {
    organizationId,
    connectionId: secondId,
    inbound: 4,
    endpoints: 1,
    until: new Date(until.getTime() - 60_000),
  })
  foreign = await insertWebhooks(sql, {
    organizationId: other.organizationId,
    connectionId: await connection(other.organizationId),
    inbound: 8,
    mark: 'theirs',
    until,
  })
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await database.cleanup()
})

type Data = Record<string, never>
async function read<T = Data>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  statements = []
  const answer = await hub.graphql<T>(query, variables)
  expect(answer.errors, query).toEqual([])
  return answer.data
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly uuid: string } }[]
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
}
const pageFields = 'edges { cursor node { uuid } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
const uuids = (page: Page) => page.edges.map(({ node }) => node.uuid)
const page = async (noun: string, args = ''): Promise<Page> => {
  const data = await read<Record<string, Page>>(`{ ${noun}${args === '' ? '' : `(${args})`} { ${pageFields} } }`)
  return data[noun] as Page
}

const nouns = () =>
  [
    ['sources', [mine.sourceId, second.sourceId]],
    ['inboundEvents', [...mine.inboundIds, ...second.inboundIds]],
    ['events', [...mine.eventIds, ...second.eventIds]],
    ['endpoints', [...mine.endpointIds, ...second.endpointIds]],
    ['deliveries', [...mine.deliveryIds, ...second.deliveryIds]],
    ['attempts', [...mine.attemptIds, ...second.attemptIds]],
    ['replays', [mine.replayId, second.replayId]],
    ['alerts', [...mine.alertIds, ...second.alertIds]],
  ] as const

test.each(['sources', 'inboundEvents', 'events', 'endpoints', 'deliveries', 'attempts', 'replays', 'alerts'])(
  'G1: pages of %s, walked both ways, hold every row once and none of the organization next door',
  async (noun) => {
    const wanted = nouns().find(([name]) => name === noun)?.[1] ?? []
    const forwards: string[] = []
    for (let args = 'first: 7', more = true; more;) {
      const { edges, pageInfo } = await page(noun, args)
      forwards.push(...edges.map(({ node }) => node.uuid))
      more = pageInfo.hasNextPage
      args = `first: 7, after: ${JSON.stringify(pageInfo.endCursor)}`
    }
    expect(forwards.toSorted()).toEqual([...wanted].toSorted())
    const backwards: string[] = []
    for (let args = 'last: 5', more = true; more;) {
      const { edges, pageInfo } = await page(noun, args)
      backwards.unshift(...edges.map(({ node }) => node.uuid))
      more = pageInfo.hasPreviousPage
      args = `last: 5, before: ${JSON.stringify(pageInfo.startCursor)}`
    }
    expect(backwards).toEqual(forwards)
    const far = Buffer.from(`${'9'.repeat(19)}|${randomUUID()}`).toString('base64url')
    expect((await page(noun, `first: 1, after: "${far}"`)).edges).toHaveLength(1)
    for (const args of ['first: 101', 'first: 1, after: "nonsense"'])
      expect((await hub.graphql(`{ ${noun}(${args}) { edges { cursor } } }`)).errors[0]?.extensions?.['code']).toBe(
        'INVALID_INPUT',
      )
  },
)

describe('filters', () => {
  const enumValues = (name: string) => {
    const type = hubSchema().getType(name)
    return isEnumType(type) ? type.getValues().map((value) => value.name) : []
  }

  test('W4: inbound events by state, source, connection, type, time, inbox and search', async () => {
    const rows = (states: readonly string[]) =>
      mine.inboundIds.filter((_, n) => states.includes(enumOrder[n % enumOrder.length] ?? ''))
    const enumOrder = ['RECEIVED', 'WAITING', 'ROUTED', 'IGNORED', 'UNMATCHED', 'FAILED', 'QUARANTINED', 'DISCARDED']
    expect(enumValues('InboundState').toSorted()).toEqual(enumOrder.toSorted())
    const source = `sourceId: ["${globalId('Source', mine.sourceId)}"]`
    const found = async (filter: string, search = '') =>
      uuids(await page('inboundEvents', `first: 100, filter: { ${filter} }${search}`))
    for (const state of enumOrder) expect(await found(`${source}, state: [${state}]`), state).toEqual(rows([state]))
    expect(await found(`${source}, inbox: true`)).toEqual(rows(['UNMATCHED', 'FAILED']))
    expect(await found(`${source}, inbox: true, state: [FAILED, ROUTED]`)).toEqual(rows(['FAILED']))
    expect(await found(`${source}, inbox: false`)).toHaveLength(24 - rows(['UNMATCHED', 'FAILED']).length)
    expect(await found(`connectionId: ["${globalId('Connection', secondId)}"]`)).toEqual(second.inboundIds)
    expect(await found('provider: ["stripe"], vendorType: ["charge.refunded"]')).toHaveLength(28)
    expect(await found('provider: ["nobody"]')).toEqual([])
    const border = new Date(until.getTime() - 5_000).toISOString()
    expect(await found(`since: "${border}"`)).toEqual(mine.inboundIds.slice(0, 6))
    expect(await found(`${source}, until: "${border}"`)).toEqual(mine.inboundIds.slice(6))
    expect(await found('', `, search: " ${mine.inboundIds[3]?.toUpperCase()} "`)).toEqual([mine.inboundIds[3]])
    expect(await found('', `, search: "${foreign.inboundIds[0]}"`)).toEqual([])
  })

  test('W4: a verified event is found by the vendor’s id of it, by its key and not by reading the log', async () => {
    const { sql } = database.system
    const [row] = await sql.query<{ at: Date; vendorEventId: string }>(
      `select "at", "vendorEventId" from "InboundEvent" where "id" = $1`,
      [mine.inboundIds[2]],
    )
    await sql.query(
      `insert into "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
       values ($1, $2, sha256(convert_to('id:' || $3::text, 'UTF8')), $4, $5)`,
      [hub.organizationId, mine.sourceId, row?.vendorEventId, mine.inboundIds[2], row?.at],
    )
    expect(uuids(await page('inboundEvents', `search: "${row?.vendorEventId}"`))).toEqual([mine.inboundIds[2]])
    expect(statements.at(-1)).toContain('"InboundKey"')
    expect(uuids(await page('inboundEvents', 'search: "evt_unknown"'))).toEqual([])
  })

  test('D1: deliveries by endpoint, event, state, type, connection, replay, time and uuid', async () => {
    const endpoint = mine.endpointIds[0] ?? ''
    const found = async (filter: string, search = '') =>
      uuids(await page('deliveries', `first: 100, filter: { ${filter} }${search}`))
    expect(await found(`endpointId: ["${globalId('Endpoint', endpoint)}"]`)).toEqual(
      mine.deliveryIds.filter((_, n) => n % 3 === 0),
    )
    const event = await found(`eventId: ["${globalId('Event', mine.eventIds[4] ?? '')}"]`)
    expect(event.toSorted()).toEqual(mine.deliveryIds.slice(12, 15).toSorted())
    for (const state of enumValues('DeliveryState')) {
      const rows = await database.system.sql.query<{ id: string }>(
        `select "id" from "Delivery" where "organizationId" = $1 and "state"::text = $2 order by "at" desc, "id" desc`,
        [hub.organizationId, state],
      )
      expect(await found(`state: [${state}]`), state).toEqual(rows.map(({ id }) => id))
      expect(rows.length, state).toBeGreaterThan(0)
    }
    expect(await found('eventType: ["payment.*"]')).toHaveLength(76)
    expect(await found('eventType: ["payment.refunded"]')).toHaveLength(38)
    expect(await found('eventType: ["order.*"]')).toEqual([])
    expect(await found(`connectionId: ["${globalId('Connection', secondId)}"]`)).toEqual(second.deliveryIds)
    expect((await found(`replayId: "${globalId('Replay', mine.replayId)}"`)).toSorted()).toEqual(
      mine.deliveryIds.slice(0, 3).toSorted(),
    )
    expect(await found('', `, search: "${mine.deliveryIds[5]}"`)).toEqual([mine.deliveryIds[5]])
    expect((await found('', `, search: "${mine.eventIds[5]}"`)).toSorted()).toEqual(
      mine.deliveryIds.slice(15, 18).toSorted(),
    )
    for (const search of [foreign.deliveryIds[0], 'words']) expect(await found('', `, search: "${search}"`)).toEqual([])
  })

  test('D1: events, endpoints, attempts, replays and alerts by what they are', async () => {
    expect(uuids(await page('events', 'first: 100, filter: { type: ["payment.refunded"] }'))).toHaveLength(14)
    expect(uuids(await page('events', 'filter: { orderKey: "order:2" }, first: 100'))).toHaveLength(9)
    expect(uuids(await page('events', 'search: "order:2", first: 100'))).toHaveLength(9)
    expect(uuids(await page('events', `search: "${mine.eventIds[1]}"`))).toEqual([mine.eventIds[1]])
    expect(uuids(await page('endpoints', 'filter: { breaker: [OPEN] }'))).toEqual([mine.endpointIds[1]])
    expect(uuids(await page('endpoints', 'filter: { eventType: "payment.refunded" }'))).toHaveLength(4)
    expect(uuids(await page('endpoints', 'filter: { eventType: "order.created" }'))).toHaveLength(3)
    expect(uuids(await page('endpoints', 'search: "consumer-2"'))).toEqual([mine.endpointIds[2]])
    const delivery = globalId('Delivery', mine.deliveryIds[2] ?? '')
    const attempts = uuids(await page('attempts', `filter: { deliveryId: ["${delivery}"] }`))
    expect(attempts.toSorted()).toEqual(mine.attemptIds.slice(4, 6).toSorted())
    expect(uuids(await page('replays', 'filter: { state: [DONE] }'))).toEqual([])
    const subject = globalId('Source', second.sourceId)
    expect(uuids(await page('alerts', `filter: { subjectId: "${subject}" }`))).toEqual([second.alertIds[1]])
    const sources = await read<{ sources: { totalCount: number } }>(
      '{ sources(filter: { enabled: true }) { totalCount } }',
    )
    expect(sources.sources.totalCount).toBe(2)
  })
})

describe('G2: nothing is asked once per row', () => {
  const levels: readonly (readonly [string, string, number])[] = [
    ['sources', 'maskedUrl secrets { hint createdBy } rules { eventType }', 2],
    ['sources', 'statistics { received bars { at } } week: statistics(hours: 168) { verified }', 2],
    ['sources', 'connection { name } webhooks { setup }', 1],
    ['inboundEvents', 'state verdict source { uuid } connection { name }', 2],
    ['inboundEvents', 'body json headers { name } query assignedMapping', 1],
    ['inboundEvents', 'events { type data source { kind } deliveries { state attempts { status } } }', 4],
    ['events', 'data envelope eventType { summary } inboundEvent { state }', 2],
    ['events', 'deliveries { endpoint { url } }', 2],
    ['endpoints', 'keys { hint } breaker { text } waitingCount', 3],
    ['endpoints', 'statistics { p95Ms bars { delivered } } recentDeliveries(first: 3) { state }', 2],
    ['endpoints', 'recentDeliveries { event { type } attempts { outcome responseBody } }', 4],
    ['deliveries', 'event { type } endpoint { url } replay { progress } connection { name }', 4],
    ['deliveries', 'explanation { summary steps { text } }', 3],
    ['attempts', 'requestHead { name } responseBody delivery { state } endpoint { url }', 3],
    ['replays', 'progress delivered failed waiting skips { reason count }', 1],
    ['alerts', 'endpoint { url } source { uuid } connection { name }', 3],
  ]
  test.each(levels)('%s { %s }', async (noun, fields, more) => {
    await read(`{ ${noun}(first: 20) { edges { node { ${fields} } } } }`)
    expect(statements).toHaveLength(1 + more)
  })

  test('D7: an explanation reads as many statements for many endpoints as for one', async () => {
    await read(`{ explainEvent(id: "${globalId('Event', mine.eventIds[0] ?? '')}") { steps { text }
      endpoints { summary steps { step ok text at } endpoint { url } delivery { state } } } }`)
    expect(statements).toHaveLength(7)
  })
})

test('W6: figures come from the roll-ups and counts from short indexes', async () => {
  const data = await read<{
    source: { statistics: Record<string, number | string | { received: number }[]> }
    endpoint: { statistics: Record<string, unknown>; waitingCount: number }
    webhooks: Record<string, number>
  }>(
    `query ($source: ID!, $endpoint: ID!) {
      source(id: $source) { statistics(hours: 24) { received verified duplicates quarantined refused failed lastReceivedAt barSeconds bars { received } } }
      endpoint(id: $endpoint) { waitingCount statistics(hours: 24) { attempts delivered failed dead successRate p50Ms p95Ms bars { delivered } } }
      webhooks { inbox quarantine deadLetters waiting endpointsUnwell }
    }`,
    { source: globalId('Source', mine.sourceId), endpoint: globalId('Endpoint', mine.endpointIds[0] ?? '') },
  )
  expect(data.source.statistics).toMatchObject({
    received: 10,
    verified: 7,
    duplicates: 2,
    quarantined: 1,
    barSeconds: 900,
  })
  expect(data.source.statistics['lastReceivedAt']).toBe(until.toISOString())
  const bars = data.source.statistics['bars'] as { received: number }[]
  expect(bars).toHaveLength(96)
  expect(bars.reduce((sum, bar) => sum + bar.received, 0)).toBe(10)
  expect(data.endpoint.statistics).toMatchObject({ attempts: 4, delivered: 3, failed: 1, dead: 1, successRate: 0.75 })
  const counted = async (table: string, condition: string) =>
    (
      await database.system.sql.query<{ n: number }>(
        `select count(*)::int as n from "${table}" where "organizationId" = $1 and ${condition}`,
        [hub.organizationId],
      )
    )[0]?.n
  expect(data.endpoint.waitingCount).toBe(
    await counted('Delivery', `"nextAttemptAt" is not null and "endpointId" = '${mine.endpointIds[0]}'`),
  )
  expect(data.webhooks).toEqual({
    inbox: await counted('InboundEvent', `"state" in ('UNMATCHED', 'FAILED')`),
    quarantine: await counted('InboundEvent', `"state" = 'QUARANTINED'`),
    deadLetters: await counted('Delivery', `"state" = 'DEAD'`),
    waiting: await counted('Delivery', '"nextAttemptAt" is not null'),
    endpointsUnwell: await counted('EndpointLane', `"breaker" <> 'CLOSED'`),
  })
  const refused = await hub.graphql(`{ sources { edges { node { statistics(hours: 100000) { received } } } } }`)
  expect(refused.errors[0]?.extensions?.['code']).toBe('INVALID_INPUT')
})
