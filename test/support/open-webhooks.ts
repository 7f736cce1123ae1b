import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { insertAnyRow } from './any-row.ts'
import type { TestHub } from './hub.ts'
import { insertWebhooks } from './webhook-rows.ts'

/** What was opened, for tests of who sees it. */
export interface OpenWebhooks {
  /** Where the source listens: the one place its token may be shown. */
  readonly address: string
  /** Token and signing keys, which the hub made itself. */
  readonly secrets: readonly string[]
  readonly deliveryId: string
  readonly eventId: string
}

export interface OpenOptions {
  /** Of Stripe, without a source. */
  readonly connection: { readonly id: string; readonly uuid: string }
  /** What the vendor signs with. */
  readonly secret: string
  /** Stands in a secret field of the payload that comes in. */
  readonly inBody: string
  /** Written into every row that is made up. */
  readonly mark: string
}

/** Does a mutation and answers what it made. */
async function change<T>(hub: TestHub, mutation: string, body: string, values: Record<string, unknown>): Promise<T> {
  const title = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
  const answer = await hub.graphql<Record<string, T & { readonly __typename: string; readonly message?: string }>>(
    `mutation ($input: ${title}Input!) { ${mutation}(input: $input) {
      __typename ... on Error { message } ... on ${title}Success { ${body} } } }`,
    { input: { ...values, idempotencyKey: randomUUID() } },
  )
  const result = answer.data[mutation]
  expect(result?.__typename, `${mutation}: ${result?.message}`).toBe(`${title}Success`)
  return result as T
}

/** A source that heard something, an endpoint that is sent something, and rows of every kind between them. */
export async function openWebhooks(
  hub: TestHub,
  { connection, secret, inBody, mark }: OpenOptions,
): Promise<OpenWebhooks> {
  const { organizationId } = hub
  const { sql } = hub.database.system
  const { source } = await change<{ source: { id: string; uuid: string; url: string } }>(
    hub,
    'createSource',
    'source { id uuid url }',
    { connectionId: connection.id },
  )
  await change(hub, 'addSourceSecret', 'source { id }', { sourceId: source.id, value: `whsec_${secret}` })
  const heard = await fetch(source.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': 't=1,v1=00' },
    body: JSON.stringify({ id: 'evt_1', type: 'charge.refunded', client_secret: inBody }),
  })
  expect(heard.status).toBeGreaterThanOrEqual(400)
  const { endpoint, secret: first } = await change<{ endpoint: { id: string; uuid: string }; secret: string }>(
    hub,
    'createEndpoint',
    'endpoint { id uuid } secret',
    { url: `${hub.app.lab?.origin}/_receiver/first`, eventTypes: ['*'] },
  )
  const second = await change<{ secret: string }>(hub, 'rotateEndpointKey', 'secret', { id: endpoint.id })
  await change(hub, 'sendTestEvent', 'event { id }', { endpointId: endpoint.id })
  const world = await insertWebhooks(sql, {
    organizationId,
    connectionId: connection.uuid,
    given: { sourceId: source.uuid, endpointIds: [endpoint.uuid] },
    inbound: 8,
    endpoints: 1,
    until: new Date(Date.now() - 3_600_000),
    mark,
  })
  await insertAnyRow(sql, 'SourceRule', { organizationId, sourceId: source.uuid, eventType: 'payment.refunded' })
  return {
    address: source.url,
    secrets: [source.url.split('/').at(-1) ?? '', first, second.secret],
    deliveryId: world.deliveryIds[0] ?? '',
    eventId: world.eventIds[0] ?? '',
  }
}
