import type { Sample } from './sample.ts'

const occurredAt = '2026-11-20T08:00:00.000Z'
let serial = 0

function event(type: string, resource: Readonly<Record<string, unknown>>, events: Sample['events']): Sample {
  serial += 1
  const id = `WH-${serial}`
  return {
    type,
    id,
    occurredAt,
    body: {
      id,
      event_version: '1.0',
      create_time: occurredAt,
      resource_type: 'capture',
      resource_version: '2.0',
      event_type: type,
      summary: 'Something happened',
      resource,
      links: [],
    },
    events,
  }
}

const capture = {
  id: '7NW873794T343360M',
  status: 'COMPLETED',
  amount: { currency_code: 'USD', value: '34.50' },
  custom_id: '1001',
  final_capture: true,
  supplementary_data: { related_ids: { order_id: '5O190127TN364715T' } },
  links: [{ href: 'https://api.paypal.com/v2/payments/captures/7NW873794T343360M', rel: 'self', method: 'GET' }],
}
const refund = {
  id: '1Y107995YT783435V',
  status: 'COMPLETED',
  amount: { currency_code: 'USD', value: '10.00' },
  custom_id: '1001',
  seller_payable_breakdown: { total_refunded_amount: { currency_code: 'USD', value: '20.00' } },
  links: [
    { href: 'https://api.paypal.com/v2/payments/refunds/1Y107995YT783435V', rel: 'self', method: 'GET' },
    { href: 'https://api.paypal.com/v2/payments/captures/7NW873794T343360M', rel: 'up', method: 'GET' },
  ],
}
const order = {
  id: '5O190127TN364715T',
  intent: 'CAPTURE',
  status: 'APPROVED',
  payer: { email_address: 'aisha@example.com', payer_id: 'QYR5Z8XDVJNXQ' },
  purchase_units: [{ custom_id: '1001', amount: { currency_code: 'USD', value: '34.50' } }],
}
const dispute = {
  dispute_id: 'PP-D-4012',
  create_time: occurredAt,
  disputed_transactions: [{ seller_transaction_id: '7NW873794T343360M', seller: { merchant_id: 'M1' } }],
  reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
  status: 'OPEN',
  dispute_amount: { currency_code: 'USD', value: '34.50' },
  seller_response_due_date: '2026-12-01T08:00:00.000Z',
}
const subscription = {
  id: 'I-BW452GLLEP1G',
  status: 'ACTIVE',
  plan_id: 'P-5ML4271244454362WXNWU5NQ',
  subscriber: { email_address: 'aisha@example.com', payer_id: 'QYR5Z8XDVJNXQ' },
  billing_info: { next_billing_time: '2026-12-20T10:00:00Z' },
}
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

export const paypalSamples: readonly Sample[] = [
  event('PAYMENT.CAPTURE.COMPLETED', capture, [
    {
      type: 'payment.succeeded',
      data: {
        id: '5O190127TN364715T',
        transactionId: '7NW873794T343360M',
        amount: usd(3450),
        reference: '1001',
        live: false,
      },
    },
  ]),
  // The forint has no cents at PayPal and two places in ISO 4217; the yen has none in either.
  event('PAYMENT.CAPTURE.COMPLETED', { ...capture, amount: { currency_code: 'HUF', value: '12000' } }, [
    { type: 'payment.succeeded', data: { amount: { amountMinor: 1_200_000, currency: 'HUF' } } },
  ]),
  event('PAYMENT.CAPTURE.COMPLETED', { ...capture, amount: { currency_code: 'JPY', value: '500' } }, [
    { type: 'payment.succeeded', data: { amount: { amountMinor: 500, currency: 'JPY' } } },
  ]),
  event('PAYMENT.CAPTURE.PENDING', { ...capture, status: 'PENDING' }, [{ type: 'payment.pending' }]),
  event('PAYMENT.CAPTURE.DENIED', { ...capture, status: 'DECLINED', status_details: { reason: 'DECLINED_BY_RISK' } }, [
    { type: 'payment.failed', data: { failure: { code: 'DECLINED_BY_RISK', message: 'DECLINED' } } },
  ]),
  event('PAYMENT.CAPTURE.DECLINED', { ...capture, status: 'DECLINED' }, [
    { type: 'payment.failed', data: { failure: { code: null, message: 'DECLINED' } } },
  ]),
  event('PAYMENT.CAPTURE.REFUNDED', refund, [
    {
      type: 'payment.refunded',
      data: { id: '7NW873794T343360M', refundId: '1Y107995YT783435V', refunded: usd(2000), complete: null },
    },
  ]),
  event('PAYMENT.CAPTURE.REVERSED', { ...refund, seller_payable_breakdown: undefined }, [
    { type: 'payment.refunded', data: { refunded: usd(1000) } },
  ]),
  event('PAYMENT.AUTHORIZATION.CREATED', { ...capture, status: 'CREATED' }, [{ type: 'payment.authorized' }]),
  event('PAYMENT.AUTHORIZATION.VOIDED', { ...capture, status: 'VOIDED' }, [{ type: 'payment.cancelled' }]),
  event('CHECKOUT.ORDER.APPROVED', order, [
    { type: 'checkout.approved', data: { id: '5O190127TN364715T', total: usd(3450), paid: false, reference: '1001' } },
  ]),
  event('CHECKOUT.ORDER.COMPLETED', { ...order, status: 'COMPLETED' }, [
    { type: 'checkout.completed', data: { paid: true, customerEmail: 'aisha@example.com' } },
  ]),
  event('CHECKOUT.PAYMENT-APPROVAL.REVERSED', { order_id: order.id, purchase_units: [] }, [
    { type: 'checkout.expired', data: { id: order.id } },
  ]),
  event('CUSTOMER.DISPUTE.CREATED', dispute, [
    {
      type: 'payment.disputed',
      data: { id: 'PP-D-4012', amount: usd(3450), answerBy: '2026-12-01T08:00:00.000Z' },
    },
  ]),
  event('CUSTOMER.DISPUTE.RESOLVED', { ...dispute, dispute_outcome: { outcome_code: 'RESOLVED_SELLER_FAVOUR' } }, [
    { type: 'payment.dispute_closed', data: { won: true } },
  ]),
  event('BILLING.SUBSCRIPTION.ACTIVATED', subscription, [
    { type: 'subscription.activated', data: { id: 'I-BW452GLLEP1G', periodEnd: '2026-12-20T10:00:00.000Z' } },
  ]),
  event('BILLING.SUBSCRIPTION.CANCELLED', { ...subscription, status: 'CANCELLED', billing_info: undefined }, [
    { type: 'subscription.cancelled', data: { status: 'CANCELLED', periodEnd: null } },
  ]),
]
