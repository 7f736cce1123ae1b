import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Amount, Movement, Order } from './orders.ts'
import { scope } from './orders.ts'
import type { PayPalBench, State } from './state.ts'
import { capture, idempotent, instant, missing, newId, tell, unprocessable } from './state.ts'
import { failure } from './webhooks.ts'

export const refundScope = 'https://uri.paypal.com/services/payments/refund'
export const reportingScope = 'https://uri.paypal.com/services/reporting/search/read'

type Kind = 'authorizations' | 'captures' | 'refunds'

function find(state: State, kind: Kind, id: string | undefined): { order: Order; movement: Movement } | null {
  for (const order of state.orders) {
    const movement = order.purchase_units[0]?.payments?.[kind]?.find((candidate) => candidate.id === id)
    if (movement !== undefined) return { order, movement }
  }
  return null
}

const cents = ({ value }: Amount) => Math.round(Number(value) * 100)
const decimal = (amount: number, like: Amount): Amount => ({
  currency_code: like.currency_code,
  value: /\./.test(like.value) ? (amount / 100).toFixed(2) : String(Math.round(amount / 100)),
})
const sum = (movements: readonly Movement[]) => movements.reduce((total, { amount }) => total + cents(amount), 0)

const on =
  (kind: Kind, handle: (order: Order, movement: Movement, request: LabRequest, bench: PayPalBench) => LabAnswer) =>
  (request: LabRequest, bench: PayPalBench): LabAnswer => {
    const found = find(bench.state, kind, request.params['id'])
    return found === null ? missing() : handle(found.order, found.movement, request, bench)
  }

const show = (request: LabRequest, movement: Movement) =>
  json(
    201,
    request.headers['prefer'] === 'return=representation'
      ? movement
      : { id: movement.id, status: movement.status, links: movement.links },
  )

interface Asked {
  readonly amount?: Amount
  readonly final_capture?: boolean
  readonly note_to_payer?: string
}

function take(order: Order, held: Movement, request: LabRequest, bench: PayPalBench): LabAnswer {
  const { amount = held.amount, final_capture: final = false } = (request.json ?? {}) as Asked
  if (held.status === 'VOIDED')
    return unprocessable('AUTHORIZATION_VOIDED', 'A voided authorization cannot be captured or reauthorized.', '/')
  if (held.status === 'CAPTURED')
    return unprocessable('AUTHORIZATION_ALREADY_CAPTURED', 'Authorization has already been captured.', '/')
  if (amount.currency_code !== held.amount.currency_code)
    return unprocessable('CURRENCY_MISMATCH', 'The currency of capture must match that of authorization.', '/amount')
  if (cents(amount) > cents(held.amount))
    return unprocessable('MAX_CAPTURE_AMOUNT_EXCEEDED', 'Capture amount exceeds allowable limit.', '/amount/value')
  const taken = { ...capture(order, amount, bench), final_capture: final }
  const payments = order.purchase_units[0]?.payments
  if (payments !== undefined) payments.captures = [...(payments.captures ?? []), taken]
  held.status = final ? 'CAPTURED' : 'PARTIALLY_CAPTURED'
  tell(bench, 'PAYMENT.CAPTURE.COMPLETED', 'capture', taken)
  return show(request, taken)
}

function letGo(_order: Order, held: Movement, request: LabRequest, bench: PayPalBench): LabAnswer {
  if (held.status === 'VOIDED')
    return unprocessable('PREVIOUSLY_VOIDED', 'Authorization has been previously voided.', '/')
  if (held.status !== 'CREATED')
    return unprocessable('PREVIOUSLY_CAPTURED', 'Authorization has been previously captured.', '/')
  held.status = 'VOIDED'
  tell(bench, 'PAYMENT.AUTHORIZATION.VOIDED', 'authorization', held)
  return request.headers['prefer'] === 'return=representation' ? json(200, held) : { status: 204 }
}

function giveBack(order: Order, taken: Movement, request: LabRequest, bench: PayPalBench): LabAnswer {
  const { amount, note_to_payer: note } = (request.json ?? {}) as Asked
  const payments = order.purchase_units[0]?.payments ?? {}
  const left = cents(taken.amount) - sum((payments.refunds ?? []).filter((one) => upOf(one) === taken.id))
  if (left === 0) return unprocessable('CAPTURE_FULLY_REFUNDED', 'The capture has already been fully refunded', '/')
  const wanted = amount === undefined ? left : cents(amount)
  if (amount !== undefined && amount.currency_code !== taken.amount.currency_code)
    return unprocessable('CURRENCY_MISMATCH', 'Refund must be in the currency of the capture.', '/amount')
  if (wanted > left || wanted <= 0)
    return unprocessable(
      'REFUND_AMOUNT_EXCEEDED',
      'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
      '/amount/value',
    )
  const id = newId(bench)
  const at = instant(bench.now)
  const links = [
    ['self', `refunds/${id}`],
    ['up', `captures/${taken.id}`],
  ] as const
  const refund: Movement & { note_to_payer?: string } = {
    id,
    status: 'COMPLETED',
    amount: decimal(wanted, taken.amount),
    create_time: at,
    update_time: at,
    ...(taken.custom_id === undefined ? {} : { custom_id: taken.custom_id }),
    ...(note === undefined ? {} : { note_to_payer: note }),
    links: links.map(([rel, end]) => ({
      href: `https://api-m.sandbox.paypal.com/v2/payments/${end}`,
      rel,
      method: 'GET',
    })),
  }
  payments.refunds = [...(payments.refunds ?? []), refund]
  taken.status = wanted === left ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
  tell(bench, 'PAYMENT.CAPTURE.REFUNDED', 'refund', refund)
  return show(request, refund)
}

