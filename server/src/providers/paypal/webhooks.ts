import { z } from 'zod'
import { readAnswer, textAt } from '../shared/failure.ts'
import { fromText, iso, onBody, readPart, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { unlessGone } from '../shared/registration.ts'
import { paypalTransmission } from '../shared/signatures/paypal.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'

const amount = z.object({ currency_code: z.string(), value: z.string() })
const toMoney = (found: z.output<typeof amount>) => fromDecimal(found.value, found.currency_code)
const links = z.array(z.object({ href: z.string(), rel: z.string() })).default([])

/** A map for events about one kind of resource. */
function on<Shape extends z.ZodType>(
  resource: Shape,
  map: (resource: z.output<Shape>, live: boolean) => Omit<MappedEvent, 'occurredAt'>,
): MapEvent {
  return onBody(z.object({ create_time: someText, resource: z.unknown() }), (event, _message, connection) => ({
    ...map(readPart(resource, event.resource, 'resource'), connection.environment === 'LIVE'),
    occurredAt: fromText(event.create_time),
  }))
}

const movement = z.object({
  id: z.string(),
  status: someText,
  amount,
  custom_id: someText,
  invoice_id: someText,
  status_details: z.object({ reason: someText }).nullish(),
  supplementary_data: z.object({ related_ids: z.object({ order_id: someText }).nullish() }).nullish(),
  seller_payable_breakdown: z.object({ total_refunded_amount: amount.nullish() }).nullish(),
  links,
})
type Movement = z.output<typeof movement>

/** The hub's payment at PayPal is the order; very old captures have none. */
const orderOf = (found: Movement) => found.supplementary_data?.related_ids?.order_id ?? null

const onMovement = (type: string) =>
  on(movement, (found, live) => ({
    type,
    orderKey: `payment:${orderOf(found) ?? found.id}`,
    data: {
      id: orderOf(found) ?? found.id,
      transactionId: found.id,
      amount: toMoney(found.amount),
      reference: found.custom_id ?? found.invoice_id,
      customerEmail: null,
      live,
      ...(type === 'payment.failed'
        ? { failure: { code: found.status_details?.reason ?? null, message: found.status } }
        : {}),
    },
  }))

/** The capture a refund belongs to: the link upwards ends with its id. */
function captureOf(found: Movement): string | null {
  const up = found.links.find(({ rel }) => rel === 'up')?.href ?? ''
  return /\/captures\/([^/?]+)$/.exec(up)?.[1] ?? null
}

const refunded = on(movement, (found, live) => ({
  type: 'payment.refunded',
  orderKey: `payment:${orderOf(found) ?? captureOf(found) ?? found.id}`,
  data: {
    id: orderOf(found) ?? captureOf(found) ?? found.id,
    transactionId: captureOf(found),
    amount: null,
    reference: found.custom_id ?? found.invoice_id,
    customerEmail: null,
    live,
    refundId: found.id,
    refunded: toMoney(found.seller_payable_breakdown?.total_refunded_amount ?? found.amount),
    complete: null,
  },
}))

const order = z.object({
  id: z.string(),
  payer: z.object({ email_address: someText }).nullish(),
  purchase_units: z.array(z.object({ custom_id: someText, amount: amount.nullish() })).default([]),
})

const onOrder = (type: string) =>
  on(order, (found, live) => {
    const [unit] = found.purchase_units
    return {
      type,
      orderKey: `payment:${found.id}`,
      data: {
        id: found.id,
        paymentId: found.id,
        subscriptionId: null,
        total: unit?.amount ? toMoney(unit.amount) : null,
        paid: type === 'checkout.completed',
        reference: unit?.custom_id ?? null,
        customerEmail: found.payer?.email_address ?? null,
        live,
      },
    }
  })

/** This one calls the order's id `order_id`. */
const approvalReversed = on(z.object({ order_id: z.string() }), ({ order_id: id }, live) => ({
  type: 'checkout.expired',
  orderKey: `payment:${id}`,
  data: {
    id,
    paymentId: id,
    subscriptionId: null,
    total: null,
    paid: false,
    reference: null,
    customerEmail: null,
    live,
  },
}))

const dispute = z.object({
  dispute_id: z.string(),
  reason: someText,
  dispute_amount: amount.nullish(),
  seller_response_due_date: someText,
  disputed_transactions: z.array(z.object({ seller_transaction_id: someText, custom: someText })).default([]),
  dispute_outcome: z.object({ outcome_code: someText }).nullish(),
})
const winners: Readonly<Record<string, boolean>> = {
  RESOLVED_SELLER_FAVOUR: true,
  CANCELED_BY_BUYER: true,
  DENIED: true,
  RESOLVED_BUYER_FAVOUR: false,
  ACCEPTED: false,
}

const onDispute = (type: string) =>
  on(dispute, (found, live) => ({
    type,
    orderKey: `dispute:${found.dispute_id}`,
    data: {
      id: found.dispute_id,
      // PayPal names the transaction only, not the order.
      paymentId: null,
      transactionId: found.disputed_transactions[0]?.seller_transaction_id ?? null,
      amount: found.dispute_amount ? toMoney(found.dispute_amount) : null,
      reason: found.reason,
      answerBy: iso(fromText(found.seller_response_due_date)),
      live,
      ...(type === 'payment.dispute_closed' ? { won: winners[found.dispute_outcome?.outcome_code ?? ''] ?? null } : {}),
    },
  }))

const subscription = z.object({
  id: z.string(),
  status: someText,
  plan_id: someText,
  subscriber: z.object({ email_address: someText, payer_id: someText }).nullish(),
  billing_info: z.object({ next_billing_time: someText }).nullish(),
})

const onSubscription = (type: string) =>
  on(subscription, (found, live) => ({
    type,
    orderKey: `subscription:${found.id}`,
    data: {
      id: found.id,
      status: found.status,
      customerId: found.subscriber?.payer_id ?? null,
      customerEmail: found.subscriber?.email_address ?? null,
      planId: found.plan_id,
      periodEnd: iso(fromText(found.billing_info?.next_billing_time)),
      endsAtPeriodEnd: null,
      live,
    },
  }))

const events: Readonly<Record<string, MapEvent>> = {
  'CHECKOUT.ORDER.APPROVED': onOrder('checkout.approved'),
  'CHECKOUT.ORDER.COMPLETED': onOrder('checkout.completed'),
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': approvalReversed,
  'PAYMENT.AUTHORIZATION.CREATED': onMovement('payment.authorized'),
  'PAYMENT.AUTHORIZATION.VOIDED': onMovement('payment.cancelled'),
  'PAYMENT.CAPTURE.COMPLETED': onMovement('payment.succeeded'),
  'PAYMENT.CAPTURE.DECLINED': onMovement('payment.failed'),
  'PAYMENT.CAPTURE.DENIED': onMovement('payment.failed'),
  'PAYMENT.CAPTURE.PENDING': onMovement('payment.pending'),
  'PAYMENT.CAPTURE.REFUNDED': refunded,
  // PayPal took it back itself, for example after a lost dispute.
  'PAYMENT.CAPTURE.REVERSED': refunded,
  'CUSTOMER.DISPUTE.CREATED': onDispute('payment.disputed'),
  'CUSTOMER.DISPUTE.RESOLVED': onDispute('payment.dispute_closed'),
  'BILLING.SUBSCRIPTION.ACTIVATED': onSubscription('subscription.activated'),
  'BILLING.SUBSCRIPTION.CANCELLED': onSubscription('subscription.cancelled'),
}

const path = '/v1/notifications/webhooks'
const webhook = z.object({
  id: z.string(),
  url: z.string(),
  event_types: z.array(z.object({ name: z.string() })).default([]),
})
const wanted = Object.keys(events).map((name) => ({ name }))
const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`

/** An address can be registered once per app, and the id of the registration is part of what is signed. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const all = readAnswer(
      'PayPal',
      await call({ method: 'GET', path }),
      z.object({ webhooks: z.array(webhook).default([]) }),
      ({ webhooks }) => webhooks,
    )
    const ours = all.find((found) => found.url === url)
    const has = new Set(ours?.event_types.map(({ name }) => name))
    if (ours !== undefined && !has.has('*') && !wanted.every(({ name }) => has.has(name)))
      await call({
        method: 'PATCH',
        path: pathOf(ours.id),
        json: [{ op: 'replace', path: '/event_types', value: wanted }],
      })
    const made =
      ours ??
      readAnswer(
        'PayPal',
        await call({ method: 'POST', path, json: { url, event_types: wanted } }),
        webhook,
        (it) => it,
      )
    for (const { id } of all)
      if (id !== made.id && ids.includes(id)) await unlessGone(call({ method: 'DELETE', path: pathOf(id) }))
    return { ids: [made.id], secrets: [made.id] }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await unlessGone(call({ method: 'DELETE', path: pathOf(id) }))
  },
}

/** PayPal's webhooks: https://developer.paypal.com/api/rest/webhooks/ */
export const paypalWebhooks: WebhookSpec = {
  verify: paypalTransmission,
  secret: {
    from: 'source',
    label: 'Webhook ID',
    help: 'PayPal Developer Dashboard → Apps & Credentials → your app → Webhooks: the ID beside the address. It is part of what PayPal signs.',
    hint: { pattern: '^[A-Z0-9]{17}$', message: 'PayPal’s webhook IDs have 17 capitals and digits.' },
  },
  identify: ({ body }) => ({
    id: textAt(body, 'id') ?? null,
    type: textAt(body, 'event_type') ?? null,
    occurredAt: fromText(textAt(body, 'create_time')),
  }),
  events,
  registration,
  setup: [
    'The hub can do all of this by itself.',
    'In the PayPal Developer Dashboard open Apps & Credentials, choose Sandbox or Live as in this connection, and open your app.',
    'Under Webhooks choose Add Webhook, paste the address of this source (PayPal wants https on port 443) and tick the events listed on the provider’s page.',
    'Copy the Webhook ID that appears and add it here.',
  ],
}
