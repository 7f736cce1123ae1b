import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { newId } from '@patchbay/server/app/ids.ts'
import type { Payload, Payloads, PayloadSource } from '@patchbay/server/engine/delivery/contract.ts'
import { createMapper, mostBytes, type Mapper } from '@patchbay/server/engine/delivery/mapper.ts'
import { createPayloads } from '@patchbay/server/engine/delivery/payloads.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { until } from '../support/until.ts'

let hub: RulesHub
let organizationId: string
const event = { id: newId(), type: 'payment.succeeded', timestamp: '2026-11-21T08:00:00.000Z', data: { amount: 5 } }
const envelope = JSON.stringify(event)

beforeAll(async () => {
  hub = await rulesHub()
  ;({ organizationId } = await hub.organization())
})
afterAll(() => hub.close())

const make = (payload: PayloadSource['payload'], payloadText: string | null, organization = organizationId) =>
  hub.collaborators.payloads.make({ organizationId: organization, eventId: event.id, envelope, payload, payloadText })
const check = (payload: PayloadSource['payload'], text: string | null) =>
  hub.collaborators.payloads.check(payload, text)
const messageOf = (made: Payload) => (made.outcome === 'FAULT' ? made.message : made.outcome)

test('D1: the envelope goes out byte by byte as it is', async () => {
  expect(await make('ENVELOPE', null)).toEqual({ outcome: 'MADE', body: envelope })
})

describe('JSONata', () => {
  test('D1: makes the body, or nothing', async () => {
    const made = await make('JSONATA', '{"paid": data.amount * 2, "when": timestamp}')
    expect(made).toEqual({ outcome: 'MADE', body: '{"paid":10,"when":"2026-11-21T08:00:00.000Z"}' })
    for (const nothing of ['data.missing', 'null', 'data[amount > 9]'])
      expect(await make('JSONATA', nothing)).toEqual({ outcome: 'NOTHING' })
    expect(await make('JSONATA', 'false')).toEqual({ outcome: 'MADE', body: 'false' })
  })

  test('D1: faults name the place', async () => {
    expect(await check('JSONATA', 'data.\n  (')).toContain('line 2')
    expect(await check('JSONATA', '{"a": data.amount}')).toBeNull()
    expect(messageOf(await make('JSONATA', 'data.amount + "x"'))).toMatch(/must evaluate to a number.*line 1/)
    expect(messageOf(await make('JSONATA', '$error("not today")'))).toContain('not today')
    expect(await check('JSONATA', 'x'.repeat(20_001))).toContain('at most 20000')
  })

  test('D1: what is no JSON is refused or left out', async () => {
    expect(messageOf(await make('JSONATA', '$sum'))).toContain('yields a function')
    expect(await make('JSONATA', '{"f": function($x){$x}, "a": 1}')).toEqual({ outcome: 'MADE', body: '{"a":1}' })
  })

  test('D1: at most 256 KiB are made', async () => {
    const fits = await make('JSONATA', `$pad("", ${mostBytes - 2}, "x")`)
    expect(fits.outcome).toBe('MADE')
    expect(messageOf(await make('JSONATA', `$pad("", ${mostBytes - 1}, "x")`))).toContain('at most 262144')
    expect(messageOf(await make('JSONATA', `$pad("", ${mostBytes / 2}, "ü")`))).toContain('at most 262144')
  })

  test('D1: evaluations share nothing', async () => {
    await make('JSONATA', '$secret := "of another"')
    expect(await make('JSONATA', '$secret')).toEqual({ outcome: 'NOTHING' })
    await make('JSONATA', '$merge([{"__proto__": {"leaked": 1}}])')
    expect(await make('JSONATA', 'leaked')).toEqual({ outcome: 'NOTHING' })
  })

  test.each([
    '$string.constructor',
    '"".constructor.constructor("return process")()',
    '$.__proto__',
    '$lookup($, "constructor")',
    '(function(){1}).implementation',
    '$string.implementation.constructor',
    '$eval("$constructor")',
    'process',
    '$process',
    '$.constructor.constructor',
  ])('D1: nothing of the machine is in reach: %s', async (expression) => {
    expect(['NOTHING', 'FAULT']).toContain((await make('JSONATA', expression)).outcome)
  })
})

