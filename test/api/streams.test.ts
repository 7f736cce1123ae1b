import { createClient as createSseClient } from 'graphql-sse'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { Events } from '../support/events.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

let hub: TestHub
let connectionId = ''
let otherId = ''
beforeAll(async () => {
  hub = await startHub()
  const connection = (name: string) =>
    insertAnyRow(hub.database.system.sql, 'Connection', {
      organizationId: hub.organizationId,
      provider: 'stripe',
      category: 'PAYMENT',
      name,
      status: 'ACTIVE',
      environment: 'SANDBOX',
    }).then((row) => String(row['id']))
  connectionId = await connection('Busy')
  otherId = await connection('Quiet')
})
afterAll(() => hub.stop())

const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

interface Batch {
  readonly callLogged: {
    readonly cursor: string
    readonly catchingUp: boolean
    readonly calls: { readonly path: string }[]
  }
}
const callLogged = `subscription ($after: String, $filter: CallFilter, $search: String) {
  callLogged(after: $after, filter: $filter, search: $search) { cursor catchingUp calls { path connection { name } } } }`

/** Writes calls the way the log does: under the stream's lock, so that positions grow in commit order. */
async function write(paths: readonly string[], to = connectionId): Promise<void> {
  await hub.database.system.sql.transaction(async (sql) => {
    await hub.app.parts.live.append(sql, 'calls')
    for (const path of paths)
      await insertAnyRow(sql, 'Call', {
        organizationId: hub.organizationId,
        connectionId: to,
        path,
        provider: 'stripe',
        ok: true,
      })
  })
}

function overSse(variables: Record<string, unknown>, key = hub.apiKey): Events<Batch> {
  const client = createSseClient({
    url: `${hub.url}/graphql`,
    headers: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  })
  return new Events<Batch>((sink) => client.subscribe({ query: callLogged, variables }, sink as never))
}
const overSocket = (variables: Record<string, unknown>) => hub.subscribe<Batch>(callLogged, variables)

const paths = (events: Events<Batch>) =>
  events.received.flatMap(({ callLogged }) => callLogged.calls.map(({ path }) => path))
const numbered = (count: number, prefix: string) => Array.from({ length: count }, (_, n) => `/${prefix}/${n}`)

describe.each([
  ['WebSocket', overSocket],
  ['server-sent events', overSse],
] as const)('L2: the log over %s', (name, subscribe) => {
  const tag = name.slice(0, 3)

  test('resumes from its cursor after a cut, without gap or repeat, while several writers commit', async () => {
    const wanted = numbered(120, tag)
    const filter = { connectionId: [globalId('Connection', connectionId)] }
    const first = subscribe({ filter })
    const opening = await first.first('the opening batch', () => true)
    let cursor = opening.callLogged.cursor
    const writing = Promise.all(
      [0, 1, 2, 3].map(async (writer) => {
        for (let n = 0; n < 10; n++) await write(wanted.slice(writer * 30 + n * 3, writer * 30 + n * 3 + 3))
      }),
    )
    const seen: string[] = []
    let events = first
    while (seen.length < wanted.length) {
      await until('more calls', () => {
        expect(events.errors).toEqual([])
        return paths(events).length > 0
      })
      // Cut in the middle, and go on with what was read last.
      events.stop()
      const read = [...events.received]
      // The hub probes this connection too when the minute turns: only what was written here is counted.
      const arrived = read.flatMap(({ callLogged }) => callLogged.calls.map(({ path }) => path))
      seen.push(...arrived.filter((path) => path.startsWith(`/${tag}/`)))
      cursor = read.at(-1)?.callLogged.cursor ?? cursor
      if (seen.length < wanted.length) events = subscribe({ filter, after: cursor })
    }
    await writing
    expect(seen.toSorted()).toEqual(wanted.toSorted())
    const rows = await hub.database.system.sql.query<{ path: string }>(
      `select path from "Call" where path like $1 order by seq`,
      [`/${tag}/%`],
    )
    expect(seen).toEqual(rows.map(({ path }) => path))
  })

  test('shows only what the filter asks for, and moves its cursor over the rest', async () => {
    const events = subscribe({ filter: { connectionId: [globalId('Connection', otherId)] } })
    const opening = await events.first('the opening batch', () => true)
    await write([`/${tag}-filtered/no`])
    await write([`/${tag}-filtered/yes`], otherId)
    await events.first('the call', ({ callLogged }) => callLogged.calls.length > 0)
    expect(paths(events)).toEqual([`/${tag}-filtered/yes`])
    expect(events.received.at(-1)?.callLogged.cursor).not.toBe(opening.callLogged.cursor)
    events.stop()
  })

  test('refuses a cursor that is none of its own, in words', async () => {
    const events = subscribe({ after: 'nonsense' })
    await until('the refusal', () => events.errors.length > 0)
    expect(events.errors[0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' } })
    await until('the end', () => events.ended)
  })
})

test('L2: strangers and other organizations hear nothing', async () => {
  const other = await hub.createOrganization()
  const theirs = overSse({}, other.apiKey)
  await theirs.first('the opening batch', () => true)
  await write(['/secret'])
  const mine = overSse({ search: 'secret', after: null })
  await mine.first('the opening batch', () => true)
  await write(['/secret/again'])
  await mine.first('the call', ({ callLogged }) => callLogged.calls.length > 0)
  expect(paths(theirs)).toEqual([])
  theirs.stop()
  mine.stop()
  const stranger = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { callLogged { cursor } }' }),
  })
  expect(await stranger.text()).toContain('UNAUTHENTICATED')
})

