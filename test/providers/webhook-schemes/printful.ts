import { hmac, random, type Scheme } from './scheme.ts'

export const printfulScheme: Scheme = {
  slug: 'printful',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-pf-webhook-signature'],
  makeKey: async () => {
    const key = random(32)
    return {
      secret: key.toString('hex'),
      sign: (body) => ({ headers: { 'x-pf-webhook-signature': hmac(key, 'hex', body) } }),
    }
  },
}
