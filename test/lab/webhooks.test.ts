import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Lab, LabOptions } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { signToken } from '@patchbay/server/lab/tokens.ts'
import { until } from '../support/until.ts'
import { controlOf, vendorsOf } from './vendor-apis.ts'

let lab: Lab
let now = Date.parse('2026-11-21T08:00:00Z')
const start = (options: LabOptions = {}) => startLab({ naturalLatencyMs: [0, 0], clock: () => now, ...options })
beforeEach(async () => {
  lab = await start()
})
afterEach(() => lab.close())

const { stripe, restrictedStripe, printful, printify, sendgrid, shopify, restrictedShopify, paypal, google } =
  vendorsOf(() => lab.origin)
const { ask, emit, behave, receiver } = controlOf(() => lab.origin)
const hook = (name = 'hub') => `${lab.origin}/_receiver/${name}`
const received = (count: number, name = 'hub') =>
  until(`${count} letters arrived at ${name}`, async () => {
    const detail = await receiver(name)
    return detail.received >= count ? detail : null
  })

const googleToken = () =>
  signToken('ya29.lab-', {
    vendor: 'google-calendar',
    kind: 'access',
    client: labCredentials['google-calendar'].good.clientId,
    scopes: ['https://www.googleapis.com/auth/calendar.events'],
    id: 'test',
    expiresAt: now + 3_600_000,
  })

