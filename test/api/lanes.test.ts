import { randomUUID } from 'node:crypto'
import { globalId } from '@patchbay/schema/node.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addConnection, askHub, startProxied, type Answer, type Proxied } from '../support/proxied.ts'
import { testProvider } from '../support/test-provider.ts'
import { until } from '../support/until.ts'

let proxied: Proxied
/** What the vendor does. */
let mood: 'well' | 'down' = 'well'
let served = 0
let extra: Record<string, string> = {}
let connection = ''
beforeAll(async () => {
  proxied = await startProxied((_seen, answer) => {
    served += 1
    if (mood === 'down') return void answer.writeHead(503, extra).end('{"message":"down"}')
    const text = JSON.stringify({ served })
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length, ...extra }).end(text)
  })
})
afterAll(() => proxied[Symbol.asyncDispose]())
beforeEach(async () => {
  mood = 'well'
  served = 0
  extra = {}
  connection = await addConnection(proxied.hub, testProvider(proxied.vendor.origin))
})

const id = () => globalId('Connection', connection)
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  askHub(proxied.hub, `/proxy/${connection}${path}`, { headers })

interface LaneEvent {
  connectionLaneChanged: {
    changes: { breaker: { state: string; reason: string }; connection: { id: string } }[]
    cursor: string
  }
}

interface Shown {
  version: number
  limits: { window: string | null; limit: number; used: number; remaining: number; resetsAt: string; source: string }[]
  breaker: {
    state: string
    openedAt: string | null
    since: string | null
    reason: string | null
    retryAt: string | null
  }
  quietUntil: string | null
  cache: {
    ttlSeconds: number | null
    staleSeconds: number
    epoch: number
    entries: number
    hits: number
    misses: number
    stale: number
  }
}
const shown = `version limits { window seconds limit used remaining resetsAt source vendorLimit ownLimit replacesVendor note }
  breaker { state openedAt since reason retryAt } quietUntil
  cache { ttlSeconds staleSeconds epoch entries bytes hits misses stale revalidated }`

async function show(): Promise<Shown> {
  const { data } = await proxied.hub.graphql<{ connection: Shown }>(
    `query ($id: ID!) { connection(id: $id) { ${shown} } }`,
    { id: id() },
  )
  return data.connection
}

