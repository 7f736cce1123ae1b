import { hmac, random, type Scheme, seconds } from './scheme.ts'

export const mailgunScheme: Scheme = {
  slug: 'mailgun',
  holdsMs: 300_000,
  coversBody: false,
  proofs: ['timestamp', 'token', 'signature'].map((name) => ({ json: ['signature', name] })),
  makeKey: async () => {
    const secret = random(16).toString('hex')
    return {
      secret,
      sign: (body, at) => {
        const timestamp = String(seconds(at))
        const token = random(25).toString('hex')
        const signature = { timestamp, token, signature: hmac(secret, 'hex', timestamp, token) }
        const message: unknown = JSON.parse(body.toString())
        return { headers: {}, body: Buffer.from(JSON.stringify({ signature, 'event-data': message })) }
      },
    }
  },
}
