import { hmac, random, type Scheme } from './scheme.ts'

export const fedexScheme: Scheme = {
  slug: 'fedex',
  holdsMs: null,
  coversBody: true,
  proofs: ['fdx-signature'],
  makeKey: async () => {
    const secret = random(20).toString('hex')
    return { secret, sign: (body) => ({ headers: { 'fdx-signature': hmac(secret, 'base64', body) } }) }
  },
}
