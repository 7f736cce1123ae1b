import { connect } from 'node:net'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

/** What came back of a request, whatever shape it had. */
async function post(body: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/json', ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit)
  const text = await response.text()
  const answer = (text === '' ? {} : JSON.parse(text)) as {
    errors?: { message: string; extensions?: { code?: string } }[]
    data?: unknown
  }
  return {
    status: response.status,
    code: answer.errors?.[0]?.extensions?.code,
    message: answer.errors?.[0]?.message ?? '',
    data: answer.data,
  }
}
const ask = (query: string, variables?: unknown) => post(JSON.stringify({ query, variables }))

test('G2: a deep query is refused', async () => {
  const deep = (levels: number) =>
    `{ connections { edges { node { ${'calls { edges { node { connection { '.repeat(levels)} name ${'} } } } '.repeat(levels)} } } } }`
  expect(await ask(deep(1))).toMatchObject({ status: 200, code: undefined })
  const refused = await ask(deep(20))
  expect(refused).toMatchObject({ code: 'TOO_COMPLEX', data: undefined })
  expect(refused.message).toMatch(/depth/i)
})

test('G2: fragments that repeat or refer to each other do not get around the limits', async () => {
  const chain = Array.from(
    { length: 30 },
    (_, n) => `fragment F${n} on Connection { calls { edges { node { connection { ...F${n + 1} } } } } }`,
  )
  const refused = await ask(
    `{ connections { edges { node { ...F0 } } } } ${chain.join(' ')} fragment F30 on Connection { name }`,
  )
  expect(refused.code).toBe('TOO_COMPLEX')
  const circle = await ask(
    '{ connections { edges { node { ...A } } } } fragment A on Connection { ...B } fragment B on Connection { ...A }',
  )
  expect(circle.message).toMatch(/itself/)
  // Each level doubles the next: the cost counts every repetition.
  const bomb = Array.from(
    { length: 12 },
    (_, n) => `fragment D${n} on Connection { a${n}: uptime { day } ...D${n + 1} ...D${n + 1} }`,
  )
  const doubled = await ask(
    `{ connections { edges { node { ...D0 } } } } ${bomb.join(' ')} fragment D12 on Connection { name }`,
  )
  expect(doubled.code).toBe('TOO_COMPLEX')
})

test('G2: many aliases are refused', async () => {
  const aliases = Array.from({ length: 200 }, (_, n) => `a${n}: hub { version }`).join(' ')
  const refused = await ask(`{ ${aliases} }`)
  expect(refused.code).toBe('TOO_COMPLEX')
  expect(refused.message).toMatch(/alias/i)
})

test('G2: many directives and endless documents are refused', async () => {
  expect((await ask(`{ hub { version ${'@include(if: true) '.repeat(100)} } }`)).message).toMatch(/directive/i)
  expect((await ask(`{ ${'hub { version } '.repeat(5_000)} }`)).message).toMatch(/tokens|characters/)
  expect((await ask(`{ hub { version } } # ${'x'.repeat(100_000)}`)).message).toMatch(/characters/)
})

test('G2: a costly query is refused, and every answer says what it cost', async () => {
  const cheap = await hub.graphql('{ connections(first: 10) { edges { node { name } } } }')
  expect(cheap.extensions['cost']).toEqual({ total: 22, limit: 25_000 })
  const costly = await ask(
    '{ connections(first: 100) { edges { node { calls(first: 100) { edges { node { uuid at path } } } } } } }',
  )
  expect(costly.code).toBe('TOO_COMPLEX')
  expect(costly.message).toMatch(/costs \d+; at most 25000/)
  const byVariable = await ask(
    'query ($n: Int) { connections(first: $n) { edges { node { calls(first: $n) { edges { node { uuid at path } } } } } } }',
    { n: 100 },
  )
  expect(byVariable.code).toBe('TOO_COMPLEX')
  const huge = await ask('{ connections(first: 100000000) { edges { node { name } } } }')
  expect(huge.code).toBe('INVALID_INPUT')
})

test('G2: several operations in one request are refused', async () => {
  const list = await post(JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ hub { version } }' }))))
  expect(list).toMatchObject({ status: 400, code: 'BATCHING_NOT_SUPPORTED' })
})

