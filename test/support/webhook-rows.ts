import { randomUUID } from 'node:crypto'
import type { Row, Sql } from '@patchbay/prisma/database.ts'
import {
  deliveryStates,
  inboundStates,
  type DeliveryState,
  type InboundState,
} from '@patchbay/schema/webhook-states.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { insertAnyRow } from './any-row.ts'

// Rows of webhooks as the engine writes them: ids that hold the instant, deliveries at their event's.

export interface WebhookWorld {
  readonly sourceId: string
  readonly endpointIds: readonly string[]
  readonly inboundIds: readonly string[]
  readonly eventIds: readonly string[]
  readonly deliveryIds: readonly string[]
  readonly attemptIds: readonly string[]
  readonly replayId: string
  readonly alertIds: readonly string[]
}

export interface WorldOptions {
  readonly organizationId: string
  /** A connection that has no source yet. */
  readonly connectionId: string
  /** Inbound events, in every state by turns; each routed one became an event. Default 16. */
  readonly inbound?: number
  /** Endpoints, each of which has a delivery of every event. Default 2. */
  readonly endpoints?: number
  /** The latest row. Default now; each earlier one is a second older. */
  readonly until?: Date
  /** A source and endpoints that are there already, instead of made-up ones. */
  readonly given?: { readonly sourceId: string; readonly endpointIds: readonly string[] }
  /** Written into every text a stranger must not see. */
  readonly mark?: string
}

/** So late that a hub beside the test leaves it alone. */
const never = new Date('2999-01-01T00:00:00Z')
const grains = ['MINUTE', 'HOUR', 'DAY'] as const
const open: readonly string[] = ['RECEIVED', 'WAITING', 'QUEUED', 'SENDING']

/** One inbound event in a state, with what belongs to that state. */
export function insertInbound(
  sql: Sql,
  owner: { readonly organizationId: string; readonly connectionId: string; readonly sourceId: string },
  state: InboundState,
  at: Date,
  more: Row = {},
): Promise<Row> {
  return insertAnyRow(sql, 'InboundEvent', {
    ...owner,
    id: newId(at.getTime()),
    at,
    provider: 'stripe',
    state,
    verdict: state === 'QUARANTINED' ? 'BAD_SIGNATURE' : 'VERIFIED',
    verdictText: state === 'QUARANTINED' ? 'The signature does not fit.' : 'The signature fits.',
    vendorEventId: `evt_${randomUUID()}`,
    vendorType: 'charge.refunded',
    method: 'POST',
    query: '',
    head: '{"content-type":"application/json"}',
    body: Buffer.from('{"id":"evt_1","client_secret":"opens-something"}'),
    bytes: 48,
    nextAttemptAt: open.includes(state) ? never : null,
    ...more,
  })
}

/** One delivery of an event in a state, with what belongs to that state. */
export function insertDelivery(
  sql: Sql,
  event: Row,
  endpointId: string,
  state: DeliveryState,
  more: Row = {},
): Promise<Row> {
  const at = event['at'] as Date
  return insertAnyRow(sql, 'Delivery', {
    organizationId: event['organizationId'],
    connectionId: event['connectionId'],
    id: newId(at.getTime()),
    at,
    roundAt: at,
    eventId: event['id'],
    eventType: event['type'],
    endpointId,
    state,
    nextAttemptAt: open.includes(state) ? never : null,
    ...more,
  })
}

async function insertSource(sql: Sql, owned: Row, at: Date): Promise<string> {
  const source = await insertAnyRow(sql, 'Source', { ...owned, registrationIds: ['we_1'], createdAt: at })
  const of = { organizationId: owned['organizationId'], sourceId: source['id'] }
  const secret = { ...of, hint: 'whsec_…4242' }
  await insertAnyRow(sql, 'SourceSecret', { ...secret, kind: 'TOKEN', tokenHash: randomUUID(), hint: 'abc…9' })
  for (const expiresAt of [null, new Date(at.getTime() - 60_000)])
    await insertAnyRow(sql, 'SourceSecret', { ...secret, kind: 'SIGNING', tokenHash: null, expiresAt })
  await insertAnyRow(sql, 'SourceRule', { ...of, eventType: 'payment.refunded' })
  return String(source['id'])
}

const lanes = ['CLOSED', 'OPEN', 'HALF_OPEN', 'CATCHING_UP']

async function insertEndpoint(
  sql: Sql,
  { organizationId, mark = '' }: WorldOptions,
  n: number,
  at: Date,
): Promise<string> {
  const old = new Date(at.getTime() - 100_000_000)
  const endpoint = await insertAnyRow(sql, 'Endpoint', {
    organizationId,
    url: `https://consumer-${n}.example/${mark}`,
    eventTypes: n % 2 === 0 ? ['*'] : ['payment.*'],
    createdAt: new Date(old.getTime() - n * 1000),
    typesChangedAt: old,
  })
  const of = { organizationId, endpointId: endpoint['id'] }
  await insertAnyRow(sql, 'EndpointLane', { ...of, breaker: lanes[n % 4], probeAt: never, failuresInRow: n })
  for (const expiresAt of [null, new Date(at.getTime() - 60_000)])
    await insertAnyRow(sql, 'EndpointKey', { ...of, hint: 'whsec_…1', expiresAt, algorithm: 'HMAC' })
  return String(endpoint['id'])
}

