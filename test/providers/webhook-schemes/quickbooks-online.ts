import { hmac, random, type Scheme } from './scheme.ts'

export const quickbooksScheme: Scheme = {
  slug: 'quickbooks-online',
  holdsMs: null,
  coversBody: true,
  proofs: ['intuit-signature'],
  makeKey: async () => {
    const secret = random(20).toString('hex')
    return { secret, sign: (body) => ({ headers: { 'intuit-signature': hmac(secret, 'base64', body) } }) }
  },
}
