import { z } from 'zod'
import { moment, money } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('PAYMENT')

const live = z.boolean().describe('False for a vendor’s sandbox or test mode.')
const payment = z.object({
  id: z.string().describe('The vendor’s id of the payment, as operations of the hub take it.'),
  transactionId: text('The vendor’s id of the movement of money, such as a charge or capture, where it has its own.'),
  amount: money.describe('Integer minor units of an ISO 4217 currency.'),
  reference: text('The shop’s own number of the order, where it was given.'),
  customerEmail: text('Of the payer.'),
  live,
})
const paid = {
  id: 'pi_3Pq',
  transactionId: 'ch_3Pq',
  amount: { amountMinor: 12_500, currency: 'AED' },
  reference: '1001',
  customerEmail: 'aisha@example.com',
  live: false,
}
const failure = z.object({ code: text('The vendor’s code.'), message: text('In words, as the vendor puts it.') })
const failed = { code: 'card_declined', message: 'Your card was declined.' }

const refund = payment.extend({
  amount: money.nullable().describe('The whole payment, where the vendor says it.'),
  refundId: text('The vendor’s id of this refund, where it says it.'),
  refunded: money.describe('All that went back so far, every refund of this payment together.'),
  complete: z.boolean().nullable().describe('Nothing is left to refund. Null where the vendor does not say.'),
})

const dispute = z.object({
  id: z.string().describe('The vendor’s id of the dispute.'),
  paymentId: text('The payment, as in payment.succeeded.'),
  transactionId: text('The charge or capture in question.'),
  amount: money.nullable().describe('What the payer asks back.'),
  reason: text('The vendor’s word for it.'),
  answerBy: moment.nullable().describe('Last moment to hand in evidence.'),
  live,
})
const disputed = {
  id: 'dp_1',
  paymentId: 'pi_3Pq',
  transactionId: 'ch_3Pq',
  amount: paid.amount,
  reason: 'product_not_received',
  answerBy: '2026-12-01T00:00:00Z',
  live: false,
}

const payout = z.object({
  id: z.string().describe('The vendor’s id of the payout.'),
  amount: money,
  arrivesAt: moment.nullable().describe('When the bank is expected to have it.'),
  live,
})
const paidOut = {
  id: 'po_1',
  amount: { amountMinor: 480_000, currency: 'AED' },
  arrivesAt: '2026-12-03T00:00:00Z',
  live: false,
}

/** Payments, refunds, disputes and payouts. */
export const paymentEvents = [
  define('payment.succeeded', 'A payment was completed: the money is on its way to you.', payment, paid),
  define('payment.failed', 'A payment was tried and refused.', payment.extend({ failure }), {
    ...paid,
    failure: failed,
  }),
  define('payment.cancelled', 'A payment was given up before it was completed.', payment, paid),
  define('payment.action_required', 'The payer has to do something, such as 3-D Secure.', payment, paid),
  define('payment.pending', 'A payment was taken and waits for the vendor’s or a bank’s decision.', payment, paid),
  define('payment.authorized', 'The amount is held on the payer’s side and waits to be captured.', payment, paid),
  define('payment.refunded', 'Money of a payment went back to the payer, all of it or a part.', refund, {
    ...paid,
    refundId: 're_1',
    refunded: paid.amount,
    complete: true,
  }),
  define(
    'payment.refund_failed',
    'A refund did not reach the payer; the money is with you again.',
    z.object({
      id: text('The payment.'),
      refundId: z.string(),
      amount: money,
      reason: text('The vendor’s word for it.'),
    }),
    { id: 'pi_3Pq', refundId: 're_1', amount: paid.amount, reason: 'expired_or_canceled_card' },
  ),
  define('payment.disputed', 'The payer, or the payer’s bank, asks for the money back.', dispute, disputed),
  define(
    'payment.dispute_closed',
    'A dispute is decided.',
    dispute.extend({ won: z.boolean().nullable().describe('In your favour. Null where nobody won.') }),
    { ...disputed, won: true },
  ),
  define('payout.paid', 'The vendor sent money to your bank account.', payout, paidOut),
  define('payout.failed', 'Money could not be sent to your bank account.', payout.extend({ failure }), {
    ...paidOut,
    failure: { code: 'account_closed', message: 'The bank account has been closed.' },
  }),
]
