import { beforeAll, describe, expect, test } from 'vitest'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Verification, VerifyFacts, WebhookRequest, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { certificates, type Headers, type Key, paypalTwin, schemes, type Scheme } from './webhook-signers.ts'

const now = 1_795_000_000_000
const body = Buffer.from('{"id":"evt_1","type":"payment_intent.succeeded","amount":1050,"note":"café"}')

const specOf = (slug: string): WebhookSpec => {
  const spec = providers.get(slug)?.webhooks
  if (spec === undefined) throw new Error(`${slug} has no webhooks`)
  return spec
}

const facts = (secrets: readonly string[], more: Partial<VerifyFacts> = {}): VerifyFacts => ({
  secrets,
  now,
  toleranceMs: 300_000,
  connection: {
    id: 'connection-1',
    environment: 'SANDBOX',
    settings: { shop: 'your-shop.myshopify.com' },
    baseUrl: null,
  },
  registrationIds: [],
  fetchKey: async (url) => {
    const found = certificates.get(url)
    if (found === undefined) throw new Error('Nothing there.')
    return found
  },
  hostUrl: () => paypalTwin,
  ...more,
})

const requestOf = (headers: Headers, bytes: Uint8Array): WebhookRequest => ({
  method: 'POST',
  url: 'https://hub.example/hooks/token',
  query: new URLSearchParams(),
  headers,
  body: bytes,
})

/** Headers of a request that are part of the proof: without any one of them there is none. */
const proofs: Readonly<Record<string, readonly string[]>> = {
  stripe: ['stripe-signature'],
  paypal: ['paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig', 'paypal-cert-url'],
  printful: ['x-pf-webhook-signature'],
  printify: ['x-pfy-signature'],
  shopify: ['x-shopify-hmac-sha256'],
  sendgrid: ['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp'],
  'google-calendar': ['x-goog-channel-token'],
}

describe.each(schemes)('W1: $slug', (scheme: Scheme) => {
  const { slug, holdsMs, coversBody, witness } = scheme
  let key: Key
  let second: Key
  let foreign: Key
  const verify = async (headers: Headers, given: VerifyFacts, bytes: Uint8Array = body): Promise<Verification> =>
    specOf(slug).verify(requestOf(headers, bytes), given)

  beforeAll(async () => {
    ;[key, second, foreign] = await Promise.all([scheme.makeKey(), scheme.makeKey(), scheme.makeKey()])
  })

  test('what the vendor signed is verified', async () => {
    expect(await verify(key.sign(body, now), facts([key.secret]))).toMatchObject({ verdict: 'VERIFIED' })
  })

  test.runIf(witness !== undefined)('the vendor’s own package agrees, on good and on bad', async () => {
    const headers = key.sign(body, now)
    expect(await witness?.(body, headers, key.secret, now)).toBe(true)
    expect(await witness?.(Buffer.from(`${body.toString()} `), headers, key.secret, now)).toBe(false)
    expect(await witness?.(body, headers, foreign.secret, now)).toBe(false)
  })

  test.runIf(coversBody)('one byte altered, anywhere, is refused', async () => {
    const headers = key.sign(body, now)
    for (let at = 0; at < body.length; at += 1) {
      const altered = Buffer.from(body)
      altered[at] = (altered[at] ?? 0) ^ 1
      expect((await verify(headers, facts([key.secret]), altered)).verdict, `byte ${at}`).toBe('BAD_SIGNATURE')
    }
  })

  test('one character of the proof altered is refused', async () => {
    const headers = key.sign(body, now)
    for (const name of proofs[slug] ?? []) {
      const value = headers[name] ?? ''
      for (const at of [0, Math.floor(value.length / 2), value.length - 1]) {
        const altered = `${value.slice(0, at)}${value[at] === '0' ? '1' : '0'}${value.slice(at + 1)}`
        const { verdict } = await verify({ ...headers, [name]: altered }, facts([key.secret]))
        expect(verdict, `${name} ${altered}`).not.toBe('VERIFIED')
      }
    }
  })

  test('without a header of the proof there is none', async () => {
    for (const name of proofs[slug] ?? []) {
      const { [name]: _gone, ...rest } = key.sign(body, now)
      expect((await verify(rest, facts([key.secret]))).verdict, name).toBe('MISSING_PROOF')
      expect((await verify({ ...rest, [name]: '' }, facts([key.secret]))).verdict, name).toBe('MISSING_PROOF')
    }
  })

  test.runIf(holdsMs !== null)('a timestamp holds for its time and not a second longer', async () => {
    const within = (holdsMs ?? 0) - 1000
    expect((await verify(key.sign(body, now - within), facts([key.secret]))).verdict).toBe('VERIFIED')
    expect((await verify(key.sign(body, now - within - 2000), facts([key.secret]))).verdict).toBe('STALE')
    expect((await verify(key.sign(body, now + 302_000), facts([key.secret]))).verdict).toBe('STALE')
    // A person who verifies a stored request again does not care how old it is.
    expect(
      (await verify(key.sign(body, now - within - 2000), facts([key.secret], { toleranceMs: null }))).verdict,
    ).toBe('VERIFIED')
  })

  test('a wrong secret, and none, verify nothing', async () => {
    const headers = key.sign(body, now)
    expect((await verify(headers, facts([second.secret]))).verdict).toBe('BAD_SIGNATURE')
    for (const secrets of [[], ['']]) expect((await verify(headers, facts(secrets))).verdict).toBe('NO_SECRET')
  })

  test('the second of two secrets that hold verifies too', async () => {
    for (const secrets of [
      [key.secret, second.secret],
      [second.secret, key.secret],
    ])
      expect((await verify(second.sign(body, now), facts(secrets))).verdict).toBe('VERIFIED')
  })

  test('what is signed for another source is refused', async () => {
    const { verdict } = await verify(foreign.sign(body, now), facts([key.secret, second.secret]))
    expect(verdict).toBe('BAD_SIGNATURE')
  })

  test('no verdict says anything of the secret', async () => {
    const signed = key.sign(body, now)
    for (const given of [facts([key.secret]), facts([foreign.secret]), facts([])])
      for (const headers of [signed, {}]) {
        const { detail = '' } = await verify(headers, given)
        expect(detail).not.toContain(key.secret)
        expect(detail).not.toContain(foreign.secret)
      }
  })
})

