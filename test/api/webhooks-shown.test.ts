import { randomUUID } from 'node:crypto'
import { newId } from '@patchbay/server/app/ids.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { insertInbound, insertWebhooks, type WebhookWorld } from '../support/webhook-rows.ts'

// What of webhooks is shown, to whom, and in which words.

let hub: TestHub
let mine: WebhookWorld
let second: WebhookWorld
let connectionId = ''
let secondId = ''
const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')
const until = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000)

beforeAll(async () => {
  hub = await startHub()
  const { organizationId } = hub
  const { sql } = hub.database.system
  const connection = async () =>
    String((await insertAnyRow(sql, 'Connection', { organizationId, provider: 'stripe', name: 'Payments' }))['id'])
  connectionId = await connection()
  secondId = await connection()
  mine = await insertWebhooks(sql, { organizationId, connectionId, inbound: 8, endpoints: 3, until })
  const earlier = new Date(until.getTime() - 60_000)
  second = await insertWebhooks(sql, {
    organizationId,
    connectionId: secondId,
    inbound: 4,
    endpoints: 1,
    until: earlier,
  })
}, 120_000)
afterAll(() => hub.stop())

async function read<T>(query: string, variables: Record<string, unknown> = {}, key = hub.apiKey): Promise<T> {
  const answer = await hub.graphql<T>(query, variables, { key })
  expect(answer.errors, query).toEqual([])
  return answer.data
}

interface Page {
  readonly edges: readonly { readonly node: { readonly uuid: string } }[]
}
const uuids = async (noun: string, key?: string) =>
  (await read<Record<string, Page>>(`{ ${noun}(first: 100) { edges { node { uuid } } } }`, {}, key))[noun]?.edges.map(
    ({ node }) => node.uuid,
  ) ?? []

test('C4: a body is shown without what its names say is secret, and exactly as it is where nothing is', async () => {
  const at = new Date(until.getTime() - 600_000)
  const exact = '{"total": 12345678901234567890,\n "ok": true}'
  const owner = { organizationId: hub.organizationId, connectionId, sourceId: mine.sourceId }
  const row = await insertInbound(hub.database.system.sql, owner, 'ROUTED', at, { body: Buffer.from(exact) })
  const shown = async (id: string) =>
    (
      await read<{ inboundEvent: { body: string; json: string } }>(
        'query ($id: ID!) { inboundEvent(id: $id) { body json } }',
        {
          id: globalId('InboundEvent', id),
        },
      )
    ).inboundEvent
  expect((await shown(String(row['id']))).body).toBe(exact)
  const redacted = await shown(mine.inboundIds[0] ?? '')
  expect(redacted.body).toBe('{"id":"evt_1","client_secret":"[redacted]"}')
  expect(redacted.json).toBe('{\n  "id": "evt_1",\n  "client_secret": "[redacted]"\n}')
  await hub.database.system.sql.query('delete from "InboundEvent" where "id" = $1', [row['id']])
})

