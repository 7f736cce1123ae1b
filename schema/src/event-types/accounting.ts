import { z } from 'zod'
import { money } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('ACCOUNTING')

const invoice = z.object({
  id: z.string().describe('The vendor’s id of the invoice.'),
  number: text('Null where the vendor sends only the id: read the invoice.'),
  status: text('The vendor’s word for where it stands.'),
  total: money.nullable().describe('What is to be paid. Null where the vendor sends no amount.'),
})
const billed = { id: '145', number: 'INV-0042', status: 'AUTHORISED', total: { amountMinor: 12_500, currency: 'AED' } }

const expense = z.object({ id: z.string().describe('The vendor’s id of the expense.') })
const spent = { id: '88' }

/** What happens in the books; customers of the books are `customer.created` and `customer.updated`. */
export const accountingEvents = [
  define('accounting_invoice.created', 'An invoice was made in the books.', invoice, billed),
  define('accounting_invoice.updated', 'An invoice changed in the books, such as its state.', invoice, billed),
  define('accounting_invoice.sent', 'An invoice was mailed to its customer.', invoice, billed),
  define('accounting_invoice.voided', 'An invoice was made void or removed.', invoice, { ...billed, status: 'VOIDED' }),
  define(
    'accounting_invoice.payment_recorded',
    'A payment of an invoice was entered in the books, or changed there.',
    z.object({
      id: z.string().describe('The vendor’s id of the payment.'),
      invoiceId: text('Null where the vendor sends only the id: read the payment.'),
    }),
    { id: '501', invoiceId: billed.id },
  ),
  define('expense.created', 'Money spent was entered in the books.', expense, spent),
  define('expense.updated', 'An expense changed in the books.', expense, spent),
  define('expense.deleted', 'An expense was removed from the books.', expense, spent),
]
