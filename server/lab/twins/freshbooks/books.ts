import { addNewest } from '../../bounded.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import {
  categories,
  type Client,
  dayText,
  type Expense,
  type Invoice,
  type Line,
  type Money,
  type Payment,
  stamp,
  taxes,
} from './data.ts'

export interface FreshbooksBooks {
  clients: Client[]
  invoices: Invoice[]
  payments: Payment[]
  expenses: Expense[]
}
type BooksBench = Bench<FreshbooksBooks>
type Handler = (request: LabRequest, bench: BooksBench) => LabAnswer

/** The one account of the simulated business. */
export const freshbooksAccount = 'nA7eL1'

export const refuse = (
  status: number,
  errno: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): LabAnswer => json(status, { response: { errors: [{ errno, field: '', message, object: '', value: '' }] } }, headers)
const notFound = (noun: string) => refuse(404, 1012, `${noun} not found.`)
const shown = (name: string, found: object) => json(200, { response: { result: { [name]: found } } })

function paged(name: string, all: readonly unknown[], { query }: LabRequest): LabAnswer {
  const [page, size] = [Number(query.get('page') ?? '1'), Number(query.get('per_page') ?? '15')]
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > 100)
    return refuse(400, 1000, 'page or per_page is not valid.')
  const result = {
    page,
    pages: Math.ceil(all.length / size),
    per_page: size,
    total: all.length,
    [name]: all.slice((page - 1) * size, page * size),
  }
  return json(200, { response: { result } })
}

const given = <Body>(request: LabRequest, name: string): Partial<Body> | null =>
  (request.json as Readonly<Record<string, Partial<Body>>> | undefined)?.[name] ?? null
const cents = (money: Money | undefined) => Math.round(Number(money?.amount ?? 'NaN') * 100)
const money = (amountCents: number, code: string): Money => ({ amount: (amountCents / 100).toFixed(2), code })
const idOf = (bench: BooksBench) => Number(bench.id('', 7, '123456789'))

const listClients: Handler = (request, { state }) => {
  const email = request.query.get('search[email]')?.toLowerCase()
  const visible = request.query.get('search[vis_state]')
  const all = state.clients.filter(
    (one) =>
      (email === undefined || one.email.toLowerCase().includes(email)) &&
      (visible === null || String(one.vis_state) === visible),
  )
  return paged('clients', all, request)
}

const createClient: Handler = (request, bench) => {
  const body = given<Client>(request, 'client')
  if (body === null) return refuse(422, 1001, 'client is required.')
  const empty = { email: '', organization: '', fname: '', lname: '', bus_phone: '', currency_code: 'AED' }
  const made: Client = { ...empty, ...body, id: idOf(bench), updated: stamp(bench.now), vis_state: 0 }
  addNewest(bench.state.clients, made, 7)
  return shown('client', made)
}

const withClient =
  (handle: (client: Client, request: LabRequest, bench: BooksBench) => LabAnswer): Handler =>
  (request, bench) => {
    const found = bench.state.clients.find(({ id }) => String(id) === request.params['id'])
    return found === undefined ? notFound('Client') : handle(found, request, bench)
  }

const updateClient = withClient((client, request, { now }) => {
  Object.assign(client, given<Client>(request, 'client'), { id: client.id, updated: stamp(now) })
  return shown('client', client)
})

const bare = (invoice: Invoice, request: LabRequest) => {
  const { lines, ...rest } = invoice
  return request.query.get('include[]') === 'lines' ? { ...rest, lines } : rest
}

const listInvoices: Handler = (request, { state }) => {
  const since = request.query.get('search[updated_min]')
  const number = request.query.get('search[invoice_number]')
  const all = state.invoices.filter(
    (one) =>
      (since === null || one.updated.slice(0, 10) >= since) && (number === null || one.invoice_number.includes(number)),
  )
  return paged(
    'invoices',
    all.map((one) => bare(one, request)),
    request,
  )
}

interface InvoiceBody extends Invoice {
  readonly due_offset_days: number
  readonly action_email: boolean
  readonly action_mark_as_sent: boolean
  readonly email_recipients: readonly string[]
}

const lineCents = ({ qty, unit_cost: price, taxAmount1 = '0' }: Line) =>
  Math.round(Number(qty) * cents(price) * (1 + Number(taxAmount1) / 100))

const createInvoice: Handler = (request, bench) => {
  const { state, now } = bench
  const body = given<InvoiceBody>(request, 'invoice')
  const client = state.clients.find(({ id }) => String(id) === String(body?.customerid))
  if (body === null || client === undefined) return refuse(422, 1012, 'Client not found.')
  if (!/^\d{4}-\d\d-\d\d$/.test(body.create_date ?? '')) return refuse(422, 1001, 'create_date is required.')
  const { lines = [], create_date: created = '', currency_code: code = 'AED' } = body
  if (lines.length === 0 || lines.some((line) => Number.isNaN(lineCents(line)) || typeof line.qty !== 'string'))
    return refuse(422, 1001, 'lines are not valid.')
  if (state.invoices.some((one) => one.invoice_number === body.invoice_number))
    return refuse(422, 5002, `Invoice number ${body.invoice_number} already exists.`)
  const total = money(
    lines.reduce((sum, line) => sum + lineCents(line), 0),
    code,
  )
  const made: Invoice = {
    id: idOf(bench),
    invoice_number: body.invoice_number ?? bench.id('', 7, '123456789'),
    customerid: client.id,
    organization: client.organization,
    create_date: created,
    due_date: dayText(Date.parse(created) + (body.due_offset_days ?? 0) * 86_400_000),
    currency_code: code,
    amount: total,
    outstanding: total,
    v3_status: 'draft',
    po_number: body.po_number ?? '',
    notes: body.notes ?? '',
    vis_state: 0,
    updated: stamp(now),
    lines: lines.map((line, index) => ({ ...line, lineid: index + 1 })),
  }
  addNewest(state.invoices, made, 14)
  return shown('invoice', bare(made, request))
}

