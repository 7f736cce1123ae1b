import type {
  CreateInvoice,
  GetInvoice,
  Invoice,
  InvoicePage,
  ListInvoices,
  SendInvoice,
  VoidInvoice,
} from '@patchbay/schema/capabilities/accounting.ts'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { dayOfAnswer, standingOf } from '../shared/invoice-standing.ts'
import { iso, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { toTwoPlaces } from '../shared/two-places.ts'
import { booksOf, changedSince, dayOf, lineAccount, momentOf, oneOf, pageOf } from './books.ts'

export const invoice = z.object({
  InvoiceID: z.string(),
  Type: z.string(),
  InvoiceNumber: someText,
  Reference: someText,
  Contact: z.object({ ContactID: someText, Name: someText, EmailAddress: someText }).nullish(),
  Status: z.string(),
  SentToContact: z.boolean().nullish(),
  Date: someText,
  DateString: someText,
  DueDate: someText,
  DueDateString: someText,
  CurrencyCode: z.string(),
  Total: z.number(),
  AmountDue: z.number(),
  AmountPaid: z.number().nullish(),
  AmountCredited: z.number().nullish(),
  LineAmountTypes: someText,
  UpdatedDateUTC: someText,
  LineItems: z
    .array(
      z.object({
        Description: someText,
        Quantity: z.number().nullish(),
        UnitAmount: z.number().nullish(),
        AccountCode: someText,
        TaxType: someText,
      }),
    )
    .nullish(),
})
type Found = z.output<typeof invoice>

function statusOf(found: Found, dueOn: string | null, today: string | null): Invoice['status'] {
  if (found.Status === 'VOIDED' || found.Status === 'DELETED') return 'VOID'
  if (found.Status === 'DRAFT' || found.Status === 'SUBMITTED') return 'DRAFT'
  if (found.Status === 'PAID') return 'PAID'
  const { Total: total, AmountDue: balance } = found
  return standingOf({ total, balance, sent: found.SentToContact === true, dueOn, today })
}

function toInvoice(found: Found, today: string | null): Invoice {
  const { CurrencyCode: currency } = found
  const dueOn = dayOf(found.DueDateString) ?? dayOf(found.DueDate)
  return {
    id: found.InvoiceID,
    number: found.InvoiceNumber,
    contactId: found.Contact?.ContactID ?? null,
    contactName: found.Contact?.Name ?? null,
    status: statusOf(found, dueOn, today),
    vendorStatus: found.Status,
    issuedOn: dayOf(found.DateString) ?? dayOf(found.Date),
    dueOn,
    total: fromDecimal(found.Total, currency),
    balance: fromDecimal(found.AmountDue, currency),
    reference: found.Reference,
    url: `https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID=${found.InvoiceID}`,
    // A line without a quantity is a remark.
    lines: (found.LineItems ?? []).flatMap(({ Description, Quantity, UnitAmount, AccountCode, TaxType }) =>
      Quantity && Quantity > 0
        ? [
            {
              description: (Description ?? '—').slice(0, 500),
              quantity: Quantity,
              unitPrice: fromDecimal(UnitAmount ?? 0, currency),
              ...(AccountCode === null ? {} : { accountId: AccountCode }),
              ...(TaxType === null ? {} : { taxCode: TaxType }),
            },
          ]
        : [],
    ),
    updatedAt: iso(momentOf(found.UpdatedDateUTC)),
    providerData: {
      Type: found.Type,
      SentToContact: found.SentToContact ?? null,
      LineAmountTypes: found.LineAmountTypes,
      AmountCredited: found.AmountCredited ?? null,
    },
  }
}

const readOne = (answer: CallAnswer): Invoice =>
  readAnswer('Xero', answer, oneOf('Invoices', invoice), ({ Invoices: [found] }) =>
    toInvoice(found, dayOfAnswer(answer.headers)),
  )

/** Four places, so that a dinar’s third is not rounded away. */
const fourPlaces = { unitdp: 4 } as const
const pathOf = (id: string, rest = '') => `/Invoices/${encodeURIComponent(id)}${rest}`

export async function createInvoice(call: Call, input: CreateInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const books = await booksOf(call, connection)
  const { contactId, number, reference, issuedOn, dueOn, lines, draft, note, idempotencyKey } = input
  const account = connection.settings['salesAccount']
  const taxed = lines.some(({ taxCode }) => taxCode !== undefined)
  const wanted = {
    Type: 'ACCREC',
    Contact: { ContactID: contactId },
    CurrencyCode: lines[0]?.unitPrice.currency,
    // Where nobody names a tax, an account’s own tax must not come in by itself.
    LineAmountTypes: taxed ? 'Exclusive' : 'NoTax',
    LineItems: [
      ...lines.map((line) => ({
        Description: line.description,
        Quantity: line.quantity,
        UnitAmount: Number(toTwoPlaces('Xero', line.unitPrice, 'lines')),
        ...(line.accountId || account ? lineAccount(line.accountId ?? account ?? '') : {}),
        ...(taxed ? { TaxType: line.taxCode ?? 'NONE' } : {}),
      })),
      // Xero has no place for a note; a line of nothing but text is printed as one.
      ...(note === undefined ? [] : [{ Description: note }]),
    ],
    Status: draft ? 'DRAFT' : 'AUTHORISED',
    ...(number === undefined ? {} : { InvoiceNumber: number }),
    ...(reference === undefined ? {} : { Reference: reference }),
    ...(issuedOn === undefined ? {} : { Date: issuedOn }),
    ...(dueOn === undefined ? {} : { DueDate: dueOn }),
  }
  const json = { Invoices: [wanted] }
  return readOne(await books({ method: 'PUT', path: '/Invoices', query: fourPlaces, json, idempotencyKey }))
}

export async function getInvoice(call: Call, { id }: GetInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const books = await booksOf(call, connection)
  return readOne(await books({ method: 'GET', path: pathOf(id), query: fourPlaces }))
}

/** Invoices to customers; those of suppliers are another kind. */
export async function listInvoices(
  call: Call,
  { first, after, updatedSince }: ListInvoices,
  connection: ConnectionFacts,
): Promise<InvoicePage> {
  const page = readNumberCursor(after, 1)
  const books = await booksOf(call, connection)
  const answer = await books({
    method: 'GET',
    path: '/Invoices',
    query: { ...fourPlaces, page, pageSize: first, where: 'Type=="ACCREC"', order: 'UpdatedDateUTC DESC' },
    ...changedSince(updatedSince),
  })
  const today = dayOfAnswer(answer.headers)
  return readAnswer('Xero', answer, pageOf('Invoices', invoice), ({ Invoices, pagination }) => ({
    items: Invoices.map((found) => toInvoice(found, today)),
    nextCursor: page < (pagination?.pageCount ?? 0) ? numberCursor(page + 1) : null,
  }))
}

/** Xero mails to the customer's address in the books and takes no other; the invoice must not be a draft. */
export async function sendInvoice(call: Call, input: SendInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const books = await booksOf(call, connection)
  const known = await books({ method: 'GET', path: pathOf(input.id) })
  const address = readAnswer('Xero', known, oneOf('Invoices', invoice), ({ Invoices: [found] }) =>
    found.Contact?.EmailAddress?.toLowerCase(),
  )
  if (input.email !== undefined && input.email.toLowerCase() !== address)
    throw cannotSend(
      `Xero mails an invoice only to the customer’s address in the books, ${address ?? 'and this customer has none'}.`,
      'Leave the address out, or change the customer’s address first.',
      'email',
    )
  const path = pathOf(input.id, '/Email')
  await books({ method: 'POST', path, json: {}, idempotencyKey: input.idempotencyKey })
  return readOne(await books({ method: 'GET', path: pathOf(input.id), query: fourPlaces }))
}

/** A draft is removed, which is Xero's word for it; what is void already is left as it is. */
export async function voidInvoice(call: Call, input: VoidInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const books = await booksOf(call, connection)
  const before = readOne(await books({ method: 'GET', path: pathOf(input.id), query: fourPlaces }))
  if (before.status === 'VOID') return before
  const json = { InvoiceID: before.id, Status: before.status === 'DRAFT' ? 'DELETED' : 'VOIDED' }
  const { idempotencyKey } = input
  return readOne(
    await books({
      method: 'POST',
      path: pathOf(input.id),
      query: fourPlaces,
      json: { Invoices: [json] },
      idempotencyKey,
    }),
  )
}
