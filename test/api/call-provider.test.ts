import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { globalId } from '@patchbay/schema/node.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { startProxied, vendorKey, type Proxied } from '../support/proxied.ts'
import { until } from '../support/until.ts'

const mutation = `mutation ($input: CallProviderInput!) { callProvider(input: $input) { __typename
  ... on CallProviderSuccess { callId status headers { name value } body cut bytes json repeated
    call { id status ok attempts latencyMs errorClass path steps { name ms at attempt } } }
  ... on ProviderCallError { code errorClass advice none: status retryAfterSeconds failedId: callId }
  ... on InvalidInputError { faults { path } }
  ... on Error { message } } }`

let proxied: Proxied
/** Requests that had an effect. */
let effects = 0
let isHanging = false
let waiting: (() => void)[] = []
beforeAll(async () => {
  proxied = await startProxied(async (seen, answer) => {
    const { pathname } = new URL(seen.url, 'http://vendor')
    if (seen.method === 'POST') effects++
    if (isHanging) await new Promise<void>((resolve) => waiting.push(resolve))
    if (pathname === '/cut') return void answer.destroy()
    if (pathname === '/long') return void answer.end('é'.repeat(600_000))
    if (pathname === '/bytes') return void answer.end(Buffer.from([0xff, 0xd8, 0xff]))
    if (pathname === '/refused')
      return void answer.writeHead(422, { 'x-reason': 'no' }).end('{"error":{"message":"No."}}')
    answer.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b' })
    answer.end(JSON.stringify({ seen, token: 'abc' }))
  })
})
beforeEach(() => {
  effects = 0
  isHanging = false
  waiting = []
})
afterAll(() => proxied[Symbol.asyncDispose]())

/** What a test looks at; the rest is there too. */
interface Said {
  readonly __typename: string
  readonly callId: string
  /** Of a failure: the same field may be null there, and a document cannot ask for both under one name. */
  readonly failedId: string
  readonly status: number
  readonly body: string
  readonly json: any // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the vendor of a test says
  readonly repeated: boolean
  readonly call: {
    readonly id: string
    readonly steps: readonly { name: string; ms: number; at: number; attempt: number | null }[]
  } | null
  readonly headers: readonly { readonly name: string }[]
  readonly faults: readonly { readonly path: string }[]
  readonly errorClass: string
  readonly message: string
}

async function call(input: Record<string, unknown>, key?: string): Promise<Said> {
  const connectionId = globalId('Connection', proxied.connection)
  const { data, errors } = await proxied.hub.graphql<{ callProvider: Said }>(
    mutation,
    { input: { connectionId, method: 'GET', path: '/things', ...input } },
    key === undefined ? {} : { key },
  )
  expect(errors).toEqual([])
  return data.callProvider
}
const last = () => proxied.vendor.seen.at(-1)

