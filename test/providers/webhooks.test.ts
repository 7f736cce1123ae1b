import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '@patchbay/schema/errors.ts'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { messageOf as readMessage } from '@patchbay/server/engine/inbound/message.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { ConnectionFacts } from '@patchbay/server/providers/provider.ts'
import type { MapEvent, MappedEvent, WebhookMessage, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { cases } from './cases/index.ts'
import { factsOf } from './twin-call.ts'
import { webhookSamples } from './webhook-samples/index.ts'
import { canary, type Sample } from './webhook-samples/sample.ts'

/** What a connection of a provider knows: the settings of its lab account. */
const connectionOf = (slug: string): ConnectionFacts => {
  const provider = providers.get(slug)
  if (provider === undefined) throw new Error(`No provider ${slug}`)
  return factsOf({ provider, fields: cases[slug]?.good ?? {} })
}

const sending = providers
  .values()
  .flatMap(({ entry, webhooks }) => (webhooks === undefined ? [] : [{ slug: entry.slug, entry, webhooks }]))
const all = sending.flatMap(({ slug, webhooks }) =>
  (webhookSamples[slug] ?? []).map((sample, index) => ({ slug, webhooks, sample, name: `${sample.type} (${index})` })),
)

const types = { json: 'application/json', form: 'application/x-www-form-urlencoded', text: 'text/plain' }

function written(body: unknown, as: Sample['as'] = 'json'): string {
  if (body === undefined) return ''
  if (as === 'json') return JSON.stringify(body)
  return as === 'text' ? String(body) : new URLSearchParams(body as Record<string, string>).toString()
}

/** What the hub reads out of a sample that arrives, or of another body in its place. */
const messageWith = ({ headers, query, as = 'json' }: Sample, body: unknown): WebhookMessage =>
  readMessage({
    headers: { 'content-type': types[as], ...headers },
    search: query === undefined ? '' : `?${new URLSearchParams(query).toString()}`,
    body: Buffer.from(written(body, as)),
  })
const messageOf = (sample: Sample) => messageWith(sample, sample.body)

/** Bodies that are none of the vendor's, as it writes them. */
const nonsense: Readonly<Record<NonNullable<Sample['as']>, readonly unknown[]>> = {
  json: [undefined, null, 'text', 12, {}, [{}]],
  form: [undefined, {}, { some: 'thing' }],
  text: [undefined, 'text', '{}', '<a/>'],
}

const mapOf = (webhooks: WebhookSpec, type: string): MapEvent => {
  const map = webhooks.events[type] ?? webhooks.events['*']
  if (map === undefined) throw new Error(`No map for ${type}`)
  return map
}

const mapped = (slug: string, webhooks: WebhookSpec, message: WebhookMessage): readonly MappedEvent[] =>
  [mapOf(webhooks, webhooks.identify(message).type ?? '')(message, connectionOf(slug))].flat()

describe('W3: what vendors send becomes the hub’s own events', () => {
  test('every provider that takes webhooks has messages here, and no other has', () => {
    const written = new Set(Object.keys(webhookSamples))
    const wanted = new Set(sending.map(({ slug }) => slug))
    expect([...wanted.difference(written)], 'without a file in test/providers/webhook-samples').toEqual([])
    expect([...written.difference(wanted)], 'with a file there and no `webhooks`').toEqual([])
  })

  test.each(sending)('$slug: every type it announces is mapped or left out on purpose', ({ slug, entry, webhooks }) => {
    const known = new Set([...Object.keys(webhooks.events), ...(webhooks.ignore ?? [])])
    const unheard = entry.webhookEvents.filter((type) => !known.has(type))
    expect(unheard, 'in `webhookEvents`, and neither in `events` nor in `ignore`').toEqual([])
    const both = webhooks.ignore?.filter((type) => Object.hasOwn(webhooks.events, type)) ?? []
    expect(both, 'in `events` and in `ignore`').toEqual([])
    // A type without a map of its own is what the map of all the others is tried with.
    const tried = new Set(webhookSamples[slug]?.map(({ type }) => (Object.hasOwn(webhooks.events, type) ? type : '*')))
    const untried = Object.keys(webhooks.events).filter((type) => !tried.has(type))
    expect(untried, `in \`events\` and without a message in webhook-samples/${slug}.ts`).toEqual([])
  })

  test.each(all)('$slug: $name', ({ slug, webhooks, sample }) => {
    const message = messageOf(sample)
    const identity = webhooks.identify(message)
    expect(identity.type).toBe(sample.type)
    if (sample.id !== undefined) expect(identity.id).toBe(sample.id)
    if (sample.occurredAt !== undefined) expect(identity.occurredAt?.toISOString() ?? null).toBe(sample.occurredAt)
    const events = mapped(slug, webhooks, message)
    expect(events.map(({ type }) => type)).toEqual(sample.events.map(({ type }) => type))
    for (const [index, event] of events.entries()) {
      const data = eventTypes.get(event.type)?.data
      // Every member is there and named in the catalogue: nothing is dropped, nothing is made up.
      expect(data?.parse(event.data)).toEqual(event.data)
      expect(event.data).toMatchObject(sample.events[index]?.data ?? {})
      if (sample.occurredAt) expect(event.occurredAt?.toISOString()).toBe(sample.occurredAt)
    }
    expect(JSON.stringify(events)).not.toContain(canary)
  })

  test.each(all.filter(({ sample }) => sample.body !== undefined))(
    '$slug: $name, without what it must have, is refused by name',
    ({ slug, webhooks, sample }) => {
      const map = mapOf(webhooks, sample.type)
      for (const body of nonsense[sample.as ?? 'json'])
        expect(() => map(messageWith(sample, body), connectionOf(slug)), written(body)).toThrow(InvalidInputError)
    },
  )

  test.each(sending)('$slug: nonsense is no identity, and no crash', ({ webhooks }) => {
    for (const body of [undefined, null, 'text', 12, [], [null], { id: {}, type: [], created: 'never' }]) {
      const identity = webhooks.identify({ headers: {}, query: new URLSearchParams(), text: '', body })
      expect(identity.occurredAt).toBeNull()
    }
  })

  test('W2: a repeat of Printful’s is the same event, whatever its count of retries', () => {
    const spec = providers.get('printful')?.webhooks
    const [sample, other] = webhookSamples['printful'] ?? []
    if (spec === undefined || sample === undefined || other === undefined) throw new Error('Printful has no samples')
    const again = messageWith(sample, { ...(sample.body as object), retries: 3 })
    expect(spec.identify(again).id).toBe(spec.identify(messageOf(sample)).id)
    expect(spec.identify(messageOf(other)).id).not.toBe(spec.identify(messageOf(sample)).id)
  })

  test('W2: every event of a SendGrid batch keeps its own id', () => {
    const spec = providers.get('sendgrid')?.webhooks
    const batch = webhookSamples['sendgrid']?.find(({ type }) => type === 'batch')
    if (spec === undefined || batch === undefined) throw new Error('SendGrid has no batch')
    expect(mapped('sendgrid', spec, messageOf(batch)).map(({ key }) => key)).toEqual(['sg_delivered', 'sg_open'])
  })

  test('an amount that is none is refused by name', () => {
    const map = providers.get('shopify')?.webhooks?.events['orders/paid']
    const sample = webhookSamples['shopify']?.find(({ type }) => type === 'orders/paid')
    if (map === undefined || sample === undefined) throw new Error('Shopify has no orders/paid')
    const body = { ...(sample.body as object), total_price: '12,50' }
    expect(() => map(messageWith(sample, body), connectionOf('shopify'))).toThrow(/12,50/)
  })
})

describe('the marketplace says how webhooks are set up', () => {
  test.each(sending)('$slug', ({ entry, webhooks }) => {
    expect(entry.webhooks).toMatchObject({
      registers: webhooks.registration !== undefined,
      setup: webhooks.setup,
    })
    if (entry.webhooks?.secretFrom === 'SOURCE' || entry.webhooks?.secretFrom === 'CREDENTIAL') {
      expect(entry.webhooks.secretLabel).not.toBeNull()
      expect(entry.webhooks.secretHelp).not.toBeNull()
    }
  })

  test('of a provider that sends none it says nothing', () => {
    const silent = providers.values().filter(({ webhooks }) => webhooks === undefined)
    expect(silent.map(({ entry }) => entry.webhooks)).toEqual(silent.map(() => null))
  })
})