async function change(mutation: string, input: object, key?: string) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  const { data, errors } = await proxied.hub.graphql<
    Record<string, { __typename: string; connection?: Shown } & Record<string, unknown>>
  >(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ... on Error { code message }
       ... on InvalidInputError { faults { path message } }
       ... on ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Success { connection { ${shown} } } } }`,
    { input: { id: id(), ...input } },
    key === undefined ? {} : { key },
  )
  expect(errors).toEqual([])
  return data[mutation]
}

const entries = (action: string) =>
  proxied.hub.database.system.prisma.auditEntry.findMany({ where: { subjectId: connection, action } })

describe('X5: limits at the doors', () => {
  test('X5: set, seen, kept at the proxy, told in words, audited', async () => {
    const limits = [{ window: 'HOUR', calls: 2 }]
    const set = await change('setCallLimits', { limits })
    expect(set?.connection).toMatchObject({
      version: 2,
      limits: [{ window: 'HOUR', limit: 2, used: 0, source: 'OWN' }],
    })
    const first = await get('/a')
    expect(first.headers).toMatchObject({ 'x-patchbay-limit': '2', 'x-patchbay-remaining': '1' })
    await get('/b')
    const third = await get('/c')
    expect(third.status).toBe(429)
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0)
    expect(third.text).toContain('2 calls in an hour (your own limit)')
    expect(served).toBe(2)
    expect((await show()).limits).toMatchObject([{ used: 2, remaining: 0 }])
    await proxied.hub.app.parts.calls.flush()
    const row = await proxied.hub.database.system.prisma.call.findFirstOrThrow({
      where: { connectionId: connection },
      orderBy: { seq: 'desc' },
    })
    expect(row).toMatchObject({ errorClass: 'RATE_LIMITED', attempts: 0 })
    expect(await entries('connection.limitsSet')).toMatchObject([
      { before: { limits: [] }, after: { limits: [{ window: 'HOUR', calls: 2, replacesVendor: false }] } },
    ])
    // The same again changes nothing.
    await change('setCallLimits', { limits })
    expect(await entries('connection.limitsSet')).toHaveLength(1)
    expect((await change('setCallLimits', { limits: [] }))?.connection?.limits).toEqual([])
    expect((await get('/d')).status).toBe(200)
  })

  test('X5: bad limits are refused, each fault by its name; a stale version too', async () => {
    const limits = [
      { window: 'DAY', calls: 0 },
      { window: 'DAY', calls: 5 },
      { window: 'HOUR', calls: 1_000_000_001 },
    ]
    expect(await change('setCallLimits', { limits })).toMatchObject({
      __typename: 'InvalidInputError',
      faults: [{ path: 'limits.0.calls' }, { path: 'limits.1.window' }, { path: 'limits.2.calls' }],
    })
    expect(await change('setCallLimits', { limits: [], version: 7 })).toMatchObject({ __typename: 'ConflictError' })
    expect(await change('setCaching', { ttlSeconds: -1, staleSeconds: 9_999_999 })).toMatchObject({
      faults: [{ path: 'ttlSeconds' }, { path: 'staleSeconds' }],
    })
    expect(await change('setCaching', { ttlSeconds: 5, version: 7 })).toMatchObject({ __typename: 'ConflictError' })
  })
})

describe('X6: cache at the doors', () => {
  test('X6: set, used again, purged at once, audited', async () => {
    await change('setCaching', { ttlSeconds: 300, staleSeconds: 60 })
    expect((await get('/a')).headers).toMatchObject({ 'x-patchbay-cache': 'MISS' })
    const again = await get('/a')
    expect([again.headers['x-patchbay-cache'], again.json]).toEqual(['HIT', { served: 1 }])
    expect((await show()).cache).toMatchObject({
      ttlSeconds: 300,
      staleSeconds: 60,
      entries: 1,
      hits: 1,
      misses: 1,
      epoch: 0,
    })
    const purged = await change('purgeCache', {})
    expect(purged?.connection?.cache).toMatchObject({ epoch: 1, entries: 0 })
    expect((await get('/a')).json).toEqual({ served: 2 })
    expect(await entries('connection.cachingSet')).toMatchObject([
      {
        before: { cacheTtlSeconds: null, cacheStaleSeconds: 86_400 },
        after: { cacheTtlSeconds: 300, cacheStaleSeconds: 60 },
      },
    ])
    expect(await entries('connection.cachePurged')).toHaveLength(1)
    expect((await change('setCaching', { ttlSeconds: null }))?.connection?.cache).toMatchObject({
      ttlSeconds: null,
      staleSeconds: 60,
    })
  })

  test('X6: what is answered from memory uses up no limit, and says how old it is', async () => {
    await change('setCaching', { ttlSeconds: 300 })
    await change('setCallLimits', { limits: [{ window: 'HOUR', calls: 1 }] })
    await get('/a')
    for (let n = 0; n < 5; n++) expect((await get('/a')).status).toBe(200)
    expect((await get('/b')).status).toBe(429)
  })

  test('X6: the vendor is down: something old answers, marked, in the log too', async () => {
    extra = { etag: '"v1"' }
    await get('/a')
    mood = 'down'
    extra = { 'retry-after': '0' }
    const old = await get('/a')
    expect([old.status, old.headers['x-patchbay-cache'], old.json]).toEqual([200, 'STALE', { served: 1 }])
    expect((await get('/never-seen')).status).toBe(503)
    await proxied.hub.app.parts.calls.flush()
    const rows = await proxied.hub.database.system.prisma.call.findMany({
      where: { connectionId: connection, cache: 'STALE' },
    })
    expect(rows).toHaveLength(1)
    expect((await show()).cache).toMatchObject({ stale: 1 })
  })

  test('X6: a change through the proxy makes what was read old', async () => {
    await change('setCaching', { ttlSeconds: 300 })
    await get('/orders/1')
    await askHub(proxied.hub, `/proxy/${connection}/orders/1`, {
      method: 'PATCH',
      headers: { 'if-match': '"1"' },
      body: '{}',
    })
    expect((await get('/orders/1')).headers['x-patchbay-cache']).toBe('MISS')
  })
})

describe('X4: the breaker at the doors', () => {
  test('X4: opens, is seen, told live, and closed by hand', async () => {
    const { hub } = proxied
    const text = `subscription ($id: ID!, $after: String) { connectionLaneChanged(connectionId: $id, after: $after) {
      changes { at breaker { state reason } quietUntil cacheEpoch connection { id } } cursor } }`
    const changes = hub.subscribe<LaneEvent>(text, { id: id() })
    const { cursor } = (await changes.first('a cursor', () => true)).connectionLaneChanged
    const told = (what: string, state: string) =>
      changes.first(what, (event) => event.connectionLaneChanged.changes.some(({ breaker }) => breaker.state === state))
    mood = 'down'
    for (let n = 0; n < 5; n++) await askHub(hub, `/proxy/${connection}/a`, { method: 'POST', body: '{}' })
    const opened = await told('it opens', 'OPEN')
    expect(opened.connectionLaneChanged.changes).toMatchObject([{ connection: { id: id() } }])
    const refused = await get('/a')
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('BREAKER_OPEN')])
    const { breaker } = await show()
    expect(breaker).toMatchObject({
      state: 'OPEN',
      reason: expect.stringContaining('5 calls in a row failed') as string,
    })
    expect(new Date(breaker.retryAt ?? 0).getTime()).toBeGreaterThan(Date.now())
    mood = 'well'
    const reset = await change('resetBreaker', {})
    expect(reset?.connection?.breaker).toMatchObject({ state: 'CLOSED', openedAt: null, retryAt: null })
    expect((await get('/a')).status).toBe(200)
    const closed = await told('it closes', 'CLOSED')
    expect(closed.connectionLaneChanged.changes[0]?.breaker.reason).toMatch(/^Closed by /)
    // Who was away hears of the latest state once.
    const resumed = hub.subscribe<LaneEvent>(text, { id: id(), after: cursor })
    const missed = await resumed.first('what was missed', (event) => event.connectionLaneChanged.changes.length > 0)
    expect(missed.connectionLaneChanged.changes).toMatchObject([{ breaker: { state: 'CLOSED' } }])
    changes.stop()
    resumed.stop()
    expect(await entries('connection.breakerReset')).toHaveLength(1)
    const alerts = await hub.database.system.prisma.alert.findMany({ where: { connectionId: connection } })
    expect(alerts).toMatchObject([{ kind: 'breaker.open', state: 'RESOLVED' }])
  })

  test('X5: a silence the vendor asked for is seen, and ended by hand', async () => {
    mood = 'down'
    extra = { 'retry-after': '120' }
    await askHub(proxied.hub, `/proxy/${connection}/a`, { method: 'POST', body: '{}' })
    const quiet = await until('it is written', async () => (await show()).quietUntil)
    expect(new Date(quiet).getTime()).toBeGreaterThan(Date.now() + 60_000)
    mood = 'well'
    expect((await get('/a')).status).toBe(429)
    expect((await change('resetBreaker', {}))?.connection?.quietUntil).toBeNull()
    expect((await get('/a')).status).toBe(200)
  })
})

describe('who may', () => {
  const keyWith = async (scopes: string[], connectionIds: string[] = []) => {
    const key = newApiKey()
    await proxied.hub.database.system.prisma.apiKey.create({
      data: {
        id: randomUUID(),
        organizationId: proxied.hub.organizationId,
        name: 'narrow',
        prefix: prefixOf(key),
        hash: hashApiKey(key),
        role: 'OWNER',
        scopes,
        connectionIds,
      },
    })
    return key
  }

  test('Y1: without limit:write nothing is changed; another connection looks like none', async () => {
    const inputs = {
      setCallLimits: { limits: [] },
      setCaching: { ttlSeconds: 1 },
      purgeCache: {},
      resetBreaker: {},
    }
    const reader = await keyWith(['connection:read', 'connection:write', 'connection:test'])
    const elsewhere = await keyWith(['*'], [proxied.connection])
    const { apiKey: stranger } = await proxied.hub.createOrganization()
    for (const [mutation, input] of Object.entries(inputs)) {
      expect(await change(mutation, input, reader)).toMatchObject({ __typename: 'ForbiddenError' })
      expect(await change(mutation, input, elsewhere)).toMatchObject({ __typename: 'NotFoundError' })
      expect(await change(mutation, input, stranger)).toMatchObject({ __typename: 'NotFoundError' })
    }
    expect((await show()).version).toBe(1)
  })

  test('T2: nobody else hears of it, not even from the beginning', async () => {
    const { hub } = proxied
    const text = `subscription ($after: String) { connectionLaneChanged(after: $after) { changes { connection { id } } cursor } }`
    const owner = hub.subscribe<LaneEvent>(text)
    const after = (await owner.first('a cursor', () => true)).connectionLaneChanged.cursor
    const { apiKey: stranger } = await hub.createOrganization()
    const others = [stranger, await keyWith(['*'], [proxied.connection])]
    const listening = others.map((key) => hub.subscribe<LaneEvent>(text, { after }, { key }))
    await change('purgeCache', {})
    await owner.first('the change', (event) => event.connectionLaneChanged.changes.length > 0)
    // What they may hear of comes after what they may not.
    await hub.graphql(`mutation ($id: ID!) { purgeCache(input: { id: $id }) { __typename } }`, {
      id: globalId('Connection', proxied.connection),
    })
    const [deaf, narrow] = listening
    const heard = await narrow?.first('its own', (event) => event.connectionLaneChanged.changes.length > 0)
    expect(heard?.connectionLaneChanged.changes).toEqual([
      { connection: { id: globalId('Connection', proxied.connection) } },
    ])
    expect(deaf?.received.flatMap((event) => event.connectionLaneChanged.changes)).toEqual([])
    for (const each of [owner, ...listening]) each.stop()
  })
})
