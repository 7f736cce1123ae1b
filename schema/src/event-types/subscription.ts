import { z } from 'zod'
import { moment, money } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('PAYMENT')
const live = z.boolean().describe('False for a vendor’s sandbox or test mode.')

const subscription = z.object({
  id: z.string().describe('The vendor’s id of the subscription.'),
  status: text('The vendor’s word for where it stands.'),
  customerId: text('The vendor’s id of the customer.'),
  customerEmail: text('Of the subscriber, where the vendor says it.'),
  planId: text('The vendor’s id of the plan or price.'),
  periodEnd: moment.nullable().describe('Until when it is paid; the next charge is then.'),
  endsAtPeriodEnd: z.boolean().nullable().describe('It is cancelled and runs out. Null where the vendor does not say.'),
  live,
})
const running = {
  id: 'sub_1',
  status: 'active',
  customerId: 'cus_1',
  customerEmail: 'aisha@example.com',
  planId: 'price_1',
  periodEnd: '2026-12-21T00:00:00Z',
  endsAtPeriodEnd: false,
  live: false,
}

const invoice = z.object({
  id: z.string().describe('The vendor’s id of the invoice.'),
  number: text('The number people use.'),
  amount: money.describe('What was paid, or is due.'),
  subscriptionId: text('Null for an invoice of its own.'),
  customerId: text('The vendor’s id of the customer.'),
  customerEmail: text('Where the vendor says it.'),
  live,
})
const billed = {
  id: 'in_1',
  number: 'A-0001',
  amount: { amountMinor: 4900, currency: 'AED' },
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  customerEmail: 'aisha@example.com',
  live: false,
}
const attempts = { attempt: z.int().nullable().describe('How often it was tried.'), nextAttemptAt: moment.nullable() }
const tried = { attempt: 1, nextAttemptAt: '2026-11-24T08:00:00Z' }

/** Subscriptions and the invoices they lead to. */
export const subscriptionEvents = [
  define(
    'subscription.created',
    'A customer subscribed. Look at `status`: the first payment may still be open.',
    subscription,
    running,
  ),
  define(
    'subscription.activated',
    'A subscription is in force: it began, or came back after a pause.',
    subscription,
    running,
  ),
  define('subscription.updated', 'A subscription changed: plan, state, or period.', subscription, running),
  define('subscription.cancelled', 'A subscription has ended.', subscription, { ...running, status: 'canceled' }),
  define(
    'subscription.payment_failed',
    'A payment of a subscription was refused.',
    z.object({
      id: z.string(),
      invoiceId: text('The invoice that stays open.'),
      amount: money.nullable(),
      live,
      ...attempts,
    }),
    { id: 'sub_1', invoiceId: 'in_1', amount: billed.amount, live: false, ...tried },
  ),
  define('invoice.paid', 'An invoice was paid.', invoice, billed),
  define('invoice.failed', 'An invoice could not be charged.', invoice.extend(attempts), { ...billed, ...tried }),
]