/** A source with everything that can hang on it, endpoints, and what went between. */
export async function insertWebhooks(sql: Sql, options: WorldOptions): Promise<WebhookWorld> {
  const { organizationId, connectionId, inbound = 16, endpoints = 2, until = new Date(), mark = '' } = options
  const owned = { organizationId, connectionId }
  const moment = (n: number) => new Date(until.getTime() - n * 1000)
  const ids = (rows: readonly Row[]) => rows.map((row) => String(row['id']))

  const sourceId = options.given?.sourceId ?? (await insertSource(sql, owned, until))
  const minute = new Date(Math.floor(until.getTime() / 60_000) * 60_000)
  const counts = { received: 10, verified: 7, duplicates: 2, quarantined: 1, lastAt: until }
  for (const grain of grains)
    await insertAnyRow(sql, 'SourceRollup', { organizationId, sourceId, grain, at: minute, ...counts })

  const targets: string[] = []
  for (let n = 0; n < endpoints; n++) {
    const endpointId = options.given?.endpointIds[n] ?? (await insertEndpoint(sql, options, n, until))
    const of = { organizationId, endpointId }
    const sums = { attempts: 4, delivered: 3, failed: 1, dead: 1, buckets: [0, 0, 0, 0, 0, 0, 4] }
    for (const grain of grains) await insertAnyRow(sql, 'DeliveryRollup', { ...of, grain, at: minute, ...sums })
    targets.push(endpointId)
  }

  const inboundRows: Row[] = []
  const events: Row[] = []
  const states = Object.keys(inboundStates) as InboundState[]
  for (let n = 0; n < inbound; n++) {
    const state = states[n % states.length] ?? 'RECEIVED'
    const at = moment(n)
    const more = state === 'ROUTED' ? { routedAt: at, events: 1 } : {}
    const row = await insertInbound(sql, { ...owned, sourceId }, state, at, more)
    inboundRows.push(row)
    const event = await insertAnyRow(sql, 'Event', {
      ...owned,
      id: newId(at.getTime()),
      at,
      type: n % 2 === 0 ? 'payment.refunded' : 'payment.succeeded',
      version: 1,
      occurredAt: at,
      provider: 'stripe',
      data: JSON.stringify({ note: mark, n }),
      source: '{"kind":"WEBHOOK","vendorType":"charge.refunded","vendorEventId":"evt_1"}',
      inboundEventId: row['id'],
      orderKey: `order:${n % 3}`,
    })
    events.push(event)
  }

  const replay = await insertAnyRow(sql, 'Replay', {
    organizationId,
    createdAt: until,
    state: 'RUNNING',
    filter: JSON.stringify({ eventTypes: [mark || 'payment.refunded'] }),
    total: 4,
    queued: 1,
    skipped: 1,
    skips: '{"The endpoint is off":1}',
  })
  const deliveries: Row[] = []
  const attempts: Row[] = []
  const ways = Object.keys(deliveryStates) as DeliveryState[]
  for (const [n, event] of events.entries())
    for (const [m, endpointId] of targets.entries()) {
      const delivery = await insertDelivery(
        sql,
        event,
        endpointId,
        ways[(n + m) % ways.length] ?? 'QUEUED',
        n === 0 ? { replayId: replay['id'] } : {},
      )
      deliveries.push(delivery)
      for (let number = 1; number <= 2; number++) {
        const at = new Date((delivery['at'] as Date).getTime() + number * 10)
        attempts.push(
          await insertAnyRow(sql, 'Attempt', {
            organizationId,
            id: newId(at.getTime()),
            at,
            deliveryId: delivery['id'],
            endpointId,
            eventId: event['id'],
            round: 1,
            number,
            outcome: 'FAILED',
            status: 503,
            latencyMs: 12,
            responseBody: mark || 'busy',
            requestHead: '{"webhook-id":"1"}',
            responseHead: '{}',
          }),
        )
      }
    }

  const alerts: Row[] = []
  for (const [subjectType, subjectId] of [
    ['endpoint', targets[0]],
    ['source', sourceId],
    ['connection', connectionId],
  ] as const)
    if (subjectId !== undefined)
      alerts.push(await insertAnyRow(sql, 'Alert', { organizationId, at: until, subjectType, subjectId, text: mark }))

  return {
    sourceId,
    endpointIds: targets,
    inboundIds: ids(inboundRows),
    eventIds: ids(events),
    deliveryIds: ids(deliveries),
    attemptIds: ids(attempts),
    replayId: String(replay['id']),
    alertIds: ids(alerts),
  }
}
