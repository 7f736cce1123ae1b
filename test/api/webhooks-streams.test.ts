import { randomUUID } from 'node:crypto'
import type { StreamName } from '@patchbay/schema/events.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import type { Events } from '../support/events.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'
import { insertDelivery, insertInbound } from '../support/webhook-rows.ts'

// Streams of rows that change: whoever was away hears of every row that changed meanwhile, once, as it is now.

let hub: TestHub
let connectionId = ''
let otherId = ''
let sourceId = ''
let endpointId = ''
let narrow = ''
const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

beforeAll(async () => {
  hub = await startHub()
  const { organizationId } = hub
  const { sql, prisma } = hub.database.system
  const connection = () => insertAnyRow(sql, 'Connection', { organizationId, provider: 'stripe' })
  connectionId = String((await connection())['id'])
  otherId = String((await connection())['id'])
  sourceId = String((await insertAnyRow(sql, 'Source', { organizationId, connectionId }))['id'])
  endpointId = String((await insertAnyRow(sql, 'Endpoint', { organizationId, eventTypes: ['*'] }))['id'])
  narrow = newApiKey()
  await prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId,
      name: 'Narrow',
      prefix: prefixOf(narrow),
      hash: hashApiKey(narrow),
      role: 'OWNER',
      scopes: ['*'],
      connectionIds: [otherId],
    },
  })
})
afterAll(() => hub.stop())

/** Under the stream's lock, as every writer does it, so that positions grow in commit order. */
async function under<T>(stream: StreamName, work: (sql: typeof hub.database.system.sql) => Promise<T>): Promise<T> {
  return hub.database.system.sql.transaction(async (sql) => {
    await hub.app.parts.live.append(sql, stream)
    return work(sql as typeof hub.database.system.sql)
  })
}

const inbound = (state: 'UNMATCHED' | 'IGNORED' | 'FAILED', connection = connectionId) =>
  under('inbound', (sql) =>
    insertInbound(sql, { organizationId: hub.organizationId, connectionId: connection, sourceId }, state, new Date()),
  ).then((row) => String(row['id']))

const move = (id: string, state: string) =>
  under('inbound', (sql) =>
    sql.query(
      `update "InboundEvent" set "state" = $2::"InboundState", "seq" = nextval('hub_inbound_seq') where "id" = $1`,
      [id, state],
    ),
  )

interface InboundBatch {
  readonly inboundEventReceived: {
    readonly cursor: string
    readonly catchingUp: boolean
    readonly inboundEvents: readonly {
      readonly uuid: string
      readonly state: string
      readonly connection: { uuid: string }
    }[]
  }
}
const received = `subscription ($after: String, $filter: InboundEventFilter) {
  inboundEventReceived(after: $after, filter: $filter) { cursor catchingUp inboundEvents { uuid state connection { uuid } } } }`
const seen = (events: Events<InboundBatch>) =>
  events.received.flatMap(({ inboundEventReceived }) =>
    inboundEventReceived.inboundEvents.map(({ uuid, state }) => `${uuid} ${state}`),
  )

