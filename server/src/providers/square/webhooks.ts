import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer, textAt } from '../shared/failure.ts'
import { fromText, iso, onBody, readPart, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { urlBody } from '../shared/signatures/url-body.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { listOf, squareMoney, squareVersion, toMoney } from './request.ts'

type Mapped = Omit<MappedEvent, 'occurredAt'>
const frame = z.object({ created_at: someText, data: z.object({ object: z.unknown() }) })

/** A map for events about one kind of object. */
const on = <Shape extends z.ZodType>(
  name: string,
  shape: Shape,
  map: (found: z.output<Shape>, live: boolean) => readonly Mapped[],
): MapEvent =>
  onBody(frame, ({ created_at: at, data }, _message, { environment }) => {
    const body = readPart(z.object({ [name]: z.unknown() }), data.object, 'data', 'object')
    const found = readPart(shape, body[name], 'data', 'object', name)
    return map(found, environment === 'LIVE').map((mapped) => ({ ...mapped, occurredAt: fromText(at) }))
  })

const payment = z.object({
  id: z.string(),
  status: z.string(),
  amount_money: squareMoney,
  total_money: squareMoney.nullish(),
  reference_id: someText,
  buyer_email_address: someText,
  card_details: z.object({ errors: z.array(z.object({ code: z.string(), detail: someText })).nullish() }).nullish(),
})
const paymentTypes: Readonly<Record<string, string>> = {
  APPROVED: 'payment.authorized',
  PENDING: 'payment.pending',
  COMPLETED: 'payment.succeeded',
  CANCELED: 'payment.cancelled',
  FAILED: 'payment.failed',
}

/** Square tells every change of a payment, fees included: the key makes one event of each status it comes to. */
const onPayment = on('payment', payment, (found, live) => {
  const type = paymentTypes[found.status]
  if (type === undefined) return []
  const [error] = found.card_details?.errors ?? []
  return [
    {
      type,
      key: `${found.id}:${found.status}`,
      orderKey: `payment:${found.id}`,
      data: {
        id: found.id,
        transactionId: null,
        amount: toMoney(found.total_money ?? found.amount_money),
        reference: found.reference_id,
        customerEmail: found.buyer_email_address,
        live,
        ...(type === 'payment.failed'
          ? { failure: { code: error?.code ?? null, message: error?.detail ?? null } }
          : {}),
      },
    },
  ]
})

const refund = z.object({
  id: z.string(),
  status: z.string(),
  amount_money: squareMoney,
  payment_id: someText,
  reason: someText,
})

const onRefund = on('refund', refund, (found, live) => {
  const base = { key: `${found.id}:${found.status}`, orderKey: `payment:${found.payment_id ?? found.id}` }
  const amount = toMoney(found.amount_money)
  if (found.status === 'FAILED' || found.status === 'REJECTED')
    return [
      {
        ...base,
        type: 'payment.refund_failed',
        data: { id: found.payment_id, refundId: found.id, amount, reason: found.status },
      },
    ]
  if (found.status !== 'COMPLETED') return []
  return [
    {
      ...base,
      type: 'payment.refunded',
      data: {
        id: found.payment_id ?? found.id,
        transactionId: null,
        amount: null,
        reference: null,
        customerEmail: null,
        live,
        refundId: found.id,
        // The event is about this refund alone.
        refunded: amount,
        complete: null,
      },
    },
  ]
})

const dispute = z.object({
  id: someText,
  dispute_id: someText,
  amount_money: squareMoney.nullish(),
  reason: someText,
  state: z.string(),
  due_at: someText,
  disputed_payment: z.object({ payment_id: someText }).nullish(),
})
const winners: Readonly<Record<string, boolean | null>> = {
  WON: true,
  LOST: false,
  ACCEPTED: false,
  INQUIRY_CLOSED: null,
}

const onDispute = (created: boolean) =>
  on('dispute', dispute, (found, live) => {
    if (!created && !Object.hasOwn(winners, found.state)) return []
    const id = found.id ?? found.dispute_id ?? ''
    return [
      {
        type: created ? 'payment.disputed' : 'payment.dispute_closed',
        orderKey: `dispute:${id}`,
        data: {
          id,
          paymentId: found.disputed_payment?.payment_id ?? null,
          transactionId: null,
          amount: found.amount_money ? toMoney(found.amount_money) : null,
          reason: found.reason,
          answerBy: iso(fromText(found.due_at)),
          live,
          ...(created ? {} : { won: winners[found.state] ?? null }),
        },
      },
    ]
  })

const subscription = z.object({
  id: z.string(),
  status: z.string(),
  customer_id: someText,
  plan_variation_id: someText,
  charged_through_date: someText,
  canceled_date: someText,
})

const onSubscription = (created: boolean) =>
  on('subscription', subscription, (found, live) => {
    const ended = ['CANCELED', 'DEACTIVATED', 'COMPLETED'].includes(found.status)
    const type = created ? 'subscription.created' : ended ? 'subscription.cancelled' : 'subscription.updated'
    return [
      {
        type,
        orderKey: `subscription:${found.id}`,
        data: {
          id: found.id,
          status: found.status,
          customerId: found.customer_id,
          customerEmail: null,
          planId: found.plan_variation_id,
          periodEnd: iso(fromText(found.canceled_date ?? found.charged_through_date)),
          endsAtPeriodEnd: !ended && found.canceled_date !== null,
          live,
        },
      },
    ]
  })

const payout = z.object({ id: z.string(), amount_money: squareMoney, arrival_date: someText })

const onPayout = (type: 'payout.paid' | 'payout.failed') =>
  on('payout', payout, (found, live) => [
    {
      type,
      orderKey: `payout:${found.id}`,
      data: {
        id: found.id,
        amount: toMoney(found.amount_money),
        arrivesAt: iso(fromText(found.arrival_date)),
        live,
        ...(type === 'payout.failed' ? { failure: { code: null, message: null } } : {}),
      },
    },
  ])

export const squareEvents: Readonly<Record<string, MapEvent>> = {
  'payment.created': onPayment,
  'payment.updated': onPayment,
  'refund.created': onRefund,
  'refund.updated': onRefund,
  'dispute.created': onDispute(true),
  'dispute.state.updated': onDispute(false),
  'subscription.created': onSubscription(true),
  'subscription.updated': onSubscription(false),
  'payout.paid': onPayout('payout.paid'),
  'payout.failed': onPayout('payout.failed'),
}

const path = '/v2/webhooks/subscriptions'
const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`
const known = z.object({
  id: z.string(),
  notification_url: someText,
  signature_key: someText,
})
const one = z.object({ subscription: known })
const wanted = (url: string) => ({
  name: 'Patchbay',
  enabled: true,
  event_types: Object.keys(squareEvents),
  notification_url: url,
  api_version: squareVersion,
})

const remove = (call: Call, id: string) => unlessGone(call({ method: 'DELETE', path: pathOf(id) }))

/** The key is shown whenever one subscription is read, so what a killed registration left behind is taken over. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const all = readAnswer(
      'Square',
      await call({ method: 'GET', path, query: { limit: 100 } }),
      listOf('subscriptions', known),
      (found) => found.items,
    )
    const ours = all.find((found) => found.notification_url === url)
    const answer = await call(
      ours === undefined
        ? { method: 'POST', path, json: { subscription: wanted(url) } }
        : { method: 'PUT', path: pathOf(ours.id), json: { subscription: wanted(url) } },
    )
    const { id } = readAnswer('Square', answer, one, ({ subscription: made }) => made)
    const shown = readAnswer('Square', await call({ method: 'GET', path: pathOf(id) }), one, (found) => {
      if (found.subscription.signature_key === null) throw new RangeError('a subscription without its key')
      return found.subscription.signature_key
    })
    for (const other of all) if (other.id !== id && ids.includes(other.id)) await remove(call, other.id)
    return { ids: [id], secrets: [shown] }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await remove(call, id)
  },
}

/** Square's webhooks: https://developer.squareup.com/docs/webhooks/overview */
export const squareWebhooks: WebhookSpec = {
  verify: urlBody('x-square-hmacsha256-signature'),
  secret: {
    from: 'source',
    label: 'Signature key',
    help: 'Square Developer Console → your application → Webhooks → Subscriptions → the subscription → Signature key → Show.',
  },
  identify: ({ body }) => ({
    id: textAt(body, 'event_id') ?? null,
    type: textAt(body, 'type') ?? null,
    occurredAt: fromText(textAt(body, 'created_at')),
  }),
  events: squareEvents,
  registration,
  setup: [
    'The hub can do all of this by itself with the application’s own access token.',
    'In the Square Developer Console open your application, choose Sandbox or Production as in this connection, and go to Webhooks → Subscriptions → Add subscription.',
    `Paste the address of this source, choose API version ${squareVersion} and the events listed on the provider’s page.`,
    'Open the new subscription, show its signature key, and add it here.',
  ],
}
