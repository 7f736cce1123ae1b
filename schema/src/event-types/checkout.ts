import { z } from 'zod'
import { money } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('PAYMENT')

const checkout = z.object({
  id: z.string().describe('The vendor’s id of the checkout.'),
  paymentId: text('The payment it led to.'),
  subscriptionId: text('The subscription it led to.'),
  total: money.nullable(),
  paid: z.boolean().describe('False where the money comes later, or there is none to pay.'),
  reference: text('The shop’s own number of the order, where it was given.'),
  customerEmail: text('Of the payer.'),
  live: z.boolean().describe('False for a vendor’s sandbox or test mode.'),
})
const done = {
  id: 'cs_test_a1',
  paymentId: 'pi_3Pq',
  subscriptionId: null,
  total: { amountMinor: 12_500, currency: 'AED' },
  paid: true,
  reference: '1001',
  customerEmail: 'aisha@example.com',
  live: false,
}

/** A vendor's own payment page. */
export const checkoutEvents = [
  define('checkout.completed', 'A payer went through the vendor’s payment page to its end.', checkout, done),
  define('checkout.approved', 'The payer agreed on the vendor’s page; the money moves when you capture it.', checkout, {
    ...done,
    paid: false,
  }),
  define('checkout.expired', 'The vendor’s payment page was closed before anything was paid.', checkout, {
    ...done,
    paymentId: null,
    paid: false,
  }),
]
