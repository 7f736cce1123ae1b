import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { makeSigner } from '@patchbay/server/lab/certificate.ts'
import { transmission } from '@patchbay/server/providers/shared/signatures/paypal.ts'
import { rsaKey } from '@patchbay/server/providers/shared/signatures/rsa-key.ts'
import { rsaKeySet } from '@patchbay/server/providers/shared/signatures/rsa-key-set.ts'
import type { VerifyFacts } from '@patchbay/server/providers/webhook.ts'
import { describe, expect, test } from 'vitest'
import { certificate, factsOf, now, requestOf, sample } from './signature-request.ts'

const webhookId = '8PT597110X687430L'
const time = new Date(now).toISOString()
const vendorUrl = 'https://api.paypal.com/v1/notifications/certs/CERT-1'
const leafKey = certificate('leaf-key')
const signed = (key: string, id = webhookId) =>
  createSign('sha256')
    .update(`tx-1|${time}|${id}|${crc32(sample)}`)
    .sign(key, 'base64')
const headers = {
  'paypal-transmission-id': 'tx-1',
  'paypal-transmission-time': time,
  'paypal-transmission-sig': signed(leafKey),
  'paypal-cert-url': vendorUrl,
  'paypal-auth-algo': 'SHA256withRSA',
}
const bundle = (...names: readonly string[]) => names.map(certificate).join('\n')
const verify = transmission({
  hosts: ['api.paypal.com', 'api.sandbox.paypal.com'],
  domain: 'paypal.com',
  twin: 'api',
  roots: [certificate('root')],
})

/** Verifies; `asked` are the addresses that were read. */
async function verified(
  given: {
    readonly headers?: Readonly<Record<string, string>>
    readonly pem?: string
    readonly facts?: Partial<VerifyFacts>
    readonly by?: typeof verify
  } = {},
) {
  const asked: string[] = []
  const facts = factsOf({
    registrationIds: [webhookId],
    fetchKey: async (url) => {
      asked.push(url)
      return given.pem ?? bundle('leaf', 'intermediate')
    },
    hostUrl: () => 'https://api-m.paypal.com',
    ...given.facts,
  })
  const found = await (given.by ?? verify)(requestOf({ headers: { ...headers, ...given.headers } }), facts)
  return { ...found, asked }
}

