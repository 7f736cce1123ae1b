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
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { toTwoPlaces } from '../shared/two-places.ts'
import { change, changedSince, currencies, homeFor, quoted, reference, select, selectPage } from './company.ts'
import { fetchInvoice, invoice } from './invoices.ts'

const payment = z.object({
  Id: z.string(),
  TotalAmt: z.number(),
  UnappliedAmt: z.number().nullish(),
  TxnDate: z.string().nullish(),
  PaymentRefNum: z.string().nullish(),
})
/** Longest number of a payment QuickBooks keeps. */
const longestNumber = 21

export async function recordPayment(
  call: Call,
  input: RecordPayment,
  { settings }: ConnectionFacts,
): Promise<RecordedPayment> {
  const { amount, paidOn, reference: own, idempotencyKey } = input
  const shape = z.object({ Invoice: invoice })
  const asked = await fetchInvoice(call, input.invoiceId)
  const billed = readAnswer('QuickBooks Online', asked, shape, (body) => body.Invoice)
  const currency = billed.CurrencyRef?.value ?? (await currencies(call)).home
  if (currency !== amount.currency)
    throw cannotSend(
      `The invoice is in ${currency}, the payment in ${amount.currency}.`,
      'Enter the amount in the currency of the invoice.',
      'amount',
    )
  const account = input.accountId || settings['bankAccount']
  const Amount = Number(toTwoPlaces('QuickBooks Online', amount, 'amount'))
  const json = {
    CustomerRef: { value: billed.CustomerRef.value },
    TotalAmt: Amount,
    TxnDate: paidOn,
    Line: [{ Amount, LinkedTxn: [{ TxnId: billed.Id, TxnType: 'Invoice' }] }],
    // Without one the money waits in “Undeposited funds”.
    ...(account ? { DepositToAccountRef: { value: account } } : {}),
    ...(billed.CurrencyRef ? { CurrencyRef: { value: billed.CurrencyRef.value } } : {}),
    ...(own === undefined ? {} : own.length > longestNumber ? { PrivateNote: own } : { PaymentRefNum: own }),
  }
  const answer = await change(call, { path: '/payment', json, idempotencyKey })
  return readAnswer('QuickBooks Online', answer, z.object({ Payment: payment }), ({ Payment: made }) => ({
    id: made.Id,
    invoiceId: billed.Id,
    amount: fromDecimal(made.TotalAmt, currency),
    paidOn: made.TxnDate ?? null,
    providerData: { UnappliedAmt: made.UnappliedAmt ?? null, PaymentRefNum: made.PaymentRefNum ?? null },
  }))
}

const listed = payment.extend({
  CurrencyRef: reference.nullish(),
  MetaData: z.object({ LastUpdatedTime: z.string().nullish() }).nullish(),
  Line: z
    .array(
      z.object({
        Amount: z.number().nullish(),
        LinkedTxn: z.array(z.object({ TxnId: z.string(), TxnType: z.string() })).nullish(),
      }),
    )
    .nullish(),
})

/** What came in on one invoice: a payment of QuickBooks may pay several, or, yet, none. */
const sharesOf = (found: z.output<typeof listed>, home: string): readonly RecordedPayment[] =>
  (found.Line ?? []).flatMap(({ Amount, LinkedTxn }) => {
    const billed = LinkedTxn?.find(({ TxnType }) => TxnType === 'Invoice')
    if (billed === undefined) return []
    return [
      {
        id: found.Id,
        invoiceId: billed.TxnId,
        amount: fromDecimal(Amount ?? 0, found.CurrencyRef?.value ?? home),
        paidOn: found.TxnDate ?? null,
        updatedAt: iso(fromText(found.MetaData?.LastUpdatedTime)),
        providerData: { UnappliedAmt: found.UnappliedAmt ?? null, PaymentRefNum: found.PaymentRefNum ?? null },
      },
    ]
  })

/** Payments with what each brought on which invoice. */
export async function listPayments(call: Call, input: ListExpenses) {
  const query = { entity: 'Payment', where: changedSince(input.updatedSince), orderBy: 'TxnDate desc' } as const
  const page = await selectPage(call, query, input, listed)
  const home = await homeFor(call, page.rows)
  return { items: page.rows.map((found) => sharesOf(found, home)), nextCursor: page.nextCursor }
}

