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
import { cannotSend, cannotTellChanges } from '../shared/failure.ts'
import { idText, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { toTwoPlaces } from '../shared/two-places.ts'
import { amount, momentOf, pathOf, readOne, readPage } from './account.ts'
import { getInvoice } from './invoices.ts'

const payment = z.object({
  id: idText,
  invoiceid: idText,
  amount,
  date: someText,
  type: someText,
  note: someText,
  updated: someText,
  vis_state: z.int().nullish(),
})

/** What was paid on invoices and was not removed. */
export async function listPayments(call: Call, { first, after }: ListExpenses, connection: ConnectionFacts) {
  const listing = { path: pathOf(connection, '/payments/payments'), name: 'payments', first, after }
  const { rows, nextCursor } = await readPage(call, listing, payment)
  return { items: rows.filter(({ vis_state: state }) => state !== 1).map(toPayment), nextCursor }
}

const toPayment = (found: z.output<typeof payment>): RecordedPayment => ({
  id: found.id,
  invoiceId: found.invoiceid,
  amount: fromDecimal(found.amount.amount, found.amount.code),
  paidOn: found.date,
  updatedAt: momentOf(found.updated),
  providerData: { type: found.type, note: found.note },
})

/** A payment with a reference is entered once: the one with the same reference and amount that stands there is the one. */
export async function recordPayment(
  call: Call,
  input: RecordPayment,
  connection: ConnectionFacts,
): Promise<RecordedPayment> {
  const { amount: paid, paidOn, reference, idempotencyKey } = input
  const invoice = await getInvoice(call, { id: input.invoiceId }, connection)
  if (invoice.total.currency !== paid.currency)
    throw cannotSend(
      `The invoice is in ${invoice.total.currency}, the payment in ${paid.currency}.`,
      'Enter the amount in the currency of the invoice.',
      'amount',
    )
  const path = pathOf(connection, '/payments/payments')
  if (reference !== undefined) {
    const query = { 'search[invoiceid]': invoice.id }
    const { rows } = await readPage(call, { path, name: 'payments', query, first: 100, after: null }, payment)
    const known = rows
      .filter((row) => row.note === reference && row.vis_state !== 1)
      .map(toPayment)
      .find((one) => one.invoiceId === invoice.id && one.amount.amountMinor === paid.amountMinor)
    if (known !== undefined) return known
  }
  const wanted = {
    invoiceid: invoice.id,
    amount: { amount: toTwoPlaces('FreshBooks', paid, 'amount'), code: paid.currency },
    date: paidOn,
    type: 'Other',
    ...(reference === undefined ? {} : { note: reference }),
  }
  const answer = await call({ method: 'POST', path, json: { payment: wanted }, idempotencyKey })
  return readOne(answer, 'payment', payment, toPayment)
}

const expense = z.object({
  id: idText,
  amount,
  date: someText,
  vendor: someText,
  categoryid: idText.nullish(),
  notes: someText,
  status: z.int().nullish(),
  updated: someText,
})

const toExpense = (found: z.output<typeof expense>): Expense => ({
  id: found.id,
  amount: fromDecimal(found.amount.amount, found.amount.code),
  spentOn: found.date,
  supplier: found.vendor,
  accountId: found.categoryid ?? null,
  description: found.notes,
  updatedAt: momentOf(found.updated),
  providerData: { status: found.status ?? null },
})

/** Whose expense it is; the owner of every account is the first of its staff. */
const owner = 1

export async function createExpense(call: Call, input: CreateExpense, connection: ConnectionFacts): Promise<Expense> {
  const { amount: spent, spentOn, accountId, supplier, description, idempotencyKey } = input
  const wanted = {
    amount: { amount: toTwoPlaces('FreshBooks', spent, 'amount'), code: spent.currency },
    categoryid: accountId,
    staffid: owner,
    date: spentOn,
    notes: description,
    ...(supplier === undefined ? {} : { vendor: supplier }),
  }
  const path = pathOf(connection, '/expenses/expenses')
  const answer = await call({ method: 'POST', path, json: { expense: wanted }, idempotencyKey })
  return readOne(answer, 'expense', expense, toExpense)
}

export async function listExpenses(
  call: Call,
  { first, after, updatedSince }: ListExpenses,
  connection: ConnectionFacts,
): Promise<ExpensePage> {
  cannotTellChanges('FreshBooks', 'expenses', updatedSince)
  const listing = { path: pathOf(connection, '/expenses/expenses'), name: 'expenses', first, after }
  const { rows, nextCursor } = await readPage(call, listing, expense)
  return { items: rows.map(toExpense), nextCursor }
}

const category = z.object({
  id: idText,
  category: z.string(),
  is_cogs: z.boolean().nullish(),
  parentid: idText.nullish(),
})

/** Categories of expenses, which is what FreshBooks lets a program choose among. */
export async function listAccounts(
  call: Call,
  { first, after }: ListAccountingAccounts,
  connection: ConnectionFacts,
): Promise<AccountingAccountPage> {
  const listing = { path: pathOf(connection, '/expenses/categories'), name: 'categories', first, after }
  const { rows, nextCursor } = await readPage(call, listing, category)
  return {
    items: rows.map((found) => ({
      id: found.id,
      code: null,
      name: found.category,
      kind: found.is_cogs === true ? 'cost of goods sold' : 'expense category',
      providerData: { parentid: found.parentid ?? null },
    })),
    nextCursor,
  }
}
