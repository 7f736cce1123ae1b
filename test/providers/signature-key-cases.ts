import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { timestampedEcdsa } from '@patchbay/server/providers/shared/signatures/ecdsa.ts'
import { transmission } from '@patchbay/server/providers/shared/signatures/paypal.ts'
import { rsaKey } from '@patchbay/server/providers/shared/signatures/rsa-key.ts'
import { rsaKeySet } from '@patchbay/server/providers/shared/signatures/rsa-key-set.ts'
import { type Case, type Party, plain, post, seconds } from './signature-case.ts'
import { certificate } from './signature-request.ts'

const hour = 3_600_000

function keyPairs(kind: 'rsa' | 'ec', held: 'pem' | 'der'): Case['parties'] {
  const make = (): Party => {
    const pair =
      kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    if (held === 'pem') return { key, held: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() }
    return { key, held: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
  }
  return [make(), make(), make()]
}
const signWith = (key: string, ...parts: readonly (string | Uint8Array)[]) => {
  const sign = createSign('sha256')
  for (const part of parts) sign.update(part)
  return sign.sign(key, 'base64')
}

const adobe = keyPairs('rsa', 'pem')
const shipstation = keyPairs('rsa', 'pem')
const jwk = ({ held }: Party, kid: string) => ({
  ...createPublicKey(held).export({ format: 'jwk' }),
  kid,
  use: 'sig',
})

/** The families whose vendors hold a private key. */
export const keyCases: Readonly<Record<string, Case>> = {
  'M1 SendGrid': {
    verify: timestampedEcdsa({
      signature: 'x-twilio-email-event-webhook-signature',
      timestamp: 'x-twilio-email-event-webhook-timestamp',
      windowMs: 25 * hour,
    }),
    parties: keyPairs('ec', 'der'),
    sign: (draft) =>
      post(draft, {
        'x-twilio-email-event-webhook-signature': signWith(draft.party.key, seconds(draft.at), draft.body),
        'x-twilio-email-event-webhook-timestamp': seconds(draft.at),
      }),
    proof: 'x-twilio-email-event-webhook-signature',
    needs: ['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp'],
    windowMs: 25 * hour,
  },
  'M2 ShipStation': {
    verify: rsaKeySet({
      keyId: 'x-shipengine-rsa-sha256-key-id',
      signature: 'x-shipengine-rsa-sha256-signature',
      timestamp: 'x-shipengine-timestamp',
      keySetUrl: ({ hostUrl }) => `${hostUrl('keys')}/jwks`,
    }),
    parties: shipstation,
    sign: (draft) => {
      const time = new Date(draft.at).toISOString()
      // The stranger gives himself the id of a key that is published.
      const index = Math.max(shipstation.indexOf(draft.party) % 2, 0)
      return post(draft, {
        'x-shipengine-rsa-sha256-key-id': `key-${index}`,
        'x-shipengine-rsa-sha256-signature': signWith(draft.party.key, time, '.', draft.body),
        'x-shipengine-timestamp': time,
      })
    },
    proof: 'x-shipengine-rsa-sha256-signature',
    needs: ['x-shipengine-rsa-sha256-key-id', 'x-shipengine-rsa-sha256-signature', 'x-shipengine-timestamp'],
    windowMs: 300_000,
    facts: (held) => ({
      fetchKey: async () =>
        JSON.stringify({ keys: held.map((party) => jwk(party, `key-${shipstation.indexOf(party)}`)) }),
    }),
  },
  'M3 PayPal': {
    verify: transmission({
      hosts: ['api.paypal.com'],
      domain: 'paypal.com',
      twin: 'api',
      windowMs: 73 * hour,
      roots: [certificate('root')],
    }),
    parties: plain('8PT597110X687430L', '7PT597110X687430L', '6PT597110X687430L'),
    sign: (draft) => {
      const time = new Date(draft.at).toISOString()
      const signed = ['tx-1', time, draft.party.key, crc32(draft.body)].join('|')
      return post(draft, {
        'paypal-transmission-id': 'tx-1',
        'paypal-transmission-time': time,
        'paypal-transmission-sig': signWith(certificate('leaf-key'), signed),
        'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-1',
        'paypal-auth-algo': 'SHA256withRSA',
      })
    },
    proof: 'paypal-transmission-sig',
    needs: ['paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig', 'paypal-cert-url'],
    windowMs: 73 * hour,
    facts: (held) => ({
      registrationIds: held.map((party) => party.held),
      fetchKey: async () => certificate('leaf') + certificate('intermediate'),
    }),
  },
  'M4 Adobe': {
    verify: rsaKey('x-adobe-commerce-webhook-signature'),
    parties: adobe,
    sign: (draft) => post(draft, { 'x-adobe-commerce-webhook-signature': signWith(draft.party.key, draft.body) }),
    proof: 'x-adobe-commerce-webhook-signature',
    needs: ['x-adobe-commerce-webhook-signature'],
  },
}
