import { hmac, random, type Scheme } from './scheme.ts'

export const woocommerceScheme: Scheme = {
  slug: 'woocommerce',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-wc-webhook-signature'],
  makeKey: async () => {
    const secret = random(24).toString('base64url')
    return { secret, sign: (body) => ({ headers: { 'x-wc-webhook-signature': hmac(secret, 'base64', body) } }) }
  },
}