test('G2: a stranger learns nothing of the schema', async () => {
  const stranger = { key: null }
  const introspection = await hub.graphql(getIntrospectionQuery(), {}, stranger)
  expect(introspection.errors[0]?.extensions?.['code']).toBe('UNAUTHENTICATED')
  const hidden = await hub.graphql('query A { hub { version } __type(name: "Connection") { name } }', {}, stranger)
  expect(hidden.errors[0]?.extensions?.['code']).toBe('UNAUTHENTICATED')
  const misspelt = await hub.graphql('{ conections { edges { cursor } } }', {}, stranger)
  expect(misspelt.errors[0]?.message).toMatch(/conections/)
  expect(misspelt.errors[0]?.message).not.toMatch(/Did you mean/)
  const known = await hub.graphql('{ conections { edges { cursor } } }')
  expect(known.errors[0]?.message).toMatch(/Did you mean/)
  expect((await hub.graphql(getIntrospectionQuery())).errors).toEqual([])
})

test('G2: malformed requests get a clear error', async () => {
  expect(await post('{"query": ')).toMatchObject({
    status: 400,
    code: 'BAD_REQUEST',
    message: 'The body is not valid JSON.',
  })
  expect(await post('"{ hub }"')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  expect(await post('{}')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  expect(await post('{"query": 7}')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  expect((await ask('{ hub { version ')).message).toMatch(/Syntax Error/)
  expect((await ask('')).message).toMatch(/Syntax Error|query/)
  expect((await ask('{ connection(id: 7.5) { name } }')).message).toMatch(/ID/)
  expect(
    await ask('query ($first: Int!) { connections(first: $first) { edges { cursor } } }', { first: 'ten' }),
  ).toMatchObject({ code: 'BAD_REQUEST' })
  expect(
    (await post(JSON.stringify({ query: 'query A { hub { version } } query B { hub { demo } }' }))).message,
  ).toMatch(/operation/)
  expect((await post(JSON.stringify({ query: '{ hub { version } }', operationName: 'Missing' }))).message).toMatch(
    /operation/,
  )
})

test('G2: forms and texts of another site are no operations', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ])
    expect(await post('query={hub{version}}', { 'content-type': type })).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    })
  const mutation = await hub.fetch(`/graphql?query=${encodeURIComponent('mutation { resetLab { __typename } }')}`, {
    headers: { authorization: `Bearer ${hub.apiKey}` },
  })
  expect(mutation.status).toBe(405)
  const cookie = await hub.signIn()
  const foreign = await hub.graphql('{ viewer { name } }', {}, { cookie, headers: { origin: 'https://evil.example' } })
  expect(foreign.status).toBe(401)
})

test('G2: a body of 50 MB is refused while it arrives, with and without a declared length', async () => {
  const chunk = new Uint8Array(256 * 1024).fill(32)
  const chunked = () => {
    let sent = 0
    return new ReadableStream({
      pull(controller) {
        if (sent++ < 200) controller.enqueue(chunk)
        else controller.close()
      },
    })
  }
  globalThis.gc?.()
  const before = process.memoryUsage().arrayBuffers
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(chunked()).catch(() => null)))
  // A client that keeps sending may see its connection cut before it reads the answer; none is ever let in.
  for (const answer of answers) if (answer) expect(answer).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
  expect(answers.some((answer) => answer !== null)).toBe(true)
  const declared = await refusedHead(50 * 1024 * 1024)
  expect(declared).toMatch(/^HTTP\/1\.1 413/)
  await until('memory to be flat again', () => process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024)
  expect((await ask('{ hub { version } }')).status).toBe(200)
})

/** Declares a body and sends nothing of it: the answer must not wait for it. */
function refusedHead(length: number): Promise<string> {
  const { hostname, port } = new URL(hub.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname)
    socket.once('error', reject)
    socket.once('data', (data) => {
      resolve(String(data))
      socket.destroy()
    })
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer ${hub.apiKey}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
    )
  })
}

test('G2: documents are remembered for callers who are known, and not without end', async () => {
  const query = (n: number) => `query Q${n} { hub { version } }`
  for (let n = 0; n < 400; n++) expect((await ask(query(n))).status).toBe(200)
  expect((await ask(query(0))).data).toMatchObject({ hub: {} })
})
