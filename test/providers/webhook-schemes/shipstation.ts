import { createSign, generateKeyPairSync } from 'node:crypto'
import { type Key, published, random, type Scheme } from './scheme.ts'

const keySet = 'https://keys.vendor.example/jwks'
const keys: object[] = []

/** The vendor publishes its keys for everybody, so a source holds no secret. */
function make(publishes: boolean): Key {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = random(8).toString('hex')
  if (publishes) keys.push({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' })
  published.set(keySet, JSON.stringify({ keys }))
  return {
    secret: null,
    sign: (body, at) => {
      const time = new Date(at).toISOString()
      return {
        headers: {
          'x-shipengine-rsa-sha256-key-id': kid,
          'x-shipengine-timestamp': time,
          'x-shipengine-rsa-sha256-signature': createSign('RSA-SHA256')
            .update(`${time}.`)
            .update(body)
            .sign(privateKey, 'base64'),
        },
      }
    },
  }
}

export const shipstationScheme: Scheme = {
  slug: 'shipstation',
  holdsMs: 300_000,
  coversBody: true,
  proofs: ['x-shipengine-rsa-sha256-key-id', 'x-shipengine-timestamp', 'x-shipengine-rsa-sha256-signature'],
  makeKey: async () => make(true),
  makeForeignKey: async () => make(false),
}
