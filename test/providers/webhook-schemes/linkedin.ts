import { hmac, random, type Scheme } from './scheme.ts'

export const linkedinScheme: Scheme = {
  slug: 'linkedin',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-li-signature'],
  makeKey: async () => {
    const secret = random(16).toString('base64url')
    return { secret, sign: (body) => ({ headers: { 'x-li-signature': hmac(secret, 'hex', 'hmacsha256=', body) } }) }
  },
}
