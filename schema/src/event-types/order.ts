import { z } from 'zod'
import { money } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('ECOMMERCE')

const order = z.object({
  id: z.string().describe('The vendor’s id of the order.'),
  number: text('The number people use; at a vendor that fulfils for you, your own number of the order.'),
  status: text('The vendor’s word for where it stands.'),
  total: money.nullable().describe('What the customer pays. Null where the vendor sends no amount.'),
  customerEmail: text('Of the buyer.'),
  items: z
    .array(z.object({ sku: text('Yours.'), title: z.string(), quantity: z.int().nonnegative() }))
    .nullable()
    .describe('Null where the vendor sends no lines: read the order.'),
})
const placed = {
  id: '820982911946154508',
  number: '#1001',
  status: 'paid',
  total: { amountMinor: 12_500, currency: 'AED' },
  customerEmail: 'aisha@example.com',
  items: [{ sku: 'MUG-11', title: 'Mug', quantity: 2 }],
}
const reason = text('Why, as the vendor puts it.')

/** Orders of a shop, and of vendors that fulfil them. */
export const orderEvents = [
  define('order.created', 'An order was placed.', order, placed),
  define('order.updated', 'An order changed.', order, placed),
  define('order.paid', 'An order is paid in full.', order, placed),
  define('order.cancelled', 'An order was cancelled.', order.extend({ reason }), { ...placed, reason: 'customer' }),
  define('order.on_hold', 'A vendor stopped an order and waits for you.', order.extend({ reason }), {
    ...placed,
    reason: 'The print file is too small.',
  }),
  define('order.shipped', 'Every line of an order has left.', order, placed),
  define('order.failed', 'A vendor cannot fulfil an order.', order.extend({ reason }), {
    ...placed,
    reason: 'The card on file was declined.',
  }),
  define(
    'order.refunded',
    'Money of an order went back to the customer, all of it or a part.',
    z.object({
      id: order.shape.id,
      number: order.shape.number,
      refundId: text('The vendor’s id of this refund.'),
      refunded: money.nullable().describe('What went back with this refund.'),
      reason,
    }),
    {
      id: placed.id,
      number: placed.number,
      refundId: '929361463',
      refunded: placed.total,
      reason: 'Damaged on the way.',
    },
  ),
]