const withInvoice =
  (handle: (invoice: Invoice, request: LabRequest, bench: BooksBench) => LabAnswer): Handler =>
  (request, bench) => {
    const found = bench.state.invoices.find(({ id }) => String(id) === request.params['id'])
    return found === undefined ? notFound('Invoice') : handle(found, request, bench)
  }

const updateInvoice = withInvoice((invoice, request, { now }) => {
  const body = given<InvoiceBody>(request, 'invoice') ?? {}
  if (body.action_email === true && (body.email_recipients ?? []).length === 0)
    return refuse(422, 1001, 'email_recipients is required.')
  const sent = body.action_email === true || body.action_mark_as_sent === true
  // The answer still shows what was before; the action works behind it.
  const answer = shown('invoice', { ...bare(invoice, request) })
  if (sent && (invoice.v3_status === 'draft' || invoice.v3_status === 'created')) invoice.v3_status = 'sent'
  if (body.vis_state !== undefined) invoice.vis_state = body.vis_state
  invoice.updated = stamp(now)
  return answer
})

const createPayment: Handler = (request, bench) => {
  const { state, now } = bench
  const body = given<Payment>(request, 'payment')
  const invoice = state.invoices.find(({ id }) => String(id) === String(body?.invoiceid))
  if (body === null || invoice === undefined) return refuse(422, 1012, 'Invoice not found.')
  const paid = cents(body.amount)
  if (Number.isNaN(paid) || body.type === undefined) return refuse(422, 1001, 'amount and type are required.')
  const left = cents(invoice.outstanding) - paid
  if (left < 0) return refuse(422, 1004, 'Payment is more than what is outstanding.')
  Object.assign(invoice, {
    outstanding: money(left, invoice.currency_code),
    v3_status: left === 0 ? 'paid' : 'partial',
    updated: stamp(now),
  })
  const { date = dayText(now), type, note = '' } = body
  const made: Payment = {
    id: idOf(bench),
    invoiceid: invoice.id,
    amount: money(paid, invoice.currency_code),
    date,
    type,
    note,
    updated: stamp(now),
    vis_state: 0,
  }
  addNewest(state.payments, made, 0)
  return shown('payment', made)
}

const createExpense: Handler = (request, bench) => {
  const body = given<Expense>(request, 'expense')
  const category = categories.find(({ id }) => String(id) === String(body?.categoryid))
  if (body === null || category === undefined) return refuse(422, 1012, 'Category not found.')
  if (body.staffid === undefined || Number.isNaN(cents(body.amount)))
    return refuse(422, 1001, 'staffid and amount are required.')
  const made: Expense = {
    id: idOf(bench),
    amount: money(cents(body.amount), body.amount?.code ?? 'AED'),
    date: body.date ?? dayText(bench.now),
    vendor: body.vendor ?? '',
    categoryid: category.id,
    staffid: body.staffid,
    notes: body.notes ?? '',
    status: 0,
    updated: stamp(bench.now),
  }
  addNewest(bench.state.expenses, made, 6)
  return shown('expense', made)
}

/** Every path asks for the account first. */
const inAccount =
  (handle: Handler): Handler =>
  (request, bench) =>
    request.params['account'] === freshbooksAccount ? handle(request, bench) : notFound('Account')

const route = (method: Route<FreshbooksBooks>['method'], path: string, needs: string, handle: Handler) => ({
  method,
  path: `/accounting/account/:account${path}`,
  needs: `user:${needs}`,
  handle: inAccount(handle),
})

export const freshbooksRoutes: readonly Route<FreshbooksBooks>[] = [
  route('GET', '/users/clients', 'clients:read', listClients),
  route('POST', '/users/clients', 'clients:write', createClient),
  route(
    'GET',
    '/users/clients/:id',
    'clients:read',
    withClient((client) => shown('client', client)),
  ),
  route('PUT', '/users/clients/:id', 'clients:write', updateClient),
  route('GET', '/invoices/invoices', 'invoices:read', listInvoices),
  route('POST', '/invoices/invoices', 'invoices:write', createInvoice),
  route(
    'GET',
    '/invoices/invoices/:id',
    'invoices:read',
    withInvoice((one, request) => shown('invoice', bare(one, request))),
  ),
  route('PUT', '/invoices/invoices/:id', 'invoices:write', updateInvoice),
  route('GET', '/payments/payments', 'payments:read', (request, { state }) => {
    const invoice = request.query.get('search[invoiceid]')
    return paged(
      'payments',
      state.payments.filter((one) => invoice === null || String(one.invoiceid) === invoice),
      request,
    )
  }),
  route('POST', '/payments/payments', 'payments:write', createPayment),
  route('PUT', '/payments/payments/:id', 'payments:write', () => notFound('Payment')),
  route('GET', '/expenses/expenses', 'expenses:read', (request, { state }) =>
    paged('expenses', state.expenses, request),
  ),
  route('POST', '/expenses/expenses', 'expenses:write', createExpense),
  route('PUT', '/expenses/expenses/:id', 'expenses:write', () => notFound('Expense')),
  route('GET', '/expenses/categories', 'expenses:read', (request) => paged('categories', categories, request)),
  route('GET', '/taxes/taxes', 'invoices:read', (request) => paged('taxes', taxes, request)),
]
