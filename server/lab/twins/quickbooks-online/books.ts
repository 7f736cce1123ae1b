import { addNewest, forgetOldest } from '../../bounded.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { accounts, cents, dayText, type Entity, type InvoiceEntity, stamped, vendors } from './data.ts'
import { parseQuery, runQuery } from './query.ts'

export interface QuickbooksBooks {
  customers: Entity[]
  invoices: InvoiceEntity[]
  payments: Entity[]
  purchases: Entity[]
  /** First answers by `requestid`. */
  requests: Record<string, unknown>
}
type BooksBench = Bench<QuickbooksBooks>
type Body = Readonly<Record<string, unknown>>

export const fault = (
  status: number,
  type: string,
  code: string,
  Message: string,
  Detail = Message,
  headers: Readonly<Record<string, string>> = {},
) =>
  json(
    status,
    { Fault: { Error: [{ Message, Detail, code, element: '' }], type }, time: '2026-11-21T08:00:00Z' },
    headers,
  )
const invalid = (code: string, message: string, detail?: string) => fault(400, 'ValidationFault', code, message, detail)
const notFound = () =>
  invalid('610', 'Object Not Found', 'Object Not Found : Something you’re trying to use has been made inactive.')
const stale = () =>
  invalid(
    '5010',
    'Stale Object Error',
    'Stale Object Error : You and another person were working on this at the same time.',
  )

const shown = (name: string, entity: object, now: number) =>
  json(200, { [name]: { ...entity, domain: 'QBO', sparse: false }, time: stamped(now).LastUpdatedTime })

const preferences = (state: object) => ({
  Id: '1',
  SyncToken: '0',
  CurrencyPrefs: { MultiCurrencyEnabled: state !== undefined, HomeCurrency: { value: 'AED' } },
})

function query(request: LabRequest, { state, now }: BooksBench): LabAnswer {
  const parsed = parseQuery(request.query.get('query') ?? '')
  if (parsed === null)
    return invalid('4000', 'Error parsing query', 'QueryParserError: Encountered an unexpected token in the query.')
  const tables: Readonly<Record<string, readonly object[]>> = {
    Customer: state.customers,
    Invoice: state.invoices,
    Payment: state.payments,
    Purchase: state.purchases,
    Account: accounts,
    Vendor: vendors,
    Preferences: [preferences(state)],
  }
  const table = tables[parsed.entity]
  if (table === undefined) return invalid('4000', 'Error parsing query', `QueryValidationError: ${parsed.entity}`)
  const rows = runQuery(table, parsed)
  const found = rows.length === 0 ? {} : { [parsed.entity]: rows, startPosition: parsed.start, maxResults: rows.length }
  return json(200, { QueryResponse: found, time: stamped(now).LastUpdatedTime })
}

const bodyOf = (request: LabRequest): Body => (request.json ?? {}) as Body
const refOf = (value: unknown) => (value as { readonly value?: string } | undefined)?.value

/** Another answer to a repeated `requestid` there is none. */
const once =
  (handle: (request: LabRequest, bench: BooksBench) => LabAnswer) =>
  (request: LabRequest, bench: BooksBench): LabAnswer => {
    const key = request.query.get('requestid')
    if (key === null) return handle(request, bench)
    if (key.length > 50) return invalid('2010', 'Request has invalid or unsupported property', 'requestid')
    const before = bench.state.requests[`id:${key}`]
    if (before !== undefined) return json(200, before)
    const answer = handle(request, bench)
    if (answer.status === 200) bench.state.requests[`id:${key}`] = answer.json
    forgetOldest(bench.state.requests)
    return answer
  }

