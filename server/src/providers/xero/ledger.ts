import type {
  AccountingAccountPage,
  CreateExpense,
  Expense,
  ExpensePage,
  ListAccountingAccounts,
  ListExpenses,
  RecordedPayment,
  RecordPayment,
} from '@patchbay/schema/capabilities/accounting.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { iso, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { toTwoPlaces } from '../shared/two-places.ts'
import { accountRef, booksOf, changedSince, dayOf, lineAccount, momentOf, oneOf, pageOf } from './books.ts'
import { invoice } from './invoices.ts'

function bankOf(given: string | undefined, { settings }: ConnectionFacts, field: string) {
  const account = given || settings['bankAccount']
  if (account) return accountRef(account)
  throw cannotSend(
    'Xero has to know which bank account the money moved on.',
    'Name the account in the request, or set the connection’s bank account.',
    field,
  )
}

const payment = z.object({
  PaymentID: z.string(),
  Date: someText,
  Amount: z.number(),
  Status: someText,
  Reference: someText,
})

export async function recordPayment(
  call: Call,
  input: RecordPayment,
  connection: ConnectionFacts,
): Promise<RecordedPayment> {
  const Account = bankOf(input.accountId, connection, 'accountId')
  const books = await booksOf(call, connection)
  const { invoiceId, amount, paidOn, reference, idempotencyKey } = input
  const asked = await books({ method: 'GET', path: `/Invoices/${encodeURIComponent(invoiceId)}` })
  const billed = readAnswer('Xero', asked, oneOf('Invoices', invoice), ({ Invoices: [found] }) => found)
  // Xero takes a bare number, in whatever currency the invoice is.
  if (billed.CurrencyCode !== amount.currency)
    throw cannotSend(
      `The invoice is in ${billed.CurrencyCode}, the payment in ${amount.currency}.`,
      'Enter the amount in the currency of the invoice.',
      'amount',
    )
  const json = {
    Payments: [
      {
        Invoice: { InvoiceID: billed.InvoiceID },
        Account,
        Date: paidOn,
        Amount: Number(toTwoPlaces('Xero', amount, 'amount')),
        ...(reference === undefined ? {} : { Reference: reference }),
      },
    ],
  }
  const answer = await books({ method: 'PUT', path: '/Payments', json, idempotencyKey })
  return readAnswer('Xero', answer, oneOf('Payments', payment), ({ Payments: [made] }) => ({
    id: made.PaymentID,
    invoiceId: billed.InvoiceID,
    amount: fromDecimal(made.Amount, amount.currency),
    paidOn: dayOf(made.Date),
    providerData: { Status: made.Status, Reference: made.Reference },
  }))
}

const listed = payment.extend({
  UpdatedDateUTC: someText,
  Invoice: z.object({ InvoiceID: z.string(), CurrencyCode: z.string() }),
})

/** What customers paid on invoices; Xero goes on telling of those that were taken back. */
export async function listPayments(
  call: Call,
  { first, after, updatedSince }: ListExpenses,
  connection: ConnectionFacts,
) {
  const page = readNumberCursor(after, 1)
  const books = await booksOf(call, connection)
  const query = { page, pageSize: first, where: 'PaymentType=="ACCRECPAYMENT"', order: 'UpdatedDateUTC DESC' }
  const answer = await books({ method: 'GET', path: '/Payments', query, ...changedSince(updatedSince) })
  return readAnswer('Xero', answer, pageOf('Payments', listed), ({ Payments, pagination }) => ({
    items: Payments.map((found) => ({
      id: found.PaymentID,
      invoiceId: found.Invoice.InvoiceID,
      amount: fromDecimal(found.Amount, found.Invoice.CurrencyCode),
      paidOn: dayOf(found.Date),
      updatedAt: iso(momentOf(found.UpdatedDateUTC)),
      providerData: { Status: found.Status, Reference: found.Reference },
    })),
    nextCursor: page < (pagination?.pageCount ?? 0) ? numberCursor(page + 1) : null,
  }))
}

