import type { Sample } from './sample.ts'

const occurredAt = '2026-11-20T08:00:00.000Z'
let serial = 0

function event(type: string, name: string, object: object, events: Sample['events']): Sample {
  serial += 1
  const id = `13b867cf-db3d-4b1c-90b6-2f32a9d7${String(serial).padStart(4, '0')}`
  return {
    type,
    id,
    occurredAt,
    body: {
      merchant_id: '6SSW7HV8K2ST5',
      type,
      event_id: id,
      created_at: occurredAt,
      data: { type: name, id: 'hYy9pRFVxpDsO1FB05SunFWUe9JZY', object: { [name]: object } },
    },
    events,
  }
}

const money = (amount: number) => ({ amount, currency: 'USD' })
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

const payment = {
  id: 'hYy9pRFVxpDsO1FB05SunFWUe9JZY',
  amount_money: money(3_450),
  total_money: money(3_450),
  status: 'COMPLETED',
  source_type: 'CARD',
  card_details: { status: 'CAPTURED', card: { card_brand: 'MASTERCARD', last_4: '9029' } },
  reference_id: '1001',
  buyer_email_address: 'aisha@example.com',
  location_id: 'S8GWD5R9QB376',
}
const refund = {
  id: 'hYy9pRFVxpDsO1FB05SunFWUe9JZY_1',
  amount_money: money(1_000),
  payment_id: payment.id,
  status: 'COMPLETED',
  reason: 'Came back',
}
const dispute = {
  id: 'ORSEVtZAJxb37RA1EiGw',
  amount_money: money(3_450),
  reason: 'AMOUNT_DIFFERS',
  state: 'EVIDENCE_REQUIRED',
  due_at: '2026-12-01T00:00:00.000Z',
  disputed_payment: { payment_id: payment.id },
  card_brand: 'VISA',
}
const subscription = {
  id: 'd8cf4c16-1b0b-4b8f-a5e6-2d5f3e6d8b0a',
  status: 'ACTIVE',
  customer_id: 'CHFGVKYY8RSV93M5KCYTG4PN0G',
  plan_variation_id: '6JHXF3B2CW3YKHDV4XEM674H',
  charged_through_date: '2026-12-20',
}
const payout = { id: 'po_f3c0fb38', status: 'PAID', amount_money: money(48_000), arrival_date: '2026-11-23' }

export const squareSamples: readonly Sample[] = [
  event('payment.created', 'payment', { ...payment, status: 'APPROVED' }, [
    { type: 'payment.authorized', data: { id: payment.id, reference: '1001', live: false } },
  ]),
  event('payment.updated', 'payment', payment, [
    { type: 'payment.succeeded', data: { id: payment.id, amount: usd(3_450), customerEmail: 'aisha@example.com' } },
  ]),
  event('payment.updated', 'payment', { ...payment, status: 'CANCELED' }, [{ type: 'payment.cancelled' }]),
  event('payment.updated', 'payment', { ...payment, status: 'PENDING' }, [{ type: 'payment.pending' }]),
  event(
    'payment.updated',
    'payment',
    { ...payment, status: 'FAILED', card_details: { errors: [{ code: 'CVV_FAILURE', detail: 'Wrong CVV' }] } },
    [{ type: 'payment.failed', data: { failure: { code: 'CVV_FAILURE', message: 'Wrong CVV' } } }],
  ),
  event('refund.created', 'refund', { ...refund, status: 'PENDING' }, []),
  event('refund.updated', 'refund', refund, [
    { type: 'payment.refunded', data: { id: payment.id, refundId: refund.id, refunded: usd(1_000), complete: null } },
  ]),
  event('refund.updated', 'refund', { ...refund, status: 'REJECTED' }, [
    { type: 'payment.refund_failed', data: { id: payment.id, amount: usd(1_000), reason: 'REJECTED' } },
  ]),
  event('dispute.created', 'dispute', dispute, [
    {
      type: 'payment.disputed',
      data: { id: dispute.id, paymentId: payment.id, amount: usd(3_450), answerBy: '2026-12-01T00:00:00.000Z' },
    },
  ]),
  event('dispute.state.updated', 'dispute', { ...dispute, state: 'PROCESSING' }, []),
  event('dispute.state.updated', 'dispute', { ...dispute, state: 'WON' }, [
    { type: 'payment.dispute_closed', data: { won: true } },
  ]),
  event('dispute.state.updated', 'dispute', { ...dispute, state: 'ACCEPTED' }, [
    { type: 'payment.dispute_closed', data: { won: false } },
  ]),
  event('subscription.created', 'subscription', subscription, [
    {
      type: 'subscription.created',
      data: { id: subscription.id, periodEnd: '2026-12-20T00:00:00.000Z', endsAtPeriodEnd: false },
    },
  ]),
  event('subscription.updated', 'subscription', { ...subscription, canceled_date: '2026-12-20' }, [
    { type: 'subscription.updated', data: { endsAtPeriodEnd: true } },
  ]),
  event('subscription.updated', 'subscription', { ...subscription, status: 'DEACTIVATED' }, [
    { type: 'subscription.cancelled', data: { status: 'DEACTIVATED' } },
  ]),
  event('payout.paid', 'payout', payout, [{ type: 'payout.paid', data: { amount: usd(48_000) } }]),
  event('payout.failed', 'payout', { ...payout, status: 'FAILED' }, [{ type: 'payout.failed' }]),
]