const purchase = z.object({
  Id: z.string(),
  TotalAmt: z.number(),
  TxnDate: z.string().nullish(),
  PaymentType: z.string().nullish(),
  AccountRef: reference.nullish(),
  EntityRef: reference.nullish(),
  CurrencyRef: reference.nullish(),
  PrivateNote: z.string().nullish(),
  MetaData: z.object({ LastUpdatedTime: z.string().nullish() }).nullish(),
  Line: z
    .array(
      z.object({
        Description: z.string().nullish(),
        AccountBasedExpenseLineDetail: z.object({ AccountRef: reference.nullish() }).nullish(),
      }),
    )
    .nullish(),
})

const toExpense = (found: z.output<typeof purchase>, home: string): Expense => ({
  id: found.Id,
  amount: fromDecimal(found.TotalAmt, found.CurrencyRef?.value ?? home),
  spentOn: found.TxnDate ?? null,
  supplier: found.EntityRef?.name ?? null,
  accountId: found.Line?.[0]?.AccountBasedExpenseLineDetail?.AccountRef?.value ?? null,
  description: found.Line?.[0]?.Description ?? found.PrivateNote ?? null,
  updatedAt: iso(fromText(found.MetaData?.LastUpdatedTime)),
  providerData: { PaymentType: found.PaymentType ?? null, AccountRef: found.AccountRef?.value ?? null },
})

/** A supplier's id; by name where there is one, else the name stays in the memo. */
async function supplierOf(call: Call, { supplierId, supplier }: CreateExpense): Promise<string | null> {
  if (supplierId !== undefined || supplier === undefined) return supplierId ?? null
  const where = [`DisplayName = ${quoted(supplier)}`]
  const { rows } = await select(call, { entity: 'Vendor', where }, z.object({ Id: z.string() }))
  return rows[0]?.Id ?? null
}

export async function createExpense(call: Call, input: CreateExpense, { settings }: ConnectionFacts): Promise<Expense> {
  const from = input.paidFromAccountId || settings['bankAccount']
  if (!from)
    throw cannotSend(
      'QuickBooks has to know which account the money left.',
      'Name the account in the request, or set the connection’s bank account.',
      'paidFromAccountId',
    )
  const { amount, spentOn, accountId, description, supplier, idempotencyKey } = input
  const { home, several } = await currencies(call)
  if (amount.currency !== home && !several)
    throw cannotSend(`This company keeps its books in ${home} only.`, `Enter the amount in ${home}.`, 'amount')
  const vendor = await supplierOf(call, input)
  const json = {
    PaymentType: 'Cash',
    AccountRef: { value: from },
    TxnDate: spentOn,
    Line: [
      {
        DetailType: 'AccountBasedExpenseLineDetail',
        Amount: Number(toTwoPlaces('QuickBooks Online', amount, 'amount')),
        Description: description,
        AccountBasedExpenseLineDetail: { AccountRef: { value: accountId } },
      },
    ],
    ...(several ? { CurrencyRef: { value: amount.currency } } : {}),
    ...(vendor === null ? {} : { EntityRef: { value: vendor, type: 'Vendor' } }),
    ...(vendor === null && supplier !== undefined ? { PrivateNote: supplier } : {}),
  }
  const answer = await change(call, { path: '/purchase', json, idempotencyKey })
  return readAnswer('QuickBooks Online', answer, z.object({ Purchase: purchase }), (made) =>
    toExpense(made.Purchase, home),
  )
}

export async function listExpenses(call: Call, input: ListExpenses): Promise<ExpensePage> {
  const query = { entity: 'Purchase', where: changedSince(input.updatedSince), orderBy: 'TxnDate desc' } as const
  const page = await selectPage(call, query, input, purchase)
  const home = await homeFor(call, page.rows)
  return { items: page.rows.map((found) => toExpense(found, home)), nextCursor: page.nextCursor }
}

const account = z.object({
  Id: z.string(),
  Name: z.string(),
  AcctNum: z.string().nullish(),
  AccountType: z.string(),
  AccountSubType: z.string().nullish(),
  Classification: z.string().nullish(),
  Active: z.boolean().nullish(),
})

export async function listAccounts(call: Call, input: ListAccountingAccounts): Promise<AccountingAccountPage> {
  const page = await selectPage(call, { entity: 'Account', orderBy: 'Name' }, input, account)
  return {
    items: page.rows.map((found) => ({
      id: found.Id,
      code: found.AcctNum || null,
      name: found.Name,
      kind: found.AccountType,
      providerData: {
        AccountSubType: found.AccountSubType ?? null,
        Classification: found.Classification ?? null,
        Active: found.Active ?? null,
      },
    })),
    nextCursor: page.nextCursor,
  }
}
