import { beforeAll, describe, expect, test } from 'vitest'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Verification, VerifyFacts, WebhookRequest, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { alter, drop, valueOf } from './proof-places.ts'
import { schemeOf, schemes } from './webhook-schemes/index.ts'
import { connection, type Key, published, type Scheme, type Sent, type Signed } from './webhook-schemes/scheme.ts'

const now = 1_795_000_000_000
const address = 'https://hub.example/hooks/token'
const json = {
  contentType: 'application/json',
  body: '{"id":"evt_1","type":"payment_intent.succeeded","amount":1050,"note":"café"}',
}
const body = Buffer.from(json.body)

const specOf = (slug: string): WebhookSpec => {
  const spec = providers.get(slug)?.webhooks
  if (spec === undefined) throw new Error(`${slug} has no webhooks`)
  return spec
}

const factsOf = ({ facts = {} }: Scheme, secrets: readonly string[], more: Partial<VerifyFacts> = {}): VerifyFacts => ({
  secrets,
  now,
  toleranceMs: 300_000,
  connection,
  registrationIds: [],
  fetchKey: async (url) => {
    const found = published.get(url)
    if (found === undefined) throw new Error('Nothing there.')
    return found
  },
  hostUrl: (host) => `https://${host}.vendor.example`,
  ...facts,
  ...more,
})

const requestOf = ({ method, url, headers, body }: Sent): WebhookRequest => ({
  method,
  url,
  query: new URL(url).searchParams,
  headers,
  body,
})

/** What the vendor sends, signed. */
function sentBy(key: Key, { sample = json }: Scheme, at = now): Sent {
  const unsigned = Buffer.from(sample.body)
  const signed: Signed = key.sign(unsigned, at, address)
  return {
    method: 'POST',
    url: signed.url ?? address,
    headers: { 'content-type': sample.contentType, ...signed.headers },
    body: signed.body ?? unsigned,
  }
}

const held = (...keys: readonly (Key | undefined)[]) => keys.flatMap((key) => key?.secret ?? [])

test('W1: every vendor that signs what it sends has its scheme here', () => {
  const signing = providers
    .values()
    .filter(({ webhooks }) => webhooks !== undefined && webhooks.secret.from !== 'address')
  const written = new Set(Object.keys(schemes))
  const wanted = new Set(signing.map(({ entry }) => entry.slug))
  expect([...wanted.difference(written)], 'without a file in test/providers/webhook-schemes').toEqual([])
  expect([...written.difference(wanted)], 'with a file there and no signed webhooks').toEqual([])
  expect(Object.values(schemes).map(({ slug }) => slug)).toEqual(Object.keys(schemes))
})

test.each(providers.values().filter(({ webhooks }) => webhooks?.secret.from === 'address'))(
  'W1: $entry.slug signs nothing: its address is the proof, and the verdict says so',
  async ({ entry }) => {
    const sent = { method: 'POST', url: address, headers: {}, body }
    const found = await specOf(entry.slug).verify(requestOf(sent), factsOf({} as Scheme, []))
    expect(found).toMatchObject({ verdict: 'VERIFIED', detail: expect.stringContaining('address') as string })
  },
)

