import type { Checkout, CreateCheckout, GetCheckout } from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend } from '../shared/failure.ts'
import { toStripeAmount } from './amounts.ts'
import { idOf, read, toMoment, toMoney, withSdk, wordOf } from './sdk.ts'

const reference = z.union([z.string(), z.object({ id: z.string() })]).nullish()
const session = z.object({
  object: z.literal('checkout.session'),
  id: z.string(),
  url: z.string().nullish(),
  status: z.string(),
  mode: z.string(),
  payment_status: z.string(),
  payment_intent: reference,
  subscription: reference,
  customer: reference,
  amount_total: z.int().nullish(),
  currency: z.string().length(3).nullish(),
  client_reference_id: z.string().nullish(),
  expires_at: z.int(),
  livemode: z.boolean(),
})
const statuses = { open: 'OPEN', complete: 'COMPLETE', expired: 'EXPIRED' } as const

function toCheckout(answer: unknown): Checkout {
  const found = read('checkout', session, answer)
  const { amount_total: total, currency } = found
  return {
    id: found.id,
    url: found.url ?? null,
    status: wordOf<Checkout['status']>('checkout', statuses, found.status),
    paid: found.payment_status !== 'unpaid',
    paymentId: idOf(found.payment_intent),
    subscriptionId: idOf(found.subscription),
    total: typeof total === 'number' && currency ? toMoney(total, currency) : null,
    reference: found.client_reference_id ?? null,
    expiresAt: toMoment(found.expires_at),
    providerData: {
      mode: found.mode,
      payment_status: found.payment_status,
      customer: idOf(found.customer),
      livemode: found.livemode,
    },
  }
}

/** A price with a name is for one payment: what repeats has a rhythm, which only a price kept at Stripe tells. */
function linesOf({ items, mode }: CreateCheckout) {
  return items.map(({ name, price, priceId, quantity }) => {
    if (priceId !== undefined) return { price: priceId, quantity }
    if (mode === 'SUBSCRIPTION' || price === undefined || name === undefined)
      throw cannotSend(
        'Stripe needs prices of its own for a subscription.',
        'Make a recurring price in the Stripe Dashboard (Product catalogue) and give its id as priceId.',
        'items',
      )
    return {
      price_data: {
        currency: price.currency.toLowerCase(),
        unit_amount: toStripeAmount(price.amountMinor, price.currency),
        product_data: { name },
      },
      quantity,
    }
  })
}

export async function createCheckout(call: Call, input: CreateCheckout): Promise<Checkout> {
  const { cancelUrl, customerEmail, idempotencyKey, successUrl } = input
  // The payment carries the reference too, so that its own webhooks can be matched.
  const carried = { metadata: { reference: input.reference } }
  const params = {
    line_items: linesOf(input),
    client_reference_id: input.reference,
    success_url: successUrl,
    ...carried,
    ...(cancelUrl !== undefined && { cancel_url: cancelUrl }),
    ...(customerEmail !== undefined && { customer_email: customerEmail }),
    ...(input.mode === 'SUBSCRIPTION'
      ? { mode: 'subscription' as const, subscription_data: carried }
      : { mode: 'payment' as const, payment_intent_data: carried }),
  }
  return toCheckout(await withSdk(call, (sdk) => sdk.checkout.sessions.create(params, { idempotencyKey })))
}

export async function getCheckout(call: Call, { id }: GetCheckout): Promise<Checkout> {
  return toCheckout(await withSdk(call, (sdk) => sdk.checkout.sessions.retrieve(id)))
}
