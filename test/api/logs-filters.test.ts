import { randomUUID } from 'node:crypto'
import type { Row } from '@patchbay/prisma/database.ts'
import { globalId } from '@patchbay/schema/node.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { insertDelivery, insertInbound } from '../support/webhook-rows.ts'

// L1: every log by connection, provider, type, status, method and time; by words; with a strip of figures.

let hub: TestHub
let connectionId: string
let otherId: string
let sourceId: string
const minutes = (n: number) => new Date(Date.now() - n * 60_000)

beforeAll(async () => {
  hub = await startHub()
  const { sql } = hub.database.system
  const { organizationId } = hub
  connectionId = String((await insertAnyRow(sql, 'Connection', { organizationId, provider: 'stripe' }))['id'])
  otherId = String((await insertAnyRow(sql, 'Connection', { organizationId, provider: 'printful' }))['id'])
  sourceId = String((await insertAnyRow(sql, 'Source', { organizationId, connectionId, registrationIds: [] }))['id'])

  const call = (n: number, more: Row) =>
    insertAnyRow(sql, 'Call', {
      organizationId,
      connectionId,
      steps: '[]',
      at: minutes(n),
      ok: true,
      latencyMs: 10,
      ...more,
    })
  await call(1, { cache: 'HIT', operation: 'orders.list', method: 'GET', actorKind: 'API_KEY', actorId: 'key-1' })
  await call(2, { cache: 'MISS', operation: 'orders.list', method: 'GET', latencyMs: 900 })
  await call(3, { cache: null, operation: 'orders.create', method: 'POST', actorKind: 'USER', actorId: 'ada' })

  const owner = { organizationId, connectionId, sourceId }
  await insertInbound(sql, owner, 'ROUTED', minutes(5), { vendorType: 'charge.succeeded', vendorEventId: 'evt_one' })
  await insertInbound(sql, owner, 'FAILED', minutes(6), { error: 'The mapping met a purple giraffe.', method: 'PUT' })
  await insertInbound(sql, owner, 'QUARANTINED', minutes(7), { vendorEventId: 'evt_100%' })
  await insertInbound(sql, owner, 'ROUTED', minutes(20 * 24 * 60), {
    error: 'giraffe of long ago',
    vendorEventId: 'evt_old',
  })

  const endpoint = await insertAnyRow(sql, 'Endpoint', { organizationId, url: 'https://shop.example/hooks' })
  const eventOf = async (of: string, type: string, n: number) => {
    const at = minutes(n)
    return insertAnyRow(sql, 'Event', { organizationId, connectionId: of, id: newId(at.getTime()), at, type })
  }
  const endpointId = String(endpoint['id'])
  const more = { lastStatus: 500, lastErrorClass: 'SERVER', reason: 'Waits for a second try.' }
  await insertDelivery(sql, await eventOf(connectionId, 'payment.succeeded', 1), endpointId, 'WAITING', more)
  await insertDelivery(sql, await eventOf(otherId, 'order.paid', 2), endpointId, 'DELIVERED', { lastStatus: 204 })
  await insertDelivery(sql, await eventOf(otherId, 'order.paid', 3), endpointId, 'DEAD', { orderKey: 'order:77' })
})
afterAll(() => hub.stop())

async function ask<T>(query: string, variables: object): Promise<T> {
  const { data, errors } = await hub.graphql<T>(query, { ...variables })
  expect(errors).toEqual([])
  return data
}

describe('L1: calls', () => {
  const found = async (filter: object) =>
    (
      await ask<{ calls: { edges: { node: { operation: string; cache: string | null } }[] } }>(
        'query ($filter: CallFilter) { calls(filter: $filter) { edges { node { operation cache actorId } } } }',
        { filter },
      )
    ).calls.edges.map(({ node }) => `${node.operation} ${node.cache}`)

  test.each([
    [{ cache: ['HIT'] }, ['orders.list HIT']],
    [{ operation: ['orders.list'] }, ['orders.list MISS', 'orders.list HIT']],
    [{ actorKind: ['USER'] }, ['orders.create null']],
    [{ actorId: ['key-1'] }, ['orders.list HIT']],
    [{ latencyMin: 500 }, ['orders.list MISS']],
    [{ method: ['post'] }, ['orders.create null']],
  ])('%j', async (filter, expected) => {
    expect((await found(filter)).toSorted()).toEqual(expected.toSorted())
  })
})

