import { EventWebhook } from '@sendgrid/eventwebhook'
import '@shopify/shopify-api/adapters/web-api'
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { crc32 } from 'node:zlib'
import Stripe from 'stripe'
import { makeSigner, type Signer } from '@patchbay/server/lab/certificate.ts'

export type Headers = Readonly<Record<string, string>>

/** Somebody who can sign as a vendor does: what the source holds of it, and what it sends. */
export interface Key {
  /** The source's secret. */
  readonly secret: string
  readonly sign: (body: Buffer, at: number) => Headers
}

/** How a vendor signs, written a second time and apart from the hub's own code, with the vendor's package where there is one. */
export interface Scheme {
  readonly slug: string
  /** A key nobody else has; each call makes another. */
  readonly makeKey: () => Promise<Key>
  /** How long a signed time holds, in milliseconds; null where none is signed. */
  readonly holdsMs: number | null
  /** Does the proof cover the body. */
  readonly coversBody: boolean
  /** The vendor's own package, as a judge that knows nothing of the hub. */
  readonly witness?: (body: Buffer, headers: Headers, secret: string, at: number) => boolean | Promise<boolean>
}

const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)))
const seconds = (at: number) => Math.floor(at / 1000)
const hmac = (key: string | Buffer, body: Buffer) => createHmac('sha256', key).update(body)

/** Address of PayPal's twin in the lab, whose certificates vouch for themselves. */
export const paypalTwin = 'http://127.0.0.1:9/paypal/api'
/** What is found at certificates' addresses. */
export const certificates = new Map<string, string>()
let paypalSigner: Promise<Signer> | undefined

/** The vendor has one certificate for everybody; the webhook's id tells sources apart. */
async function paypalKey(): Promise<Key> {
  const signer = await (paypalSigner ??= makeSigner('messageverificationcerts.paypal.com'))
  const address = `${paypalTwin}/v1/notifications/certs/CERT-1`
  certificates.set(address, signer.certificate)
  const secret = random(17).toString('hex').slice(0, 17).toUpperCase()
  return {
    secret,
    sign: (body, at) => {
      const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
      const id = '69cd13f0-d67a-11e5-baa3-778b53f4ae55'
      const signed = createSign('RSA-SHA256').update(`${id}|${time}|${secret}|${crc32(body)}`)
      return {
        'paypal-transmission-id': id,
        'paypal-transmission-time': time,
        'paypal-transmission-sig': signed.sign(signer.privateKey, 'base64'),
        'paypal-cert-url': address,
        'paypal-auth-algo': 'SHA256withRSA',
      }
    },
  }
}

function sendgridKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return {
    secret: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (body, at) => ({
      'x-twilio-email-event-webhook-timestamp': String(seconds(at)),
      'x-twilio-email-event-webhook-signature': createSign('sha256')
        .update(String(seconds(at)))
        .update(body)
        .sign(privateKey, 'base64'),
    }),
  }
}

const stripeSdk = new Stripe('sk_test_unused')
const eventWebhook = new EventWebhook()
const shopifyWith = (apiSecretKey: string) =>
  shopifyApi({
    apiKey: 'unused',
    apiSecretKey,
    apiVersion: ApiVersion.October26,
    hostName: 'hub.example',
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  })

export const schemes: readonly Scheme[] = [
  {
    slug: 'stripe',
    holdsMs: 300_000,
    coversBody: true,
    makeKey: async () => {
      const secret = `whsec_${random(24).toString('base64url')}`
      return {
        secret,
        sign: (body, at) => ({
          'stripe-signature': stripeSdk.webhooks.generateTestHeaderString({
            payload: body.toString(),
            secret,
            timestamp: seconds(at),
          }),
        }),
      }
    },
    witness: (body, headers, secret, at) => {
      try {
        const header = headers['stripe-signature'] ?? ''
        stripeSdk.webhooks.constructEvent(body, header, secret, 300, undefined, at)
        return true
      } catch {
        return false
      }
    },
  },
  { slug: 'paypal', holdsMs: 3 * 86_400_000 + 3_600_000, coversBody: true, makeKey: paypalKey },
  {
    slug: 'printful',
    holdsMs: null,
    coversBody: true,
    makeKey: async () => {
      const key = random(32)
      return {
        secret: key.toString('hex'),
        sign: (body) => ({ 'x-pf-webhook-signature': hmac(key, body).digest('hex') }),
      }
    },
  },
  {
    slug: 'printify',
    holdsMs: null,
    coversBody: true,
    makeKey: async () => {
      const secret = random(20).toString('hex')
      return { secret, sign: (body) => ({ 'x-pfy-signature': `sha256=${hmac(secret, body).digest('hex')}` }) }
    },
  },
  {
    slug: 'shopify',
    holdsMs: null,
    coversBody: true,
    makeKey: async () => {
      const secret = random(16).toString('hex')
      return {
        secret,
        sign: (body) => ({
          'x-shopify-hmac-sha256': hmac(secret, body).digest('base64'),
          'x-shopify-topic': 'orders/paid',
          'x-shopify-shop-domain': 'your-shop.myshopify.com',
          'x-shopify-api-version': '2026-10',
          'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
        }),
      }
    },
    witness: async (body, headers, secret) => {
      const rawRequest = new Request('https://hub.example/hooks/x', { method: 'POST', headers })
      return (await shopifyWith(secret).webhooks.validate({ rawBody: body.toString(), rawRequest })).valid
    },
  },
  {
    slug: 'sendgrid',
    holdsMs: 25 * 3_600_000,
    coversBody: true,
    makeKey: async () => sendgridKey(),
    witness: (body, headers, secret) =>
      eventWebhook.verifySignature(
        eventWebhook.convertPublicKeyToECDSA(secret),
        body,
        headers['x-twilio-email-event-webhook-signature'] ?? '',
        headers['x-twilio-email-event-webhook-timestamp'] ?? '',
      ),
  },
  {
    slug: 'google-calendar',
    holdsMs: null,
    // There is no body: a token that only Google was told is the proof.
    coversBody: false,
    makeKey: async () => {
      const secret = random(32).toString('base64url')
      return {
        secret,
        sign: () => ({
          'x-goog-channel-token': secret,
          'x-goog-channel-id': 'channel-1',
          'x-goog-resource-id': 'resource-1',
          'x-goog-resource-state': 'exists',
          'x-goog-message-number': '2',
        }),
      }
    },
  },
]
