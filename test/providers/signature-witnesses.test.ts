import hubspot from '@hubspot/api-client/lib/src/utils/signature.js'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import '@shopify/shopify-api/adapters/node'
import fc from 'fast-check'
import { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { WebhooksHelper } from 'square'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import twilio from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import type { Case, Letter } from './signature-case.ts'
import { cases } from './signature-cases.ts'
import { factsOf, requestOf } from './signature-request.ts'

// The vendors' own packages beside ours: what they sign we verify, and of what is signed here and what is altered they
// say the same. Some read the machine's clock, so everything here happens now.

const at = Math.floor(Date.now() / 1000) * 1000
const url = 'https://hub.example.com/hooks/token?one=1&two=b'
const text = (body: Uint8Array) => Buffer.from(body).toString()
const caseOf = (name: string): Case => {
  const found = cases[name]
  if (found === undefined) throw new Error(`There is no case ${name}.`)
  return found
}
const verdictOf = async (each: Case, letter: Letter) => {
  const facts = factsOf({ secrets: [each.parties[0].held], now: at })
  return (await each.verify(requestOf(letter), facts)).verdict
}
/** For packages that throw what they refuse. */
const accepts = (work: () => unknown): boolean => {
  try {
    work()
    return true
  } catch {
    return false
  }
}

// One file of Square's package: the whole of it takes seconds to load.
const load = createRequire(import.meta.url)
const square = load(join(dirname(load.resolve('square')), 'wrapper/WebhooksHelper.js')) as {
  readonly WebhooksHelper: typeof WebhooksHelper
}

/** Bodies a vendor sends, of every kind of letter. */
const bodies = fc.json({ stringUnit: 'grapheme' })

const shopify = shopifyApi({
  apiKey: 'key',
  apiSecretKey: caseOf('C Shopify').parties[0].key,
  hostName: 'hub.example.com',
  apiVersion: ApiVersion.July26,
  isEmbeddedApp: false,
  logger: { level: LogSeverity.Error },
})

async function shopifyHolds(letter: Letter): Promise<boolean> {
  const rawRequest = new IncomingMessage(new Socket())
  Object.assign(rawRequest.headers, letter.headers, {
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'demo.myshopify.com',
    'x-shopify-api-version': '2026-10',
    'x-shopify-webhook-id': '1',
  })
  const rawResponse = new ServerResponse(rawRequest)
  return (await shopify.webhooks.validate({ rawBody: text(letter.body), rawRequest, rawResponse })).valid
}

/** Does the vendor's package verify this letter with this secret. */
const witnesses: Readonly<Record<string, (letter: Letter, secret: string) => boolean | Promise<boolean>>> = {
  'A Stripe': ({ body, headers }, secret) =>
    accepts(() => new Stripe('sk').webhooks.constructEvent(text(body), headers['stripe-signature'] ?? '', secret)),
  'B Standard Webhooks': ({ body, headers }, secret) =>
    accepts(() => new Webhook(secret).verify(text(body), { ...headers })),
  'B Svix': ({ body, headers }, secret) => accepts(() => new SvixWebhook(secret).verify(text(body), { ...headers })),
  'C Shopify': (letter) => shopifyHolds(letter),
  'G Square': ({ body, headers }, signatureKey) =>
    square.WebhooksHelper.verifySignature({
      requestBody: text(body),
      signatureHeader: headers['x-square-hmacsha256-signature'] ?? '',
      signatureKey,
      notificationUrl: url,
    }) as Promise<boolean>,
  'H HubSpot': ({ body, headers }, clientSecret) =>
    hubspot.Signature.isValid({
      signatureVersion: 'v3',
      method: 'POST',
      url,
      clientSecret,
      requestBody: text(body),
      signature: headers['x-hubspot-signature-v3'] ?? '',
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    }),
  'I Twilio JSON': (letter, secret) =>
    twilio.validateRequestWithBody(secret, letter.headers['x-twilio-signature'] ?? '', letter.url, text(letter.body)),
  'M1 SendGrid': ({ body, headers }, key) => {
    const witness = new EventWebhook()
    const [signature, time] = ['signature', 'timestamp'].map(
      (part) => headers[`x-twilio-email-event-webhook-${part}`] ?? '',
    )
    return witness.verifySignature(witness.convertPublicKeyToECDSA(key), text(body), signature ?? '', time ?? '')
  },
}

describe.each(Object.entries(witnesses))('W1: the vendor’s own package for %s', (name, witness) => {
  const each = caseOf(name)
  const [party] = each.parties
  // Addresses with a query of their own get the digest of Twilio's JSON in another place.
  const place = name === 'I Twilio JSON' ? 'https://hub.example.com/hooks/token' : url

  test('says the same of letters as they are, altered, and signed by a stranger', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(), async (body, seed) => {
        const letter = each.sign({ party, body: new TextEncoder().encode(body), at, url: place })
        expect(await witness(letter, party.held)).toBe(true)
        expect(await verdictOf(each, letter)).toBe('VERIFIED')
        const changed = letter.body.slice()
        changed[seed % changed.length] = 0x7e
        if (text(changed) !== body) {
          const altered = { ...letter, body: changed }
          expect(await witness(altered, party.held)).toBe(false)
          expect(await verdictOf(each, altered)).toBe('BAD_SIGNATURE')
        }
        const stranger = each.sign({ party: each.parties[2], body: letter.body, at, url: place })
        expect(await witness(stranger, party.held)).toBe(false)
        expect(await verdictOf(each, stranger)).toBe('BAD_SIGNATURE')
      }),
      { numRuns: 40 },
    )
  })
})

