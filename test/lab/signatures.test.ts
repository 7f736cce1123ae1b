import '@shopify/shopify-api/adapters/web-api'
import { createHmac, createVerify, X509Certificate } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { ApiVersion, shopifyApi } from '@shopify/shopify-api'
import { Stripe } from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { labShopifyApp } from '@patchbay/server/lab/credentials.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { until } from '../support/until.ts'
import type { Letter } from './vendor-apis.ts'
import { controlOf, vendorsOf } from './vendor-apis.ts'

let lab: Lab
beforeEach(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterEach(() => lab.close())

const { stripe, printful, printify, sendgrid, paypal } = vendorsOf(() => lab.origin)
const { ask, emit, receiver } = controlOf(() => lab.origin)
const hook = () => `${lab.origin}/_receiver/hub`

/** Lets something happen and takes the letter that says so. */
async function letterOf(vendor: string, scenario: string, more: object = {}): Promise<Letter> {
  const before = (await receiver('hub')).received
  const told = await emit(vendor, scenario, more)
  expect(told, JSON.stringify(told.body)).toMatchObject({ status: 202 })
  const letter = await until('the letter', async () => {
    const { received, arrivals } = await receiver('hub')
    return received > before ? arrivals[0] : null
  })
  return letter
}

interface Witness {
  /** Registers the receiver; afterwards the vendor writes to it. */
  readonly register: () => Promise<void>
  readonly scenario: string
  readonly verify: (letter: Letter) => Promise<boolean> | boolean
  /** Whether the vendor signs the moment too. */
  readonly timed: boolean
}

let secret = ''
let webhookId = ''

const holds = (check: () => unknown): boolean => {
  try {
    return check() !== false
  } catch {
    return false
  }
}

/** Who says that a letter is the vendor's: the official package where there is one, else the vendor's recipe. */
const witnesses: Readonly<Record<string, Witness>> = {
  stripe: {
    scenario: 'payment.succeeded',
    timed: true,
    register: async () => {
      const form = { url: hook(), 'enabled_events[0]': '*' }
      secret = (await stripe<{ secret: string }>('/v1/webhook_endpoints', { form })).body.secret
    },
    verify: ({ headers, body }) =>
      holds(() => new Stripe('sk_test_x').webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret)),
  },
  paypal: {
    scenario: 'payment.succeeded',
    timed: false,
    register: async () => {
      const json = { url: hook(), event_types: [{ name: '*' }] }
      webhookId = (await (await paypal())<{ id: string }>('/v1/notifications/webhooks', { json })).body.id
    },
    verify: async ({ headers, body }) => {
      const part = (name: string) => headers[`paypal-${name}`] ?? ''
      if (part('transmission-sig') === '') return false
      expect(part('cert-url')).toMatch(`${lab.origin}/paypal/api/v1/notifications/certs/CERT-`)
      const certificate = new X509Certificate(await (await fetch(part('cert-url'))).text())
      expect(certificate.verify(certificate.publicKey)).toBe(true)
      return createVerify('sha256')
        .update(`${part('transmission-id')}|${part('transmission-time')}|${webhookId}|${crc32(body)}`)
        .verify(certificate.publicKey, part('transmission-sig'), 'base64')
    },
  },
  shopify: {
    scenario: 'order.created',
    timed: false,
    register: async () => void (await ask('POST', 'shopify/subscribers', { url: hook() })),
    verify: async ({ headers, body }) => {
      const api = shopifyApi({
        apiKey: labShopifyApp.clientId,
        apiSecretKey: labShopifyApp.clientSecret,
        hostName: 'hub.example',
        apiVersion: ApiVersion.July26,
        isEmbeddedApp: false,
        logger: { log: () => {} },
      })
      const rawRequest = new Request('https://hub.example/hooks', { method: 'POST', headers, body })
      return (await api.webhooks.validate({ rawBody: body, rawRequest })).valid
    },
  },
  printful: {
    scenario: 'order.shipped',
    timed: false,
    register: async () => {
      const json = { default_url: hook(), events: [{ type: 'shipment_sent' }] }
      secret = (await printful<{ result: { secret_key: string } }>('/v2/webhooks', { json })).body.result.secret_key
    },
    verify: ({ headers, body }) =>
      headers['x-pf-webhook-signature'] === createHmac('sha256', Buffer.from(secret, 'hex')).update(body).digest('hex'),
  },
  printify: {
    scenario: 'order.created',
    timed: false,
    register: async () => {
      secret = 'chosen by the hub'
      await printify('/shops/9042117/webhooks.json', { json: { topic: 'order:created', url: hook(), secret } })
    },
    verify: ({ headers, body }) =>
      headers['x-pfy-signature'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  },
  sendgrid: {
    scenario: 'email.batch',
    timed: true,
    register: async () => {
      const path = '/v3/user/webhooks/event/settings'
      const json = { enabled: true, url: hook(), delivered: true, open: true }
      const { body } = await sendgrid<{ id: string }>(path, { json })
      const signed = { method: 'PATCH', json: { enabled: true } }
      secret = (await sendgrid<{ public_key: string }>(`${path}/signed/${body.id}`, signed)).body.public_key
    },
    verify: ({ headers, body }) =>
      holds(() => {
        const official = new EventWebhook()
        const part = (name: string) => headers[`x-twilio-email-event-webhook-${name}`] ?? ''
        return official.verifySignature(
          official.convertPublicKeyToECDSA(secret),
          body,
          part('signature'),
          part('timestamp'),
        )
      }),
  },
}

describe('W1: letters of the lab are signed as the vendors sign', () => {
  describe.each(Object.entries(witnesses))('%s', (vendor, { register, scenario, verify, timed }) => {
    beforeEach(register)

    test('the witness believes a good one', async () => {
      expect(await verify(await letterOf(vendor, scenario))).toBe(true)
    })

    test.each(['wrong-signature', 'missing-signature', 'altered-body'])('the witness refuses %s', async (trouble) => {
      expect(await verify(await letterOf(vendor, trouble, { of: scenario }))).toBe(false)
    })

    test('a replay is an hour old, and well signed', async () => {
      const letter = await letterOf(vendor, 'replay', { of: scenario })
      if (vendor === 'stripe') expect(await verify(letter)).toBe(false)
      const stamp =
        vendor === 'stripe'
          ? /t=(\d+)/.exec(letter.headers['stripe-signature'] ?? '')?.[1]
          : letter.headers['x-twilio-email-event-webhook-timestamp']
      if (timed) expect(Date.now() / 1000 - Number(stamp)).toBeGreaterThan(3_500)
      else expect(await verify(letter)).toBe(true)
    })
  })

  test('a batch holds only the kinds of events that were asked for', async () => {
    await witnesses['sendgrid']?.register()
    const { body } = await letterOf('sendgrid', 'email.batch')
    const kinds = new Set((JSON.parse(body) as { event: string }[]).map(({ event }) => event))
    expect(kinds).toEqual(new Set(['delivered', 'open']))
  })
})
