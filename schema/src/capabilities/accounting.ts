import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import {
  address,
  currency,
  day,
  idempotencyKey,
  moment,
  money,
  pageInput,
  pageOf,
  positiveMoney,
  providerData,
  shape,
  updatedSince,
  vendorId,
} from './values.ts'

export const accountingContact = shape(
  'AccountingContact',
  'A customer or supplier in the books.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    name: z.string().describe('Name in the books.'),
    email: z.string().nullable().describe('E-mail address.'),
    phone: z.string().nullable().describe('Telephone number.'),
    currency: z.string().nullable().describe('Currency of the contact (ISO 4217), where the vendor keeps one.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type AccountingContact = z.infer<typeof accountingContact>
export const accountingContactPage = pageOf(accountingContact)
export type AccountingContactPage = z.infer<typeof accountingContactPage>

export const upsertAccountingContact = z.object({
  name: z.string().min(1).max(100).describe('Name in the books; unique at most vendors.'),
  email: z.email().describe('E-mail address, by which an existing contact is found.'),
  phone: z.string().max(40).optional().describe('Telephone number.'),
  address: address.optional().describe('Where bills go.'),
  currency: currency.optional().describe('Currency of the contact (ISO 4217).'),
  idempotencyKey,
})
export type UpsertAccountingContact = z.infer<typeof upsertAccountingContact>
export const listAccountingContacts = pageInput.extend({
  email: z.email().optional().describe('Only this address.'),
  updatedSince: updatedSince('contacts'),
})
export type ListAccountingContacts = z.infer<typeof listAccountingContacts>

const invoiceLine = shape(
  'InvoiceLine',
  'A line of an invoice.',
  z.object({
    description: z.string().min(1).max(500).describe('What is billed.'),
    quantity: z.number().positive().max(1_000_000).describe('How many.'),
    unitPrice: money.describe('Price of one, without tax.'),
    accountId: z
      .string()
      .max(100)
      .optional()
      .describe('Account or article of the books it goes to. Default: the connection’s.'),
    taxCode: z.string().max(100).optional().describe('Tax, by the vendor’s code. Default: none.'),
  }),
)
export type InvoiceLine = z.infer<typeof invoiceLine>

export const invoice = shape(
  'Invoice',
  'An invoice in the books.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    number: z.string().nullable().describe('The number people use.'),
    contactId: z.string().nullable().describe('The vendor’s id of the customer.'),
    contactName: z.string().nullable().describe('Name of the customer.'),
    status: shape(
      'InvoiceStatus',
      'Where an invoice stands, whatever its vendor calls it.',
      z.enum(['DRAFT', 'OPEN', 'SENT', 'PARTIALLY_PAID', 'PAID', 'OVERDUE', 'VOID']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    issuedOn: day.nullable().describe('Its date.'),
    dueOn: day.nullable().describe('Until when it is to be paid.'),
    total: money.describe('What is to be paid, tax included.'),
    balance: money.describe('What is still open.'),
    reference: z.string().nullable().describe('The shop’s own number.'),
    url: z.string().nullable().describe('Page of the invoice, where the vendor has one.'),
    lines: z.array(invoiceLine).describe('What is billed; empty where the vendor leaves lines out of lists.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type Invoice = z.infer<typeof invoice>
export const invoicePage = pageOf(invoice)
export type InvoicePage = z.infer<typeof invoicePage>

export const createInvoice = z
  .object({
    contactId: vendorId.describe('The vendor’s id of the customer.'),
    number: z.string().max(21).optional().describe('Its number. Default: the vendor counts.'),
    reference: z.string().max(100).optional().describe('The shop’s own number.'),
    issuedOn: day.optional().describe('Its date. Default: today.'),
    dueOn: day.optional().describe('Until when it is to be paid.'),
    lines: z.array(invoiceLine).min(1).max(200).describe('What is billed; all in one currency.'),
    draft: z.boolean().default(false).describe('Leave it as a draft, where the vendor has drafts. Default false.'),
    note: z.string().max(1000).optional().describe('A line for the customer.'),
    idempotencyKey,
  })
  .refine(({ lines }) => new Set(lines.map(({ unitPrice }) => unitPrice.currency)).size === 1, {
    message: 'All lines of an invoice are in one currency.',
    path: ['lines'],
  })
export type CreateInvoice = z.infer<typeof createInvoice>
export const getInvoice = z.object({ id: vendorId.describe('The vendor’s id of the invoice.') })
export type GetInvoice = z.infer<typeof getInvoice>
export const listInvoices = pageInput.extend({
  updatedSince: moment.optional().describe('Only invoices changed at or after this instant.'),
})
export type ListInvoices = z.infer<typeof listInvoices>
export const sendInvoice = z.object({
  id: vendorId.describe('The vendor’s id of the invoice.'),
  email: z.email().optional().describe('Where to. Default: the customer’s address in the books.'),
  idempotencyKey,
})
export type SendInvoice = z.infer<typeof sendInvoice>
export const voidInvoice = z.object({ id: vendorId.describe('The vendor’s id of the invoice.'), idempotencyKey })
export type VoidInvoice = z.infer<typeof voidInvoice>

export const recordPayment = z.object({
  invoiceId: vendorId.describe('The vendor’s id of the invoice.'),
  amount: positiveMoney.describe('What came in.'),
  paidOn: day.describe('When it came in.'),
  accountId: z.string().max(100).optional().describe('Account of the books it came to. Default: the connection’s.'),
  reference: z.string().max(100).optional().describe('Number of the payment.'),
  idempotencyKey,
})
export type RecordPayment = z.infer<typeof recordPayment>
export const recordedPayment = shape(
  'RecordedPayment',
  'A payment entered in the books.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    invoiceId: z.string().describe('The vendor’s id of the invoice.'),
    amount: money.describe('What came in.'),
    paidOn: day.nullable().describe('When it came in.'),
    updatedAt: moment.nullish().describe('When it changed last, where the vendor says.'),
    providerData,
  }),
)
export type RecordedPayment = z.infer<typeof recordedPayment>

export const expense = shape(
  'Expense',
  'Money spent, in the books.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    amount: money.describe('What was spent, tax included.'),
    spentOn: day.nullable().describe('When.'),
    supplier: z.string().nullable().describe('On whom.'),
    accountId: z.string().nullable().describe('Account or category of the books.'),
    description: z.string().nullable().describe('What for.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type Expense = z.infer<typeof expense>
export const expensePage = pageOf(expense)
export type ExpensePage = z.infer<typeof expensePage>
export const createExpense = z.object({
  amount: positiveMoney.describe('What was spent, tax included.'),
  spentOn: day.describe('When.'),
  accountId: vendorId.describe('Account or category of the books it goes to.'),
  paidFromAccountId: z
    .string()
    .max(100)
    .optional()
    .describe('Account it was paid from, for vendors that ask. Default: the connection’s.'),
  supplierId: z.string().max(100).optional().describe('The vendor’s id of the supplier.'),
  supplier: z.string().max(100).optional().describe('Name of the supplier, for vendors that keep a name.'),
  description: z.string().min(1).max(500).describe('What for.'),
  idempotencyKey,
})
export type CreateExpense = z.infer<typeof createExpense>
export const listExpenses = pageInput.extend({ updatedSince: updatedSince('expenses') })
export type ListExpenses = z.infer<typeof listExpenses>

export const accountingAccount = shape(
  'AccountingAccount',
  'An account of the books, or a category of expenses.',
  z.object({
    id: z.string().describe('The vendor’s id, as other operations take it.'),
    code: z.string().nullable().describe('Its number in the chart of accounts.'),
    name: z.string().describe('Its name.'),
    kind: z.string().describe('Its kind, in the vendor’s word.'),
    providerData,
  }),
)
export type AccountingAccount = z.infer<typeof accountingAccount>
export const accountingAccountPage = pageOf(accountingAccount)
export type AccountingAccountPage = z.infer<typeof accountingAccountPage>
export const listAccountingAccounts = pageInput
export type ListAccountingAccounts = z.infer<typeof listAccountingAccounts>

/** Typed operations of the accounting category. */
export const accountingOperations = {
  'contacts.upsert': {
    kind: 'mutation',
    field: 'upsertAccountingContact',
    description: 'Makes a customer in the books, or brings an existing one up to date.',
    input: upsertAccountingContact,
    output: accountingContact,
  },
  'contacts.list': {
    kind: 'query',
    field: 'fetchAccountingContacts',
    description: 'Customers in the books.',
    input: listAccountingContacts,
    output: accountingContactPage,
  },
  'invoices.create': {
    kind: 'mutation',
    field: 'createInvoice',
    description: 'Makes an invoice.',
    input: createInvoice,
    output: invoice,
  },
  'invoices.get': {
    kind: 'query',
    field: 'fetchInvoice',
    description: 'One invoice, as the books have it now.',
    input: getInvoice,
    output: invoice,
  },
  'invoices.list': {
    kind: 'query',
    field: 'fetchInvoices',
    description: 'Invoices in the books.',
    input: listInvoices,
    output: invoicePage,
  },
  'invoices.send': {
    kind: 'mutation',
    field: 'sendInvoice',
    description: 'Mails an invoice to its customer.',
    input: sendInvoice,
    output: invoice,
  },
  'invoices.void': {
    kind: 'mutation',
    field: 'voidInvoice',
    description: 'Makes an invoice void.',
    input: voidInvoice,
    output: invoice,
  },
  'payments.record': {
    kind: 'mutation',
    field: 'recordPayment',
    description: 'Enters a payment of an invoice in the books.',
    input: recordPayment,
    output: recordedPayment,
  },
  'expenses.create': {
    kind: 'mutation',
    field: 'createExpense',
    description: 'Enters money spent in the books.',
    input: createExpense,
    output: expense,
  },
  'expenses.list': {
    kind: 'query',
    field: 'fetchExpenses',
    description: 'Money spent, in the books.',
    input: listExpenses,
    output: expensePage,
  },
  'accounts.list': {
    kind: 'query',
    field: 'fetchAccountingAccounts',
    description: 'Accounts of the books and categories of expenses.',
    input: listAccountingAccounts,
    output: accountingAccountPage,
  },
} as const satisfies OperationContracts
