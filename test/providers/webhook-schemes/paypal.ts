import { createSign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { makeSigner, type Signer } from '@patchbay/server/lab/certificate.ts'
import { type Key, published, random, type Scheme } from './scheme.ts'

/** Address of PayPal's twin in the lab, whose certificates vouch for themselves. */
const twin = 'http://127.0.0.1:9/paypal/api'
let signer: Promise<Signer> | undefined

/** The vendor has one certificate for everybody; the webhook's id tells sources apart. */
async function makeKey(): Promise<Key> {
  const { certificate, privateKey } = await (signer ??= makeSigner('messageverificationcerts.paypal.com'))
  const address = `${twin}/v1/notifications/certs/CERT-1`
  published.set(address, certificate)
  const secret = random(17).toString('hex').slice(0, 17).toUpperCase()
  return {
    secret,
    sign: (body, at) => {
      const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
      const id = '69cd13f0-d67a-11e5-baa3-778b53f4ae55'
      const signed = createSign('RSA-SHA256').update(`${id}|${time}|${secret}|${crc32(body)}`)
      return {
        headers: {
          'paypal-transmission-id': id,
          'paypal-transmission-time': time,
          'paypal-transmission-sig': signed.sign(privateKey, 'base64'),
          'paypal-cert-url': address,
          'paypal-auth-algo': 'SHA256withRSA',
        },
      }
    },
  }
}

export const paypalScheme: Scheme = {
  slug: 'paypal',
  holdsMs: 3 * 86_400_000 + 3_600_000,
  coversBody: true,
  proofs: ['paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig', 'paypal-cert-url'],
  facts: { hostUrl: () => twin },
  makeKey,
}