describe.each(Object.values(schemes))('W1: $slug', (scheme: Scheme) => {
  const { slug, holdsMs, coversBody, coversUrl = false, proofs, witness } = scheme
  const inBody = proofs.some((proof) => typeof proof !== 'string' && !('query' in proof))
  let key: Key
  let second: Key
  let foreign: Key
  let keyed = true
  const verify = async (sent: Sent, given: VerifyFacts): Promise<Verification> =>
    specOf(slug).verify(requestOf(sent), given)
  const facts = (...args: [readonly string[], Partial<VerifyFacts>?]) => factsOf(scheme, ...args)
  const verdictOf = async (sent: Sent, given = facts(held(key))) => (await verify(sent, given)).verdict

  beforeAll(async () => {
    const { makeKey, makeForeignKey = makeKey } = scheme
    ;[key, second, foreign] = await Promise.all([makeKey(), makeKey(), makeForeignKey()])
    keyed = key.secret !== null
  })

  test('what the vendor signed is verified', async () => {
    expect(await verify(sentBy(key, scheme), facts(held(key)))).toMatchObject({ verdict: 'VERIFIED' })
  })

  test.runIf(witness !== undefined)('the vendor’s own package agrees, on good and on bad', async () => {
    const sent = sentBy(key, scheme)
    const says = (what: Sent, by: Key) => witness?.(what, by.secret ?? '', now)
    expect(await says(sent, key)).toBe(true)
    expect(await says({ ...sent, body: Buffer.concat([sent.body, Buffer.from(' ')]) }, key)).toBe(false)
    expect(await says(sent, foreign)).toBe(false)
  })

  test.runIf(coversBody)('one byte altered, anywhere, is refused', async () => {
    const sent = sentBy(key, scheme)
    for (let at = 0; at < sent.body.length; at += 1) {
      const altered = Buffer.from(sent.body)
      altered[at] = (altered[at] ?? 0) ^ 1
      const verdict = await verdictOf({ ...sent, body: altered })
      // Where the proof is in the body, its name or its form may be what is altered.
      if (inBody) expect(verdict, `byte ${at}`).not.toBe('VERIFIED')
      else expect(verdict, `byte ${at}`).toBe('BAD_SIGNATURE')
    }
  })

  test.runIf(coversUrl)('what was signed for another address is refused', async () => {
    const sent = sentBy(key, scheme)
    expect(await verdictOf({ ...sent, url: sent.url.replace('/token', '/tokem') })).toBe('BAD_SIGNATURE')
  })

  test('one character of the proof altered is refused', async () => {
    const sent = sentBy(key, scheme)
    for (const proof of proofs) {
      const value = valueOf(sent, proof)
      for (const at of [0, Math.floor(value.length / 2), value.length - 1]) {
        const changed = `${value.slice(0, at)}${value[at] === '0' ? '1' : '0'}${value.slice(at + 1)}`
        expect(await verdictOf(alter(sent, proof, changed)), `${JSON.stringify(proof)} ${changed}`).not.toBe('VERIFIED')
      }
    }
  })

  test('without a part of the proof there is none', async () => {
    expect(proofs.length).toBeGreaterThan(0)
    const sent = sentBy(key, scheme)
    for (const proof of proofs) {
      // A time that is not there may read as one that is none.
      const allowed = typeof proof === 'string' ? ['MISSING_PROOF'] : ['MISSING_PROOF', 'MALFORMED_PROOF']
      expect(allowed, JSON.stringify(proof)).toContain(await verdictOf(drop(sent, proof)))
      expect(allowed, JSON.stringify(proof)).toContain(await verdictOf(alter(sent, proof, '')))
    }
  })

  test.runIf(holdsMs !== null)('a timestamp holds for its time and not a second longer', async () => {
    const within = (holdsMs ?? 0) - 1000
    const old = sentBy(key, scheme, now - within - 2000)
    expect(await verdictOf(sentBy(key, scheme, now - within))).toBe('VERIFIED')
    expect(await verdictOf(old)).toBe('STALE')
    expect(await verdictOf(sentBy(key, scheme, now + 302_000))).toBe('STALE')
    // A person who verifies a stored request again does not care how old it is.
    expect(await verdictOf(old, facts(held(key), { toleranceMs: null }))).toBe('VERIFIED')
  })

  test('a wrong secret, and none, verify nothing', async ({ skip }) => {
    if (!keyed) skip('the vendor publishes its key')
    const sent = sentBy(key, scheme)
    expect(await verdictOf(sent, facts(held(second)))).toBe('BAD_SIGNATURE')
    for (const secrets of [[], ['']]) expect(await verdictOf(sent, facts(secrets))).toBe('NO_SECRET')
  })

  test('the second of two keys that hold verifies too', async () => {
    const sent = sentBy(second, scheme)
    for (const keys of [held(key, second), held(second, key)])
      expect(await verdictOf(sent, facts(keys))).toBe('VERIFIED')
  })

  test('what a stranger signed is refused', async () => {
    const verdict = await verdictOf(sentBy(foreign, scheme), facts(held(key, second)))
    expect(keyed ? ['BAD_SIGNATURE'] : ['BAD_SIGNATURE', 'BAD_KEY']).toContain(verdict)
  })

  test('no verdict says anything of the secret', async () => {
    const sent = sentBy(key, scheme)
    for (const secrets of [held(key), held(foreign), []])
      for (const headers of [sent.headers, {}]) {
        const { detail = '' } = await verify({ ...sent, headers }, facts(secrets))
        for (const secret of held(key, foreign)) expect(detail).not.toContain(secret)
      }
  })
})