describe('expressions that mean harm', () => {
  let mapper: Mapper
  beforeAll(() => {
    mapper = createMapper()
  })
  afterAll(() => mapper.close())
  const json = JSON.stringify({ s: `${'a'.repeat(40)}!` })

  test.each([
    ['a catastrophic regex', '$contains(s, /^(a+)+$/)'],
    ['another one', '$replace(s, /(a|a?)+$/, "x")'],
    ['a loop without end', '($f := function($n){ $f($n + 1) }; $f(1))'],
    ['endless recursion', '($f := function($n){ $f($n + 1) + 1 }; $f(1))'],
    ['a list that doubles', '($g := function($x, $n){ $n = 0 ? $x : $g($append($x, $x), $n - 1) }; $g([1..1000], 40))'],
    ['a text that doubles', '($g := function($x, $n){ $n = 0 ? $length($x) : $g($x & $x, $n - 1) }; $g("aaaa", 26))'],
    ['half a gigabyte of text', '$pad("x", 500000000)'],
    ['a text beyond all limits', '$pad("x", 10000000000)'],
    ['ten million numbers', '[1..9999999]'],
    ['lists of lists', '$map([1..9999999], function($v){ [1..$v] })'],
    ['a huge encoding', '$base64encode($pad("x", 200000000))'],
    ['deep nesting', `${'['.repeat(9_000)}1${']'.repeat(9_000)}`],
    ['a program made of text', '$eval($pad("(", 1000000, "("))'],
  ])('D1: %s ends in words and costs the hub nothing', async (_what, expression) => {
    const before = process.memoryUsage.rss()
    expect(await mapper.evaluate({ expression, json, turn: 'a' })).toMatchObject({
      fault: expect.any(String) as string,
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024)
    expect(await mapper.evaluate({ expression: 's', json, turn: 'a' })).toEqual({
      json: JSON.stringify(`${'a'.repeat(40)}!`),
    })
  })

  test('D5: one organization’s slow mappings leave a way for the others', async () => {
    const order: string[] = []
    const slow = Array.from({ length: 3 }, () =>
      mapper.evaluate({ expression: '$contains(s, /^(a+)+$/)', json, turn: 'slow' }).then(() => order.push('slow')),
    )
    const quick = Array.from({ length: 20 }, () =>
      mapper.evaluate({ expression: 's', json, turn: 'quick' }).then(() => order.push('quick')),
    )
    await Promise.all([...slow, ...quick])
    expect(order.slice(0, 20)).not.toContain('slow')
  })

  test('D1: closing ends every process, also one in the middle of something', async () => {
    const closing = createMapper()
    const running = closing.evaluate({ expression: '$contains(s, /^(a+)+$/)', json, turn: 'a' })
    running.catch(() => {})
    await closing.evaluate({ expression: 's', json, turn: 'b' })
    await closing.close()
    await expect(running).rejects.toThrow('closed')
  })

  test('D1: a process that is evaluating ends when the hub is killed', async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL('../support/mapping-parent.ts', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [text] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(text.toString())
    expect(process.kill(pid, 0)).toBe(true)
    parent.kill('SIGKILL')
    await until('the process for mappings is gone', () => {
      try {
        return !process.kill(pid, 0)
      } catch {
        return true
      }
    })
  })

  test('W4: any JSON value is mapped, nothing becomes null', async () => {
    const payloads: Payloads = createPayloads({
      queries: { check: () => [], run: async () => ({ data: null, errors: [] }) },
      globalEventId: (id) => id,
    })
    expect(await payloads.map('$sum($)', [1, 2])).toEqual({ value: 3 })
    expect(await payloads.map('x', { x: 'ü' })).toEqual({ value: 'ü' })
    expect(await payloads.map('missing', {})).toEqual({ value: null })
    expect(await payloads.map('(', {})).toMatchObject({ fault: expect.stringContaining('line 1') as string })
    await payloads.close()
  })
})

describe('GraphQL', () => {
  test('D1: the answer is the data, under the event’s id and type', async () => {
    const made = await make('GRAPHQL', 'query Payload($id: ID!) { organization { name } node(id: $id) { id } }')
    const { id, type, timestamp } = event
    const body = JSON.stringify({ type, timestamp, id, data: { organization: { name: 'Noor' }, node: null } })
    expect(made).toEqual({ outcome: 'MADE', body })
  })

  test.each([
    ['no GraphQL', '{', /line 1, column 2/],
    ['a mutation', 'mutation { retryProbe }', /not by a mutation/],
    ['a subscription', 'subscription { callLogged { cursor } }', /not by a subscription/],
    ['two queries', 'query A { organization { name } } query B { organization { name } }', /exactly one query/],
    ['a fragment only', 'fragment A on Organization { name }', /exactly one query/],
    ['introspection', '{ __schema { description } }', /schema itself/],
    ['introspection in a fragment', '{ ...A } fragment A on Query { __type(name: "Query") { name } }', /schema itself/],
    ['an unknown field', '{ organization { nam } }', /Cannot query field "nam".*line 1, column 18/],
    ['an unknown variable', 'query($x: Boolean!) { organization { name @skip(if: $x) } }', /\$x is not given/],
    [
      'a variable of another type',
      'query($id: Int) { calls(first: $id) { edges { cursor } } }',
      /Int cannot represent/,
    ],
    [
      'a page too large',
      `{ ${['a', 'b', 'c'].map((name) => `${name}: connections(first: 100) { edges { node { calls(first: 100) { edges { cursor node { id path } } } } } }`).join(' ')} }`,
      /costs \d+/,
    ],
    [
      'aliases without end',
      `{ ${Array.from({ length: 50 }, (_, n) => `a${n}: organization { name }`).join(' ')} }`,
      /Aliases/,
    ],
  ])('D1: refused when saved and when made: %s', async (_what, document, words) => {
    expect(await check('GRAPHQL', document)).toMatch(words)
    expect(messageOf(await make('GRAPHQL', document))).toMatch(words)
  })

  test('D1: it reads as a viewer of its organization and sees no other', async () => {
    const { organizationId: other } = await hub.organization()
    const connection = await hub.database.system.prisma.connection.create({
      data: {
        id: newId(),
        organizationId: other,
        provider: 'stripe',
        category: 'PAYMENT',
        name: 'Foreign',
        environment: 'SANDBOX',
        status: 'ACTIVE',
      },
    })
    const document = '{ connections(first: 5) { edges { node { name } } } }'
    const names = async (organization: string) => JSON.stringify(await make('GRAPHQL', document, organization))
    expect(await names(other)).toContain(connection.name)
    expect(await names(organizationId)).not.toContain(connection.name)
    const audit = await make('GRAPHQL', '{ auditEntries(first: 1) { edges { cursor } } }')
    expect(messageOf(audit)).toContain('audit:read')
  })

  test('D1: a database that is away is no fault of the document', async () => {
    const away = createPayloads({
      queries: { check: () => [], run: () => Promise.reject(new Error('the database is away')) },
      globalEventId: (id) => id,
    })
    const source = { organizationId, eventId: event.id, envelope, payload: 'GRAPHQL', payloadText: '{ x }' } as const
    await expect(away.make(source)).rejects.toThrow('away')
    await away.close()
  })
})
