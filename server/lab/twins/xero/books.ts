import { addNewest, forgetOldest } from '../../bounded.ts'
import { uuidOf } from '../../chance.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import {
  invalid,
  moment,
  notFound,
  once,
  paged,
  shownContact,
  shownInvoice,
  shownPayment,
  shownSpending,
  wrapped,
  type XeroBench,
  type XeroBooks,
} from './answers.ts'
import { accounts, cents, dayText, type XeroContact, type XeroInvoice, type XeroLine } from './data.ts'

type Handler = Route<XeroBooks>['handle']

/** The one thing of a list in a body. */
function given<Body>(request: LabRequest, name: string): Partial<Body> | null {
  const list = (request.json as Readonly<Record<string, unknown>> | undefined)?.[name]
  return Array.isArray(list) && list.length === 1 ? (list[0] as Partial<Body>) : null
}

const emailIn = (where: string | null) => /^EmailAddress=="([^"]*)"$/.exec(where ?? '')?.[1]

/** What changed since the moment of the header; null for a header that is no moment. */
function changedSince<Row extends { readonly updated: number }>(request: LabRequest, rows: readonly Row[]) {
  const since = Date.parse(request.headers['if-modified-since'] ?? '1970-01-01T00:00:00Z')
  return Number.isNaN(since) ? null : rows.filter(({ updated }) => updated >= since)
}
const noMoment = () => invalid('If-Modified-Since is not a valid date.')

const listContacts = (request: LabRequest, bench: XeroBench): LabAnswer => {
  const email = emailIn(request.query.get('where'))
  if (request.query.has('where') && email === undefined) return invalid('QueryParseException')
  const all = changedSince(request, bench.state.contacts)?.filter(
    ({ EmailAddress }) => email === undefined || EmailAddress.toLowerCase() === email.toLowerCase(),
  )
  return all === undefined ? noMoment() : paged('Contacts', all.map(shownContact), request, bench)
}

