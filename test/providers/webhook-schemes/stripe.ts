import Stripe from 'stripe'
import { holds, random, type Scheme, seconds } from './scheme.ts'

const { webhooks } = new Stripe('sk_test_unused')

export const stripeScheme: Scheme = {
  slug: 'stripe',
  holdsMs: 300_000,
  coversBody: true,
  proofs: ['stripe-signature'],
  makeKey: async () => {
    const secret = `whsec_${random(24).toString('base64url')}`
    const sign = (body: Buffer, at: number) =>
      webhooks.generateTestHeaderString({ payload: body.toString(), secret, timestamp: seconds(at) })
    return { secret, sign: (body, at) => ({ headers: { 'stripe-signature': sign(body, at) } }) }
  },
  witness: ({ body, headers }, secret, at) =>
    holds(() => webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret, 300, undefined, at)),
}
