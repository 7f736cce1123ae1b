import { hmac, random, type Scheme } from './scheme.ts'

export const printifyScheme: Scheme = {
  slug: 'printify',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-pfy-signature'],
  makeKey: async () => {
    const secret = random(20).toString('hex')
    return { secret, sign: (body) => ({ headers: { 'x-pfy-signature': `sha256=${hmac(secret, 'hex', body)}` } }) }
  },
}