const writeContact =
  (method: 'PUT' | 'POST') =>
  (request: LabRequest, bench: XeroBench): LabAnswer => {
    const { state, now } = bench
    const body = given<XeroContact>(request, 'Contacts')
    if (!body?.Name) return invalid('The contact name must be specified.')
    const known = method === 'POST' ? state.contacts.find(({ ContactID }) => ContactID === body.ContactID) : undefined
    if (state.contacts.some((other) => other !== known && other.Name.toLowerCase() === body.Name?.toLowerCase()))
      return invalid(
        `The contact name ${body.Name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
      )
    const made: XeroContact = known ?? {
      ContactID: uuidOf(bench.id('contact', 20)),
      Name: body.Name,
      EmailAddress: '',
      ContactStatus: 'ACTIVE',
      IsCustomer: false,
      IsSupplier: false,
      Phones: [],
      updated: now,
    }
    Object.assign(made, {
      Name: body.Name,
      EmailAddress: body.EmailAddress ?? made.EmailAddress,
      updated: now,
      ...(body.DefaultCurrency === undefined ? {} : { DefaultCurrency: body.DefaultCurrency }),
      ...(body.Phones === undefined
        ? {}
        : { Phones: body.Phones.map((phone) => Object.assign({ PhoneAreaCode: '', PhoneCountryCode: '' }, phone)) }),
    })
    if (known === undefined) addNewest(state.contacts, made, 7)
    return wrapped('Contacts', [shownContact(made)], now)
  }

interface InvoiceBody extends XeroInvoice {
  readonly Type: string
  readonly Contact: { readonly ContactID?: string }
  readonly Date: string
  readonly DueDate: string
}

function createInvoice(request: LabRequest, bench: XeroBench): LabAnswer {
  const { state, now } = bench
  const body = given<InvoiceBody>(request, 'Invoices')
  const contact = state.contacts.find(({ ContactID }) => ContactID === body?.Contact?.ContactID)
  if (body === null || body.Type !== 'ACCREC') return invalid('Invoice type must be specified.')
  if (contact === undefined) return invalid('The Contact could not be found.')
  if (body.CurrencyCode !== 'AED' && body.CurrencyCode !== 'USD')
    return invalid(`Organisation is not subscribed to currency ${String(body.CurrencyCode)}`)
  const lines: XeroLine[] = body.LineItems ?? []
  const billed = lines.filter(({ Quantity }) => Quantity !== undefined)
  if (billed.length === 0) return invalid('One or more line items must be specified.')
  const unknown = billed.find(({ AccountCode }) => !accounts.some(({ Code }) => Code === AccountCode))
  if (unknown !== undefined)
    return invalid(`Account code '${unknown.AccountCode ?? ''}' is not a valid code for this document.`)
  if (state.invoices.some(({ InvoiceNumber }) => InvoiceNumber === body.InvoiceNumber))
    return invalid('Invoice # must be unique.')
  const LineItems = lines.map((line) =>
    line.Quantity === undefined
      ? line
      : {
          ...line,
          TaxType: line.TaxType ?? 'NONE',
          LineAmount: cents(line.Quantity * (line.UnitAmount ?? 0)),
        },
  )
  const date = body.Date ?? dayText(now)
  const made: XeroInvoice = {
    InvoiceID: uuidOf(bench.id('invoice', 20)),
    InvoiceNumber: body.InvoiceNumber ?? `INV-${bench.id('', 6, '123456789')}`,
    Reference: body.Reference ?? '',
    contact: contact.ContactID,
    Status: body.Status === 'DRAFT' ? 'DRAFT' : 'AUTHORISED',
    SentToContact: false,
    LineAmountTypes: body.LineAmountTypes ?? 'Exclusive',
    CurrencyCode: body.CurrencyCode,
    LineItems,
    date,
    due: body.DueDate ?? date,
    total: cents(LineItems.reduce((sum, { LineAmount = 0 }) => sum + LineAmount, 0)),
    paid: 0,
    updated: now,
  }
  addNewest(state.invoices, made, 14)
  return wrapped('Invoices', [shownInvoice(made, bench)], now)
}

const withInvoice =
  (handle: (invoice: XeroInvoice, request: LabRequest, bench: XeroBench) => LabAnswer) =>
  (request: LabRequest, bench: XeroBench): LabAnswer => {
    const found = bench.state.invoices.find(({ InvoiceID }) => InvoiceID === request.params['id'])
    return found === undefined ? notFound() : handle(found, request, bench)
  }

const readInvoice = withInvoice((found, _request, bench) =>
  wrapped('Invoices', [shownInvoice(found, bench)], bench.now),
)

const closeInvoice = withInvoice((found, request, bench) => {
  const wanted = given<XeroInvoice>(request, 'Invoices')?.Status
  const allowed = found.Status === 'DRAFT' ? 'DELETED' : 'VOIDED'
  if (wanted !== allowed || found.paid > 0 || !['DRAFT', 'AUTHORISED'].includes(found.Status))
    return invalid('Invoice not of valid status for modification')
  Object.assign(found, { Status: wanted, updated: bench.now })
  return wrapped('Invoices', [shownInvoice(found, bench)], bench.now)
})

const mailInvoice = withInvoice((found, _request, { state, now }) => {
  const owner = state.contacts.find(({ ContactID }) => ContactID === found.contact)
  if (found.Status === 'DRAFT') return invalid('Invoice is not of valid status to be emailed')
  if (!owner?.EmailAddress) return invalid('The contact does not have an email address')
  Object.assign(found, { SentToContact: true, updated: now })
  return { status: 204 }
})

const listInvoices = (request: LabRequest, bench: XeroBench): LabAnswer => {
  const all = changedSince(request, bench.state.invoices)?.toSorted((a, b) => b.updated - a.updated)
  if (all === undefined) return noMoment()
  return paged(
    'Invoices',
    all.map((found) => shownInvoice(found, bench)),
    request,
    bench,
  )
}

interface PaymentBody {
  readonly Invoice: { readonly InvoiceID?: string }
  readonly Account: { readonly Code?: string; readonly AccountID?: string }
  readonly Date: string
  readonly Amount: number
  readonly Reference: string
}

const isBank = (wanted: { readonly Code?: string; readonly AccountID?: string } | undefined) =>
  accounts.find(
    ({ Code, AccountID, Type }) => Type === 'BANK' && (Code === wanted?.Code || AccountID === wanted?.AccountID),
  )

function createPayment(request: LabRequest, bench: XeroBench): LabAnswer {
  const { state, now, id } = bench
  const {
    Invoice,
    Account,
    Date: date = dayText(now),
    Amount = 0,
    Reference = '',
  } = given<PaymentBody>(request, 'Payments') ?? {}
  const invoice = state.invoices.find(({ InvoiceID }) => InvoiceID === Invoice?.InvoiceID)
  if (invoice === undefined) return invalid('Invoice could not be found')
  if (isBank(Account) === undefined) return invalid('Account could not be found')
  if (invoice.Status !== 'AUTHORISED') return invalid('Payments can only be made against Authorised documents')
  if (Amount > cents(invoice.total - invoice.paid))
    return invalid('Payment amount exceeds the amount outstanding on this document')
  invoice.paid = cents(invoice.paid + Amount)
  Object.assign(invoice, { updated: now, Status: invoice.paid >= invoice.total ? 'PAID' : invoice.Status })
  const made = {
    PaymentID: uuidOf(id('payment', 20)),
    invoice: invoice.InvoiceID,
    Amount,
    date,
    Reference,
    updated: now,
  }
  addNewest(state.payments, made, 0)
  return wrapped('Payments', [shownPayment(made, bench)], now)
}

interface SpendingBody {
  readonly Type: string
  readonly Contact: { readonly Name?: string; readonly ContactID?: string }
  readonly BankAccount: { readonly Code?: string; readonly AccountID?: string }
  readonly Date: string
  readonly CurrencyCode: string
  readonly LineItems: XeroLine[]
}

function createSpending(request: LabRequest, { state, now, id }: XeroBench): LabAnswer {
  const body = given<SpendingBody>(request, 'BankTransactions')
  const bank = isBank(body?.BankAccount)
  if (body?.Type !== 'SPEND') return invalid('Type must be specified')
  if (bank === undefined) return invalid('The bank account could not be found')
  const named =
    state.contacts.find(({ ContactID }) => ContactID === body.Contact?.ContactID)?.Name ?? body.Contact?.Name
  if (named === undefined) return invalid('A Contact must be specified for this type of transaction')
  const lines = body.LineItems ?? []
  if (lines.some(({ AccountCode }) => !accounts.some(({ Code }) => Code === AccountCode)))
    return invalid('Account code is not a valid code for this document.')
  const made = {
    BankTransactionID: uuidOf(id('spending', 20)),
    contactName: named,
    BankAccount: bank.Code,
    date: body.Date ?? dayText(now),
    CurrencyCode: body.CurrencyCode ?? 'AED',
    LineItems: lines,
    total: cents(lines.reduce((sum, { Quantity = 1, UnitAmount = 0 }) => sum + Quantity * UnitAmount, 0)),
    updated: now,
  }
  addNewest(state.spending, made, 6)
  return wrapped('BankTransactions', [shownSpending(made)], now)
}

const keyed = (handle: Handler): Handler =>
  once((request, bench) => {
    forgetOldest(bench.state.keys)
    return handle(request, bench) as LabAnswer
  })

export const xeroRoutes: readonly Route<XeroBooks>[] = [
  { method: 'GET', path: '/Contacts', needs: 'accounting.contacts', handle: listContacts },
  { method: 'PUT', path: '/Contacts', needs: 'accounting.contacts', handle: keyed(writeContact('PUT')) },
  { method: 'POST', path: '/Contacts', needs: 'accounting.contacts', handle: keyed(writeContact('POST')) },
  { method: 'GET', path: '/Invoices', needs: 'accounting.invoices', handle: listInvoices },
  { method: 'PUT', path: '/Invoices', needs: 'accounting.invoices', handle: keyed(createInvoice) },
  { method: 'GET', path: '/Invoices/:id', needs: 'accounting.invoices', handle: readInvoice },
  { method: 'POST', path: '/Invoices/:id', needs: 'accounting.invoices', handle: keyed(closeInvoice) },
  { method: 'POST', path: '/Invoices/:id/Email', needs: 'accounting.invoices', handle: keyed(mailInvoice) },
  {
    method: 'GET',
    path: '/Payments',
    needs: 'accounting.payments',
    handle: (request, bench) => {
      const all = changedSince(request, bench.state.payments)?.toSorted((a, b) => b.updated - a.updated)
      if (all === undefined) return noMoment()
      return paged(
        'Payments',
        all.map((found) => shownPayment(found, bench)),
        request,
        bench,
      )
    },
  },
  { method: 'PUT', path: '/Payments', needs: 'accounting.payments', handle: keyed(createPayment) },
  {
    method: 'GET',
    path: '/BankTransactions',
    needs: 'accounting.banktransactions',
    handle: (request, bench) => {
      const all = changedSince(request, bench.state.spending)?.toSorted((a, b) => b.date.localeCompare(a.date))
      if (all === undefined) return noMoment()
      return paged('BankTransactions', all.map(shownSpending), request, bench)
    },
  },
  { method: 'PUT', path: '/BankTransactions', needs: 'accounting.banktransactions', handle: keyed(createSpending) },
  {
    method: 'GET',
    path: '/Accounts',
    needs: 'accounting.settings.read',
    handle: (_request, { now }) =>
      wrapped(
        'Accounts',
        accounts.map((account) => ({ ...account, UpdatedDateUTC: moment(1_700_000_000_000) })),
        now,
      ),
  },
]
