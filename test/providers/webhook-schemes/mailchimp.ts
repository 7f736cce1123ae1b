import { hmac, random, type Scheme, seconds } from './scheme.ts'

export const mailchimpScheme: Scheme = {
  slug: 'mailchimp',
  holdsMs: 300_000,
  coversBody: true,
  proofs: ['x-mailchimp-signature'],
  sample: {
    contentType: 'application/x-www-form-urlencoded',
    body: 'type=subscribe&fired_at=2026-11-20+12%3A00%3A09&data%5Bemail%5D=aisha%40example.com&data%5Bid%5D=8a25ff1d98',
  },
  makeKey: async () => {
    const secret = random(32).toString('hex')
    return {
      secret,
      sign: (body, at) => ({
        headers: { 'x-mailchimp-signature': `t=${seconds(at)},v1=${hmac(secret, 'hex', `${seconds(at)}.`, body)}` },
      }),
    }
  },
}
