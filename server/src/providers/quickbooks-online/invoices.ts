import type {
  CreateInvoice,
  GetInvoice,
  Invoice,
  InvoiceLine,
  InvoicePage,
  ListInvoices,
  SendInvoice,
  VoidInvoice,
} from '@patchbay/schema/capabilities/accounting.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { dayOfAnswer, standingOf } from '../shared/invoice-standing.ts'
import { fromText, iso } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { toTwoPlaces } from '../shared/two-places.ts'
import { ask, change, changedSince, currencies, homeFor, reference, selectPage } from './company.ts'
import { emailOf } from './customers.ts'

export const invoice = z.object({
  Id: z.string(),
  SyncToken: z.string(),
  DocNumber: z.string().nullish(),
  TxnDate: z.string().nullish(),
  DueDate: z.string().nullish(),
  TotalAmt: z.number(),
  Balance: z.number(),
  CustomerRef: reference,
  CurrencyRef: reference.nullish(),
  PrivateNote: z.string().nullish(),
  EmailStatus: z.string().nullish(),
  BillEmail: z.object({ Address: z.string().nullish() }).nullish(),
  MetaData: z.object({ LastUpdatedTime: z.string().nullish() }).nullish(),
  Line: z
    .array(
      z.object({
        DetailType: z.string().nullish(),
        Description: z.string().nullish(),
        Amount: z.number().nullish(),
        SalesItemLineDetail: z
          .object({
            ItemRef: reference.nullish(),
            TaxCodeRef: reference.nullish(),
            Qty: z.number().nullish(),
            UnitPrice: z.number().nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
})
type Found = z.output<typeof invoice>
const single = z.object({ Invoice: invoice })

/** A void invoice stays, with nothing to pay and a word in its memo. */
const isVoid = ({ TotalAmt, PrivateNote }: Found) => TotalAmt === 0 && /^voided\b/i.test(PrivateNote ?? '')

const pages = { SANDBOX: 'https://app.sandbox.qbo.intuit.com', LIVE: 'https://app.qbo.intuit.com' } as const

interface Reading {
  readonly home: string
  readonly today: string | null
  readonly environment: ConnectionFacts['environment']
}

function toInvoice(found: Found, { home, today, environment }: Reading): Invoice {
  const currency = found.CurrencyRef?.value ?? home
  const sent = found.EmailStatus === 'EmailSent'
  const { TotalAmt: total, Balance: balance, DueDate: dueOn = null } = found
  return {
    id: found.Id,
    number: found.DocNumber || null,
    contactId: found.CustomerRef.value,
    contactName: found.CustomerRef.name ?? null,
    status: isVoid(found) ? 'VOID' : standingOf({ total, balance, sent, dueOn, today }),
    vendorStatus: isVoid(found) ? 'Voided' : (found.EmailStatus ?? 'NotSet'),
    issuedOn: found.TxnDate ?? null,
    dueOn,
    total: fromDecimal(total, currency),
    balance: fromDecimal(balance, currency),
    reference: found.PrivateNote || null,
    url: `${pages[environment]}/app/invoice?txnId=${encodeURIComponent(found.Id)}`,
    lines: (found.Line ?? []).flatMap(({ Description, Amount, SalesItemLineDetail: detail }): InvoiceLine[] => {
      const quantity = detail?.Qty ?? 1
      if (!detail || quantity <= 0) return []
      return [
        {
          description: (Description || detail.ItemRef?.name || '—').slice(0, 500),
          quantity,
          unitPrice: fromDecimal(detail.UnitPrice ?? Amount ?? 0, currency),
          ...(detail.ItemRef ? { accountId: detail.ItemRef.value } : {}),
          ...(detail.TaxCodeRef ? { taxCode: detail.TaxCodeRef.value } : {}),
        },
      ]
    }),
    updatedAt: iso(fromText(found.MetaData?.LastUpdatedTime)),
    providerData: { SyncToken: found.SyncToken, EmailStatus: found.EmailStatus ?? null },
  }
}

const readFound = (answer: CallAnswer): Found => readAnswer('QuickBooks Online', answer, single, (body) => body.Invoice)

async function readOne(call: Call, answer: CallAnswer, { environment }: ConnectionFacts): Promise<Invoice> {
  const found = readFound(answer)
  const facts = { home: await homeFor(call, [found]), today: dayOfAnswer(answer.headers), environment }
  return readAnswer('QuickBooks Online', answer, single, (body) => toInvoice(body.Invoice, facts))
}

export const fetchInvoice = (call: Call, id: string): Promise<CallAnswer> =>
  ask(call, { method: 'GET', path: `/invoice/${encodeURIComponent(id)}` })

/** Quantity times price in minor units, by whole numbers: QuickBooks refuses an amount that is off by a hair. */
export function lineTotal({ amountMinor, currency }: Money, quantity: number): Money {
  const [whole = '0', fraction = ''] = String(quantity).split('.')
  const scale = 10n ** BigInt(fraction.length)
  const product = BigInt(amountMinor) * BigInt(whole + fraction)
  const half = product < 0n ? -scale / 2n : scale / 2n
  return { amountMinor: Number((product + half) / scale), currency }
}

const decimal = (money: Money) => Number(toTwoPlaces('QuickBooks Online', money, 'lines'))

/**
 * QuickBooks has no drafts: an invoice is open as soon as it is made. A line's `accountId` is an article (Item) here, which in turn
 * knows its account.
 */
export async function createInvoice(call: Call, input: CreateInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const { contactId, number, reference: own, issuedOn, dueOn, lines, note, idempotencyKey } = input
  const currency = lines[0]?.unitPrice.currency ?? ''
  const { home, several } = await currencies(call)
  if (currency !== home && !several)
    throw cannotSend(
      `This company keeps its books in ${home} only.`,
      `Bill in ${home}, or switch on multicurrency: QuickBooks → Settings → Account and settings → Advanced.`,
      'lines',
    )
  const item = connection.settings['salesItem']
  const taxed = lines.some(({ taxCode }) => taxCode !== undefined)
  const json = {
    CustomerRef: { value: contactId },
    Line: lines.map((line) => ({
      DetailType: 'SalesItemLineDetail',
      Amount: decimal(lineTotal(line.unitPrice, line.quantity)),
      Description: line.description,
      SalesItemLineDetail: {
        Qty: line.quantity,
        UnitPrice: decimal(line.unitPrice),
        ...(line.accountId || item ? { ItemRef: { value: line.accountId ?? item } } : {}),
        ...(line.taxCode === undefined ? {} : { TaxCodeRef: { value: line.taxCode } }),
      },
    })),
    // Outside the United States a company would add its own tax where none is named.
    GlobalTaxCalculation: taxed ? 'TaxExcluded' : 'NotApplicable',
    ...(several ? { CurrencyRef: { value: currency } } : {}),
    ...(number === undefined ? {} : { DocNumber: number }),
    ...(own === undefined ? {} : { PrivateNote: own }),
    ...(issuedOn === undefined ? {} : { TxnDate: issuedOn }),
    ...(dueOn === undefined ? {} : { DueDate: dueOn }),
    ...(note === undefined ? {} : { CustomerMemo: { value: note } }),
  }
  return readOne(call, await change(call, { path: '/invoice', json, idempotencyKey }), connection)
}

export const getInvoice = async (call: Call, { id }: GetInvoice, connection: ConnectionFacts): Promise<Invoice> =>
  readOne(call, await fetchInvoice(call, id), connection)

export async function listInvoices(
  call: Call,
  { first, after, updatedSince }: ListInvoices,
  { environment }: ConnectionFacts,
): Promise<InvoicePage> {
  const where = changedSince(updatedSince)
  const orderBy = 'MetaData.LastUpdatedTime desc'
  const page = await selectPage(call, { entity: 'Invoice', where, orderBy }, { first, after }, invoice)
  const facts = { home: await homeFor(call, page.rows), today: dayOfAnswer(page.headers), environment }
  return { items: page.rows.map((found) => toInvoice(found, facts)), nextCursor: page.nextCursor }
}

export async function sendInvoice(call: Call, input: SendInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const found = readFound(await fetchInvoice(call, input.id))
  const sendTo = input.email ?? (found.BillEmail?.Address || (await emailOf(call, found.CustomerRef.value)))
  if (!sendTo)
    throw cannotSend('Neither the invoice nor its customer has an e-mail address.', 'Give one in the request.', 'email')
  const answer = await change(call, {
    path: `/invoice/${encodeURIComponent(found.Id)}/send`,
    query: { sendTo },
    headers: { 'content-type': 'application/octet-stream' },
    text: '',
    idempotencyKey: input.idempotencyKey,
  })
  return readOne(call, answer, connection)
}

/** What is void already is left as it is. */
export async function voidInvoice(call: Call, input: VoidInvoice, connection: ConnectionFacts): Promise<Invoice> {
  const before = await fetchInvoice(call, input.id)
  const found = readFound(before)
  if (isVoid(found)) return readOne(call, before, connection)
  const answer = await change(call, {
    path: '/invoice',
    query: { operation: 'void' },
    json: { Id: found.Id, SyncToken: found.SyncToken },
    idempotencyKey: input.idempotencyKey,
  })
  return readOne(call, answer, connection)
}
