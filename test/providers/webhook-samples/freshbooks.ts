import { freshbooksAccount } from '@patchbay/server/lab/twins/freshbooks/books.ts'
import type { Sample } from './sample.ts'

const single = (name: string, type: string, account = freshbooksAccount): Sample => ({
  type: name,
  id: null,
  as: 'form',
  body: { name, object_id: '1234567', account_id: account, business_id: '77128', user_id: '2192788' },
  events: account === freshbooksAccount ? [{ type, data: { id: '1234567' } }] : [],
})

export const freshbooksSamples: readonly Sample[] = [
  single('invoice.create', 'invoice.created'),
  single('invoice.update', 'invoice.updated'),
  single('invoice.sendByEmail', 'invoice.sent'),
  single('invoice.delete', 'invoice.voided'),
  single('payment.create', 'invoice.payment_recorded'),
  single('payment.update', 'invoice.payment_recorded'),
  single('expense.create', 'expense.created'),
  single('expense.update', 'expense.updated'),
  single('expense.delete', 'expense.deleted'),
  single('client.create', 'customer.created'),
  single('client.update', 'customer.updated'),
  // Another account of the same app is none of this connection's business.
  single('client.update', 'customer.updated', 'other1'),
]