function saveCustomer(request: LabRequest, { state, now, id }: BooksBench): LabAnswer {
  const body = bodyOf(request)
  const known = state.customers.find(({ Id }) => Id === body['Id'])
  if (body['Id'] !== undefined && known === undefined) return notFound()
  if (known !== undefined && body['SyncToken'] !== known.SyncToken) return stale()
  const name = body['DisplayName']
  if (typeof name !== 'string' || name === '') return invalid('2020', 'Required param missing', 'DisplayName')
  const taken = [...state.customers, ...vendors].some(
    (other) =>
      other !== known && String(other['DisplayName' as keyof typeof other]).toLowerCase() === name.toLowerCase(),
  )
  if (taken) return invalid('6240', 'Duplicate Name Exists Error', `The name supplied already exists. : ${name}`)
  const { sparse: _sparse, ...given } = body
  if (known !== undefined) {
    const next = { SyncToken: String(Number(known.SyncToken) + 1), MetaData: { ...known.MetaData, ...updated(now) } }
    Object.assign(known, given, next)
    return shown('Customer', known, now)
  }
  const made: Entity = {
    Active: true,
    Balance: 0,
    CurrencyRef: { value: 'AED', name: 'United Arab Emirates Dirham' },
    ...given,
    Id: id('', 5, '123456789'),
    SyncToken: '0',
    MetaData: stamped(now),
  }
  addNewest(state.customers, made, 7)
  return shown('Customer', made, now)
}

const updated = (now: number) => ({ LastUpdatedTime: stamped(now).LastUpdatedTime })

interface LineBody {
  readonly DetailType?: string
  readonly Amount?: number
  readonly SalesItemLineDetail?: { readonly Qty?: number; readonly UnitPrice?: number; readonly ItemRef?: object }
}

function saveInvoice(request: LabRequest, bench: BooksBench): LabAnswer {
  const { state, now, id } = bench
  if (request.query.get('operation') === 'void') return voidInvoice(request, bench)
  const body = bodyOf(request)
  const customer = state.customers.find(({ Id }) => Id === refOf(body['CustomerRef']))
  if (customer === undefined)
    return invalid('2500', 'Invalid Reference Id', 'Invalid Reference Id : Names element id not found')
  const lines = (body['Line'] ?? []) as readonly LineBody[]
  if (lines.length === 0) return invalid('2020', 'Required param missing', 'Required parameter Line is missing')
  const wrong = lines.find(({ Amount = 0, SalesItemLineDetail: { Qty = 1, UnitPrice = Amount } = {} }) => {
    return Math.abs(cents(Qty * UnitPrice) - Amount) > 0.0001
  })
  if (wrong !== undefined)
    return invalid('6070', 'Amount calculation incorrect in the request', 'Amount is not equal to UnitPrice * Qty.')
  if (state.invoices.some(({ DocNumber }) => DocNumber === body['DocNumber']))
    return invalid('6140', 'Duplicate Document Number Error', 'You must specify a different number.')
  const total = cents(lines.reduce((sum, { Amount = 0 }) => sum + Amount, 0))
  const made: InvoiceEntity = {
    CurrencyRef: { value: 'AED' },
    TxnDate: dayText(now),
    DueDate: dayText(now + 30 * 86_400_000),
    DocNumber: id('', 5, '123456789'),
    ...body,
    Id: id('', 6, '123456789'),
    SyncToken: '0',
    CustomerRef: { value: customer.Id, name: String(customer['DisplayName']) },
    Line: lines.map((line, index) => ({
      ...line,
      Id: String(index + 1),
      SalesItemLineDetail: { ItemRef: { value: '1', name: 'Goods' }, ...line.SalesItemLineDetail },
    })),
    EmailStatus: 'NotSet',
    TotalAmt: total,
    Balance: total,
    MetaData: stamped(now),
  }
  addNewest(state.invoices, made, 14)
  return shown('Invoice', made, now)
}

function touch(invoice: InvoiceEntity, change: Partial<InvoiceEntity>, now: number): void {
  const MetaData = { ...invoice.MetaData, ...updated(now) }
  Object.assign(invoice, change, { SyncToken: String(Number(invoice.SyncToken) + 1), MetaData })
}

function voidInvoice(request: LabRequest, { state, now }: BooksBench): LabAnswer {
  const body = bodyOf(request)
  const invoice = state.invoices.find(({ Id }) => Id === body['Id'])
  if (invoice === undefined) return notFound()
  if (body['SyncToken'] !== invoice.SyncToken) return stale()
  touch(invoice, { TotalAmt: 0, Balance: 0, PrivateNote: 'Voided', Line: [] }, now)
  return shown('Invoice', invoice, now)
}

const withInvoice =
  (handle: (invoice: InvoiceEntity, request: LabRequest, bench: BooksBench) => LabAnswer) =>
  (request: LabRequest, bench: BooksBench): LabAnswer => {
    const found = bench.state.invoices.find(({ Id }) => Id === request.params['id'])
    return found === undefined ? notFound() : handle(found, request, bench)
  }

