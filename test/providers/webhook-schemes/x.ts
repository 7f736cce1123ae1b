import { hmac, random, type Scheme } from './scheme.ts'

export const xScheme: Scheme = {
  slug: 'x',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-twitter-webhooks-signature'],
  makeKey: async () => {
    const secret = random(25).toString('base64url')
    const sign = (body: Buffer) => ({ 'x-twitter-webhooks-signature': `sha256=${hmac(secret, 'base64', body)}` })
    return { secret, sign: (body) => ({ headers: sign(body) }) }
  },
}
