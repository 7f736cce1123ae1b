import type { Checkout, CreateCheckout, GetCheckout } from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { keyOf, locationOf, referenceOf, squareMoney, toMoney, toSquare } from './request.ts'

const link = z.object({
  id: z.string(),
  order_id: z.string(),
  url: z.string().nullish(),
  long_url: z.string().nullish(),
})
const order = z.object({
  id: z.string(),
  state: z.string().nullish(),
  reference_id: z.string().nullish(),
  total_money: squareMoney.nullish(),
  net_amount_due_money: squareMoney.nullish(),
  tenders: z.array(z.object({ payment_id: z.string().nullish() })).nullish(),
})
type Order = z.output<typeof order>

/** A link stays open until its order is paid; Square knows no end of it. */
function statusOf({ net_amount_due_money: due, state, tenders }: Order): Checkout['status'] {
  if (state === 'CANCELED') return 'EXPIRED'
  const paid = state === 'COMPLETED' || (due?.amount === 0 && (tenders ?? []).length > 0)
  return paid ? 'COMPLETE' : 'OPEN'
}

function toCheckout(found: z.output<typeof link>, of: Order): Checkout {
  const status = statusOf(of)
  return {
    id: found.id,
    url: status === 'OPEN' ? (found.url ?? found.long_url ?? null) : null,
    status,
    paid: status === 'COMPLETE',
    paymentId: of.tenders?.[0]?.payment_id ?? null,
    subscriptionId: null,
    total: of.total_money ? toMoney(of.total_money) : null,
    reference: of.reference_id ?? null,
    expiresAt: null,
    providerData: { order_id: found.order_id, order_state: of.state ?? null },
  }
}

async function withOrder(call: Call, found: z.output<typeof link>): Promise<Checkout> {
  const answer = await call({ method: 'GET', path: `/v2/orders/${encodeURIComponent(found.order_id)}` })
  return readAnswer('Square', answer, z.object({ order }), ({ order: of }) => toCheckout(found, of))
}

/** What is sold: an order of lines, or one plan with the price of its first period. */
function soldOf({ items, mode, reference }: CreateCheckout, location: string) {
  if (mode === 'SUBSCRIPTION') {
    const [item, ...others] = items
    if (item?.priceId === undefined || item.name === undefined || item.price === undefined || others.length > 0)
      throw cannotSend(
        'A subscription at Square is one plan variation, with a name and the price of its first period.',
        'Give one item with priceId (the plan variation), name and price.',
        'items',
      )
    return {
      quick_pay: { name: item.name, price_money: toSquare(item.price), location_id: location },
      options: { subscription_plan_id: item.priceId },
    }
  }
  const lines = items.map(({ name, price, priceId, quantity }) => ({
    quantity: String(quantity),
    ...(priceId === undefined ? {} : { catalog_object_id: priceId }),
    ...(name === undefined || priceId !== undefined ? {} : { name }),
    ...(price === undefined ? {} : { base_price_money: toSquare(price) }),
  }))
  return { order: { location_id: location, reference_id: referenceOf(reference), line_items: lines }, options: {} }
}

/** `priceId` is a variation of Square's catalogue. Square's page has no way back without paying, so `cancelUrl` is not used. */
export async function createCheckout(
  call: Call,
  input: CreateCheckout,
  connection: ConnectionFacts,
): Promise<Checkout> {
  const { customerEmail, idempotencyKey, reference, successUrl } = input
  const { options, ...sold } = soldOf(input, locationOf(connection))
  const answer = await call({
    method: 'POST',
    path: '/v2/online-checkout/payment-links',
    idempotencyKey,
    json: {
      idempotency_key: keyOf(idempotencyKey),
      ...sold,
      checkout_options: { redirect_url: successUrl, ...options },
      ...(customerEmail !== undefined && { pre_populated_data: { buyer_email: customerEmail } }),
      payment_note: reference,
    },
  })
  return withOrder(
    call,
    readAnswer('Square', answer, z.object({ payment_link: link }), ({ payment_link: made }) => made),
  )
}

export async function getCheckout(call: Call, { id }: GetCheckout): Promise<Checkout> {
  const path = `/v2/online-checkout/payment-links/${encodeURIComponent(id)}`
  const answer = await call({ method: 'GET', path })
  return withOrder(
    call,
    readAnswer('Square', answer, z.object({ payment_link: link }), ({ payment_link: found }) => found),
  )
}