describe('W1: PayPal’s certificate', () => {
  test('the webhook’s id is the registration’s or one pasted at the source', async () => {
    expect(await verified()).toMatchObject({ verdict: 'VERIFIED', asked: [vendorUrl] })
    const pasted = { registrationIds: [], secrets: ['OTHER', webhookId] }
    expect(await verified({ facts: pasted })).toMatchObject({ verdict: 'VERIFIED' })
    expect(await verified({ facts: { registrationIds: ['OTHER'] } })).toMatchObject({ verdict: 'BAD_SIGNATURE' })
    expect(await verified({ facts: { registrationIds: [] } })).toMatchObject({ verdict: 'NO_SECRET', asked: [] })
  })

  test.each([
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://user@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com@attacker.example/CERT-1',
    'https://api.paypal.com.attacker.example/CERT-1',
    'https://attacker.example/api.paypal.com',
    'https://attacker.example#api.paypal.com',
    'https://www.paypal.com/CERT-1',
    'https://api-m.paypal.com/CERT-1',
    'https://169.254.169.254/latest/meta-data',
    'https://127.0.0.1/CERT-1',
    'file:///etc/passwd',
    'data:text/plain,CERT',
    'javascript:1',
    'not an address',
    '//api.paypal.com/CERT-1',
  ])('the address %s is never read', async (url) => {
    const found = await verified({ headers: { 'paypal-cert-url': url } })
    expect(found).toMatchObject({ verdict: 'BAD_KEY', asked: [] })
  })

  test('a name in capitals or with a fragment is the same address', async () => {
    const url = 'HTTPS://API.PayPal.com:443/v1/notifications/certs/CERT-1#top'
    expect(await verified({ headers: { 'paypal-cert-url': url } })).toMatchObject({
      verdict: 'VERIFIED',
      asked: [vendorUrl],
    })
  })

  test.each([
    ['of another name', bundle('leaf-of-another', 'intermediate'), 'stand for'],
    ['of another name beside its own', bundle('leaf-of-two', 'intermediate'), 'stand for'],
    ['that ended', bundle('leaf-ended', 'intermediate'), 'within its time'],
    ['that vouches for itself', bundle('leaf-self-signed'), 'authority'],
    ['below one that ended', bundle('leaf', 'intermediate-ended'), 'authority'],
    ['below one that is no authority', bundle('leaf', 'intermediate-no-authority'), 'authority'],
    ['below one of the same name and another key', bundle('leaf', 'intermediate-impostor'), 'authority'],
    ['that is none', 'no certificate', 'no certificate'],
    ['that is broken', bundle('leaf').replace('MII', 'AAA'), 'no certificate'],
    ['below too many', bundle('leaf', ...Array<string>(10).fill('intermediate')), 'no certificate'],
  ])('a certificate %s is refused', async (_name, pem, reason) => {
    // One that ended in 2024 is within its time at the moment of the other tests.
    const facts = { now: Date.parse('2025-06-01T00:00:00Z'), toleranceMs: 10 * 365 * 86_400_000 }
    expect(await verified({ pem, facts })).toMatchObject({
      verdict: 'BAD_KEY',
      detail: expect.stringContaining(reason),
    })
  })

  test('an RSA key of 1024 bits is refused', async () => {
    const short = { 'paypal-transmission-sig': signed(certificate('leaf-short-key-key')) }
    const found = await verified({ headers: short, pem: bundle('leaf-short-key', 'intermediate') })
    expect(found).toMatchObject({ verdict: 'BAD_KEY', detail: expect.stringContaining('2048') })
  })

  test('the common name counts without alternative names; what lies between may be left out', async () => {
    expect(await verified({ pem: bundle('leaf-plain-name', 'intermediate') })).toMatchObject({ verdict: 'VERIFIED' })
    expect(await verified({ pem: bundle('leaf', 'intermediate', 'root') })).toMatchObject({ verdict: 'VERIFIED' })
    expect(await verified({ pem: bundle('leaf') })).toMatchObject({ verdict: 'VERIFIED' })
  })

  test('by default the authorities are those Node.js believes: the test’s root is not among them', async () => {
    const by = transmission({ hosts: ['api.paypal.com'], domain: 'paypal.com', twin: 'api' })
    const found = await verified({ by, pem: bundle('leaf', 'intermediate', 'root') })
    expect(found).toMatchObject({ verdict: 'BAD_KEY', detail: expect.stringContaining('authority') })
  })

  test('verified again after the certificate ended, it counts that it held when it signed', async () => {
    const later = { now: Date.parse('2026-06-01T00:00:00Z'), toleranceMs: null }
    expect(await verified({ pem: bundle('leaf-ended', 'intermediate'), facts: later })).toMatchObject({
      verdict: 'VERIFIED',
    })
  })

  test('another algorithm, and parts that could be cut elsewhere, are refused unread', async () => {
    for (const change of [
      { 'paypal-auth-algo': 'SHA1withRSA' },
      { 'paypal-auth-algo': 'none' },
      { 'paypal-transmission-id': 'tx-1|2023' },
      { 'paypal-transmission-time': `${now}` },
      { 'paypal-transmission-sig': '%%%' },
    ])
      expect(await verified({ headers: change })).toMatchObject({ verdict: 'MALFORMED_PROOF', asked: [] })
  })

  test('a twin’s own certificate counts below the twin’s address and nowhere else', async () => {
    const signer = await makeSigner('messageverificationcerts.sandbox.paypal.example')
    const twin = 'http://127.0.0.1:4010/paypal/api'
    const from = (url: string, hostUrl = twin) =>
      verified({
        headers: { 'paypal-cert-url': url, 'paypal-transmission-sig': signed(signer.privateKey) },
        pem: signer.certificate,
        facts: { hostUrl: () => hostUrl },
      })
    expect(await from(`${twin}/v1/notifications/certs/CERT-1`)).toMatchObject({ verdict: 'VERIFIED' })
    for (const url of [
      `${twin}/../../stripe/api/CERT-1`,
      'http://127.0.0.1:4010/paypal/apiary/CERT-1',
      'http://127.0.0.1:4011/paypal/api/CERT-1',
      'https://127.0.0.1:4010/paypal/api/CERT-1',
    ])
      expect(await from(url)).toMatchObject({ verdict: 'BAD_KEY', asked: [] })
    // The same certificate from the vendor's host does not stand for the vendor.
    expect(await from(vendorUrl)).toMatchObject({ verdict: 'BAD_KEY' })
    expect(await from('https://api-m.paypal.com/CERT-1', 'https://api-m.paypal.com')).toMatchObject({ asked: [] })
  })

  test('a certificate that cannot be fetched is no proof, and the verdict says why', async () => {
    const fetchKey = () => Promise.reject(new Error('The address of the key at api.paypal.com answered 500.'))
    const found = await verified({ facts: { fetchKey } })
    expect(found).toMatchObject({ verdict: 'BAD_KEY', detail: expect.stringContaining('answered 500') })
  })
})