test('L2: changing nouns are read anew for every event', async () => {
  const events = hub.subscribe<{ callLogged: { calls: { path: string; connection: { name: string } }[] } }>(
    callLogged,
    {
      filter: { connectionId: [globalId('Connection', otherId)] },
    },
  )
  await events.first('the opening batch', () => true)
  await write(['/before'], otherId)
  await events.first('the call', ({ callLogged }) => callLogged.calls.some(({ path }) => path === '/before'))
  await hub.database.system.prisma.connection.update({ where: { id: otherId }, data: { name: 'Renamed' } })
  await write(['/after'], otherId)
  const after = await events.first('the call', ({ callLogged }) =>
    callLogged.calls.some(({ path }) => path === '/after'),
  )
  expect(after.callLogged.calls[0]?.connection.name).toBe('Renamed')
  events.stop()
})

/** A raw socket, to see what a client library would hide. */
function socket(headers: Record<string, string> = {}) {
  const opened = new WebSocket(`${hub.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', { headers })
  const messages: { type: string; payload?: unknown }[] = []
  let closed: number | null = null
  opened.on('message', (data) => messages.push(JSON.parse(String(data)) as { type: string }))
  opened.on('close', (code) => (closed = code))
  opened.on('error', () => {})
  return {
    opened,
    messages,
    open: () => until('the socket to open', () => opened.readyState === WebSocket.OPEN),
    send: (message: unknown) => opened.send(typeof message === 'string' ? message : JSON.stringify(message)),
    closed: () => until('the socket to close', () => closed, 15_000),
  }
}

describe('G3: graphql-ws', () => {
  test('lets in by header, by cookie and by connection_init, and nobody else', async () => {
    const key = `Bearer ${hub.apiKey}`
    const cookie = await hub.signIn()
    for (const [headers, payload] of [
      [{ authorization: key }, undefined],
      [{}, { authorization: key }],
      [{}, { Authorization: key }],
      [{ cookie, origin: hub.url }, undefined],
    ] as const) {
      const one = socket(headers)
      await one.open()
      one.send({ type: 'connection_init', payload })
      await until('the acknowledgement', () => one.messages.some(({ type }) => type === 'connection_ack'))
      one.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { role } }' } })
      await until('the answer', () => one.messages.some(({ type }) => type === 'next'))
      expect(one.messages.find(({ type }) => type === 'next')?.payload).toMatchObject({
        data: { viewer: { role: 'OWNER' } },
      })
      one.opened.close()
    }
    for (const [headers, payload] of [
      [{}, undefined],
      [{}, { authorization: 'Bearer pb_wrong_wrong_wrong_wrong_wrong' }],
      [{ cookie, origin: 'https://evil.example' }, undefined],
    ] as const) {
      const one = socket(headers)
      await one.open()
      one.send({ type: 'connection_init', payload })
      expect(await one.closed()).toBe(4403)
    }
  })

  test('closes what does not keep to the protocol', async () => {
    const early = socket()
    await early.open()
    early.send({ id: '1', type: 'subscribe', payload: { query: '{ hub { version } }' } })
    expect(await early.closed()).toBe(4401)
    const babble = socket()
    await babble.open()
    babble.send('no JSON')
    expect(await babble.closed()).toBe(4400)
    const silent = socket()
    await silent.open()
    expect(await silent.closed()).toBe(4408)
    const huge = socket()
    await huge.open()
    huge.send('x'.repeat(300 * 1024))
    expect(await huge.closed()).toBe(1009)
  })

  test('holds limits and cost like HTTP does, and so many operations per socket', async () => {
    const one = socket({ authorization: `Bearer ${hub.apiKey}` })
    await one.open()
    one.send({ type: 'connection_init' })
    await until('the acknowledgement', () => one.messages.some(({ type }) => type === 'connection_ack'))
    const aliases = Array.from({ length: 200 }, (_, n) => `a${n}: hub { version }`).join(' ')
    one.send({ id: 'a', type: 'subscribe', payload: { query: `{ ${aliases} }` } })
    await until('the refusal', () => one.messages.some(({ type }) => type === 'error'))
    expect(JSON.stringify(one.messages)).toContain('TOO_COMPLEX')
    one.send({ id: 'b', type: 'subscribe', payload: { query: '{ hub { version } }' } })
    const answer = await until('the answer', () => one.messages.find(({ type }) => type === 'next'))
    expect(answer.payload).toMatchObject({ extensions: { cost: { limit: 25_000 } } })
    for (let n = 0; n < 120; n++)
      one.send({ id: `s${n}`, type: 'subscribe', payload: { query: 'subscription { callLogged { cursor } }' } })
    await until(
      'the refusals',
      () =>
        one.messages.filter(({ payload }) => JSON.stringify(payload ?? '').includes('TOO_MANY_OPERATIONS')).length ===
        20,
    )
    one.opened.close()
  })
})

describe('T1: a right that is withdrawn ends what was opened with it', () => {
  async function temporaryKey() {
    const { organizationId, apiKey } = await hub.createOrganization('Short-lived')
    const revoke = () =>
      hub.database.system.prisma.apiKey.updateMany({ where: { organizationId }, data: { revokedAt: new Date() } })
    return { apiKey, revoke }
  }

  test('WebSocket: closed with 4403', async () => {
    const { apiKey, revoke } = await temporaryKey()
    let code = 0
    const client = createClient({
      url: `${hub.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${apiKey}` },
      retryAttempts: 0,
      on: { closed: (event) => (code = (event as { code: number }).code) },
    })
    const events = new Events<Batch>((sink) => client.subscribe({ query: callLogged }, sink))
    await events.first('the opening batch', () => true)
    await revoke()
    await until('the end', () => code === 4403, 15_000)
    await client.dispose()
  })

  test('server-sent events: one last word, then the end', async () => {
    const { apiKey, revoke } = await temporaryKey()
    const events = overSse({}, apiKey)
    await events.first('the opening batch', () => true)
    await revoke()
    await until('the end', () => events.ended, 15_000)
    expect(events.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})

test('N4: a hub that stops lets its subscribers go', async () => {
  const short = await startHub()
  const over = new Events<Batch>((sink) =>
    createSseClient({
      url: `${short.url}/graphql`,
      headers: { authorization: `Bearer ${short.apiKey}` },
      retryAttempts: 0,
    }).subscribe({ query: callLogged }, sink as never),
  )
  const socketed = short.subscribe<Batch>(callLogged)
  await over.first('the opening batch', () => true)
  await socketed.first('the opening batch', () => true)
  await short.stop()
  await until('both to end', () => over.ended && socketed.ended)
})
