import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createCalls, type CallLog } from '@patchbay/server/engine/calls/calls.ts'
import type { Calls } from '@patchbay/server/engine/calls/contract.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import type { Egress } from '@patchbay/server/engine/egress/contract.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import type { Twin } from '@patchbay/server/lab/twin.ts'
import { twinOf } from '@patchbay/server/lab/twins.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Call, CallRequest, Provider } from '@patchbay/server/providers/provider.ts'
import { testActor, testConnection } from '../support/test-provider.ts'
import { cases, exercise, inputOf } from './cases/index.ts'
import { type FaultRow, sentencesOf, table } from './faults/table.ts'
import { type Arrived, type Fault, type FaultyLine, openLine, type Plan } from './faults/vendor.ts'
import { connect, factsOf, type TwinConnection } from './twin-call.ts'

const retries = 2
let lab: Lab
let line: FaultyLine
let egress: Egress
let calls: Calls
let opened: TwinConnection
/** Pauses between attempts, in milliseconds; none is waited. */
const pauses: number[] = []
const log: CallLog = { add: async () => {}, flush: async () => {}, close: async () => {}, waiting: 0 }

beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
  line = await openLine(lab.origin)
  egress = createEgress({ allowOrigins: [line.origin] })
  calls = createCalls({
    egress,
    log,
    credentials: {
      open: async () => ({
        fields: { ...factsOf(opened).settings, ...opened.fields },
        accessToken: opened.accessToken,
      }),
      reject: () => {},
    },
    providers: (slug) => providers.get(slug),
    labOrigin: line.origin,
    pause: async (ms) => void pauses.push(ms),
  })
})
afterAll(async () => {
  await calls.close()
  await egress.close()
  await line[Symbol.asyncDispose]()
  await lab.close()
})

/** One operation, carried out by a connection nobody used before: neither its breaker nor its retries are used up. */
interface Run {
  readonly output: unknown
  readonly error: unknown
  /** Requests as the operation wrote them, each once. */
  readonly asked: readonly CallRequest[]
  /** Requests as they reached the vendor, repeats included. */
  readonly arrived: readonly Arrived[]
}

async function run(provider: Provider, name: string, input: object, plan: Plan, timeoutMs = 30_000): Promise<Run> {
  const known = factsOf(opened)
  const connection = testConnection({
    id: randomUUID(),
    provider: provider.entry.slug,
    simulated: true,
    settings: { ...known.settings },
    environment: known.environment,
  })
  const actor = testActor(connection.organizationId)
  const call = calls.bind(connection, { purpose: 'OPERATION', operation: name, retries, timeoutMs, actor })
  const { headers, arrived } = line.plan(plan)
  const asked: CallRequest[] = []
  const marked: Call = (request) => {
    asked.push(request)
    return call({ ...request, headers: { ...request.headers, ...headers } })
  }
  pauses.length = 0
  try {
    const facts = { ...known, id: connection.id }
    return { output: await provider.operations[name]?.(marked, input as never, facts), error: null, asked, arrived }
  } catch (error) {
    return { output: null, error, asked, arrived }
  }
}

const always = (fault: Fault) => (): Fault => fault
const harmless = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])