const transaction = z.object({
  BankTransactionID: z.string(),
  Type: z.string(),
  Contact: z.object({ Name: someText }).nullish(),
  Date: someText,
  DateString: someText,
  CurrencyCode: z.string(),
  Total: z.number(),
  Status: someText,
  UpdatedDateUTC: someText,
  LineItems: z.array(z.object({ Description: someText, AccountCode: someText })).nullish(),
})

const toExpense = (found: z.output<typeof transaction>): Expense => ({
  id: found.BankTransactionID,
  amount: fromDecimal(found.Total, found.CurrencyCode),
  spentOn: dayOf(found.DateString) ?? dayOf(found.Date),
  supplier: found.Contact?.Name ?? null,
  accountId: found.LineItems?.[0]?.AccountCode ?? null,
  description: found.LineItems?.[0]?.Description ?? null,
  updatedAt: iso(momentOf(found.UpdatedDateUTC)),
  providerData: { Type: found.Type, Status: found.Status },
})

/** Money spent from a bank account. Xero wants to know on whom: a new name becomes a new contact. */
export async function createExpense(call: Call, input: CreateExpense, connection: ConnectionFacts): Promise<Expense> {
  const { amount, spentOn, accountId, supplierId, supplier, description, idempotencyKey } = input
  const BankAccount = bankOf(input.paidFromAccountId, connection, 'paidFromAccountId')
  if (supplierId === undefined && supplier === undefined)
    throw cannotSend('Xero books spending with its supplier.', 'Give supplierId or supplier.', 'supplier')
  const books = await booksOf(call, connection)
  const wanted = {
    Type: 'SPEND',
    Contact: supplierId === undefined ? { Name: supplier } : { ContactID: supplierId },
    BankAccount,
    Date: spentOn,
    CurrencyCode: amount.currency,
    LineAmountTypes: 'Inclusive',
    LineItems: [
      {
        Description: description,
        Quantity: 1,
        UnitAmount: Number(toTwoPlaces('Xero', amount, 'amount')),
        ...lineAccount(accountId),
      },
    ],
  }
  const request = { method: 'PUT', path: '/BankTransactions', query: { unitdp: 4 }, idempotencyKey } as const
  const answer = await books({ ...request, json: { BankTransactions: [wanted] } })
  return readAnswer('Xero', answer, oneOf('BankTransactions', transaction), ({ BankTransactions: [made] }) =>
    toExpense(made),
  )
}

export async function listExpenses(
  call: Call,
  { first, after, updatedSince }: ListExpenses,
  connection: ConnectionFacts,
): Promise<ExpensePage> {
  const page = readNumberCursor(after, 1)
  const books = await booksOf(call, connection)
  const query = { page, pageSize: first, where: 'Type=="SPEND"', order: 'Date DESC' }
  const answer = await books({ method: 'GET', path: '/BankTransactions', query, ...changedSince(updatedSince) })
  return readAnswer('Xero', answer, pageOf('BankTransactions', transaction), ({ BankTransactions, pagination }) => ({
    items: BankTransactions.map(toExpense),
    nextCursor: page < (pagination?.pageCount ?? 0) ? numberCursor(page + 1) : null,
  }))
}

const account = z.object({
  AccountID: z.string(),
  Code: someText,
  Name: z.string(),
  Type: z.string(),
  Class: someText,
  Status: someText,
  CurrencyCode: someText,
})

/** Xero tells the whole chart of accounts at once; the pages are cut here. */
export async function listAccounts(
  call: Call,
  { first, after }: ListAccountingAccounts,
  connection: ConnectionFacts,
): Promise<AccountingAccountPage> {
  const start = readNumberCursor(after, 0)
  const books = await booksOf(call, connection)
  const answer = await books({ method: 'GET', path: '/Accounts', query: { order: 'Name ASC' } })
  return readAnswer('Xero', answer, z.object({ Accounts: z.array(account) }), ({ Accounts }) => ({
    items: Accounts.slice(start, start + first).map((found) => ({
      // Bank accounts may have no number.
      id: found.Code ?? found.AccountID,
      code: found.Code,
      name: found.Name,
      kind: found.Type,
      providerData: {
        AccountID: found.AccountID,
        Class: found.Class,
        Status: found.Status,
        CurrencyCode: found.CurrencyCode,
      },
    })),
    nextCursor: start + first < Accounts.length ? numberCursor(start + first) : null,
  }))
}