const upOf = ({ links }: Movement) =>
  links
    .find(({ rel }) => rel === 'up')
    ?.href.split('/')
    .at(-1)

/** Movements of money as the transaction search shows them, oldest first. */
function transactionsOf(state: State) {
  const row = (code: string, sign: string, order: Order, { id, amount, create_time: at, custom_id }: Movement) => ({
    transaction_info: {
      transaction_id: id,
      paypal_reference_id: order.id,
      paypal_reference_id_type: 'ODR',
      transaction_event_code: code,
      transaction_initiation_date: at,
      transaction_updated_date: at,
      transaction_amount: { ...amount, value: `${sign}${amount.value}` },
      transaction_status: 'S',
      ...(custom_id === undefined ? {} : { custom_field: custom_id }),
    },
  })
  return state.orders
    .flatMap((order) => {
      const { captures = [], refunds = [] } = order.purchase_units[0]?.payments ?? {}
      return [
        ...captures.map((movement) => row('T0006', '', order, movement)),
        ...refunds.map((movement) => row('T1107', '-', order, movement)),
      ]
    })
    .toSorted((a, b) =>
      a.transaction_info.transaction_initiation_date.localeCompare(b.transaction_info.transaction_initiation_date),
    )
}

const longestMs = 31 * 86_400_000

function search({ query }: LabRequest, { state, now }: PayPalBench): LabAnswer {
  const [from, until] = ['start_date', 'end_date'].map((name) => Date.parse(query.get(name) ?? ''))
  const size = Number(query.get('page_size') ?? '100')
  const page = Number(query.get('page') ?? '1')
  const refuse = (issue: string, field: string) =>
    failure(400, 'INVALID_REQUEST', 'Request is not well-formed, syntactically incorrect, or violates schema.', [
      { field, issue, location: 'query' },
    ])
  if (from === undefined || until === undefined || Number.isNaN(from) || Number.isNaN(until))
    return refuse('MISSING_REQUIRED_PARAMETER', 'start_date')
  if (until - from > longestMs) return refuse('Date range is greater than 31 days', 'start_date')
  if (!(size >= 1 && size <= 500)) return refuse('Must be between 1 and 500', 'page_size')
  const all = transactionsOf(state).filter(({ transaction_info: info }) => {
    const at = Date.parse(info.transaction_initiation_date)
    return at >= from && at <= until
  })
  return json(200, {
    transaction_details: all.slice((page - 1) * size, page * size),
    account_number: 'LABNOORATELIER',
    last_refreshed_datetime: instant(now),
    page,
    total_items: all.length,
    total_pages: Math.ceil(all.length / size),
    links: [{ href: 'https://api-m.sandbox.paypal.com/v1/reporting/transactions', rel: 'self', method: 'GET' }],
  })
}

const at = '/v2/payments'

export const paymentRoutes: readonly Route<State>[] = [
  {
    method: 'GET',
    path: `${at}/authorizations/:id`,
    needs: scope,
    handle: on('authorizations', (_, held) => json(200, held)),
  },
  {
    method: 'POST',
    path: `${at}/authorizations/:id/capture`,
    needs: scope,
    handle: idempotent(on('authorizations', take)),
  },
  {
    method: 'POST',
    path: `${at}/authorizations/:id/void`,
    needs: scope,
    handle: idempotent(on('authorizations', letGo)),
  },
  { method: 'GET', path: `${at}/captures/:id`, needs: scope, handle: on('captures', (_, taken) => json(200, taken)) },
  {
    method: 'POST',
    path: `${at}/captures/:id/refund`,
    needs: refundScope,
    handle: idempotent(on('captures', giveBack)),
  },
  { method: 'GET', path: `${at}/refunds/:id`, needs: scope, handle: on('refunds', (_, back) => json(200, back)) },
  { method: 'GET', path: '/v1/reporting/transactions', needs: reportingScope, handle: search },
  {
    method: 'GET',
    path: '/v1/reporting/balances',
    needs: reportingScope,
    handle: (_request, { now }) =>
      json(200, {
        balances: [{ currency: 'USD', primary: true, total_balance: { currency_code: 'USD', value: '4182.50' } }],
        account_id: 'LABNRSHPATEL2',
        as_of_time: instant(now),
        last_refresh_time: instant(now),
      }),
  },
]
