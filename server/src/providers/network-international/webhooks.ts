import { z } from 'zod'
import { textAt } from '../shared/failure.ts'
import { onBody, someText } from '../shared/message.ts'
import { headerToken } from '../shared/signatures/token.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'
import { lastPart, niMoney, order, paymentOf, paymentRef, refundsOf, takenOf, toMoney } from './orders.ts'

/** The header a person sets in the portal: the vendor repeats it with every message, and signs nothing. */
const tokenHeader = 'x-webhook-secret'

const told = z.object({ eventName: z.string(), order: order.extend({ amount: niMoney, emailAddress: someText }) })

const on = (type: string): MapEvent =>
  onBody(told, ({ eventName, order: found }, _message, { environment }) => {
    const tried = paymentOf(found)
    const refunds = refundsOf(tried)
    const taken = { ...toMoney(found.amount), amountMinor: takenOf(tried) }
    const base = {
      id: found.reference,
      transactionId: paymentRef(tried),
      amount: type === 'payment.succeeded' && taken.amountMinor > 0 ? taken : toMoney(found.amount),
      reference: found.merchantOrderReference ?? null,
      customerEmail: found.emailAddress,
      live: environment === 'LIVE',
    }
    const refunded = { ...taken, amountMinor: refunds.reduce((total, { amount }) => total + amount.value, 0) }
    const refundId = lastPart(refunds.at(-1)?._links?.self)
    const data =
      type === 'payment.refund_failed'
        ? {
            id: found.reference,
            refundId: refundId ?? paymentRef(tried),
            amount: toMoney(found.amount),
            reason: eventName,
          }
        : type === 'payment.refunded'
          ? { ...base, refundId, refunded, complete: eventName === 'REFUNDED' }
          : type === 'payment.failed'
            ? {
                ...base,
                failure: {
                  code: tried.authResponse?.resultCode ?? eventName,
                  message: tried.authResponse?.resultMessage ?? null,
                },
              }
            : base
    return { type, occurredAt: null, orderKey: `payment:${found.reference}`, data }
  })

const meanings = {
  'payment.authorized': ['AUTHORISED'],
  'payment.succeeded': ['PURCHASED', 'CAPTURED', 'PARTIALLY_CAPTURED'],
  'payment.pending': ['APM_PAYMENT_ACCEPTED', 'POST_AUTH_FRAUD_CHECK_REVIEW'],
  'payment.cancelled': ['FULL_AUTH_REVERSED', 'PURCHASE_REVERSED', 'CANCELLED'],
  'payment.refunded': ['REFUNDED', 'PARTIALLY_REFUNDED'],
  'payment.refund_failed': ['REFUND_FAILED', 'PARTIAL_REFUND_FAILED', 'REFUND_REQUEST_FAILED'],
  'payment.failed': [
    'AUTHORISATION_FAILED',
    'DECLINED',
    'PURCHASE_DECLINED',
    'PURCHASE_FAILED',
    'GATEWAY_RISK_PRE_AUTH_REJECTED',
    'PRE_AUTH_FRAUD_CHECK_REJECTED',
    'POST_AUTH_FRAUD_CHECK_REJECTED',
    'THREE_DS_NOT_AUTHENTICATED',
  ],
} as const

export const niEvents: Readonly<Record<string, MapEvent>> = Object.fromEntries(
  Object.entries(meanings).flatMap(([type, names]) => names.map((name) => [name, on(type)])),
)

/**
 * Network International's webhooks: https://docs.ngenius-payments.com/docs/consuming-web-hooks. Each is sent once and never
 * again, and its proof says nothing of its body: read the payment before anything is shipped.
 */
export const niWebhooks: WebhookSpec = {
  verify: headerToken({ header: tokenHeader }),
  secret: {
    from: 'source',
    label: 'Header value',
    help: `A long random text of your own. Set it in the portal as the value of the header ${tokenHeader}, and add it here.`,
  },
  identify: ({ body }) => ({
    id: textAt(body, 'eventId') ?? null,
    type: textAt(body, 'eventName') ?? null,
    occurredAt: null,
  }),
  events: niEvents,
  ignore: [
    'CAPTURE_FAILED',
    'CAPTURE_VOIDED',
    'CAPTURE_VOID_FAILED',
    'PARTIAL_CAPTURE_FAILED',
    'FULL_AUTH_REVERSAL_FAILED',
    'PURCHASE_REVERSAL_FAILED',
    'CANCELLATION_REQUESTED',
    'CANCELLATION_FAILED',
    'ORDER_CLOSED',
    'REFUND_REQUESTED',
    'PARTIAL_REFUND_REQUESTED',
    'PARTIAL_REFUND_REQUEST_FAILED',
    'REFUND_VOIDED',
    'REFUND_VOID_FAILED',
    'REFUND_VOID_REQUESTED',
    'POST_AUTH_FRAUD_CHECK_ACCEPTED',
  ],
  secretNames: [tokenHeader],
  setup: [
    'In the N-Genius Online portal open Settings → Integrations → Webhooks and choose New. Some tenants need the address allowed by support first.',
    `Paste the address of this source. As Header Key enter ${tokenHeader}, as Header Value a long random text.`,
    'Add the same text here. Every message is sent once only: let orders be checked by a sweep as well.',
  ],
}
