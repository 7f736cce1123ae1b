import { Webhook } from 'svix'
import { hmac, random, type Scheme, seconds } from './scheme.ts'

export const resendScheme: Scheme = {
  slug: 'resend',
  holdsMs: 300_000,
  coversBody: true,
  proofs: ['svix-id', 'svix-timestamp', 'svix-signature'],
  makeKey: async () => {
    const key = random(24)
    return {
      secret: `whsec_${key.toString('base64')}`,
      sign: (body, at) => {
        const time = String(seconds(at))
        const signature = hmac(key, 'base64', `msg_1.${time}.`, body)
        return { headers: { 'svix-id': 'msg_1', 'svix-timestamp': time, 'svix-signature': `v1,${signature}` } }
      },
    }
  },
  // Its verification reads the machine's clock, so it signs and both are compared.
  witness: ({ body, headers }, secret, at) =>
    new Webhook(secret).sign(headers['svix-id'] ?? '', new Date(at), body.toString()) === headers['svix-signature'],
}