describe('W5: registration at the simulated vendors', () => {
  const form = () => ({ url: hook(), 'enabled_events[0]': 'payment_intent.succeeded' })
  interface Endpoint {
    readonly id: string
    readonly secret?: string
    readonly url: string
  }

  test('Stripe shows the secret once, lists, changes, deletes, and stops at sixteen', async () => {
    const made = await stripe<Endpoint>('/v1/webhook_endpoints', { form: form() })
    expect(made.status).toBe(200)
    expect(made.body.secret).toMatch(/^whsec_\w{32}$/)
    const listed = await stripe<{ data: Endpoint[] }>('/v1/webhook_endpoints?limit=100')
    expect(listed.body.data).toMatchObject([{ id: made.body.id, url: hook() }])
    expect(JSON.stringify(listed.body)).not.toContain('whsec_')
    const path = `/v1/webhook_endpoints/${made.body.id}`
    expect((await stripe(path, { form: { disabled: 'true' } })).body).toMatchObject({ status: 'disabled' })
    expect((await stripe(path, { method: 'DELETE' })).body).toMatchObject({ deleted: true })
    expect((await stripe(path)).status).toBe(404)
    for (let count = 0; count < 16; count += 1) await stripe('/v1/webhook_endpoints', { form: form() })
    expect((await stripe('/v1/webhook_endpoints', { form: form() })).status).toBe(400)
    expect((await restrictedStripe('/v1/webhook_endpoints', { form: form() })).status).toBe(403)
  })

  test.each(['http://shop.example/hooks', 'ftp://shop.example', 'https://user:word@shop.example/', 'nothing'])(
    'an address no vendor takes: %s',
    async (url) => {
      expect((await stripe('/v1/webhook_endpoints', { form: { ...form(), url } })).status).toBe(400)
    },
  )

  test('PayPal gives ids of 17, one for each address, and forgets what is deleted', async () => {
    const call = await paypal()
    const body = { json: { url: hook(), event_types: [{ name: '*' }] } }
    const made = await call<Endpoint>('/v1/notifications/webhooks', body)
    expect(made.status).toBe(201)
    expect(made.body.id).toMatch(/^[A-Z0-9]{17}$/)
    expect((await call('/v1/notifications/webhooks', body)).body).toMatchObject({ name: 'WEBHOOK_URL_ALREADY_EXISTS' })
    const listed = await call<{ webhooks: Endpoint[] }>('/v1/notifications/webhooks')
    expect(listed.body.webhooks.map(({ id }) => id)).toEqual([made.body.id])
    const path = `/v1/notifications/webhooks/${made.body.id}`
    expect((await call(path, { method: 'DELETE' })).status).toBe(204)
    expect((await call(path, { method: 'DELETE' })).status).toBe(404)
  })

  test('Shopify keeps one subscription for a topic and address, if the app may read what it is about', async () => {
    const create = `mutation ($topic: WebhookSubscriptionTopic!, $uri: String!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) {
        webhookSubscription { id topic uri } userErrors { field message }
      } }`
    interface Created {
      readonly data: {
        readonly webhookSubscriptionCreate: {
          readonly webhookSubscription: { readonly id: string } | null
          readonly userErrors: readonly { readonly message: string }[]
        }
      }
    }
    const run = (query: string, variables: object) => ({ json: { query, variables } })
    const variables = { topic: 'ORDERS_CREATE', uri: hook() }
    const made = await shopify<Created>('/graphql.json', run(create, variables))
    const { webhookSubscription } = made.body.data.webhookSubscriptionCreate
    expect(webhookSubscription).toMatchObject({ topic: 'ORDERS_CREATE', uri: hook() })
    const again = await shopify<Created>('/graphql.json', run(create, variables))
    expect(again.body.data.webhookSubscriptionCreate.userErrors[0]?.message).toContain('already been taken')
    const refused = await restrictedShopify<Created>('/graphql.json', run(create, variables))
    expect(refused.body.data.webhookSubscriptionCreate.userErrors[0]?.message).toContain('specified topic')
    const list = `{ webhookSubscriptions(first: 10) { nodes { id topic uri } } }`
    expect((await shopify('/graphql.json', run(list, {}))).body).toMatchObject({
      data: { webhookSubscriptions: { nodes: [{ id: webhookSubscription?.id, topic: 'ORDERS_CREATE' }] } },
    })
    const remove = `mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }`
    expect((await shopify('/graphql.json', run(remove, { id: webhookSubscription?.id }))).body).toMatchObject({
      data: { webhookSubscriptionDelete: { deletedWebhookSubscriptionId: webhookSubscription?.id } },
    })
  })

  test('Printful keeps one configuration: another takes its place, and its key is shown once', async () => {
    const body = (type: string) => ({ json: { default_url: hook(), events: [{ type }] } })
    interface Config {
      readonly result: { readonly secret_key?: string; readonly events: readonly { readonly type: string }[] }
    }
    const first = await printful<Config>('/v2/webhooks', body('order_created'))
    const second = await printful<Config>('/v2/webhooks', body('shipment_sent'))
    expect(first.body.result.secret_key).toMatch(/^[0-9a-f]{128}$/)
    expect(second.body.result.secret_key).not.toBe(first.body.result.secret_key)
    const read = await printful<Config>('/v2/webhooks')
    expect(read.body.result.events).toEqual([{ type: 'shipment_sent' }])
    expect(read.body.result.secret_key).toBeUndefined()
    expect((await printful('/v2/webhooks', { method: 'DELETE' })).status).toBe(204)
    const old = await printful<{ result: object }>('/webhooks', { json: { url: hook(), types: ['package_shipped'] } })
    expect(old.body.result).toMatchObject({ url: hook(), types: ['package_shipped'] })
    expect((await printful('/webhooks', { method: 'DELETE' })).status).toBe(200)
    expect((await printful('/webhooks')).body).toMatchObject({ result: { url: null } })
  })

  test('Printify takes the secret of the caller, never shows it, and asks for the host to delete', async () => {
    const path = '/shops/9042117/webhooks'
    const json = { topic: 'order:created', url: hook(), secret: 'chosen-by-the-hub' }
    const made = await printify<Endpoint>(`${path}.json`, { json })
    expect(made.body).toMatchObject({ topic: 'order:created', url: hook(), shop_id: '9042117' })
    expect((await printify(`${path}.json`, { json })).status).toBe(400)
    expect(JSON.stringify((await printify(`${path}.json`)).body)).not.toContain('chosen-by-the-hub')
    const one = `${path}/${made.body.id}.json`
    expect((await printify(one, { method: 'DELETE' })).status).toBe(400)
    expect((await printify(`${one}?host=127.0.0.1`, { method: 'DELETE' })).status).toBe(200)
    expect((await printify(`${path}.json`)).body).toEqual([])
  })

  test('SendGrid makes a key when signing is switched on, and allows five', async () => {
    const path = '/v3/user/webhooks/event/settings'
    const make = (name: string) =>
      sendgrid<{ id: string; public_key?: string }>(path, { json: { enabled: true, url: hook(name), delivered: true } })
    const { status, body } = await make('one')
    expect([status, body.public_key]).toEqual([201, undefined])
    expect((await make('one')).status).toBe(400)
    const signed = `${path}/signed/${body.id}`
    const on = await sendgrid<{ public_key: string }>(signed, { method: 'PATCH', json: { enabled: true } })
    expect((await sendgrid(signed)).body).toEqual({ id: body.id, public_key: on.body.public_key })
    const off = await sendgrid(signed, { method: 'PATCH', json: { enabled: false } })
    expect(off.body).toEqual({ id: body.id, public_key: '' })
    for (const name of ['two', 'three', 'four', 'five']) expect((await make(name)).status).toBe(201)
    expect((await make('six')).status).toBe(400)
    expect((await sendgrid(`${path}/all`)).body).toMatchObject({ max_allowed: 5, webhooks: { length: 5 } })
    expect((await sendgrid(`${path}/${body.id}`, { method: 'DELETE' })).status).toBe(204)
  })

  test('Google greets a channel, ends it after a week or when told, and takes no id twice', async () => {
    const path = '/calendars/primary/events/watch'
    const json = { id: 'channel-1', type: 'web_hook', address: hook(), token: 'the-token', params: { ttl: '99999999' } }
    const call = google(googleToken())
    const made = await call<{ resourceId: string; expiration: string }>(path, { json })
    expect(Number(made.body.expiration)).toBe(now + 7 * 86_400_000)
    const { arrivals } = await received(1)
    expect(arrivals[0]?.headers).toMatchObject({
      'x-goog-channel-id': 'channel-1',
      'x-goog-channel-token': 'the-token',
      'x-goog-resource-state': 'sync',
      'x-goog-message-number': '1',
    })
    expect((await call(path, { json })).status).toBe(400)
    await emit('google-calendar', 'calendar.changed')
    expect((await received(2)).arrivals[0]).toMatchObject({
      body: '',
      headers: { 'x-goog-resource-state': 'exists', 'x-goog-message-number': '2' },
    })
    now += 7 * 86_400_000
    expect((await emit('google-calendar', 'calendar.changed')).status).toBe(409)
    const later = google(googleToken())
    const other = await later<{ resourceId: string }>(path, { json: { ...json, id: 'channel-2' } })
    const stop = { json: { id: 'channel-2', resourceId: other.body.resourceId } }
    expect((await later('/channels/stop', stop)).status).toBe(204)
    expect((await later('/channels/stop', stop)).status).toBe(404)
  })

  test('what was registered or pasted is kept over a restart, keys included', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'))
    const persist = join(folder, 'lab.json')
    await lab.close()
    lab = await start({ persist })
    const settings = '/v3/user/webhooks/event/settings'
    const { body } = await sendgrid<{ id: string }>(settings, {
      json: { enabled: true, url: 'https://hub.example/hooks/a', delivered: true },
    })
    const signed = `${settings}/signed/${body.id}`
    const key = (await sendgrid(signed, { method: 'PATCH', json: { enabled: true } })).body
    await ask('POST', 'stripe/subscribers', { url: 'https://hub.example/hooks/b', secret: 'whsec_pasted' })
    await lab.close()
    lab = await start({ persist })
    expect((await sendgrid(signed)).body).toEqual(key)
    expect((await ask('GET', 'stripe/subscribers')).body).toMatchObject({ subscribers: [{ byHand: true }] })
    await rm(folder, { recursive: true })
  })
})