describe('W1: what the vendors’ packages sign is verified', () => {
  const sent = (headers: Readonly<Record<string, string>>, body: string): Letter => ({
    method: 'POST',
    url,
    headers,
    body: new TextEncoder().encode(body),
  })

  test('Stripe, two schemes of signatures in one header', async () => {
    const each = caseOf('A Stripe')
    await fc.assert(
      fc.asyncProperty(bodies, async (payload) => {
        const header = new Stripe('sk').webhooks.generateTestHeaderString({
          payload,
          secret: each.parties[0].key,
          timestamp: at / 1000,
        })
        const headers = { 'stripe-signature': `${header},v0=${'0'.repeat(64)}` }
        expect(await verdictOf(each, sent(headers, payload))).toBe('VERIFIED')
        expect(await verdictOf(each, sent(headers, `${payload} `))).toBe('BAD_SIGNATURE')
      }),
      { numRuns: 50 },
    )
  })

  test('Standard Webhooks and Svix', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        for (const [name, prefix, Signer] of [
          ['B Standard Webhooks', 'webhook', Webhook],
          ['B Svix', 'svix', SvixWebhook],
        ] as const) {
          const each = caseOf(name)
          const signature = new Signer(each.parties[0].key).sign('msg_2', new Date(at), body)
          const headers = {
            [`${prefix}-id`]: 'msg_2',
            [`${prefix}-timestamp`]: `${at / 1000}`,
            [`${prefix}-signature`]: signature,
          }
          expect(await verdictOf(each, sent(headers, body))).toBe('VERIFIED')
        }
      }),
      { numRuns: 50 },
    )
  })

  test('Twilio, forms of any names and values, with and without the port', async () => {
    const each = caseOf('I Twilio form')
    const words = fc.string({ unit: 'grapheme', maxLength: 12 }).map((word) => word.toWellFormed())
    const fields = fc.dictionary(words, fc.oneof(words, fc.array(words, { minLength: 2, maxLength: 3 })), {
      maxKeys: 6,
    })
    await fc.assert(
      fc.asyncProperty(fields, fc.boolean(), async (form, withPort) => {
        const params = new URLSearchParams(
          Object.entries(form).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
        )
        const called = withPort ? url.replace('.com/', '.com:443/') : url
        const signature = twilio.getExpectedTwilioSignature(each.parties[0].key, called, form)
        const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' }
        expect(await verdictOf(each, sent(headers, `${params}`))).toBe('VERIFIED')
        expect(await verdictOf(each, sent(headers, `${params}&More=1`))).toBe('BAD_SIGNATURE')
      }),
      { numRuns: 100 },
    )
  })

  test('a form that Twilio did not call a form is not taken for nothing', async () => {
    const each = caseOf('I Twilio form')
    const headers = { 'x-twilio-signature': twilio.getExpectedTwilioSignature(each.parties[0].key, url, {}) }
    // The signature of an empty form must not let any body pass.
    expect(await verdictOf(each, sent(headers, ''))).toBe('VERIFIED')
    expect(await verdictOf(each, sent({ ...headers, 'content-type': 'application/json' }, '{}'))).toBe('MISSING_PROOF')
  })
})
