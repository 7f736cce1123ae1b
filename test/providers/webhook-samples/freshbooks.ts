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
  single('invoice.create', 'accounting_invoice.created'),
  single('invoice.update', 'accounting_invoice.updated'),
  single('invoice.sendByEmail', 'accounting_invoice.sent'),
  single('invoice.delete', 'accounting_invoice.voided'),
  single('payment.create', 'accounting_invoice.payment_recorded'),
  single('payment.update', 'accounting_invoice.payment_recorded'),
  single('expense.create', 'expense.created'),
  single('expense.update', 'expense.updated'),
  single('expense.delete', 'expense.deleted'),
  single('client.create', 'customer.created'),
  single('client.update', 'customer.updated'),
  // Another account of the same app is none of this connection's business.
  single('client.update', 'customer.updated', 'other1'),
]