/** A key of a vendor, what it sent, and the vendor's own verification. */
async function oneOf(slug: string) {
  const scheme = schemeOf(slug)
  const key = await scheme.makeKey()
  const verify = async (sent: Sent, secrets: readonly string[], more: Partial<VerifyFacts> = {}) =>
    specOf(slug).verify(requestOf(sent), factsOf(scheme, secrets, more))
  return { scheme, key, sent: sentBy(key, scheme), verify }
}

describe('W1: what only one vendor has', () => {
  test('Shopify: another shop of the same app is another source', async () => {
    const { key, sent, verify } = await oneOf('shopify')
    const headers = { ...sent.headers, 'x-shopify-shop-domain': 'other-shop.myshopify.com' }
    expect((await verify({ ...sent, headers }, held(key))).verdict).toBe('WRONG_SOURCE')
  })

  test('Shopify: deliveries with the newer names of headers are verified', async () => {
    const { key, sent, verify } = await oneOf('shopify')
    const headers = Object.fromEntries(
      Object.entries(sent.headers).map(([name, value]) => [name.replace(/^x-/, ''), value]),
    )
    expect((await verify({ ...sent, headers }, held(key))).verdict).toBe('VERIFIED')
    const message = { headers, query: new URLSearchParams(), text: '', body: undefined }
    expect(specOf('shopify').identify(message)).toMatchObject({
      id: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      type: 'orders/paid',
    })
  })

  test('PayPal: a certificate from elsewhere is never fetched', async () => {
    const { key, sent, verify } = await oneOf('paypal')
    const fetched: string[] = []
    const given = {
      hostUrl: () => 'https://api-m.sandbox.paypal.com',
      fetchKey: async (url: string) => {
        fetched.push(url)
        throw new Error('Never.')
      },
    }
    for (const address of [
      'https://paypal.com.example/cert',
      'https://api.paypal.com@example.com/cert',
      'http://api.paypal.com/cert',
      'https://api.paypal.com:8443/cert',
      'https://evil-paypal.com/cert',
      'https://169.254.169.254/latest/meta-data',
      'not an address',
    ]) {
      const headers = { ...sent.headers, 'paypal-cert-url': address }
      expect((await verify({ ...sent, headers }, held(key), given)).verdict, address).toBe('BAD_KEY')
    }
    expect(fetched).toEqual([])
  })

  test('PayPal: the id of the registration verifies without anything pasted', async () => {
    const { key, sent, verify } = await oneOf('paypal')
    expect((await verify(sent, [], { registrationIds: held(key) })).verdict).toBe('VERIFIED')
  })

  test('Google: the first message of a channel is answered when its token is right', async () => {
    const { key, sent, scheme } = await oneOf('google-calendar')
    const { handshake } = specOf('google-calendar')
    const facts = factsOf(scheme, held(key))
    const change = { ...sent, body: Buffer.alloc(0) }
    const headers = { ...sent.headers, 'x-goog-resource-state': 'sync', 'x-goog-message-number': '1' }
    const sync = requestOf({ ...change, headers })
    expect(handshake?.(sync, facts)).toMatchObject({ status: 200, body: '' })
    expect(handshake?.(sync, { ...facts, secrets: ['other'] })).toBeNull()
    expect(handshake?.(requestOf(change), facts)).toBeNull()
  })
})