describe('W1: a vendor’s set of keys', () => {
  const pairs = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const [first, second] = pairs.map((pair) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const jwks = (...kids: readonly (string | undefined)[]) =>
    JSON.stringify({
      keys: kids.map((kid, index) => ({
        ...createPublicKey(pairs[index]?.publicKey.export({ type: 'spki', format: 'pem' }) ?? '').export({
          format: 'jwk',
        }),
        kid,
      })),
    })
  const by = rsaKeySet({
    keyId: 'kid',
    signature: 'sig',
    timestamp: 'time',
    keySetUrl: ({ hostUrl }) => `${hostUrl('x')}/jwks`,
  })
  const request = (kid: string, key = first ?? '') =>
    requestOf({
      headers: { kid, time, sig: createSign('sha256').update(`${time}.`).update(sample).sign(key, 'base64') },
    })
  async function judge(kid: string, answers: readonly string[], key?: string) {
    const asked: (boolean | undefined)[] = []
    const fetchKey: VerifyFacts['fetchKey'] = async (_url, options) => {
      asked.push(options?.refresh)
      return answers[Math.min(asked.length, answers.length) - 1] ?? ''
    }
    return { ...(await by(request(kid, key), factsOf({ fetchKey }))), asked }
  }

  test('the key is chosen by its id, and a set without it is asked for once more', async () => {
    expect(await judge('a', [jwks('a', 'b')])).toMatchObject({ verdict: 'VERIFIED', asked: [undefined] })
    expect(await judge('b', [jwks('a'), jwks('a', 'b')], second)).toMatchObject({
      verdict: 'VERIFIED',
      asked: [undefined, true],
    })
    expect(await judge('b', [jwks('a', 'b')])).toMatchObject({ verdict: 'BAD_SIGNATURE' })
    expect(await judge('c', [jwks('a', 'b')])).toMatchObject({ verdict: 'BAD_KEY', asked: [undefined, true] })
  })

  test.each([
    ['no JSON', 'nothing'],
    ['no set', '{"keys":1}'],
    ['a secret key type', '{"keys":[{"kid":"a","kty":"oct","k":"AAAA"}]}'],
    ['a key without numbers', '{"keys":[{"kid":"a","kty":"RSA","n":1,"e":2}]}'],
    ['a broken key', '{"keys":[{"kid":"a","kty":"RSA","n":"AQ","e":"AQ"}]}'],
    ['a key for encryption', jwks('a').replace('"kid"', '"use":"enc","kid"')],
    ['a key without id', jwks(undefined)],
  ])('%s holds no key', async (_name, set) => expect(await judge('a', [set])).toMatchObject({ verdict: 'BAD_KEY' }))
})

describe('W1: a key known beforehand', () => {
  test('only RSA of at least 2048 bits is one', async () => {
    const signature = (key: string) => createSign('sha256').update(sample).sign(key, 'base64')
    const held = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()
    const judge = (pem: string, signer: string) =>
      rsaKey('sig')(requestOf({ headers: { sig: signature(signer) } }), factsOf({ secrets: [pem] })).verdict
    const short = certificate('leaf-short-key-key')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const curve = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(judge(held(leafKey), leafKey)).toBe('VERIFIED')
    expect(judge(held(short), short)).toBe('BAD_KEY')
    expect(judge(held(curve), curve)).toBe('BAD_KEY')
    expect(judge('no key', leafKey)).toBe('BAD_KEY')
  })
})
