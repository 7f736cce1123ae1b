import { random, type Scheme } from './scheme.ts'

export const upsScheme: Scheme = {
  slug: 'ups',
  holdsMs: null,
  // A credential that only UPS was told is the proof, whatever the body says.
  coversBody: false,
  proofs: ['credential'],
  makeKey: async () => {
    const secret = random(24).toString('base64url')
    return { secret, sign: () => ({ headers: { credential: secret } }) }
  },
}
