import type { Checkout, CreateCheckout, GetCheckout } from '@patchbay/schema/capabilities/payment.ts'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { toAmount } from './amounts.ts'
import type { Order } from './order.ts'
import { order, orderPath, toPayment } from './order.ts'
import { wholeAnswer } from './payments.ts'
import { createSubscription, getSubscription } from './subscriptions.ts'

const ended = new Set(['VOIDED'])
const paid = new Set(['SUCCEEDED', 'AUTHORIZED'])

/** PayPal's payment page belongs to an order, so the two share an id. */
function toCheckout(found: Order, connection: ConnectionFacts): Checkout {
  const payment = toPayment(found, connection)
  const open = payment.status === 'REQUIRES_ACTION'
  return {
    id: found.id,
    url: open ? payment.redirectUrl : null,
    status: open ? 'OPEN' : ended.has(found.status) ? 'EXPIRED' : 'COMPLETE',
    paid: paid.has(payment.status),
    paymentId: found.id,
    subscriptionId: null,
    total: payment.amount,
    reference: payment.reference,
    expiresAt: null,
    providerData: { status: found.status, intent: found.intent ?? null },
  }
}

async function forSubscription(call: Call, id: string, connection: ConnectionFacts, made?: Checkout['url']) {
  const found = await getSubscription(call, { id }, connection)
  return {
    id: found.id,
    url: made ?? found.redirectUrl,
    status: found.status === 'INCOMPLETE' ? 'OPEN' : found.status === 'CANCELLED' ? 'EXPIRED' : 'COMPLETE',
    paid: found.status === 'ACTIVE',
    paymentId: null,
    subscriptionId: found.id,
    total: null,
    reference: (found.providerData?.['custom_id'] as string | null | undefined) ?? null,
    expiresAt: null,
    providerData: { status: found.vendorStatus },
  } satisfies Checkout
}

function itemsOf({ items }: CreateCheckout) {
  const lines = items.map(({ name, price, priceId, quantity }) => {
    if (priceId !== undefined || price === undefined || name === undefined)
      throw cannotSend('PayPal keeps no prices for single payments.', 'Give name and price of every item.', 'items')
    return { name, price, quantity }
  })
  const [currency, ...others] = new Set(lines.map(({ price }) => price.currency))
  if (currency === undefined || others.length > 0)
    throw cannotSend('All items of a checkout are paid in one currency.', 'Give all prices in one currency.', 'items')
  const total = lines.reduce((sum, { price, quantity }) => sum + price.amountMinor * quantity, 0)
  const value = toAmount({ amountMinor: total, currency })
  return {
    amount: { ...value, breakdown: { item_total: value } },
    items: lines.map(({ name, price, quantity }) => ({
      name,
      quantity: String(quantity),
      unit_amount: toAmount(price),
    })),
  }
}

export async function createCheckout(
  call: Call,
  input: CreateCheckout,
  connection: ConnectionFacts,
): Promise<Checkout> {
  const { cancelUrl, customerEmail, idempotencyKey, mode, reference, successUrl } = input
  if (mode === 'SUBSCRIPTION') {
    const [item, ...others] = input.items
    if (item?.priceId === undefined || others.length > 0)
      throw cannotSend('A subscription at PayPal is for one plan.', 'Give the id of one plan as priceId.', 'items')
    const made = await createSubscription(
      call,
      {
        priceId: item.priceId,
        reference,
        returnUrl: successUrl,
        cancelUrl: cancelUrl ?? successUrl,
        idempotencyKey,
        ...(customerEmail !== undefined && { customerEmail }),
      },
      connection,
    )
    return forSubscription(call, made.id, connection, made.redirectUrl)
  }
  const answer = await call({
    method: 'POST',
    path: '/v2/checkout/orders',
    idempotencyKey,
    headers: wholeAnswer,
    json: {
      intent: 'CAPTURE',
      purchase_units: [{ custom_id: reference, ...itemsOf(input) }],
      payment_source: {
        paypal: {
          email_address: customerEmail,
          experience_context: {
            return_url: successUrl,
            cancel_url: cancelUrl ?? successUrl,
            user_action: 'PAY_NOW',
          },
        },
      },
    },
  })
  return readAnswer('PayPal', answer, order, (found) => toCheckout(found, connection))
}

export async function getCheckout(call: Call, { id }: GetCheckout, connection: ConnectionFacts): Promise<Checkout> {
  if (id.startsWith('I-')) return forSubscription(call, id, connection)
  const answer = await call({ method: 'GET', path: orderPath(id) })
  return readAnswer('PayPal', answer, order, (found) => toCheckout(found, connection))
}