describe.each(Object.keys(cases))('X3: faults at %s', (slug) => {
  const provider = providers.get(slug) as Provider
  const twin = twinOf(slug) as Twin
  const { silent = [], understood = {}, good = {} } = cases[slug] ?? {}
  /** Operations that ask the vendor anything, with what they are carried out with and how many requests that takes. */
  const operations: { readonly name: string; readonly input: object; readonly requests: number }[] = []

  beforeAll(async () => {
    opened = await connect(provider, good, lab.origin)
    const counts = new Map<string, number>()
    const made = await exercise(provider, async (name, input) => {
      const { output, error, arrived } = await run(provider, name, input, () => null)
      if (error !== null) throw error as Error
      counts.set(name, arrived.length)
      return output
    })
    for (const [name, requests] of counts)
      if (requests > 0) operations.push({ name, input: inputOf(provider, name, made), requests })
  })

  /** Does a repeat of this request have the effect of one. */
  const isRepeatable = (request: CallRequest | undefined): boolean =>
    request !== undefined &&
    (harmless.has(request.method) || request.safe === true || provider.idempotencyHeader !== undefined)

  test.each(table)('$name: $errorClass, repeated only where that helps and harms nothing', async (row) => {
    const fault = row.fault(twin)
    for (const { name, input } of operations) {
      const { error, asked, arrived } = await run(provider, name, input, always(fault))
      if (error === null && row.readsAsSuccess && silent.includes(name)) continue
      if (error === null && understood[name]?.includes(Number(row.name))) continue
      expectRefusal(error, row, fault, name)
      const renewed = row.errorClass === 'AUTHENTICATION' && opened.accessToken !== null ? 1 : 0
      const repeats = row.passing && isRepeatable(asked[0]) ? retries : 0
      const [first] = arrived
      const attempts = arrived.filter((one) => isSame(one, first))
      // A refusal may lead to another question, and to reading the same again; what passes must not.
      if (row.passing || first?.method !== 'GET')
        expect(attempts.length, `${name} attempts`).toBe(1 + renewed + repeats)
      if (row.passing) expect(arrived.length, name).toBe(attempts.length)
      const wait = (error as ProviderCallError).retryAfterMs
      if (repeats > 0 && wait !== null) expect(pauses, name).toEqual(pauses.map(() => wait))
      expectAlike(attempts, name)
    }
  })

  test('silence: TIMEOUT, never repeated', async () => {
    const silence = always({ kind: 'silence' })
    const runs = await Promise.all(
      operations.map(async ({ name, input }) => ({ name, ...(await run(provider, name, input, silence, 40)) })),
    )
    for (const { name, error, arrived } of runs) {
      expect(error, name).toMatchObject({ errorClass: 'TIMEOUT' })
      // Under load some are timed out before they have left.
      expect(arrived.length, name).toBeLessThanOrEqual(1)
    }
  })

  test('what the vendor did and could not say is not done twice', async () => {
    for (const { name, input, requests } of operations)
      for (let lost = 0; lost < requests; lost += 1) {
        const plan: Plan = (number) => (number === lost ? { kind: 'lost' } : null)
        const { arrived, asked } = await run(provider, name, input, plan)
        const first = arrived[lost]
        const again = arrived.slice(lost + 1).find(({ method, url }) => method === first?.method && url === first.url)
        if (first === undefined || again === undefined || harmless.has(first.method)) continue
        if (asked.some(({ safe, path }) => safe === true && first.url.includes(path))) continue
        expectAlike([first, again], name)
        const key = first.headers[provider.idempotencyHeader?.toLowerCase() ?? '']
        expect(key, `${name} sent ${first.method} ${first.url} again, without a key`).toBeTruthy()
      }
  })
})

/** The right class, words a person can act on, and those of the vendor where it said any. */
function expectRefusal(error: unknown, row: FaultRow, fault: Fault, name: string): void {
  expect(error, name).toBeInstanceOf(ProviderCallError)
  const { errorClass, message, advice } = error as ProviderCallError
  expect(errorClass, `${name}: ${message}`).toBe(row.errorClass)
  expect(advice.length, name).toBeGreaterThan(20)
  expect(message, name).not.toMatch(/<\w/)
  const said = row.spoken && fault.kind === 'answer' ? sentencesOf(fault.answer) : []
  if (said.length > 0)
    expect(
      said.filter((words) => message.includes(words.slice(0, 60))),
      `${name} says “${message}”`,
    ).not.toEqual([])
}

const isSame = (one: Arrived, other: Arrived | undefined) =>
  one.method === other?.method && one.url === other.url && one.body === other.body

/** Every attempt says the same, under the same key. */
function expectAlike([first, ...others]: readonly Arrived[], name: string): void {
  for (const other of others) {
    expect(other.body, name).toBe(first?.body)
    expect(keysOf(other), name).toEqual(keysOf(first))
  }
}

const keysOf = (arrived: Arrived | undefined) =>
  Object.entries(arrived?.headers ?? {}).filter(([name]) => /idempoten|request-id/.test(name))