describe('L2: inbound events, live', () => {
  test('arrive, and are told again whenever they change', async () => {
    const events = hub.subscribe<InboundBatch>(received)
    await events.first('the opening batch', () => true)
    const id = await inbound('UNMATCHED')
    await events.first('the arrival', () => seen(events).includes(`${id} UNMATCHED`))
    await move(id, 'DISCARDED')
    await events.first('the change', () => seen(events).includes(`${id} DISCARDED`))
    events.stop()
  })

  test('who was away hears of each that changed once, as it is now, and of those that did not change nothing', async () => {
    const still = await inbound('IGNORED')
    const first = hub.subscribe<InboundBatch>(received)
    const { inboundEventReceived } = await first.first('a cursor', () => true)
    first.stop()
    const ids = await Promise.all([1, 2, 3].map(() => inbound('UNMATCHED')))
    for (const id of ids) await move(id, 'FAILED')
    for (const id of ids.slice(0, 2)) await move(id, 'DISCARDED')
    const again = hub.subscribe<InboundBatch>(received, { after: inboundEventReceived.cursor })
    await until('everything missed', () => seen(again).length >= 3)
    await move(String(ids[2]), 'DISCARDED')
    await until('what came then', () => seen(again).length >= 4)
    expect(seen(again)).toEqual([
      `${ids[2]} FAILED`,
      `${ids[0]} DISCARDED`,
      `${ids[1]} DISCARDED`,
      `${ids[2]} DISCARDED`,
    ])
    expect(seen(again).join()).not.toContain(still)
    again.stop()
  })

  test('through many writers and cuts nothing is missed: the last word on each row arrives', async () => {
    let events = hub.subscribe<InboundBatch>(received)
    let cursor = (await events.first('a cursor', () => true)).inboundEventReceived.cursor
    const heard = new Map<string, string>()
    const ids: string[] = []
    const writing = Promise.all(
      [0, 1, 2].map(async () => {
        for (let n = 0; n < 8; n++) {
          const id = await inbound('UNMATCHED')
          ids.push(id)
          await move(id, 'FAILED')
          await move(id, 'DISCARDED')
        }
      }),
    )
    const done = () => ids.length === 24 && ids.every((id) => heard.get(id) === 'DISCARDED')
    while (!done()) {
      await until('more', () => events.received.length > 0)
      events.stop()
      for (const { inboundEventReceived } of events.received) {
        cursor = inboundEventReceived.cursor
        for (const { uuid, state } of inboundEventReceived.inboundEvents) heard.set(uuid, state)
      }
      if (!done()) events = hub.subscribe<InboundBatch>(received, { after: cursor })
    }
    await writing
  }, 60_000)

  test('are filtered by state, source and connection; a narrowed key hears only of its own', async () => {
    const ofState = hub.subscribe<InboundBatch>(received, { filter: { state: ['FAILED'] } })
    const ofSource = hub.subscribe<InboundBatch>(received, { filter: { sourceId: [globalId('Source', randomUUID())] } })
    const ofConnection = hub.subscribe<InboundBatch>(received, {
      filter: { connectionId: [globalId('Connection', otherId)] },
    })
    const narrowed = hub.subscribe<InboundBatch>(received, {}, { key: narrow })
    const all = [ofState, ofSource, ofConnection, narrowed]
    for (const one of all) await one.first('the opening batch', () => true)
    const plain = await inbound('UNMATCHED')
    const failed = await inbound('FAILED')
    const theirs = await inbound('IGNORED', otherId)
    await until(
      'the batches',
      () => seen(ofState).length > 0 && seen(ofConnection).length > 0 && seen(narrowed).length > 0,
    )
    expect(seen(ofState)).toEqual([`${failed} FAILED`])
    expect(seen(ofConnection)).toEqual([`${theirs} IGNORED`])
    expect(seen(narrowed)).toEqual([`${theirs} IGNORED`])
    expect(seen(ofSource)).toEqual([])
    // It leaves the filter: whoever shows only failures is not told, and reads the list anew when it matters.
    await move(plain, 'FAILED')
    await until('what came to fit', () => seen(ofState).includes(`${plain} FAILED`))
    for (const one of all) one.stop()
  })

  test('a stranger’s organization hears nothing, and a made-up cursor is refused in words', async () => {
    const other = await hub.createOrganization()
    const mine = hub.subscribe<InboundBatch>(received)
    const { inboundEventReceived } = await mine.first('a cursor', () => true)
    const theirs = hub.subscribe<InboundBatch>(received, { after: inboundEventReceived.cursor }, { key: other.apiKey })
    await inbound('UNMATCHED')
    await until('mine', () => seen(mine).length > 0)
    expect(seen(theirs)).toEqual([])
    const wrong = hub.subscribe<InboundBatch>(received, { after: 'nonsense' })
    await until('the refusal', () => wrong.errors.length > 0)
    expect(wrong.errors[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' } })
    mine.stop()
    theirs.stop()
  })
})

interface DeliveryBatch {
  readonly deliveryChanged: { readonly cursor: string; readonly deliveries: readonly { uuid: string; state: string }[] }
}
const changed = `subscription ($after: String, $filter: DeliveryFilter) {
  deliveryChanged(after: $after, filter: $filter) { cursor deliveries { uuid state event { type } explanation { summary } } } }`
const changes = (events: Events<DeliveryBatch>) =>
  events.received.flatMap(({ deliveryChanged }) =>
    deliveryChanged.deliveries.map(({ uuid, state }) => `${uuid} ${state}`),
  )

describe('L2: deliveries, live', () => {
  async function event(connection: string | null = connectionId) {
    const at = new Date()
    return insertAnyRow(hub.database.system.sql, 'Event', {
      organizationId: hub.organizationId,
      id: newId(at.getTime()),
      at,
      connectionId: connection,
      type: 'payment.refunded',
    })
  }

  test('are told as they change, by endpoint, state and event, and again after a cut', async () => {
    const one = await event()
    const events = hub.subscribe<DeliveryBatch>(changed, {
      filter: { eventId: [globalId('Event', String(one['id']))] },
    })
    const dead = hub.subscribe<DeliveryBatch>(changed, {
      filter: { state: ['DEAD'], endpointId: [globalId('Endpoint', endpointId)] },
    })
    const cursor = (await events.first('a cursor', () => true)).deliveryChanged.cursor
    await dead.first('a cursor', () => true)
    const row = await under('deliveries', (sql) => insertDelivery(sql, one, endpointId, 'WAITING'))
    const id = String(row['id'])
    await until('the delivery', () => changes(events).length > 0)
    await under('deliveries', (sql) =>
      sql.query(
        `update "Delivery" set "state" = 'DEAD', "nextAttemptAt" = null, "seq" = nextval('hub_deliveries_seq') where "id" = $1`,
        [id],
      ),
    )
    await until('the change', () => changes(events).length > 1 && changes(dead).length > 0)
    expect(changes(events)).toEqual([`${id} WAITING`, `${id} DEAD`])
    expect(changes(dead)).toEqual([`${id} DEAD`])
    const again = hub.subscribe<DeliveryBatch>(changed, { after: cursor })
    await until('what was missed', () => changes(again).length > 0)
    expect(changes(again)).toEqual([`${id} DEAD`])
    for (const each of [events, dead, again]) each.stop()
  })

  test('a narrowed key hears of its connections, and of the hub’s own events nothing', async () => {
    const narrowed = hub.subscribe<DeliveryBatch>(changed, {}, { key: narrow })
    await narrowed.first('a cursor', () => true)
    for (const connection of [connectionId, null, otherId]) {
      const one = await event(connection)
      await under('deliveries', (sql) => insertDelivery(sql, one, endpointId, 'DELIVERED'))
    }
    await until('its own', () => changes(narrowed).length > 0)
    expect(changes(narrowed)).toHaveLength(1)
    narrowed.stop()
  })
})

test('D6: a replay tells of its progress, and only of the one that was asked for', async () => {
  const at = { organizationId: hub.organizationId, createdAt: new Date(), state: 'RUNNING', total: 2, filter: '{}' }
  const add = () => under('replays', (sql) => insertAnyRow(sql, 'Replay', at)).then((row) => String(row['id']))
  const id = await add()
  interface Batch {
    readonly replayChanged: { readonly replays: readonly { uuid: string; progress: number; state: string }[] }
  }
  const query = `subscription ($id: ID) { replayChanged(id: $id) { cursor replays { uuid progress state waiting } } }`
  const events = hub.subscribe<Batch>(query, { id: globalId('Replay', id) })
  const narrowed = hub.subscribe<Batch>(query, {}, { key: narrow })
  await events.first('a cursor', () => true)
  await narrowed.first('a cursor', () => true)
  await add()
  const heard = (one: Events<Batch>) => one.received.flatMap(({ replayChanged }) => replayChanged.replays)
  for (const [queued, state] of [
    [1, 'RUNNING'],
    [2, 'DONE'],
  ] as const) {
    await under('replays', (sql) =>
      sql.query(
        `update "Replay" set "queued" = $2, "state" = $3::"ReplayState", "seq" = nextval('hub_replays_seq') where "id" = $1`,
        [id, queued, state],
      ),
    )
    await until(
      'the progress',
      () => heard(events).at(-1)?.state === state && heard(events).at(-1)?.progress === queued / 2,
    )
  }
  expect(new Set(heard(events).map(({ uuid }) => uuid))).toEqual(new Set([id]))
  expect(heard(narrowed)).toEqual([])
  events.stop()
  narrowed.stop()
})

test('D5: alerts are told as they are raised; a narrowed key hears of endpoints and of its own', async () => {
  interface Batch {
    readonly alertRaised: { readonly cursor: string; readonly alerts: readonly { title: string }[] }
  }
  const query = `subscription ($after: String, $filter: AlertFilter) {
    alertRaised(after: $after, filter: $filter) { cursor alerts { title endpoint { uuid } } } }`
  const events = hub.subscribe<Batch>(query)
  const critical = hub.subscribe<Batch>(query, { filter: { severity: ['CRITICAL'] } })
  const narrowed = hub.subscribe<Batch>(query, {}, { key: narrow })
  const { cursor } = (await events.first('a cursor', () => true)).alertRaised
  for (const one of [critical, narrowed]) await one.first('a cursor', () => true)
  const titles = (one: Events<Batch>) =>
    one.received.flatMap(({ alertRaised }) => alertRaised.alerts.map(({ title }) => title))
  for (const [title, severity, subjectType, subjectId] of [
    ['of a source', 'WARNING', 'source', sourceId],
    ['of an endpoint', 'CRITICAL', 'endpoint', endpointId],
    ['of its own', 'INFO', 'connection', otherId],
  ] as const)
    await under('alerts', (sql) =>
      insertAnyRow(sql, 'Alert', {
        organizationId: hub.organizationId,
        at: new Date(),
        title,
        unrouted: false,
        severity,
        subjectType,
        subjectId,
      }),
    )
  await until(
    'the alerts',
    () => titles(events).length === 3 && titles(narrowed).length === 2 && titles(critical).length === 1,
  )
  expect(titles(events)).toEqual(['of a source', 'of an endpoint', 'of its own'])
  expect(titles(critical)).toEqual(['of an endpoint'])
  expect(titles(narrowed)).toEqual(['of an endpoint', 'of its own'])
  const again = hub.subscribe<Batch>(query, { after: cursor })
  await until('the same again', () => titles(again).length === 3)
  for (const one of [events, critical, narrowed, again]) one.stop()
})