describe('L1: inbound events', () => {
  const found = async (filter: object, search: string | null = null) =>
    (
      await ask<{ inboundEvents: { edges: { node: { state: string; vendorEventId: string } }[] } }>(
        'query ($filter: InboundEventFilter, $search: String) { inboundEvents(filter: $filter, search: $search) { edges { node { state vendorEventId } } } }',
        { filter, search },
      )
    ).inboundEvents.edges.map(({ node }) => node.state)

  test.each([
    [{ method: ['put'] }, null, ['FAILED']],
    [{ verdict: ['BAD_SIGNATURE'] }, null, ['QUARANTINED']],
    [{}, 'giraffe', ['FAILED']],
    [{}, 'PURPLE mapping', ['FAILED']],
    [{}, 'giraffe zebra', []],
    // Old ones are found when the filter says how far back to look.
    [{ since: '2020-01-01T00:00:00Z' }, 'giraffe', ['FAILED', 'ROUTED']],
    [{}, '100%', ['QUARANTINED']],
    [{}, 'charge.succ', ['ROUTED']],
    [{ state: ['ROUTED'] }, 'giraffe', []],
  ])('%j %s', async (filter, search, expected) => {
    expect(await found(filter, search)).toEqual(expected)
  })

  test('a strip counts what the filter finds', async () => {
    const { inboundEventStatistics: figures } = await ask<{ inboundEventStatistics: Row }>(
      'query ($search: String) { inboundEventStatistics(search: $search) { rows troubled states { state rows } bars { rows troubled } } }',
      { search: null },
    )
    expect(figures).toMatchObject({ rows: 3, troubled: 2 })
    const bars = figures['bars'] as { rows: number }[]
    expect(bars.reduce((sum, bar) => sum + bar.rows, 0)).toBe(3)
  })
})

describe('L1: deliveries', () => {
  const found = async (filter: object, search: string | null = null) =>
    (
      await ask<{ deliveries: { edges: { node: { state: string } }[] } }>(
        'query ($filter: DeliveryFilter, $search: String) { deliveries(filter: $filter, search: $search) { edges { node { state } } } }',
        { filter, search },
      )
    ).deliveries.edges.map(({ node }) => node.state)

  test.each([
    [{ provider: ['printful'] }, null, ['DELIVERED', 'DEAD']],
    [{ provider: ['stripe'] }, null, ['WAITING']],
    [{ provider: ['nobody'] }, null, []],
    [{ statusMin: 500 }, null, ['WAITING']],
    [{ statusMin: 200, statusMax: 299 }, null, ['DELIVERED']],
    [{ errorClass: ['SERVER'] }, null, ['WAITING']],
    [{}, 'second TRY', ['WAITING']],
    [{}, 'order:77', ['DEAD']],
    [{ state: ['DEAD'] }, 'order.paid', ['DEAD']],
  ])('%j %s', async (filter, search, expected) => {
    expect(await found(filter, search)).toEqual(expected)
  })

  test('a provider of a connection out of the filter’s list finds nothing', async () => {
    const filter = { provider: ['stripe'], connectionId: [globalId('Connection', otherId)] }
    expect(await found(filter)).toEqual([])
  })

  test('a strip counts what the filter finds', async () => {
    const { deliveryStatistics: figures } = await ask<{ deliveryStatistics: Row }>(
      'query ($filter: DeliveryFilter) { deliveryStatistics(filter: $filter) { rows troubled states { state rows } } }',
      { filter: { provider: ['printful'] } },
    )
    expect(figures).toMatchObject({ rows: 2, troubled: 1 })
  })
})

test('W6: the overview counts what came in at all sources, however many', async () => {
  const { sql } = hub.database.system
  const { organizationId } = hub
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
  for (let n = 0; n < 60; n++) {
    const connection = await insertAnyRow(sql, 'Connection', { organizationId, name: randomUUID() })
    const source = await insertAnyRow(sql, 'Source', {
      organizationId,
      connectionId: connection['id'],
      registrationIds: [],
    })
    for (const grain of ['MINUTE', 'HOUR'])
      await insertAnyRow(sql, 'SourceRollup', {
        organizationId,
        sourceId: source['id'],
        grain,
        at: minute,
        received: 2,
      })
  }
  expect(await ask('{ webhooks { receivedOfDay } }', {})).toEqual({ webhooks: { receivedOfDay: 120 } })
})
