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
import { cannotSend } from '../shared/failure.ts'
import { dayOfAnswer } from '../shared/invoice-standing.ts'
import { idText, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { toTwoPlaces } from '../shared/two-places.ts'
import { amount, momentOf, pathOf, readOne, readPage } from './account.ts'
import { readClient } from './clients.ts'

const invoice = z.object({
  id: idText,
  invoice_number: someText,
  customerid: idText.nullish(),
  organization: someText,
  current_organization: someText,
  fname: someText,
  lname: someText,
  create_date: someText,
  due_date: someText,
  amount,
  outstanding: amount,
  v3_status: someText,
  display_status: someText,
  payment_status: someText,
  po_number: someText,
  vis_state: z.int().nullish(),
  updated: someText,
  lines: z
    .array(
      z.object({
        name: someText,
        description: someText,
        qty: z.coerce.number(),
        unit_cost: amount,
        taxName1: someText,
      }),
    )
    .nullish(),
})
type Found = z.output<typeof invoice>

const statuses: Readonly<Record<string, Invoice['status']>> = {
  draft: 'DRAFT',
  sent: 'SENT',
  viewed: 'SENT',
  partial: 'PARTIALLY_PAID',
  paid: 'PAID',
  'auto-paid': 'PAID',
  overdue: 'OVERDUE',
}

function toInvoice(found: Found): Invoice {
  const person = [found.fname, found.lname].filter((part) => part !== null).join(' ')
  const word = found.v3_status ?? found.display_status ?? ''
  return {
    id: found.id,
    number: found.invoice_number,
    contactId: found.customerid ?? null,
    contactName: found.current_organization ?? found.organization ?? (person || null),
    // 1: removed, which is as void as it gets at FreshBooks.
    status: found.vis_state === 1 ? 'VOID' : (statuses[word] ?? 'OPEN'),
    vendorStatus: found.vis_state === 1 ? 'deleted' : word,
    issuedOn: found.create_date,
    dueOn: found.due_date,
    total: fromDecimal(found.amount.amount, found.amount.code),
    balance: fromDecimal(found.outstanding.amount, found.outstanding.code),
    reference: found.po_number,
    url: `https://my.freshbooks.com/#/invoice/${found.id}`,
    lines: (found.lines ?? []).flatMap(({ name, description, qty, unit_cost: price, taxName1 }) =>
      qty > 0
        ? [
            {
              description: ([name, description].filter((part) => part !== null).join(': ') || '—').slice(0, 500),
              quantity: qty,
              unitPrice: fromDecimal(price.amount, price.code),
              ...(taxName1 === null ? {} : { taxCode: taxName1 }),
            },
          ]
        : [],
    ),
    updatedAt: momentOf(found.updated),
    providerData: {
      v3_status: found.v3_status,
      payment_status: found.payment_status,
      vis_state: found.vis_state ?? null,
    },
  }
}

const invoicesPath = (connection: ConnectionFacts, id?: string) =>
  pathOf(connection, `/invoices/invoices${id === undefined ? '' : `/${encodeURIComponent(id)}`}`)
const withLines = { 'include[]': 'lines' } as const
const read = (answer: CallAnswer) => readOne(answer, 'invoice', invoice, toInvoice)

async function change(call: Call, id: string, json: object, connection: ConnectionFacts): Promise<Invoice> {
  const path = invoicesPath(connection, id)
  read(await call({ method: 'PUT', path, query: withLines, json: { invoice: json } }))
  // What an action leads to is told only when the invoice is read again.
  return getInvoice(call, { id }, connection)
}

/** Percent of each tax that is named: FreshBooks takes a name and its rate, and keeps the rates in a list. */
async function taxesOf(call: Call, names: ReadonlySet<string>, connection: ConnectionFacts) {
  if (names.size === 0) return new Map<string, string>()
  const tax = z.object({ name: z.string(), amount: z.coerce.string() })
  const listing = { path: pathOf(connection, '/taxes/taxes'), name: 'taxes', first: 100, after: null }
  const { rows } = await readPage(call, listing, tax)
  const found = new Map(rows.map((row) => [row.name, row.amount]))
  for (const name of names)
    if (!found.has(name))
      throw cannotSend(
        `FreshBooks has no tax called ${name.slice(0, 60)}.`,
        `Use one of: ${[...found.keys()].join(', ') || 'none, there are no taxes yet'}.`,
        'lines',
      )
  return found
}

const dayMs = 86_400_000

/**
 * A new invoice is a draft at FreshBooks until it is marked as sent. There is no idempotency key: under a number that the request
 * names, the invoice that stands there for the same client is the one.
 */
export async function createInvoice(call: Call, input: CreateInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const { contactId, number, reference, dueOn, lines, draft, note, idempotencyKey } = input
  const { contact, answer } = await readClient(call, contactId, connection)
  if (number !== undefined) {
    const query = { ...withLines, 'search[invoice_number]': number }
    const listing = { path: invoicesPath(connection), name: 'invoices', query, first: 10, after: null }
    const { rows } = await readPage(call, listing, invoice)
    const known = rows.find(
      (row) => row.invoice_number === number && row.customerid === contact.id && row.vis_state !== 1,
    )
    if (known !== undefined) return toInvoice(known)
  }
  const issuedOn = input.issuedOn ?? dayOfAnswer(answer.headers)
  if (issuedOn === null) throw cannotSend('FreshBooks wants the date of an invoice.', 'Give issuedOn.', 'issuedOn')
  if (dueOn !== undefined && dueOn < issuedOn)
    throw cannotSend('An invoice is not due before its date.', 'Give a later dueOn.', 'dueOn')
  const taxes = await taxesOf(call, new Set(lines.flatMap(({ taxCode }) => taxCode ?? [])), connection)
  const wanted = {
    customerid: contact.id,
    create_date: issuedOn,
    currency_code: lines[0]?.unitPrice.currency,
    ...(dueOn === undefined ? {} : { due_offset_days: Math.round((Date.parse(dueOn) - Date.parse(issuedOn)) / dayMs) }),
    ...(number === undefined ? {} : { invoice_number: number }),
    ...(reference === undefined ? {} : { po_number: reference }),
    ...(note === undefined ? {} : { notes: note }),
    lines: lines.map(({ description, quantity, unitPrice, taxCode }) => ({
      type: 0,
      // A name is short; what is longer stands below it.
      name: description.slice(0, 100),
      ...(description.length > 100 ? { description } : {}),
      qty: String(quantity),
      unit_cost: { amount: toTwoPlaces('FreshBooks', unitPrice, 'lines'), code: unitPrice.currency },
      ...(taxCode === undefined ? {} : { taxName1: taxCode, taxAmount1: taxes.get(taxCode) }),
    })),
  }
  const path = invoicesPath(connection)
  const made = read(await call({ method: 'POST', path, query: withLines, json: { invoice: wanted }, idempotencyKey }))
  return draft ? made : change(call, made.id, { action_mark_as_sent: true }, connection)
}

export async function getInvoice(call: Call, { id }: GetInvoice, connection: ConnectionFacts): Promise<Invoice> {
  return read(await call({ method: 'GET', path: invoicesPath(connection, id), query: withLines }))
}

/**
 * `updatedSince` counts in days at FreshBooks, and its days are New York's: it is asked for the day before too, and what is older
 * is left out of its pages.
 */
export async function listInvoices(
  call: Call,
  { first, after, updatedSince }: ListInvoices,
  connection: ConnectionFacts,
): Promise<InvoicePage> {
  const since =
    updatedSince === undefined ? null : new Date(Date.parse(updatedSince) - dayMs).toISOString().slice(0, 10)
  const query = { ...withLines, ...(since === null ? {} : { 'search[updated_min]': since }) }
  const listing = { path: invoicesPath(connection), name: 'invoices', query, first, after }
  const { rows, nextCursor } = await readPage(call, listing, invoice)
  const isSince = ({ updatedAt }: Invoice) =>
    updatedSince === undefined || updatedAt === null || Date.parse(updatedAt) >= Date.parse(updatedSince)
  return { items: rows.map(toInvoice).filter(isSince), nextCursor }
}

export async function sendInvoice(call: Call, input: SendInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const before = await getInvoice(call, input, connection)
  const client = before.contactId === null ? null : (await readClient(call, before.contactId, connection)).contact
  const email = input.email ?? client?.email
  if (!email) throw cannotSend('The client has no e-mail address.', 'Give one in the request.', 'email')
  return change(call, before.id, { action_email: true, email_recipients: [email] }, connection)
}

/** Removes the invoice, which can be undone at FreshBooks; what is removed already is left as it is. */
export async function voidInvoice(call: Call, input: VoidInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const before = await getInvoice(call, input, connection)
  return before.status === 'VOID' ? before : change(call, before.id, { vis_state: 1 }, connection)
}
