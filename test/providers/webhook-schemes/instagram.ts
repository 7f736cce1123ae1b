import { hmac, random, type Scheme } from './scheme.ts'

export const instagramScheme: Scheme = {
  slug: 'instagram',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-hub-signature-256'],
  makeKey: async () => {
    const secret = random(16).toString('hex')
    return {
      secret,
      sign: (body) => ({ headers: { 'x-hub-signature-256': `sha256=${hmac(secret, 'hex', body)}` } }),
    }
  },
}
