import { randomUUID } from 'node:crypto'
import { insertCalls } from '@patchbay/server/engine/calls/log-rows.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { createClient } from 'graphql-ws'
import { createClient as createSseClient } from 'graphql-sse'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'undici'
import { insertAnyRow } from '../support/any-row.ts'
import { callRow } from '../support/call-row.ts'
import { Events } from '../support/events.ts'
import { startHub, type TestHub } from '../support/hub.ts'

let hub: TestHub
let connectionId = ''
beforeAll(async () => {
  hub = await startHub()
  const { organizationId } = hub
  const row = { organizationId, provider: 'google-calendar', category: 'CALENDAR', name: 'Calendar' }
  const stored = await insertAnyRow(hub.database.system.sql, 'Connection', { ...row, environment: 'LIVE' })
  connectionId = String(stored['id'])
})
afterAll(() => hub.stop())

const said = {
  en: catalog.get('google-calendar')?.summary ?? '',
  ar: catalog.in('ar').get('google-calendar')?.summary ?? '',
}
const asked = (language: string) => ({ headers: { 'accept-language': language } })

/** As much as a header may hold. */
const longest = `${'x-y,'.repeat(3000)}ar`

describe('U3: providers answer in the language that is asked for', () => {
  test.each([
    ['ar', 'ar'],
    ['AR', 'ar'],
    ['ar-AE', 'ar'],
    ['ar-AE,ar;q=0.9,en-US;q=0.8', 'ar'],
    ['en;q=0.3, ar;q=0.7', 'ar'],
    ['fr, ar;q=0.5', 'ar'],
    ['en', 'en'],
    ['en-GB, ar;q=0.9', 'en'],
    ['ar;q=0, *', 'en'],
    ['*', 'en'],
    ['fr-FR, de', 'en'],
    ['arc', 'en'],
    ['', 'en'],
    [';;q=,,=;"', 'en'],
  ] as const)('Accept-Language: %s', speaks)
  test('a header as long as one may be', () => speaks(longest, 'ar'))

  async function speaks(header: string, language: 'en' | 'ar'): Promise<void> {
    const response = await hub.fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${hub.apiKey}`,
        'accept-language': header,
      },
      body: JSON.stringify({ query: '{ provider(id: "google-calendar") { summary } }' }),
    })
    expect(await response.json()).toMatchObject({ data: { provider: { summary: said[language] } } })
    expect(response.headers.get('content-language')).toBe(language)
    expect(response.headers.get('vary')).toContain('accept-language')
  }

  test('wherever a provider is met, and in every text of it', async () => {
    const query = `query ($id: ID!, $node: ID!) {
      provider(id: $id) { ...Words } node(id: $node) { ...Words } connections(first: 5) { nodes: edges { node { provider { ...Words } } } }
      others: provider(id: "ical-feed") { operations { others { slug summary } } } }
      fragment Words on Provider { name summary description pricingNotes fields { name label help hint { pattern message } }
        permissions { name why } limits { scope } templates { key name } setupGuide { title text url } webhooks { secretLabel setup } }`
    const variables = { id: 'google-calendar', node: Buffer.from('Provider:google-calendar').toString('base64') }
    interface Answer {
      readonly provider: Record<string, unknown>
      readonly node: Record<string, unknown>
      readonly connections: { readonly nodes: readonly { readonly node: { readonly provider: unknown } }[] }
      readonly others: { operations: { others: { slug: string; summary: string }[] }[] }
    }
    const [english, arabic] = await Promise.all(
      ['en', 'ar'].map((language) => hub.graphql<Answer>(query, variables, asked(language))),
    )
    for (const [answer, language] of [
      [english, 'en'],
      [arabic, 'ar'],
    ] as const) {
      const entry = catalog.in(language).get('google-calendar')
      expect(answer?.errors).toEqual([])
      expect(answer?.data.provider).toMatchObject({
        name: 'Google Calendar',
        summary: said[language],
        fields: entry?.fields.map(({ name, label, help }) => ({ name, label, help })),
        setupGuide: entry?.setupGuide,
        webhooks: { setup: entry?.webhooks?.setup },
      })
      expect(answer?.data.node).toEqual(answer?.data.provider)
      expect(answer?.data.connections.nodes[0]?.node.provider).toEqual(answer?.data.provider)
      const others = answer?.data.others.operations.flatMap((operation) => operation.others) ?? []
      expect(others.map(({ slug }) => slug)).not.toContain('ical-feed')
      expect(others.find(({ slug }) => slug === 'google-calendar')?.summary).toBe(said[language])
    }
  })

  test('the marketplace is found by words of both, whichever is spoken', async () => {
    const find = async (search: string, language: string): Promise<string[]> => {
      const { data } = await hub.graphql<{ providers: { edges: { node: { slug: string } }[] } }>(
        'query ($search: String) { providers(first: 100, search: $search) { edges { node { slug } } } }',
        { search },
        asked(language),
      )
      return data.providers.edges.map(({ node }) => node.slug)
    }
    for (const language of ['en', 'ar']) {
      expect(await find('تقويم', language)).toEqual(expect.arrayContaining(['google-calendar', 'ical-feed']))
      // As it is typed: without hamza, with tashkeel, and with words in any order.
      expect(await find('اسعار الشحن', language)).toContain('aramex')
      expect(await find('تَقويم', language)).toContain('google-calendar')
      expect(await find('CALENDAR google', language)).toEqual(['google-calendar'])
      expect(await find('google تقويم', language)).toEqual(['google-calendar'])
      expect(await find('تقويم لا يوجد', language)).toEqual([])
      expect((await find(' ', language)).length).toBe(catalog.list().length)
    }
  })
})

describe('U3: what a provider says of a wrong value comes in the same language', () => {
  interface Refused {
    readonly refused: { readonly faults: readonly { readonly path: string; readonly message: string }[] }
  }
  const ruleOf = (language: 'en' | 'ar') =>
    catalog
      .in(language)
      .get('convertkit')
      ?.fields.find(({ name }) => name === 'formId')?.rule?.message

  test.each(['en', 'ar'] as const)('on creation and change (%s)', async (language) => {
    const ask = async (query: string): Promise<unknown> => (await hub.graphql<Refused>(query, {}, asked(language))).data
    const wrong = (at: string) => ({ refused: { faults: [{ path: at, message: ruleOf(language) }] } })
    const create = (
      form: string,
      name: string,
    ) => `mutation { refused: createConnection(input: { provider: "convertkit",
      name: "${name}", environment: LIVE, simulated: true, idempotencyKey: "${randomUUID()}",
      fields: [{ name: "apiKey", value: "kit_x" }, { name: "formId", value: "${form}" }] }) {
        ... on InvalidInputError { faults { path message } }
        ... on CreateConnectionSuccess { connection { id } } } }`
    expect(await ask(create('not a number', 'Kit'))).toEqual(wrong('fields.formId'))
    const made = (await ask(create('12', `Kit ${language}`))) as { refused: { connection: { id: string } } }
    const { id } = made.refused.connection
    const change = `mutation { refused: updateConnection(input: { id: "${id}", settings: [{ name: "formId", value: "none" }] }) {
      ... on InvalidInputError { faults { path message } } } }`
    expect(await ask(change)).toEqual(wrong('settings.formId'))
    const set = `mutation { refused: setCredentials(input: { id: "${id}", idempotencyKey: "${randomUUID()}",
      fields: [{ name: "formId", value: "none" }] }) { ... on InvalidInputError { faults { path message } } } }`
    expect(await ask(set)).toEqual(wrong('fields.formId'))
  })
})

test('U3: and of a secret of its webhooks that looks wrong', async () => {
  const { organizationId } = hub
  const row = { organizationId, provider: 'mailgun', category: 'EMAIL', name: 'Mailgun', environment: 'LIVE' }
  const { id } = await insertAnyRow(hub.database.system.sql, 'Connection', row)
  const source = await insertAnyRow(hub.database.system.sql, 'Source', { organizationId, connectionId: id })
  const sourceId = Buffer.from(`Source:${String(source['id'])}`).toString('base64')
  for (const language of ['en', 'ar'] as const) {
    const { data } = await hub.graphql<{ addSourceSecret: unknown }>(
      `mutation { addSourceSecret(input: { sourceId: "${sourceId}", value: "short", idempotencyKey: "${randomUUID()}" }) {
        ... on InvalidInputError { faults { path message } } } }`,
      {},
      asked(language),
    )
    const message = catalog.in(language).get('mailgun')?.webhooks?.secretHint?.message
    expect(data.addSourceSecret).toEqual({ faults: [{ path: 'value', message }] })
  }
})

describe('U3: streams', () => {
  const query = 'subscription { callLogged { calls { uuid provider { slug summary } } } }'
  interface Batch {
    readonly callLogged: {
      readonly calls: readonly { readonly uuid: string; readonly provider: { summary: string } }[]
    }
  }

  test('listeners of one stream hear their own language, over SSE and sockets, by header or by the opening message', async () => {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, { protocols, headers: { 'accept-language': 'ar' } })
      }
    }
    const authorization = `Bearer ${hub.apiKey}`
    const sse = createSseClient({
      url: `${hub.url}/graphql`,
      headers: { authorization, 'accept-language': 'ar' },
      retryAttempts: 0,
    })
    const socket = (params: Record<string, string>) =>
      createClient({
        url: `${hub.url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: Socket,
        connectionParams: { authorization, ...params },
        retryAttempts: 0,
      })
    const byHeader = socket({})
    const byMessage = socket({ 'accept-language': 'en-GB' })
    const listeners: [Events<Batch>, string][] = [
      [hub.subscribe<Batch>(query), said.en],
      [hub.subscribe<Batch>(query, {}, asked('ar')), said.ar],
      [new Events<Batch>((sink) => byHeader.subscribe({ query }, sink)), said.ar],
      [new Events<Batch>((sink) => byMessage.subscribe({ query }, sink)), said.en],
      [new Events<Batch>((sink) => sse.subscribe({ query }, sink as never)), said.ar],
    ]
    for (const [events] of listeners) await events.first('the opening batch', () => true)
    const row = callRow({ organizationId: hub.organizationId, connectionId, provider: 'google-calendar' })
    await hub.database.system.sql.transaction((sql) => insertCalls(sql, hub.app.parts.live, [row]))
    for (const [events, words] of listeners) {
      // Probes of connections made before are calls too.
      const batch = await events.first('the call', ({ callLogged }) =>
        callLogged.calls.some(({ uuid }) => uuid === row.id),
      )
      const heard = { uuid: row.id, provider: { slug: 'google-calendar', summary: words } }
      expect(batch.callLogged.calls).toContainEqual(heard)
      events.stop()
    }
    await Promise.all([byHeader.dispose(), byMessage.dispose()])
    sse.dispose()
  })
})
