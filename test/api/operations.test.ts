import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { resources } from '@patchbay/schema/capabilities/resources.ts'
import { hubSchema } from '@patchbay/schema/schema.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { cases, inOrder } from '../providers/cases/index.ts'
import type { Made } from '../providers/cases/case.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { operationDocument } from '../support/operation-document.ts'

const schema = hubSchema()
/** Vendors let few calls through in a second or a minute, and nobody wants to wait for them here. */
const unlimited = new Map(
  providers
    .values()
    .map((provider) => [provider.entry.slug, { ...provider, entry: { ...provider.entry, limits: [] } }] as const),
)
let hub: TestHub
beforeAll(async () => {
  hub = await startHub({ app: { providers: unlimited } })
})
afterAll(() => hub.stop())

const errors = '__typename ... on Error { message }'
const create = `mutation ($input: CreateConnectionInput!) { it: createConnection(input: $input) { ${errors}
  ... on InvalidInputError { faults { path message } } ... on CreateConnectionSuccess { connection { id } } } }`
const start = `mutation ($input: StartOAuthInput!) { it: startOAuth(input: $input) { ${errors}
  ... on StartOAuthSuccess { url } } }`
const trial = `mutation ($input: TestConnectionInput!) { it: testConnection(input: $input) { ${errors}
  ... on TestConnectionSuccess { connection { status lastTest { ok steps { suite name ok advice } } } } } }`
const probe = `mutation ($input: ProbeConnectionInput!) { it: probeConnection(input: $input) { ${errors}
  ... on ProbeConnectionSuccess { connection { health } } } }`

type Answer = Readonly<Record<string, unknown>> & { readonly __typename: string }

async function ask(document: string, input: object): Promise<Answer> {
  const { data, errors: faults } = await hub.graphql<{ it: Answer }>(document, { input })
  expect(faults).toEqual([])
  return data.it
}

/** A connection that is ready: made with the lab's credentials, and signed in at the vendor's page where one signs in. */
async function ready({ entry, oauth }: Provider): Promise<string> {
  const good = cases[entry.slug]?.good ?? {}
  const made = await ask(create, {
    provider: entry.slug,
    name: entry.name,
    environment: entry.environments[0],
    simulated: true,
    fields: Object.entries(good).map(([name, value]) => ({ name, value })),
    idempotencyKey: randomUUID(),
  })
  expect(made, JSON.stringify(made)).toMatchObject({ __typename: 'CreateConnectionSuccess' })
  const { id } = made['connection'] as { readonly id: string }
  if (oauth?.grant === 'authorization_code' && oauth.applies?.(good) !== false) {
    const url = new URL(String((await ask(start, { id }))['url']))
    // The person allows everything on the vendor's page and is sent back to the hub.
    url.searchParams.set('auto', 'allow')
    const allowed = await fetch(url, { redirect: 'manual' })
    const back = await fetch(allowed.headers.get('location') ?? '', { redirect: 'manual' })
    expect(back.status, await back.text()).toBe(200)
  }
  return id
}

type Change = (value: unknown, name: string) => unknown

/** A value with every member changed that `change` knows. */
function changed(value: unknown, change: Change, name = ''): unknown {
  const own = change(value, name)
  if (own !== value) return own
  if (Array.isArray(value)) return value.map((one) => changed(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, changed(one, change, key)]))
}

/** As a client writes it: wide numbers are texts, and keys are of this organization alone, where all providers meet. */
const asSent =
  (slug: string): Change =>
  (value, name) =>
    name === 'amountMinor' ? String(value) : name === 'idempotencyKey' ? `${String(value)}-${slug}` : value
const asRead: Change = (value, name) => (name === 'amountMinor' ? Number(value) : value)

/** What an operation brings, as the cases know it: a page lies open in the answer, one thing has a field. */
function outputOf({ __typename, connection: _connection, repeated: _repeated, ...rest }: Answer): Made[string] {
  const [only, ...more] = Object.values(rest)
  const output = more.length === 0 && !('items' in rest) ? only : rest
  return changed(output, asRead) as Made[string]
}

describe.each(providers.values())('F2, F3, F7: $entry.slug through GraphQL', (provider: Provider) => {
  const { slug, category } = provider.entry
  let id: string

  beforeAll(async () => {
    id = await ready(provider)
  })

  test('connects, passes its tests and is healthy', async () => {
    const tested = await ask(trial, { id })
    expect(tested['connection'], JSON.stringify(tested)).toMatchObject({ status: 'ACTIVE', lastTest: { ok: true } })
    expect((await ask(probe, { id }))['connection']).toEqual({ health: 'HEALTHY' })
  })

  test('carries out every operation, and each answer names its connection', async () => {
    const made: Record<string, Made[string]> = {}
    for (const name of inOrder(provider)) {
      const contract = capabilities[category][name]
      const given = cases[slug]?.inputs[name]
      if (contract === undefined || given === undefined)
        throw new Error(`${slug} ${name} is declared and not exercised`)
      const input = changed(typeof given === 'function' ? given(made) : given, asSent(slug)) as object
      const document = operationDocument(schema, contract.kind, contract.field)
      const answer = await ask(document, { connectionId: id, ...input })
      expect(answer.__typename, `${name}: ${JSON.stringify(answer)}`).toMatch(/Success$/)
      expect(answer['connection'], name).toEqual({ id })
      made[name] = outputOf(answer)
    }
    expect(Object.keys(made).toSorted()).toEqual(Object.keys(provider.operations).toSorted())
  })
})

test('S1: the marketplace tells what is pulled from whom, and what a pull is worth', async () => {
  const { data } = await hub.graphql<{ providers: { edges: { node: { slug: string; resources: object[] } }[] } }>(
    '{ providers(first: 100) { edges { node { slug resources { name description incremental deletions } } } } }',
    {},
  )
  const told = data.providers.edges.map(({ node }) => [node.slug, node.resources] as const)
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(
      providers.values().map(({ entry, resources: specs = {} }) => [
        entry.slug,
        Object.entries(specs).map(([name, { incremental, deletions }]) => ({
          name: name.toUpperCase(),
          description: resources[name as keyof typeof resources],
          incremental,
          deletions,
        })),
      ]),
    ),
  )
})