describe('X1: callProvider', () => {
  test('X1: sends as asked, adds the credentials, and shows the logged call with its steps', async () => {
    const said = await call({
      method: 'POST',
      path: '/things?x=1&api_key=mine',
      query: [
        { name: 'filter[a]', value: 'ä b' },
        { name: 'tag', value: '1' },
        { name: 'tag', value: '2' },
      ],
      headers: [
        { name: 'X-Own', value: 'yes' },
        { name: 'Authorization', value: 'Bearer mine' },
        { name: 'Cookie', value: 'a=b' },
      ],
      json: { a: 1 },
    })
    expect(last()).toMatchObject({
      method: 'POST',
      url: '/things?x=1&filter%5Ba%5D=%C3%A4%20b&tag=1&tag=2',
      body: '{"a":1}',
      headers: { 'x-own': 'yes', authorization: `Bearer ${vendorKey}`, 'content-type': 'application/json' },
    })
    expect(last()?.headers).not.toHaveProperty('cookie')
    expect(said).toMatchObject({
      __typename: 'CallProviderSuccess',
      status: 200,
      repeated: false,
      json: { token: 'abc' },
      call: { id: said.callId, ok: true, attempts: 1 },
    })
    expect(said.headers.map(({ name }) => name)).not.toContain('set-cookie')
    const steps = said.call?.steps ?? []
    expect(steps.map(({ name }) => name).join(' ')).toBe(
      'status budget cache limit breaker credentials authorize connect egress body judge',
    )
    // A waterfall: each begins where the ones before it ended, and those of an attempt say which.
    for (const [n, step] of steps.entries()) expect(step.at).toBeGreaterThanOrEqual((steps[n - 1]?.at ?? 0) - 0.01)
    expect(steps.filter(({ attempt }) => attempt === 1)).toHaveLength(6)
  })

  test('X1: a refusal of the vendor is an answer', async () => {
    expect(await call({ path: '/refused' })).toMatchObject({
      __typename: 'CallProviderSuccess',
      status: 422,
      json: { error: { message: 'No.' } },
      call: { ok: false, errorClass: 'INVALID_REQUEST' },
    })
  })

  test('X1: long answers are cut between characters, bytes are no text', async () => {
    const long = await call({ path: '/long' })
    expect(long).toMatchObject({ cut: true, json: null, bytes: 1024 * 1024 })
    expect(long.body).toBe('é'.repeat(512 * 1024))
    expect(await call({ path: '/bytes' })).toMatchObject({ body: null, bytes: 3, cut: false })
  })

  test('X1: what cannot be sent is said field by field', async () => {
    const said = await call({
      path: 'no-slash here',
      json: {},
      text: 'both',
      timeoutMs: 120_001,
      headers: [
        { name: 'bad name', value: 'x' },
        { name: 'x-split', value: 'a\r\nx-injected: yes' },
      ],
    })
    expect(said.faults.map(({ path }) => path)).toEqual([
      'path',
      'text',
      'timeoutMs',
      'headers.0.name',
      'headers.1.value',
    ])
    expect(await call({ path: '/..%2fadmin' })).toMatchObject({
      errorClass: 'EGRESS_DENIED',
      failedId: expect.any(String),
    })
    expect(await call({ host: 'elsewhere' })).toMatchObject({ errorClass: 'EGRESS_DENIED' })
    expect(await call({ connectionId: globalId('Connection', randomUUID()) })).toMatchObject({
      __typename: 'NotFoundError',
    })
  })

  test('X1: a failure without an answer is typed, with its call', async () => {
    isHanging = true
    const late = await call({ timeoutMs: 60 })
    expect(late).toMatchObject({ __typename: 'ProviderCallError', errorClass: 'TIMEOUT', none: null })
    const { data } = await proxied.hub.graphql<{ call: { errorClass: string; attempts: number } }>(
      'query ($id: ID!) { call(id: $id) { errorClass attempts } }',
      { id: late.failedId },
    )
    expect(data.call).toEqual({ errorClass: 'TIMEOUT', attempts: 1 })
  })

  test('X1: the scope decides, and without call:read the call stays hidden', async () => {
    const { organizationId } = proxied.hub
    const key = async (scopes: string[]) => {
      const made = newApiKey()
      await proxied.hub.database.system.prisma.apiKey.create({
        data: {
          id: randomUUID(),
          organizationId,
          name: 'Narrow',
          prefix: prefixOf(made),
          hash: hashApiKey(made),
          role: 'OPERATOR',
          scopes,
        },
      })
      return made
    }
    expect(await call({}, await key(['call:read']))).toMatchObject({ __typename: 'ForbiddenError' })
    expect(await call({}, await key(['call:send']))).toMatchObject({ status: 200, call: null })
  })
})

describe('X3: one key, one effect', () => {
  const post = (idempotencyKey: string, more: object = {}) =>
    call({ method: 'POST', path: '/orders', json: { n: 1 }, idempotencyKey, ...more })

  test('X3: a repeat answers out of the log, secrets removed, and does nothing', async () => {
    const key = randomUUID()
    const first = await post(key)
    const again = await post(key)
    expect(effects).toBe(1)
    expect(again).toMatchObject({ callId: first.callId, status: 200, repeated: true, json: { token: '[redacted]' } })
    expect(await post(key, { json: { n: 2 } })).toMatchObject({ __typename: 'IdempotencyConflictError' })
    expect(effects).toBe(1)
  })

  test('X3: twenty at once send one', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(key)))
    expect(effects).toBe(1)
    expect(new Set(answers.map(({ callId }) => callId)).size).toBe(1)
  })

  test('X3: what ended without an answer ends the same way again, and is not sent twice', async () => {
    const key = randomUUID()
    const first = await post(key, { path: '/cut' })
    expect(first).toMatchObject({ errorClass: 'NETWORK' })
    expect(await post(key, { path: '/cut' })).toMatchObject({ errorClass: 'NETWORK', failedId: first.failedId })
    expect(effects).toBe(1)
  })

  test('X3: a key that was taken by a process that died is not sent blindly', async () => {
    const key = randomUUID()
    isHanging = true
    const lost = post(key)
    await until('it is on its way', () => waiting.length === 1)
    // As another process sees it: taken, and nobody said how it ended.
    const { prisma } = proxied.hub.database.system
    const [row] = await prisma.idempotencyKey.findMany({ where: { key } })
    expect(row?.resultId).toBe('')
    waiting.forEach((go) => go())
    expect(await lost).toMatchObject({ status: 200 })
    await prisma.idempotencyKey.updateMany({ where: { key }, data: { resultId: '' } })
    isHanging = false
    expect(await post(key)).toMatchObject({ __typename: 'ConflictError' })
    expect(effects).toBe(1)
  })

  test('X3: what never left may be tried again with the same key', async () => {
    const id = globalId('Connection', proxied.connection)
    const set = (verb: string) =>
      proxied.hub.graphql(`mutation ($id: ID!) { ${verb}Connection(input: { id: $id }) { __typename } }`, { id })
    const key = randomUUID()
    await set('pause')
    expect(await post(key)).toMatchObject({ errorClass: 'CONNECTION_DISABLED' })
    await proxied.hub.database.system.prisma.connection.update({
      where: { id: proxied.connection },
      data: { status: 'ACTIVE' },
    })
    await until('it is back', async () => (await post(key)).status === 200)
    expect(effects).toBe(1)
  })
})