describe('T1: a key that is narrowed to some connections', () => {
  let key = ''
  let keyId = ''
  beforeAll(async () => {
    key = newApiKey()
    keyId = randomUUID()
    await hub.database.system.prisma.apiKey.create({
      data: {
        id: keyId,
        organizationId: hub.organizationId,
        name: 'Narrow',
        prefix: prefixOf(key),
        hash: hashApiKey(key),
        role: 'OWNER',
        scopes: ['*'],
        connectionIds: [secondId],
      },
    })
  })

  test('sees the webhooks of these, and of the hub itself nothing', async () => {
    const at = new Date(until.getTime() - 300_000)
    const own = await insertAnyRow(hub.database.system.sql, 'Event', {
      organizationId: hub.organizationId,
      id: newId(at.getTime()),
      at,
      connectionId: null,
    })
    for (const [noun, wanted] of [
      ['sources', [second.sourceId]],
      ['inboundEvents', second.inboundIds],
      ['events', second.eventIds],
      ['deliveries', second.deliveryIds],
      ['replays', []],
      // Endpoints are the organization's, and so are their alerts.
      ['endpoints', [...mine.endpointIds, ...second.endpointIds]],
      ['alerts', [mine.alertIds[0], ...second.alertIds]],
    ] as const)
      expect((await uuids(noun, key)).toSorted(), noun).toEqual([...wanted].toSorted())
    const attempts = (ids: readonly (string | undefined)[]) =>
      hub.graphql<{ attempts: Page }>(
        'query ($filter: AttemptFilter) { attempts(filter: $filter) { edges { node { uuid } } } }',
        { filter: ids.length === 0 ? null : { deliveryId: ids.map((id) => globalId('Delivery', id ?? '')) } },
        { key },
      )
    const found = await attempts([mine.deliveryIds[0], second.deliveryIds[0]])
    expect(found.data.attempts.edges.map(({ node }) => node.uuid).toSorted()).toEqual(
      second.attemptIds.slice(0, 2).toSorted(),
    )
    expect((await attempts([])).errors[0]?.extensions?.['code']).toBe('INVALID_INPUT')
    for (const [noun, id] of [
      ['Source', mine.sourceId],
      ['InboundEvent', mine.inboundIds[0]],
      ['Event', mine.eventIds[0]],
      ['Event', String(own['id'])],
      ['Delivery', mine.deliveryIds[0]],
      ['Attempt', mine.attemptIds[0]],
      ['Replay', mine.replayId],
      ['Alert', mine.alertIds[1]],
    ] as const) {
      const query = 'query ($id: ID!) { node(id: $id) { id } }'
      expect(await read(query, { id: globalId(noun, id ?? '') }, key), noun).toEqual({ node: null })
      expect((await read<{ node: unknown }>(query, { id: globalId(noun, id ?? '') })).node, noun).not.toBeNull()
    }
    const { webhooks } = await read<{ webhooks: Record<string, number> }>('{ webhooks { inbox waiting } }', {}, key)
    expect(webhooks['inbox']).toBe(0)
    const [endpoint] = mine.endpointIds
    const recent = await read<{ endpoint: { waitingCount: number; recentDeliveries: unknown[] } }>(
      'query ($id: ID!) { endpoint(id: $id) { waitingCount recentDeliveries { uuid } } }',
      { id: globalId('Endpoint', endpoint ?? '') },
      key,
    )
    const replayed = 'query ($id: ID!) { delivery(id: $id) { replay { uuid } } }'
    const delivery = { id: globalId('Delivery', second.deliveryIds[0] ?? '') }
    expect(await read(replayed, delivery, key)).toEqual({ delivery: { replay: null } })
    expect(await read(replayed, delivery)).toEqual({ delivery: { replay: { uuid: second.replayId } } })
    expect(recent.endpoint).toEqual({ waitingCount: 0, recentDeliveries: [] })
    await hub.database.system.sql.query('delete from "Event" where "id" = $1', [own['id']])
  })
})

test('D7: an event is explained at every endpoint: where it went, and why it did not', async () => {
  const { sql } = hub.database.system
  const late = await insertAnyRow(sql, 'Endpoint', {
    organizationId: hub.organizationId,
    url: 'https://late.example',
    eventTypes: ['*'],
    createdAt: new Date(),
    typesChangedAt: new Date(),
  })
  const { explainEvent } = await read<{
    explainEvent: {
      steps: { step: string; text: string }[]
      endpoints: {
        summary: string
        delivery: { state: string } | null
        endpoint: { uuid: string }
        steps: { step: string; at: string | null }[]
      }[]
    }
  }>(
    `query ($id: ID!) { explainEvent(id: $id) { steps { step text } endpoints { summary delivery { state } endpoint { uuid } steps { step at } } } }`,
    { id: globalId('Event', mine.eventIds[2] ?? '') },
  )
  expect(explainEvent.steps.map(({ step }) => step)).toEqual(['RECEIVED', 'VERIFIED', 'MATCHED', 'ROUTED'])
  expect(explainEvent.endpoints).toHaveLength(5)
  const served = explainEvent.endpoints.filter(({ delivery }) => delivery !== null)
  expect(served.map(({ endpoint }) => endpoint.uuid).toSorted()).toEqual([...mine.endpointIds].toSorted())
  for (const { steps } of served) expect(steps.filter(({ step }) => step === 'ATTEMPT')).toHaveLength(2)
  const missed = explainEvent.endpoints.find(({ endpoint }) => endpoint.uuid === late['id'])
  expect(missed?.summary).toBe('The endpoint was created later. A replay sends it what came before.')
  await sql.query('delete from "Endpoint" where "id" = $1', [late['id']])
})

test('W3: the catalogue of event types has a schema and an example that fits it', async () => {
  const { eventTypes } = await read<{ eventTypes: { name: string; jsonSchema: { type: string }; example: object }[] }>(
    '{ eventTypes(category: [PAYMENT], search: "refunded") { name version summary jsonSchema example } }',
  )
  expect(eventTypes.map(({ name }) => name)).toEqual(['payment.refunded'])
  expect(eventTypes[0]?.jsonSchema.type).toBe('object')
})

test('L3: the room of the logs is told to who may change the organization, and to nobody else', async () => {
  const { storage } = await read<{
    storage: { bytes: string; forecastBytes: string; logs: { name: string; keptDays: number }[] }
  }>('{ storage { at bytes forecastBytes logs { name bytes rows rowsPerDay keptDays forecastBytes } } }')
  expect(storage.logs.map(({ name }) => name)).toEqual(['Call', 'InboundEvent', 'Event', 'Delivery', 'Attempt'])
  expect(Number(storage.bytes)).toBeGreaterThan(1_000_000)
  expect(Number(storage.forecastBytes)).toBeGreaterThanOrEqual(Number(storage.bytes))
})
