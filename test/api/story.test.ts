import { randomUUID } from 'node:crypto'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { createClient as createSseClient } from 'graphql-sse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Events } from '../support/events.ts'
import { startHub, type TestHub } from '../support/hub.ts'

// The worked example of the README: a plain client, one API key, from nothing to a watched connection.

interface TestedConnection {
  id: string
  health: string
  status: string
  lastTest: {
    ok: boolean
    steps: {
      ok: boolean
      errorClass: string | null
      advice: string | null
      field: string | null
      sent: string
      received: string
    }[]
  } | null
}
type Result<K extends string> = Record<K, { __typename: string; message?: string; connection: TestedConnection }>
interface HealthBatch {
  connectionHealthChanged: {
    cursor: string
    changes: { from: string; to: string; connection: { id: string; health: string } }[]
  }
}
interface CallsBatch {
  callLogged: {
    cursor: string
    calls: { method: string; path: string; status: number; purpose: string; ok: boolean }[]
  }
}

const create = `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { __typename
  ... on CreateConnectionSuccess { connection { id health status } } ... on Error { message } } }`
const runTest = `mutation ($input: TestConnectionInput!) { testConnection(input: $input) { __typename
  ... on TestConnectionSuccess { connection { id status lastTest { ok steps { ok errorClass advice field sent received } } } } ... on Error { message } } }`
const setCredentials = `mutation ($input: SetCredentialsInput!) { setCredentials(input: $input) { __typename
  ... on SetCredentialsSuccess { connection { id status health } } ... on Error { message } } }`
const probe = `mutation ($input: ProbeConnectionInput!) { probeConnection(input: $input) { __typename
  ... on ProbeConnectionSuccess { connection { id health } } ... on Error { message } } }`
const healthChanged = `subscription ($id: ID) { connectionHealthChanged(connectionId: $id) { cursor changes { from to connection { id health } } } }`
const callLogged = `subscription ($filter: CallFilter) { callLogged(filter: $filter) { cursor calls { method path status purpose ok } } }`

describe('Automation begins with an API key and nothing else', () => {
  let hub: TestHub
  beforeAll(async () => {
    hub = await startHub()
  })
  afterAll(() => hub.stop())

  function sse<T>(query: string, variables: Record<string, unknown>): Events<T> {
    const client = createSseClient({
      url: `${hub.url}/graphql`,
      headers: { authorization: `Bearer ${hub.apiKey}` },
      retryAttempts: 0,
    })
    return new Events<T>((sink) =>
      client.subscribe({ query, variables }, sink as Parameters<typeof client.subscribe>[1]),
    )
  }

  test('create, test with a wrong key, set the right key, probe, and hear of it over WebSocket and SSE', async () => {
    const wrongKey = 'sk_test_51WrongKeyWrongKeyWrongKey0000'
    const created = await hub.graphql<Result<'createConnection'>>(create, {
      input: {
        provider: 'stripe',
        name: 'Card payments',
        environment: 'SANDBOX',
        simulated: true,
        fields: [{ name: 'secretKey', value: wrongKey }],
        idempotencyKey: randomUUID(),
      },
    })
    expect(created.errors).toEqual([])
    const { id } = created.data.createConnection.connection

    const failed = await hub.graphql<Result<'testConnection'>>(runTest, { input: { id, idempotencyKey: randomUUID() } })
    const report = failed.data.testConnection.connection.lastTest
    expect(report?.ok).toBe(false)
    const step = report?.steps.find((each) => !each.ok)
    expect(step).toMatchObject({ errorClass: 'AUTHENTICATION', field: 'secretKey' })
    expect(step?.advice).toMatch(/key/i)
    expect(failed.data.testConnection.connection.status).toBe('ERROR')
    expect(JSON.stringify(failed)).not.toContain(wrongKey)

    const overSocket = hub.subscribe<HealthBatch>(healthChanged, { id })
    const overSse = sse<HealthBatch>(healthChanged, { id })
    const callsOverSocket = hub.subscribe<CallsBatch>(callLogged, { filter: { connectionId: [id] } })
    const callsOverSse = sse<CallsBatch>(callLogged, { filter: { connectionId: [id] } })
    await overSocket.first('the first health batch', () => true)
    await overSse.first('the first health batch', () => true)
    await callsOverSocket.first('the first batch of calls', () => true)
    await callsOverSse.first('the first batch of calls', () => true)

    const right = labCredentials.stripe.good.secretKey
    const set = await hub.graphql<Result<'setCredentials'>>(setCredentials, {
      input: { id, fields: [{ name: 'secretKey', value: right }], idempotencyKey: randomUUID() },
    })
    expect(set.data.setCredentials).toMatchObject({
      __typename: 'SetCredentialsSuccess',
      connection: { status: 'ACTIVE' },
    })

    const tested = await hub.graphql<Result<'testConnection'>>(runTest, { input: { id, idempotencyKey: randomUUID() } })
    expect(tested.data.testConnection.connection.lastTest?.ok).toBe(true)

    const probed = await hub.graphql<Result<'probeConnection'>>(probe, { input: { id, idempotencyKey: randomUUID() } })
    expect(probed.data.probeConnection).toMatchObject({
      __typename: 'ProbeConnectionSuccess',
      connection: { health: 'HEALTHY' },
    })

    const becameHealthy = (event: HealthBatch) =>
      event.connectionHealthChanged.changes.some((change) => change.to === 'HEALTHY')
    const viaSocket = await overSocket.first('the health change', becameHealthy)
    const viaSse = await overSse.first('the health change', becameHealthy)
    for (const event of [viaSocket, viaSse])
      expect(event.connectionHealthChanged.changes.at(-1)?.connection).toEqual({ id, health: 'HEALTHY' })

    const probeLogged = (event: CallsBatch) =>
      event.callLogged.calls.some((call) => call.purpose === 'PROBE' && call.ok && call.path.endsWith('/v1/balance'))
    await callsOverSocket.first('the logged probe', probeLogged)
    await callsOverSse.first('the logged probe', probeLogged)
    for (const events of [overSocket, overSse, callsOverSocket, callsOverSse]) events.stop()

    const everything = JSON.stringify([
      ...overSocket.received,
      ...callsOverSocket.received,
      ...callsOverSse.received,
      hub.logs,
    ])
    expect(everything).not.toContain(right)
  })

  test('T5: the same key twice creates one connection', async () => {
    const input = {
      provider: 'stripe',
      name: 'Only once',
      environment: 'SANDBOX',
      simulated: true,
      idempotencyKey: randomUUID(),
    }
    const answers = await Promise.all([1, 2, 3].map(() => hub.graphql<Result<'createConnection'>>(create, { input })))
    const ids = answers.map((answer) => answer.data.createConnection.connection.id)
    expect(new Set(ids).size).toBe(1)
    const other = await hub.graphql<Result<'createConnection'>>(create, { input: { ...input, name: 'Another' } })
    expect(other.data.createConnection.__typename).toBe('IdempotencyConflictError')
  })

  test('no key, a wrong key: refused, and told so', async () => {
    const query = '{ connections(first: 1) { edges { node { id } } } }'
    for (const key of [null, 'pb_wrong_wrong_wrong_wrong_wrong']) {
      const answer = await hub.graphql(query, {}, { key })
      expect(answer.errors[0]?.extensions?.['code']).toBe('UNAUTHENTICATED')
    }
  })
})