describe('N3: scenarios of the lab', () => {
  const paste = (vendor: string, secret: string | null = 'a-secret', name = 'hub') =>
    ask('POST', `${vendor}/subscribers`, { url: hook(name), secret })

  test('every vendor lists what can happen at it; Aramex tells nobody', async () => {
    const { body } = await ask<{ vendors: { vendor: string; scenarios: { name: string }[]; troubles: unknown[] }[] }>(
      'GET',
      'scenarios',
    )
    const names = Object.fromEntries(body.vendors.map((one) => [one.vendor, one.scenarios.map(({ name }) => name)]))
    expect(names['stripe']).toEqual(['payment.succeeded', 'payment.failed', 'payment.refunded', 'payment.disputed'])
    expect(names['shopify']).toContain('shipment.moving')
    expect(names['aramex']).toEqual([])
    expect((await emit('aramex', 'shipment.moving')).body).toMatchObject({ error: { code: 'NO_WEBHOOKS' } })
  })

  test('says so when nobody asked to be told, and what it does not know', async () => {
    expect(await emit('stripe', 'payment.succeeded')).toMatchObject({
      status: 409,
      body: { error: { code: 'NO_SUBSCRIBER' } },
    })
    await paste('stripe')
    expect((await emit('stripe', 'payment.vanished')).status).toBe(400)
    expect((await emit('nobody', 'payment.succeeded')).status).toBe(404)
    expect((await emit('stripe', 'payment.succeeded', { speed: 3 })).status).toBe(400)
  })

  test('every scenario of every vendor reaches its address, and the body is what its type says', async () => {
    const { body } = await ask<{ vendors: { vendor: string; scenarios: { name: string }[] }[] }>('GET', 'scenarios')
    for (const { vendor, scenarios } of body.vendors) {
      if (scenarios.length === 0) continue
      await paste(vendor, vendor === 'printful' ? 'ab'.repeat(32) : 'a-secret', vendor)
      for (const { name } of scenarios) {
        const before = (await receiver(vendor)).received
        const told = await emit(vendor, name)
        expect(told.status, `${vendor} ${name}`).toBe(202)
        const { arrivals } = await received(before + Number(told.body['letters']), vendor)
        const { headers = {}, body: text = '' } = arrivals[0] ?? {}
        // Google sends nothing but headers.
        if (text === '')
          expect(
            Object.keys(headers).some((name) => name.startsWith('x-')),
            vendor,
          ).toBe(true)
        else if (/json/.test(headers['content-type'] ?? '')) expect(() => void JSON.parse(text), vendor).not.toThrow()
        else if (/form/.test(headers['content-type'] ?? '')) expect(text, vendor).toMatch(/^[^=&]+=/)
        else expect(headers['content-type'], vendor).toMatch(/xml/)
      }
    }
  })

  test('a journey arrives step by step, about the order that was asked for', async () => {
    await paste('shopify')
    expect((await emit('shopify', 'shipment.moving', { orderId: '#1007' })).body).toMatchObject({ letters: 3 })
    const { arrivals } = await received(3)
    const steps = arrivals.toReversed().map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(steps.map((step) => step['shipment_status'])).toEqual(['label_printed', 'in_transit', 'delivered'])
    expect(new Set(steps.map((step) => step['order_id']))).toEqual(new Set([5_900_000_006]))
  })

  test('a duplicate is the same event again; a burst is many events at once', async () => {
    await paste('stripe')
    await emit('stripe', 'duplicate', { count: 3, of: 'payment.refunded' })
    const ids = (await received(3)).arrivals.map(({ body }) => (JSON.parse(body) as { id: string }).id)
    expect(new Set(ids).size).toBe(1)
    await emit('stripe', 'burst', { count: 100 })
    const all = (await received(103)).arrivals.map(({ body }) => (JSON.parse(body) as { id: string }).id)
    expect(new Set(all).size).toBe(101)
  })

  test('only what an address asked for is told to it', async () => {
    await stripe('/v1/webhook_endpoints', { form: { url: hook(), 'enabled_events[]': 'charge.refunded' } })
    expect((await emit('stripe', 'payment.succeeded')).body).toMatchObject({ subscribers: 1, letters: 0 })
    expect((await emit('stripe', 'payment.refunded')).body).toMatchObject({ subscribers: 1, letters: 1 })
    expect(JSON.parse((await received(1)).arrivals[0]?.body ?? '')).toMatchObject({ type: 'charge.refunded' })
  })

  test('a hub that was away gets its event later, signed anew; after ten tries it is given up', async () => {
    interface Log {
      readonly emissions: readonly {
        readonly outcome: string
        readonly tries: number
        readonly status: number | null
      }[]
    }
    const log = async () => (await ask<Log>('GET', 'emissions?vendor=stripe')).body.emissions
    await paste('stripe')
    await behave('hub', { mode: 'FAIL_THEN_OK', failures: 2, status: 503 })
    await emit('stripe', 'payment.succeeded')
    await received(1)
    now += 1_000
    await received(2)
    now += 2_000
    const { arrivals } = await received(3)
    await until('it was taken', async () => (await log())[0]?.outcome === 'TAKEN')
    expect((await log())[0]).toMatchObject({ tries: 3, status: 200 })
    expect(new Set(arrivals.map(({ body }) => body)).size).toBe(1)
    expect(new Set(arrivals.map(({ headers }) => headers['stripe-signature'])).size).toBe(3)

    await behave('hub', { mode: 'STATUS', status: 500 })
    await emit('stripe', 'payment.succeeded')
    await until('it was given up', async () => {
      now += 30_000
      return (await log())[0]?.outcome === 'GIVEN_UP'
    })
    expect((await log())[0]).toMatchObject({ tries: 10, status: 500 })
  })

  test('the log and the lists show no address that is a secret', async () => {
    await ask('POST', 'stripe/subscribers', { url: `${lab.origin}/_receiver/hub/very-secret-token`, secret: 'canary' })
    await emit('stripe', 'payment.succeeded')
    await received(1)
    const shown = JSON.stringify([
      (await ask('GET', 'emissions')).body,
      (await ask('GET', 'stripe/subscribers')).body,
      (await ask('GET', 'vendors')).body,
    ])
    expect(shown).not.toMatch(/very-secret-token|canary/)
    expect((await ask('DELETE', 'stripe/subscribers')).body).toMatchObject({ subscribers: [] })
  })
})
