import { hmac, random, type Scheme } from './scheme.ts'

export const xeroScheme: Scheme = {
  slug: 'xero',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-xero-signature'],
  makeKey: async () => {
    const secret = random(40).toString('base64')
    return { secret, sign: (body) => ({ headers: { 'x-xero-signature': hmac(secret, 'base64', body) } }) }
  },
}
