import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf('ECOMMERCE')

const product = z.object({
  id: z.string().describe('The vendor’s id of the product.'),
  title: text('Null where the vendor sends only the id: read the product.'),
  handle: text('Its name in the shop’s addresses.'),
  status: text('The vendor’s word for whether it is on sale.'),
  skus: z.array(z.string()).nullable().describe('Of all variants. Null where the vendor does not say.'),
})
const mug = { id: '632910392', title: 'Mug', handle: 'mug', status: 'active', skus: ['MUG-11', 'MUG-15'] }

const customer = z.object({
  id: z.string().describe('The vendor’s id of the customer.'),
  email: text('Where there is one.'),
  name: text('First and last name.'),
  phone: text('As the customer wrote it.'),
})
const aisha = { id: '706405506930370084', email: 'aisha@example.com', name: 'Aisha Rahman', phone: '+971500000000' }
const subject = z.object({
  customerId: text('The vendor’s id of the customer.'),
  email: text('Of the person.'),
  orderIds: z.array(z.string()).describe('The orders it is about; none named means everything.'),
})
const asked = { customerId: aisha.id, email: aisha.email, orderIds: ['299938'] }

/** What a shop sells, holds in stock, and to whom. */
export const shopEvents = [
  define('product.created', 'A product was added.', product, mug),
  define('product.updated', 'A product or one of its variants changed.', product, mug),
  define('product.deleted', 'A product was removed.', product.pick({ id: true }), { id: mug.id }),
  define('product.price_changed', 'A vendor’s price of a product changed.', product.pick({ id: true }), { id: mug.id }),
  define(
    'product.publish_requested',
    'A vendor asks for a product to be published in your shop and waits for your answer.',
    product,
    { ...mug, status: 'publishing' },
  ),
  define(
    'stock.changed',
    'The stock of a product or variant changed.',
    z.object({
      itemId: z.string().describe('The vendor’s id of what is counted: a variant or a stock item.'),
      productId: text('Where the vendor says it.'),
      locationId: text('Where it lies, where the vendor tells places apart.'),
      available: z.int().nullable().describe('Pieces to sell. Null where the vendor does not count.'),
      inStock: z.boolean().nullable().describe('Can it be sold. Null where the vendor does not know.'),
      status: text('The vendor’s word for it.'),
    }),
    { itemId: '808950810', productId: null, locationId: '905684977', available: 6, inStock: true, status: null },
  ),
  define('customer.created', 'A customer was added.', customer, aisha),
  define('customer.updated', 'A customer’s details changed.', customer, aisha),
  define(
    'customer.data_requested',
    'A person asks which data you hold about them; the law sets a deadline.',
    subject,
    asked,
  ),
  define('customer.erasure_requested', 'A person’s data must be erased; the law sets a deadline.', subject, asked),
]
