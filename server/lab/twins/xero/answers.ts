import { uuidOf } from '../../chance.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'
import { type XeroContact, type XeroInvoice, type XeroPayment, type XeroSpending, accounts, cents } from './data.ts'

export interface XeroBooks {
  contacts: XeroContact[]
  invoices: XeroInvoice[]
  spending: XeroSpending[]
  payments: XeroPayment[]
  /** Answers by idempotency key, with the body they answered. */
  keys: Record<string, { readonly asked: string; readonly status: number; readonly body: unknown }>
}
export type XeroBench = Bench<XeroBooks>

export const moment = (at: number) => `/Date(${at}+0000)/`
const dayMoment = (day: string) => moment(Date.parse(`${day}T00:00:00Z`))
const dayString = (day: string) => `${day}T00:00:00`

export const wrapped = (name: string, items: readonly unknown[], now: number, more: object = {}): LabAnswer =>
  json(200, {
    Id: uuidOf(`xero:answer:${now}`),
    Status: 'OK',
    ProviderName: 'Patchbay',
    DateTimeUTC: moment(now),
    ...more,
    [name]: items,
  })

export const invalid = (message: string): LabAnswer =>
  json(400, {
    ErrorNumber: 10,
    Type: 'ValidationException',
    Message: 'A validation exception occurred',
    Elements: [{ ValidationErrors: [{ Message: message }] }],
  })

export const notFound = (): LabAnswer => ({
  status: 404,
  headers: { 'content-type': 'text/html' },
  text: "The resource you're looking for cannot be found",
})

export function shownContact({ updated, Phones, ...contact }: XeroContact) {
  return { ...contact, Phones, Addresses: [], ContactGroups: [], UpdatedDateUTC: moment(updated) }
}

export function shownInvoice(found: XeroInvoice, { state }: XeroBench) {
  const { contact, date, due, total, paid, updated, ...invoice } = found
  const owner = state.contacts.find(({ ContactID }) => ContactID === contact)
  const closed = found.Status === 'VOIDED' || found.Status === 'DELETED'
  return {
    ...invoice,
    Type: 'ACCREC',
    Contact: { ContactID: contact, Name: owner?.Name ?? '', EmailAddress: owner?.EmailAddress ?? '' },
    Date: dayMoment(date),
    DateString: dayString(date),
    DueDate: dayMoment(due),
    DueDateString: dayString(due),
    SubTotal: total,
    TotalTax: 0,
    Total: total,
    AmountDue: closed ? 0 : cents(total - paid),
    AmountPaid: paid,
    AmountCredited: 0,
    UpdatedDateUTC: moment(updated),
    HasErrors: false,
  }
}

export function shownPayment({ invoice: id, date, updated, ...payment }: XeroPayment, { state }: XeroBench) {
  const invoice = state.invoices.find(({ InvoiceID }) => InvoiceID === id)
  return {
    ...payment,
    Date: dayMoment(date),
    Status: 'AUTHORISED',
    PaymentType: 'ACCRECPAYMENT',
    UpdatedDateUTC: moment(updated),
    Invoice: { InvoiceID: id, InvoiceNumber: invoice?.InvoiceNumber, CurrencyCode: invoice?.CurrencyCode },
  }
}

export function shownSpending(found: XeroSpending) {
  const { contactName, BankAccount, date, total, updated, ...transaction } = found
  const account = accounts.find(({ Code }) => Code === BankAccount)
  return {
    ...transaction,
    Type: 'SPEND',
    Contact: { ContactID: uuidOf(`xero:supplier:${contactName}`), Name: contactName },
    BankAccount: { AccountID: account?.AccountID, Code: account?.Code, Name: account?.Name },
    Date: dayMoment(date),
    DateString: dayString(date),
    LineAmountTypes: 'Inclusive',
    SubTotal: total,
    TotalTax: 0,
    Total: total,
    Status: 'AUTHORISED',
    IsReconciled: false,
    UpdatedDateUTC: moment(updated),
  }
}

/** A page of a list, as `page` and `pageSize` ask. */
export function paged(name: string, all: readonly unknown[], { query }: LabRequest, { now }: XeroBench): LabAnswer {
  const [page, pageSize] = [Number(query.get('page') ?? '1'), Number(query.get('pageSize') ?? '100')]
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000)
    return invalid('The page or the page size is not valid.')
  const pagination = { page, pageSize, pageCount: Math.ceil(all.length / pageSize), itemCount: all.length }
  return wrapped(name, all.slice((page - 1) * pageSize, page * pageSize), now, { pagination })
}

/** The same key and the same body have the same answer; another body under it is refused. */
export const once =
  (handle: (request: LabRequest, bench: XeroBench) => LabAnswer) =>
  (request: LabRequest, bench: XeroBench): LabAnswer => {
    const key = request.headers['idempotency-key']
    if (key === undefined) return handle(request, bench)
    if (key.length > 128) return invalid('Idempotency-Key header is too long.')
    const asked = `${request.method} ${request.path} ${request.text}`
    const before = bench.state.keys[`key:${key}`]
    if (before !== undefined)
      return before.asked === asked
        ? json(before.status, before.body)
        : invalid('The Idempotency-Key has been used with another request.')
    const answer = handle(request, bench)
    if (answer.status === 200) bench.state.keys[`key:${key}`] = { asked, status: 200, body: answer.json }
    return answer
  }
