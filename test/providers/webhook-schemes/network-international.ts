import { random, type Scheme } from './scheme.ts'

export const networkInternationalScheme: Scheme = {
  slug: 'network-international',
  holdsMs: null,
  // A header set in the portal comes back with every message; it says nothing of the body.
  coversBody: false,
  proofs: ['x-webhook-secret'],
  makeKey: async () => {
    const secret = random(32).toString('base64url')
    return { secret, sign: () => ({ headers: { 'x-webhook-secret': secret } }) }
  },
}
