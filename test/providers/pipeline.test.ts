import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createCalls, type CallLog } from '@patchbay/server/engine/calls/calls.ts'
import type { BindOptions, Calls } from '@patchbay/server/engine/calls/contract.ts'
import type { CallRow } from '@patchbay/server/engine/calls/log.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import type { Egress } from '@patchbay/server/engine/egress/contract.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { testActor, testConnection } from '../support/test-provider.ts'
import { until } from '../support/until.ts'
import { cases, exercise } from './cases/index.ts'
import { connect, factsOf } from './twin-call.ts'

let lab: Lab
let egress: Egress
let calls: Calls
const rows: CallRow[] = []
/** What the vault and the token store would hand out, by connection. */
const opened = new Map<string, { fields: Readonly<Record<string, string>>; accessToken: string | null }>()
const log: CallLog = {
  add: async (row) => void rows.push(row),
  flush: async () => {},
  close: async () => {},
  waiting: 0,
}

beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
  egress = createEgress({ allowOrigins: [lab.origin] })
  calls = createCalls({
    egress,
    log,
    credentials: {
      open: async (connection) => opened.get(connection.id) ?? { fields: {}, accessToken: null },
      reject: () => {},
    },
    providers: (slug) => providers.get(slug),
    labOrigin: lab.origin,
  })
})
afterAll(async () => {
  await calls.close()
  await egress.close()
  await lab.close()
})
beforeEach(() => {
  rows.length = 0
})

const control = (path: string, init: RequestInit = {}) =>
  fetch(`${lab.origin}/_control/${path}`, { headers: { 'content-type': 'application/json' }, ...init })
const steer = (slug: string, change: object) =>
  control(`vendors/${slug}`, { method: 'PATCH', body: JSON.stringify(change) })

async function bound(
  slug: string,
  fields: Readonly<Record<string, string>>,
  more: Partial<Omit<BindOptions, 'actor'>> & { readonly actor?: Partial<Actor> } = {},
) {
  const provider = providers.get(slug)
  if (provider === undefined) throw new Error(`No provider ${slug}`)
  const twin = await connect(provider, fields, lab.origin)
  const { settings, environment } = factsOf(twin)
  const connection = testConnection({
    id: `${slug}-${opened.size}`,
    provider: slug,
    simulated: true,
    settings: { ...settings },
    environment,
  })
  opened.set(connection.id, { fields: { ...settings, ...fields }, accessToken: twin.accessToken })
  const call = calls.bind(connection, {
    purpose: 'OPERATION',
    operation: 'test',
    retries: 0,
    ...more,
    actor: testActor(connection.organizationId, more.actor),
  })
  return {
    provider,
    call,
    facts: { id: connection.id, environment, settings, baseUrl: null },
    secrets: secretsOf(slug, fields, twin.accessToken),
  }
}

function secretsOf(slug: string, fields: Readonly<Record<string, string>>, accessToken: string | null): string[] {
  const secret = providers.get(slug)?.entry.fields.filter((field) => field.kind === 'secret') ?? []
  return [...secret.map((field) => fields[field.name]), accessToken].filter((value) => typeof value === 'string')
}

describe.each(Object.entries(cases))('X2: %s through the call pipeline', (slug, { good, wrong }) => {
  test('probe, suites and operations work, and the log holds no secret', async () => {
    const { provider, call, facts, secrets } = await bound(slug, good)
    expect(secrets.length).toBeGreaterThan(0)
    await provider.probe(call, facts)
    for (const step of provider.tests) expect(await step.run(call, facts)).toMatchObject({ ok: true })
    await exercise(provider, async (name, input) => provider.operations[name]?.(call, input as never, facts))
    expect(rows.length).toBeGreaterThanOrEqual(3 + Object.keys(provider.operations).length)
    const written = JSON.stringify(rows)
    for (const secret of secrets) expect(written).not.toContain(secret)
  })

  test('a careless vendor that repeats the secrets leaks none of them', async () => {
    await steer(slug, { echoSecrets: true })
    const fields = wrong ?? good
    const { provider, call, facts, secrets } = await bound(slug, fields)
    if (wrong === null) opened.set(facts.id, { fields: good, accessToken: 'canary-token-0123456789' })
    const error: unknown = await provider.probe(call, facts).catch((thrown: unknown) => thrown)
    await steer(slug, { echoSecrets: false })
    if (!(error instanceof ProviderCallError)) throw new Error(`Not refused: ${String(error)}`)
    expect(error.errorClass).toBe('AUTHENTICATION')
    const said = JSON.stringify([rows, error.message, error.advice, error.vendorCode])
    // Without the lab's echo this test would prove nothing.
    expect(said).toContain('received:')
    for (const secret of [...secrets.filter((value) => value.length >= 6), 'canary-token'])
      expect(said).not.toContain(secret)
  })

  test('X3: a vendor that is down is unavailable, and well again when it is back', async () => {
    const { provider, call, facts } = await bound(slug, good)
    await steer(slug, { down: true })
    const failed: unknown = await provider.probe(call, facts).catch((thrown: unknown) => thrown)
    expect(failed).toMatchObject({ errorClass: 'UNAVAILABLE', status: 503 })
    await steer(slug, { down: false })
    calls.resetBreaker(facts.id)
    await provider.probe(call, facts)
  })
})

describe('X1: who leaves', () => {
  test('a cancelled caller is a cut connection at the vendor', async () => {
    await control('reset', { method: 'POST' })
    await steer('stripe', { hang: true })
    const leaving = new AbortController()
    const actor = { signal: leaving.signal }
    const { provider, call, facts } = await bound('stripe', cases['stripe']?.good ?? {}, { actor })
    const probing = provider.probe(call, facts).catch((thrown: unknown) => thrown)
    const cutAtStripe = async () =>
      (await (await control('vendors/stripe')).json()) as { cut: number; requests: number }
    await until('the vendor works', async () => (await cutAtStripe()).requests === 1)
    leaving.abort()
    expect(await probing).toMatchObject({ errorClass: 'CANCELLED' })
    await until('the vendor sees it', async () => (await cutAtStripe()).cut === 1)
    await steer('stripe', { hang: false })
  })
})
