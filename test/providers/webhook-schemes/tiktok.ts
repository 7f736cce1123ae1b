import { hmac, random, type Scheme, seconds } from './scheme.ts'

export const tiktokScheme: Scheme = {
  slug: 'tiktok',
  holdsMs: 300_000,
  coversBody: true,
  proofs: ['tiktok-signature'],
  makeKey: async () => {
    const secret = random(24).toString('base64url')
    const sign = (body: Buffer, at: number) => `t=${seconds(at)},s=${hmac(secret, 'hex', `${seconds(at)}.`, body)}`
    return { secret, sign: (body, at) => ({ headers: { 'tiktok-signature': sign(body, at) } }) }
  },
}
