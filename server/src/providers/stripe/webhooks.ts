import { z } from 'zod'
import type { Call } from '../provider.ts'
import { at, readAnswer, textAt } from '../shared/failure.ts'
import { fromSeconds, fromText, iso, onBody, readPart, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { timestampedHex } from '../shared/signatures/timestamped.ts'
import { fromStripeAmount } from './amounts.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'

const currency = z
  .string()
  .length(3)
  .transform((code) => code.toUpperCase())
const metadata = z.record(z.string(), z.string()).nullish()
const toMoney = (amount: number, code: string) => ({ amountMinor: fromStripeAmount(amount, code), currency: code })

const frame = z.object({ created: z.int(), livemode: z.boolean(), data: z.object({ object: z.unknown() }) })

interface Frame {
  readonly live: boolean
}

/** A map for events about one kind of object. */
function on<Shape extends z.ZodType>(
  object: Shape,
  map: (object: z.output<Shape>, frame: Frame) => readonly Omit<MappedEvent, 'occurredAt'>[],
): MapEvent {
  return onBody(frame, ({ created, livemode, data }) =>
    map(readPart(object, data.object, 'data', 'object'), { live: livemode }).map((mapped) => ({
      ...mapped,
      occurredAt: fromSeconds(created),
    })),
  )
}

const intent = z.object({
  id: z.string(),
  amount: z.int(),
  amount_received: z.int().default(0),
  currency,
  latest_charge: someText,
  metadata,
  receipt_email: someText,
  last_payment_error: z.object({ code: someText, decline_code: someText, message: someText }).nullish(),
})

const onIntent = (type: string) =>
  on(intent, (found, frame) => {
    const error = found.last_payment_error
    return [
      {
        type,
        orderKey: `payment:${found.id}`,
        data: {
          id: found.id,
          transactionId: found.latest_charge,
          // Less than asked for may have been captured.
          amount: toMoney(type === 'payment.succeeded' ? found.amount_received : found.amount, found.currency),
          reference: found.metadata?.['reference'] ?? null,
          customerEmail: found.receipt_email,
          ...frame,
          ...(type === 'payment.failed'
            ? { failure: { code: error?.decline_code ?? error?.code ?? null, message: error?.message ?? null } }
            : {}),
        },
      },
    ]
  })

const charge = z.object({
  id: z.string(),
  amount: z.int(),
  amount_captured: z.int().nullish(),
  amount_refunded: z.int(),
  refunded: z.boolean(),
  currency,
  payment_intent: someText,
  receipt_email: someText,
  metadata,
})

const chargeRefunded = on(charge, (found, frame) => [
  {
    type: 'payment.refunded',
    orderKey: `payment:${found.payment_intent ?? found.id}`,
    data: {
      id: found.payment_intent ?? found.id,
      transactionId: found.id,
      amount: toMoney(found.amount_captured ?? found.amount, found.currency),
      reference: found.metadata?.['reference'] ?? null,
      customerEmail: found.receipt_email,
      ...frame,
      // The event is about the charge; its refunds are not in it.
      refundId: null,
      refunded: toMoney(found.amount_refunded, found.currency),
      complete: found.refunded,
    },
  },
])

const refund = z.object({
  id: z.string(),
  amount: z.int(),
  currency,
  status: someText,
  payment_intent: someText,
  charge: someText,
  failure_reason: someText,
})

/** Success was told by charge.refunded already; this one adds the refunds that came back. */
const refundUpdated = on(refund, (found) =>
  found.status !== 'failed' && found.status !== 'canceled'
    ? []
    : [
        {
          type: 'payment.refund_failed',
          orderKey: `payment:${found.payment_intent ?? found.charge}`,
          data: {
            id: found.payment_intent ?? found.charge,
            refundId: found.id,
            amount: toMoney(found.amount, found.currency),
            reason: found.failure_reason ?? found.status,
          },
        },
      ],
)

const dispute = z.object({
  id: z.string(),
  amount: z.int(),
  currency,
  charge: someText,
  payment_intent: someText,
  reason: someText,
  status: z.string(),
  evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
})
/** Who won; a dispute may also be withdrawn or end as a mere inquiry. */
const winners: Readonly<Record<string, boolean>> = { won: true, lost: false }

const onDispute = (type: string) =>
  on(dispute, (found, frame) => [
    {
      type,
      orderKey: `dispute:${found.id}`,
      data: {
        id: found.id,
        paymentId: found.payment_intent,
        transactionId: found.charge,
        amount: toMoney(found.amount, found.currency),
        reason: found.reason,
        answerBy: iso(fromSeconds(found.evidence_details?.due_by)),
        ...frame,
        ...(type === 'payment.dispute_closed' ? { won: winners[found.status] ?? null } : {}),
      },
    },
  ])

const session = z.object({
  id: z.string(),
  amount_total: z.int().nullish(),
  currency: currency.nullish(),
  payment_status: someText,
  payment_intent: someText,
  subscription: someText,
  client_reference_id: someText,
  customer_email: someText,
  customer_details: z.object({ email: someText }).nullish(),
  metadata,
})

const onSession = (type: string) =>
  on(session, (found, frame) => [
    {
      type,
      orderKey: `checkout:${found.id}`,
      data: {
        id: found.id,
        paymentId: found.payment_intent,
        subscriptionId: found.subscription,
        total:
          found.currency && typeof found.amount_total === 'number' ? toMoney(found.amount_total, found.currency) : null,
        paid: found.payment_status === 'paid',
        reference: found.client_reference_id ?? found.metadata?.['reference'] ?? null,
        customerEmail: found.customer_details?.email ?? found.customer_email,
        ...frame,
      },
    },
  ])

const subscription = z.object({
  id: z.string(),
  status: z.string(),
  customer: someText,
  cancel_at_period_end: z.boolean().nullish(),
  /** Versions before 2025-03-31; it moved to the items then. */
  current_period_end: z.int().nullish(),
  items: z
    .object({
      data: z.array(z.object({ current_period_end: z.int().nullish(), price: z.object({ id: z.string() }).nullish() })),
    })
    .nullish(),
})

const onSubscription = (type: string) =>
  on(subscription, (found, frame) => {
    const item = found.items?.data[0]
    return [
      {
        type,
        orderKey: `subscription:${found.id}`,
        data: {
          id: found.id,
          status: found.status,
          customerId: found.customer,
          customerEmail: null,
          planId: item?.price?.id ?? null,
          periodEnd: iso(fromSeconds(item?.current_period_end ?? found.current_period_end)),
          endsAtPeriodEnd: found.cancel_at_period_end ?? null,
          ...frame,
        },
      },
    ]
  })

const invoice = z.object({
  id: z.string(),
  number: someText,
  amount_due: z.int(),
  amount_paid: z.int(),
  currency,
  customer: someText,
  customer_email: someText,
  attempt_count: z.int().nullish(),
  next_payment_attempt: z.int().nullish(),
  parent: z.object({ subscription_details: z.object({ subscription: someText }).nullish() }).nullish(),
})

const onInvoice = (type: 'invoice.paid' | 'invoice.failed') =>
  on(invoice, (found, frame) => {
    const subscriptionId = found.parent?.subscription_details?.subscription ?? null
    const amount = toMoney(type === 'invoice.paid' ? found.amount_paid : found.amount_due, found.currency)
    const attempts = {
      attempt: found.attempt_count ?? null,
      nextAttemptAt: iso(fromSeconds(found.next_payment_attempt)),
    }
    const orderKey = subscriptionId === null ? `invoice:${found.id}` : `subscription:${subscriptionId}`
    const base = {
      id: found.id,
      number: found.number,
      amount,
      subscriptionId,
      customerId: found.customer,
      customerEmail: found.customer_email,
      ...frame,
    }
    if (type === 'invoice.paid') return [{ type, orderKey, data: base }]
    const failed = { type, orderKey, data: { ...base, ...attempts } }
    if (subscriptionId === null) return [failed]
    const unpaid = { id: subscriptionId, invoiceId: found.id, amount, ...frame, ...attempts }
    return [failed, { type: 'subscription.payment_failed', orderKey, data: unpaid }]
  })

const payout = z.object({
  id: z.string(),
  amount: z.int(),
  currency,
  arrival_date: z.int().nullish(),
  failure_code: someText,
  failure_message: someText,
})

const onPayout = (type: string) =>
  on(payout, (found, frame) => [
    {
      type,
      orderKey: `payout:${found.id}`,
      data: {
        id: found.id,
        amount: toMoney(found.amount, found.currency),
        arrivesAt: iso(fromSeconds(found.arrival_date)),
        ...frame,
        ...(type === 'payout.failed' ? { failure: { code: found.failure_code, message: found.failure_message } } : {}),
      },
    },
  ])

const events: Readonly<Record<string, MapEvent>> = {
  'checkout.session.completed': onSession('checkout.completed'),
  'checkout.session.expired': onSession('checkout.expired'),
  'payment_intent.succeeded': onIntent('payment.succeeded'),
  'payment_intent.payment_failed': onIntent('payment.failed'),
  'payment_intent.canceled': onIntent('payment.cancelled'),
  'payment_intent.requires_action': onIntent('payment.action_required'),
  'charge.refunded': chargeRefunded,
  'charge.dispute.created': onDispute('payment.disputed'),
  'charge.dispute.closed': onDispute('payment.dispute_closed'),
  'refund.updated': refundUpdated,
  'customer.subscription.created': onSubscription('subscription.created'),
  'customer.subscription.updated': onSubscription('subscription.updated'),
  'customer.subscription.deleted': onSubscription('subscription.cancelled'),
  'invoice.paid': onInvoice('invoice.paid'),
  'invoice.payment_failed': onInvoice('invoice.failed'),
  'payout.paid': onPayout('payout.paid'),
  'payout.failed': onPayout('payout.failed'),
}

const endpoints = '/v1/webhook_endpoints'
const endpointList = z.object({ data: z.array(z.object({ id: z.string(), url: z.string() })) })
const madeEndpoint = z.object({ id: z.string(), secret: z.string().min(1) })

const remove = (call: Call, id: string) =>
  unlessGone(call({ method: 'DELETE', path: `${endpoints}/${encodeURIComponent(id)}` }))

/**
 * Stripe shows a signing secret only when it makes an endpoint, so one that a killed registration left behind is of no
 * use: a new one is made first, then whatever else has our address goes, and nothing is missed in between.
 */
const registration = (apiVersion: string): RegistrationSpec => ({
  register: async (call, { url, ids }) => {
    const old = readAnswer(
      'Stripe',
      await call({ method: 'GET', path: endpoints, query: { limit: 100 } }),
      endpointList,
      ({ data }) => data.filter((found) => found.url === url || ids.includes(found.id)),
    )
    const types = Object.keys(events).map((type, index) => [`enabled_events[${index}]`, type] as const)
    const answer = await call({
      method: 'POST',
      path: endpoints,
      form: { url, description: 'Patchbay', api_version: apiVersion, ...Object.fromEntries(types) },
    })
    const made = readAnswer('Stripe', answer, madeEndpoint, (found) => found)
    for (const { id } of old) await remove(call, id)
    return { ids: [made.id], secrets: [made.secret] }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await remove(call, id)
  },
})

/** Stripe's webhooks: https://docs.stripe.com/webhooks. `apiVersion` decides the shape of what is sent. */
export const stripeWebhooks = (apiVersion: string): WebhookSpec => ({
  verify: timestampedHex({ header: 'stripe-signature' }),
  secret: {
    from: 'source',
    label: 'Signing secret',
    help: 'Stripe Dashboard → Developers → Webhooks → your endpoint → Signing secret → Reveal.',
    hint: { pattern: '^whsec_\\S+$', message: 'Stripe’s signing secrets start with whsec_.' },
  },
  identify: ({ body }) => ({
    id: textAt(body, 'id') ?? null,
    type: textAt(body, 'type') ?? null,
    occurredAt:
      typeof at(body, 'created') === 'number'
        ? fromSeconds(Number(at(body, 'created')))
        : fromText(textAt(body, 'created')),
  }),
  events,
  registration: registration(apiVersion),
  setup: [
    'The hub can do all of this by itself when the restricted key has the permission “Webhook Endpoints: write” (rak_webhook_write).',
    'In the Stripe Dashboard open Developers → Webhooks → Add endpoint (in a sandbox for a SANDBOX connection).',
    `Paste the address of this source, choose API version ${apiVersion} and the events listed on the provider’s page.`,
    'Open the new endpoint, reveal its signing secret, and add it here.',
  ],
})
