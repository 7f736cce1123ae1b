import type { Sample } from './sample.ts'

const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
const amount = (value: number) => ({ currencyCode: 'AED', value })
const base = 'https://api-gateway.sandbox.ngenius-payments.com/transactions/outlets/o/orders/r1/payments/p1'
const captures = [{ amount: amount(12_000), state: 'SUCCESS', _links: { self: { href: `${base}/captures/c1` } } }]
const refunds = [{ amount: amount(5_000), state: 'SUCCESS', _links: { self: { href: `${base}/refunds/f1` } } }]

let serial = 0
function event(type: string, state: string, events: Sample['events'], embedded: object = {}): Sample {
  serial += 1
  const id = `9b1a0f5e-0000-4000-8000-${String(serial).padStart(12, '0')}`
  return {
    type,
    id,
    occurredAt: null,
    body: {
      eventId: id,
      eventName: type,
      outletId: 'o',
      order: {
        reference: 'r1',
        action: 'AUTH',
        amount: amount(12_500),
        merchantOrderReference: '1001',
        emailAddress: 'aisha@example.com',
        _embedded: {
          payment: [
            {
              _id: 'urn:payment:p1',
              state,
              amount: amount(12_500),
              authResponse: { success: false, resultCode: '51', resultMessage: 'Insufficient funds' },
              _embedded: embedded,
            },
          ],
        },
      },
    },
    events,
  }
}

const failed = { type: 'payment.failed', data: { failure: { code: '51', message: 'Insufficient funds' } } }
const notRefunded = { type: 'payment.refund_failed', data: { id: 'r1', refundId: 'p1' } }

export const networkInternationalSamples: readonly Sample[] = [
  event('AUTHORISED', 'AUTHORISED', [
    {
      type: 'payment.authorized',
      data: {
        id: 'r1',
        transactionId: 'p1',
        amount: aed(12_500),
        reference: '1001',
        customerEmail: 'aisha@example.com',
      },
    },
  ]),
  event('PURCHASED', 'PURCHASED', [{ type: 'payment.succeeded', data: { amount: aed(12_500) } }]),
  event('CAPTURED', 'CAPTURED', [{ type: 'payment.succeeded', data: { amount: aed(12_000) } }], {
    'cnp:capture': captures,
  }),
  event('PARTIALLY_CAPTURED', 'PARTIALLY_CAPTURED', [{ type: 'payment.succeeded', data: { amount: aed(12_000) } }], {
    'cnp:capture': captures,
  }),
  event('REFUNDED', 'REFUNDED', [{ type: 'payment.refunded', data: { complete: true } }], {
    'cnp:capture': captures,
    'cnp:refund': [{ ...refunds[0], amount: amount(12_000) }],
  }),
  event(
    'PARTIALLY_REFUNDED',
    'PARTIALLY_REFUNDED',
    [{ type: 'payment.refunded', data: { refundId: 'f1', refunded: aed(5_000), complete: false } }],
    { 'cnp:capture': captures, 'cnp:refund': refunds },
  ),
  ...['APM_PAYMENT_ACCEPTED', 'POST_AUTH_FRAUD_CHECK_REVIEW'].map((type) =>
    event(type, 'PENDING', [{ type: 'payment.pending' }]),
  ),
  ...['FULL_AUTH_REVERSED', 'PURCHASE_REVERSED', 'CANCELLED'].map((type) =>
    event(type, 'REVERSED', [{ type: 'payment.cancelled' }]),
  ),
  ...['REFUND_FAILED', 'PARTIAL_REFUND_FAILED', 'REFUND_REQUEST_FAILED'].map((type) =>
    event(type, 'CAPTURED', [notRefunded], { 'cnp:capture': captures }),
  ),
  ...[
    'AUTHORISATION_FAILED',
    'DECLINED',
    'PURCHASE_DECLINED',
    'PURCHASE_FAILED',
    'GATEWAY_RISK_PRE_AUTH_REJECTED',
    'PRE_AUTH_FRAUD_CHECK_REJECTED',
    'POST_AUTH_FRAUD_CHECK_REJECTED',
    'THREE_DS_NOT_AUTHENTICATED',
  ].map((type) => event(type, 'FAILED', [failed])),
]