describe('W1: what only one vendor has', () => {
  test('Shopify: another shop of the same app is another source', async () => {
    const key = await schemes.find(({ slug }) => slug === 'shopify')?.makeKey()
    if (key === undefined) throw new Error('No scheme')
    const headers = { ...key.sign(body, now), 'x-shopify-shop-domain': 'other-shop.myshopify.com' }
    const found = await specOf('shopify').verify(requestOf(headers, body), facts([key.secret]))
    expect(found.verdict).toBe('WRONG_SOURCE')
  })

  test('Shopify: deliveries with the newer names of headers are verified', async () => {
    const key = await schemes.find(({ slug }) => slug === 'shopify')?.makeKey()
    if (key === undefined) throw new Error('No scheme')
    const headers = Object.fromEntries(
      Object.entries(key.sign(body, now)).map(([name, value]) => [name.replace(/^x-/, ''), value]),
    )
    const found = await specOf('shopify').verify(requestOf(headers, body), facts([key.secret]))
    expect(found.verdict).toBe('VERIFIED')
    const message = { headers, query: new URLSearchParams(), text: '', body: undefined }
    expect(specOf('shopify').identify(message)).toMatchObject({
      id: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      type: 'orders/paid',
    })
  })

  test('PayPal: a certificate from elsewhere is never fetched', async () => {
    const key = await schemes.find(({ slug }) => slug === 'paypal')?.makeKey()
    if (key === undefined) throw new Error('No scheme')
    const fetched: string[] = []
    const given = facts([key.secret], {
      hostUrl: () => 'https://api-m.sandbox.paypal.com',
      fetchKey: async (url) => {
        fetched.push(url)
        throw new Error('Never.')
      },
    })
    for (const address of [
      'https://paypal.com.example/cert',
      'https://api.paypal.com@example.com/cert',
      'http://api.paypal.com/cert',
      'https://api.paypal.com:8443/cert',
      'https://evil-paypal.com/cert',
      'https://169.254.169.254/latest/meta-data',
      'not an address',
    ]) {
      const headers = { ...key.sign(body, now), 'paypal-cert-url': address }
      expect((await specOf('paypal').verify(requestOf(headers, body), given)).verdict, address).toBe('BAD_KEY')
    }
    expect(fetched).toEqual([])
  })

  test('PayPal: the id of the registration verifies without anything pasted', async () => {
    const key = await schemes.find(({ slug }) => slug === 'paypal')?.makeKey()
    if (key === undefined) throw new Error('No scheme')
    const given = facts([], { registrationIds: [key.secret] })
    expect((await specOf('paypal').verify(requestOf(key.sign(body, now), body), given)).verdict).toBe('VERIFIED')
  })

  test('Google: the first message of a channel is answered when its token is right', async () => {
    const key = await schemes.find(({ slug }) => slug === 'google-calendar')?.makeKey()
    if (key === undefined) throw new Error('No scheme')
    const { handshake } = specOf('google-calendar')
    const empty = new Uint8Array()
    const sync = { ...key.sign(body, now), 'x-goog-resource-state': 'sync', 'x-goog-message-number': '1' }
    expect(handshake?.(requestOf(sync, empty), facts([key.secret]))).toMatchObject({ status: 200, body: '' })
    expect(handshake?.(requestOf(sync, empty), facts(['other']))).toBeNull()
    expect(handshake?.(requestOf(key.sign(body, now), empty), facts([key.secret]))).toBeNull()
  })
})
