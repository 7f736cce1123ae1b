import { z } from 'zod'
import { moment, money } from '../capabilities/values.ts'
import { defineEventType } from './form.ts'

const id = z.string().describe('The vendor’s id of the payment.')
const reference = z.string().nullable().describe('The shop’s own number of the order, where it was given.')
const amount = money.describe('Integer minor units of an ISO 4217 currency.')

const payment = z.object({ id, amount, reference, customerEmail: z.string().nullable(), live: z.boolean() })
const paid = {
  id: 'pi_3Pq',
  amount: { amountMinor: 12_500, currency: 'AED' },
  reference: '1001',
  customerEmail: 'aisha@example.com',
  live: false,
}
const failure = z.object({
  code: z.string().nullable().describe('The vendor’s code.'),
  message: z.string().nullable().describe('In words, as the vendor puts it.'),
})
const dispute = z.object({
  id: z.string().describe('The vendor’s id of the dispute.'),
  paymentId: z.string().nullable(),
  amount,
  reason: z.string().nullable(),
  answerBy: moment.nullable().describe('Last moment to hand in evidence.'),
  live: z.boolean(),
})
const disputed = {
  id: 'dp_1',
  paymentId: 'pi_3Pq',
  amount: paid.amount,
  reason: 'product_not_received',
  answerBy: '2026-12-01T00:00:00Z',
  live: false,
}

const define = (name: string, summary: string, data: z.ZodType, example: Readonly<Record<string, unknown>>) =>
  defineEventType({ name, version: 1, category: 'PAYMENT', summary, data, example })

export const paymentEvents = [
  define('payment.succeeded', 'A payment was completed: the money is on its way to you.', payment, paid),
  define('payment.failed', 'A payment was tried and refused.', payment.extend({ failure }), {
    ...paid,
    failure: { code: 'card_declined', message: 'Your card was declined.' },
  }),
  define('payment.cancelled', 'A payment was given up before it was completed.', payment, paid),
  define('payment.action_required', 'The payer has to do something, such as 3-D Secure.', payment, paid),
  define(
    'payment.refunded',
    'Money of a payment went back to the payer, all of it or a part.',
    payment.extend({ refunded: money, complete: z.boolean().describe('Nothing is left to refund.') }),
    { ...paid, refunded: paid.amount, complete: true },
  ),
  define('payment.disputed', 'The payer’s bank asks for the money back.', dispute, disputed),
  define('payment.dispute_closed', 'A dispute is decided.', dispute.extend({ won: z.boolean().nullable() }), {
    ...disputed,
    won: true,
  }),
]
