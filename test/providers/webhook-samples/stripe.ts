import { canary, type Sample } from './sample.ts'

const created = 1_795_000_000
const occurredAt = new Date(created * 1000).toISOString()

const event = (type: string, object: Readonly<Record<string, unknown>>, events: Sample['events']): Sample => ({
  type,
  id: `evt_${type}`,
  occurredAt,
  body: {
    id: `evt_${type}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    livemode: false,
    pending_webhooks: 1,
    request: { id: 'req_1', idempotency_key: null },
    type,
    data: { object },
  },
  events,
})

const intent = {
  id: 'pi_1',
  object: 'payment_intent',
  amount: 12_500,
  amount_received: 0,
  client_secret: canary,
  currency: 'aed',
  last_payment_error: null,
  latest_charge: 'ch_1',
  livemode: false,
  metadata: { reference: '1001' },
  receipt_email: 'aisha@example.com',
  status: 'requires_action',
}
const charge = {
  id: 'ch_1',
  object: 'charge',
  amount: 12_500,
  amount_captured: 12_500,
  amount_refunded: 5000,
  currency: 'aed',
  livemode: false,
  metadata: { reference: '1001' },
  payment_intent: 'pi_1',
  receipt_email: null,
  refunded: false,
}
const dispute = {
  id: 'dp_1',
  object: 'dispute',
  amount: 12_500,
  charge: 'ch_1',
  currency: 'aed',
  evidence_details: { due_by: 1_796_000_000, has_evidence: false },
  livemode: false,
  payment_intent: 'pi_1',
  reason: 'product_not_received',
  status: 'needs_response',
}
const refund = { id: 're_1', object: 'refund', amount: 5000, charge: 'ch_1', currency: 'aed', payment_intent: 'pi_1' }
const session = {
  id: 'cs_test_1',
  object: 'checkout.session',
  amount_total: 12_500,
  client_reference_id: '1001',
  client_secret: canary,
  currency: 'aed',
  customer_details: { email: 'aisha@example.com', name: 'Aisha Rahman' },
  customer_email: null,
  livemode: false,
  metadata: {},
  mode: 'payment',
  payment_intent: 'pi_1',
  payment_status: 'paid',
  subscription: null,
}
const subscription = {
  id: 'sub_1',
  object: 'subscription',
  cancel_at_period_end: false,
  customer: 'cus_1',
  items: {
    object: 'list',
    data: [{ id: 'si_1', object: 'subscription_item', current_period_end: 1_797_000_000, price: { id: 'price_1' } }],
  },
  livemode: false,
  status: 'active',
}
const invoice = {
  id: 'in_1',
  object: 'invoice',
  amount_due: 4900,
  amount_paid: 0,
  attempt_count: 1,
  currency: 'aed',
  customer: 'cus_1',
  customer_email: 'aisha@example.com',
  hosted_invoice_url: `https://invoice.stripe.com/i/${canary}`,
  livemode: false,
  next_payment_attempt: 1_795_300_000,
  number: 'A-0001',
  parent: { type: 'subscription_details', subscription_details: { metadata: {}, subscription: 'sub_1' } },
}
const payout = {
  id: 'po_1',
  object: 'payout',
  amount: 480_000,
  arrival_date: 1_795_200_000,
  currency: 'aed',
  failure_code: null,
  failure_message: null,
  livemode: false,
  status: 'paid',
}
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })

export const stripeSamples: readonly Sample[] = [
  event('payment_intent.succeeded', { ...intent, amount_received: 12_500, status: 'succeeded' }, [
    {
      type: 'payment.succeeded',
      data: { id: 'pi_1', amount: aed(12_500), reference: '1001', customerEmail: 'aisha@example.com', live: false },
    },
  ]),
  // Króna have no minor unit in ISO 4217 and two places at Stripe; ariary the other way round; dinars have three.
  event('payment_intent.succeeded', { ...intent, currency: 'isk', amount_received: 150_000 }, [
    { type: 'payment.succeeded', data: { amount: { amountMinor: 1500, currency: 'ISK' } } },
  ]),
  event('payment_intent.succeeded', { ...intent, currency: 'mga', amount_received: 900 }, [
    { type: 'payment.succeeded', data: { amount: { amountMinor: 90_000, currency: 'MGA' } } },
  ]),
  event('payment_intent.succeeded', { ...intent, currency: 'kwd', amount_received: 5120 }, [
    { type: 'payment.succeeded', data: { amount: { amountMinor: 5120, currency: 'KWD' } } },
  ]),
  event('payment_intent.succeeded', { ...intent, currency: 'jpy', amount_received: 500 }, [
    { type: 'payment.succeeded', data: { amount: { amountMinor: 500, currency: 'JPY' } } },
  ]),
  event(
    'payment_intent.payment_failed',
    {
      ...intent,
      last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds', message: 'Declined.' },
    },
    [{ type: 'payment.failed', data: { failure: { code: 'insufficient_funds', message: 'Declined.' } } }],
  ),
  event('payment_intent.canceled', { ...intent, status: 'canceled' }, [{ type: 'payment.cancelled' }]),
  event('payment_intent.requires_action', intent, [{ type: 'payment.action_required', data: { amount: aed(12_500) } }]),
  event('charge.refunded', charge, [
    { type: 'payment.refunded', data: { id: 'pi_1', transactionId: 'ch_1', refunded: aed(5000), complete: false } },
  ]),
  event('charge.dispute.created', dispute, [
    {
      type: 'payment.disputed',
      data: { id: 'dp_1', paymentId: 'pi_1', amount: aed(12_500), answerBy: new Date(1_796_000_000_000).toISOString() },
    },
  ]),
  event('charge.dispute.closed', { ...dispute, status: 'lost' }, [
    { type: 'payment.dispute_closed', data: { won: false } },
  ]),
  event('charge.dispute.closed', { ...dispute, status: 'warning_closed' }, [
    { type: 'payment.dispute_closed', data: { won: null } },
  ]),
  event('refund.updated', { ...refund, status: 'succeeded' }, []),
  event('refund.updated', { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' }, [
    { type: 'payment.refund_failed', data: { id: 'pi_1', refundId: 're_1', amount: aed(5000) } },
  ]),
  event('checkout.session.completed', session, [
    { type: 'checkout.completed', data: { paymentId: 'pi_1', total: aed(12_500), paid: true, reference: '1001' } },
  ]),
  event('checkout.session.expired', { ...session, payment_status: 'unpaid', payment_intent: null }, [
    { type: 'checkout.expired', data: { paymentId: null, paid: false } },
  ]),
  event('customer.subscription.created', subscription, [
    {
      type: 'subscription.created',
      data: { id: 'sub_1', planId: 'price_1', periodEnd: new Date(1_797_000_000_000).toISOString() },
    },
  ]),
  event('customer.subscription.updated', { ...subscription, cancel_at_period_end: true }, [
    { type: 'subscription.updated', data: { endsAtPeriodEnd: true } },
  ]),
  event('customer.subscription.deleted', { ...subscription, status: 'canceled' }, [
    { type: 'subscription.cancelled', data: { status: 'canceled' } },
  ]),
  event('invoice.paid', { ...invoice, amount_paid: 4900 }, [
    { type: 'invoice.paid', data: { amount: aed(4900), subscriptionId: 'sub_1' } },
  ]),
  event('invoice.payment_failed', invoice, [
    { type: 'invoice.failed', data: { amount: aed(4900), attempt: 1 } },
    { type: 'subscription.payment_failed', data: { id: 'sub_1', invoiceId: 'in_1' } },
  ]),
  event('invoice.payment_failed', { ...invoice, parent: null }, [
    { type: 'invoice.failed', data: { subscriptionId: null } },
  ]),
  event('payout.paid', payout, [{ type: 'payout.paid', data: { amount: aed(480_000) } }]),
  event('payout.failed', { ...payout, failure_code: 'account_closed', failure_message: 'Closed.' }, [
    { type: 'payout.failed', data: { failure: { code: 'account_closed', message: 'Closed.' } } },
  ]),
]