const sendInvoice = withInvoice((invoice, request, { now }) => {
  const sendTo = request.query.get('sendTo')
  if (request.headers['content-type'] !== 'application/octet-stream') return invalid('2020', 'Unsupported content type')
  if (!sendTo && !invoice.BillEmail)
    return invalid('6000', 'A business validation error has occurred', 'Email address is missing')
  touch(invoice, { EmailStatus: 'EmailSent', ...(sendTo ? { BillEmail: { Address: sendTo } } : {}) }, now)
  return shown('Invoice', invoice, now)
})

interface PaymentLine {
  readonly Amount?: number
  readonly LinkedTxn?: readonly { readonly TxnId?: string; readonly TxnType?: string }[]
}

function savePayment(request: LabRequest, { state, now, id }: BooksBench): LabAnswer {
  const body = bodyOf(request)
  const [line] = (body['Line'] ?? []) as readonly PaymentLine[]
  const invoice = state.invoices.find(({ Id }) => Id === line?.LinkedTxn?.[0]?.TxnId)
  if (invoice === undefined || refOf(body['CustomerRef']) !== invoice.CustomerRef.value)
    return invalid('2500', 'Invalid Reference Id', 'Invalid Reference Id : Txn element id not found')
  const deposit = refOf(body['DepositToAccountRef'])
  if (deposit !== undefined && !accounts.some(({ Id }) => Id === deposit))
    return invalid('2500', 'Invalid Reference Id', 'Invalid Reference Id : Accounts element id not found')
  const applied = Math.min(line?.Amount ?? 0, invoice.Balance)
  touch(invoice, { Balance: cents(invoice.Balance - applied) }, now)
  const made: Entity = {
    ...body,
    Id: id('', 6, '123456789'),
    SyncToken: '0',
    UnappliedAmt: cents(Number(body['TotalAmt'] ?? 0) - applied),
    MetaData: stamped(now),
  }
  addNewest(state.payments, made, 0)
  return shown('Payment', made, now)
}

interface PurchaseLine {
  readonly Amount?: number
  readonly AccountBasedExpenseLineDetail?: { readonly AccountRef?: { readonly value?: string } }
}

function savePurchase(request: LabRequest, { state, now, id }: BooksBench): LabAnswer {
  const body = bodyOf(request)
  const lines = (body['Line'] ?? []) as readonly PurchaseLine[]
  const wanted = [
    refOf(body['AccountRef']),
    ...lines.map((line) => refOf(line.AccountBasedExpenseLineDetail?.AccountRef)),
  ]
  if (body['PaymentType'] === undefined) return invalid('2020', 'Required param missing', 'PaymentType')
  if (wanted.some((one) => !accounts.some(({ Id }) => Id === one)))
    return invalid('2500', 'Invalid Reference Id', 'Invalid Reference Id : Accounts element id not found')
  const vendor = vendors.find(({ Id }) => Id === refOf(body['EntityRef']))
  const made: Entity = {
    CurrencyRef: { value: 'AED' },
    ...body,
    ...(vendor === undefined ? {} : { EntityRef: { value: vendor.Id, name: vendor.DisplayName, type: 'Vendor' } }),
    Id: id('', 6, '123456789'),
    SyncToken: '0',
    TotalAmt: cents(lines.reduce((sum, { Amount = 0 }) => sum + Amount, 0)),
    MetaData: stamped(now),
  }
  addNewest(state.purchases, made, 6)
  return shown('Purchase', made, now)
}

const scope = 'com.intuit.quickbooks.accounting'

export const quickbooksRoutes: readonly Route<QuickbooksBooks>[] = [
  { method: 'GET', path: '/query', needs: scope, handle: query },
  { method: 'POST', path: '/customer', needs: scope, handle: once(saveCustomer) },
  { method: 'POST', path: '/invoice', needs: scope, handle: once(saveInvoice) },
  {
    method: 'GET',
    path: '/invoice/:id',
    needs: scope,
    handle: withInvoice((invoice, _request, { now }) => shown('Invoice', invoice, now)),
  },
  { method: 'POST', path: '/invoice/:id/send', needs: scope, handle: once(sendInvoice) },
  { method: 'POST', path: '/payment', needs: scope, handle: once(savePayment) },
  { method: 'POST', path: '/purchase', needs: scope, handle: once(savePurchase) },
]
