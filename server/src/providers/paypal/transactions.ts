import type { ListPayments, Payment, PaymentPage } from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, cannotTellChanges, readAnswer } from '../shared/failure.ts'
import { amount, momentOf, toMoney } from './amounts.ts'

const path = '/v1/reporting/transactions'
/** PayPal searches at most this far at once: https://developer.paypal.com/docs/api/transaction-search/v1/ */
const windowMs = 31 * 86_400_000
/** And knows nothing older. */
const longestMs = 3 * 365 * 86_400_000

const transaction = z.object({
  transaction_info: z.object({
    transaction_id: z.string(),
    paypal_reference_id: z.string().nullish(),
    paypal_reference_id_type: z.string().nullish(),
    transaction_event_code: z.string().nullish(),
    transaction_initiation_date: z.string(),
    transaction_updated_date: z.string().nullish(),
    transaction_amount: amount,
    fee_amount: amount.nullish(),
    transaction_status: z.string().nullish(),
    transaction_subject: z.string().nullish(),
    custom_field: z.string().nullish(),
    invoice_id: z.string().nullish(),
  }),
})
type Transaction = z.output<typeof transaction>['transaction_info']
const found = z.object({ transaction_details: z.array(transaction).default([]), total_pages: z.int() })

/** What the letters mean; V is money that went back whole. */
const statuses = { S: 'SUCCEEDED', P: 'PROCESSING', D: 'FAILED', V: 'SUCCEEDED' } as const

function toPayment(info: Transaction, connection: ConnectionFacts): Payment {
  const total = toMoney(info.transaction_amount)
  const none = { ...total, amountMinor: 0 }
  const letter = info.transaction_status ?? ''
  const status = statuses[letter as keyof typeof statuses] ?? 'PROCESSING'
  return {
    id: info.transaction_id,
    status,
    vendorStatus: letter,
    amount: total,
    amountCaptured: status === 'SUCCEEDED' ? total : none,
    amountRefunded: letter === 'V' ? total : null,
    reference: info.custom_field ?? info.invoice_id ?? null,
    description: info.transaction_subject ?? null,
    redirectUrl: null,
    clientSecret: null,
    createdAt: momentOf(info.transaction_initiation_date),
    updatedAt: momentOf(info.transaction_updated_date),
    live: connection.environment === 'LIVE',
    providerData: {
      transaction_event_code: info.transaction_event_code ?? null,
      paypal_reference_id: info.paypal_reference_id ?? null,
      paypal_reference_id_type: info.paypal_reference_id_type ?? null,
      fee_amount: info.fee_amount?.value ?? null,
    },
  }
}

/** Received payments: the group T00 and money that comes in. Fees, refunds, withdrawals and holds are other groups. */
const isPayment = ({ transaction_amount: { value }, transaction_event_code: code }: Transaction) =>
  !value.startsWith('-') && (code ?? 'T00').startsWith('T00')

/** Where a walk stands: the end of its window and the page in it, both as PayPal counts. */
interface Place {
  readonly from: number
  readonly until: number
  readonly page: number | null
}

function placeOf(cursor: string): Place {
  const [from = NaN, until = NaN, page = NaN] = readTextCursor(cursor).split(' ').map(Number)
  if (![from, until, page].every(Number.isSafeInteger))
    throw cannotSend('This cursor does not come from this list.', 'Start again from the first page.')
  return { from, until, page: page === 0 ? null : page }
}

const cursorOf = ({ from, until, page }: Place) => textCursor(`${from} ${until} ${page ?? 0}`)

/** Now, by the vendor's own clock: what it knows of reaches to there. */
async function clockOf(call: Call): Promise<number> {
  const answer = await call({ method: 'GET', path: '/v1/reporting/balances' })
  return readAnswer('PayPal', answer, z.object({ as_of_time: z.string() }), ({ as_of_time: text }) => {
    const at = Date.parse(text)
    if (Number.isNaN(at)) throw new RangeError('the time of the balances')
    return at
  })
}

async function startOf(call: Call, { after, createdAfter, createdBefore }: ListPayments): Promise<Place> {
  if (after !== null) return placeOf(after)
  const until = createdBefore === undefined ? await clockOf(call) : Date.parse(createdBefore)
  const from = createdAfter === undefined ? until - windowMs : Date.parse(createdAfter)
  return { from: Math.max(from, until - longestMs), until, page: null }
}

/**
 * Payments by the transaction search, which lags by up to three hours and needs the app's feature of that name. PayPal
 * counts from the oldest, so a window of 31 days is walked from its last page to its first, and windows from the newest;
 * its pages hold other movements too, so a page of ours may be shorter than asked for. Default: the last 31 days.
 */
export async function listPayments(call: Call, input: ListPayments, connection: ConnectionFacts): Promise<PaymentPage> {
  cannotTellChanges('PayPal', 'payments', input.updatedSince)
  const place = await startOf(call, input)
  const start = Math.max(place.from, place.until - windowMs)
  const ask = async (page: number) => {
    const query = {
      start_date: new Date(start).toISOString(),
      end_date: new Date(place.until).toISOString(),
      fields: 'transaction_info',
      page_size: input.first,
      page,
    }
    return readAnswer('PayPal', await call({ method: 'GET', path, query }), found, (answer) => ({
      pages: answer.total_pages,
      items: answer.transaction_details
        .map(({ transaction_info: info }) => info)
        .filter(isPayment)
        .map((info) => toPayment(info, connection))
        .toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '')),
    }))
  }
  const asked = await ask(place.page ?? 1)
  const last = Math.max(1, asked.pages)
  const { items } = place.page === null && last > 1 ? await ask(last) : asked
  const page = place.page ?? last
  const next =
    page > 1 ? { ...place, page: page - 1 } : start > place.from ? { ...place, until: start, page: null } : null
  return { items, nextCursor: next === null ? null : cursorOf(next) }
}

/** The same over all that PayPal knows, three years. */
export const listAllPayments = (call: Call, input: ListPayments, connection: ConnectionFacts): Promise<PaymentPage> =>
  listPayments(call, { ...input, createdAfter: input.createdAfter ?? new Date(0).toISOString() }, connection)
