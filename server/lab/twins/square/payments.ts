import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { openDispute } from './disputes.ts'
import type { Payment } from './first-payments.ts'
import { firstDay, newPayment } from './first-payments.ts'
import type { Cash } from './reply.ts'
import { bodyOf, failure, idempotent, instant, invalid, isCash, locationId, missing, pageOf, textOf } from './reply.ts'
import type { SquareBench, State } from './state.ts'
import { tell } from './state.ts'

interface Refund {
  id: string
  status: string
  amount_money: Cash
  payment_id: string
  order_id: string
  location_id: string
  reason?: string
  created_at: string
  updated_at: string
}

export interface PaymentState {
  /** Newest first, both. */
  payments: Payment[]
  refunds: Refund[]
}

/** Tokens of Square's sandbox: https://developer.squareup.com/docs/devtools/sandbox/payments */
const nonces: Readonly<Record<string, { code: string; detail: string } | null>> = {
  'cnon:card-nonce-ok': null,
  'cnon:gift-card-nonce-ok': null,
  'cnon:card-nonce-declined': { code: 'GENERIC_DECLINE', detail: "Authorization error: 'GENERIC_DECLINE'" },
  'cnon:card-nonce-rejected-cvv': { code: 'CVV_FAILURE', detail: "Authorization error: 'CVV_FAILURE'" },
  'cnon:card-nonce-rejected-postalcode': {
    code: 'ADDRESS_VERIFICATION_FAILURE',
    detail: "Authorization error: 'ADDRESS_VERIFICATION_FAILURE'",
  },
  'cnon:card-nonce-rejected-expiration': { code: 'INVALID_EXPIRATION', detail: 'Invalid card expiration date.' },
}
/** An amount of the sandbox that the cardholder disputes. */
const disputedAmount = 8_801

function create(request: LabRequest, bench: SquareBench): LabAnswer {
  const body = bodyOf(request)
  const source = textOf(body, 'source_id')
  const money = body['amount_money']
  if (source === null) return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', 'source_id')
  if (!isCash(money)) return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', 'amount_money')
  if (money.currency !== 'USD')
    return invalid(
      'INVALID_VALUE',
      `This merchant can only process payments in USD, but amount was provided in ${money.currency}`,
      'amount_money.currency',
    )
  if (textOf(body, 'location_id') !== locationId)
    return invalid('INVALID_LOCATION', 'The location is not one of this merchant.', 'location_id')
  const refused = nonces[source]
  if (refused === undefined)
    return failure(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND', 'Card nonce not found', 'source_id')
  const [reference, note, mail] = ['reference_id', 'note', 'buyer_email_address'].map((name) => textOf(body, name))
  if ((reference ?? '').length > 40)
    return invalid('VALUE_TOO_LONG', 'Field must not be greater than 40 in length', 'reference_id')
  const held = body['autocomplete'] === false
  const at = instant(bench.now)
  const last_4 = '1111'
  const error = refused === null ? [] : [{ category: 'PAYMENT_METHOD_ERROR', ...refused }]
  const payment = newPayment({
    id: `${bench.id('', 20)}ZY`,
    amount_money: { amount: money.amount, currency: money.currency },
    created_at: at,
    order_id: bench.id('', 22),
    status: refused !== null ? 'FAILED' : held ? 'APPROVED' : 'COMPLETED',
    card_details: {
      status: refused !== null ? 'FAILED' : held ? 'AUTHORIZED' : 'CAPTURED',
      card: { card_brand: 'VISA', last_4 },
      ...(refused === null ? {} : { errors: error }),
    },
    ...(reference ? { reference_id: reference } : {}),
    ...(note ? { note } : {}),
    ...(mail ? { buyer_email_address: mail } : {}),
  })
  addNewest(bench.state.payments, payment, firstDay)
  tell(bench, 'payment.created', { payment })
  if (refused !== null) return json(402, { errors: error, payment })
  if (money.amount === disputedAmount) openDispute(payment, bench)
  return json(200, { payment })
}

const withPayment =
  (handle: (payment: Payment, request: LabRequest, bench: SquareBench) => LabAnswer) =>
  (request: LabRequest, bench: SquareBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const payment = bench.state.payments.find((candidate) => candidate.id === id)
    return payment === undefined ? missing('payment', id) : handle(payment, request, bench)
  }

function change(payment: Payment, { now }: SquareBench): void {
  payment.updated_at = instant(now)
  payment.version_token = `${payment.version_token.replace(/\d+$/, '')}${Date.parse(payment.updated_at)}`
}

function end(status: 'COMPLETED' | 'CANCELED') {
  return (payment: Payment, request: LabRequest, bench: SquareBench): LabAnswer => {
    if (payment.status !== 'APPROVED')
      return invalid('BAD_REQUEST', `Payment ${payment.id} is not in a state that allows it: ${payment.status}.`)
    const version = textOf(bodyOf(request), 'version_token')
    if (version !== null && version !== payment.version_token)
      return failure(
        409,
        'INVALID_REQUEST_ERROR',
        'VERSION_MISMATCH',
        'The payment changed meanwhile.',
        'version_token',
      )
    payment.status = status
    payment.card_details.status = status === 'COMPLETED' ? 'CAPTURED' : 'VOIDED'
    change(payment, bench)
    tell(bench, 'payment.updated', { payment })
    return json(200, { payment })
  }
}

function lower(payment: Payment, request: LabRequest, bench: SquareBench): LabAnswer {
  const { amount_money: money } = (bodyOf(request)['payment'] ?? {}) as { amount_money?: unknown }
  if (payment.status !== 'APPROVED') return invalid('BAD_REQUEST', 'Only an approved payment can be changed.')
  if (!isCash(money) || money.currency !== payment.amount_money.currency || money.amount > payment.amount_money.amount)
    return invalid('INVALID_VALUE', 'The amount can only be lowered.', 'payment.amount_money')
  payment.amount_money = money
  payment.total_money = money
  change(payment, bench)
  return json(200, { payment })
}

function refund(request: LabRequest, bench: SquareBench): LabAnswer {
  const body = bodyOf(request)
  const id = textOf(body, 'payment_id') ?? ''
  const money = body['amount_money']
  const payment = bench.state.payments.find((candidate) => candidate.id === id)
  if (payment === undefined) return missing('payment', id)
  if (!isCash(money)) return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', 'amount_money')
  if (money.currency !== payment.amount_money.currency)
    return invalid('INVALID_VALUE', 'The currency is not the payment’s.', 'amount_money.currency')
  const back = payment.refunded_money?.amount ?? 0
  if (payment.status !== 'COMPLETED' || money.amount > payment.total_money.amount - back)
    return failure(
      400,
      'REFUND_ERROR',
      'REFUND_AMOUNT_INVALID',
      'The requested refund amount exceeds the amount available to refund.',
      'amount_money.amount',
    )
  const at = instant(bench.now)
  const reason = textOf(body, 'reason')
  const made: Refund = {
    id: `${payment.id}_${bench.id('', 20)}`,
    status: 'PENDING',
    amount_money: money,
    payment_id: payment.id,
    order_id: payment.order_id,
    location_id: locationId,
    ...(reason ? { reason } : {}),
    created_at: at,
    updated_at: at,
  }
  payment.refunded_money = { amount: back + money.amount, currency: money.currency }
  change(payment, bench)
  addNewest(bench.state.refunds, made, 0)
  const answer = json(200, { refund: { ...made } })
  // The bank answers a moment later.
  made.status = 'COMPLETED'
  tell(bench, 'refund.updated', { refund: made })
  return answer
}

const [read, write] = ['PAYMENTS_READ', 'PAYMENTS_WRITE']
const path = '/v2/payments'

export const paymentRoutes: readonly Route<State>[] = [
  { method: 'POST', path, needs: write, handle: idempotent(create) },
  {
    method: 'GET',
    path,
    needs: read,
    handle: ({ query }, { now, state }) => {
      const from = Date.parse(query.get('begin_time') ?? '') || now - 365 * 86_400_000
      const until = Date.parse(query.get('end_time') ?? '') || Infinity
      const changed = Date.parse(query.get('updated_at_begin_time') ?? '1970-01-01T00:00:00Z')
      const at = query.get('location_id')
      const wanted = state.payments.filter(({ created_at, updated_at, location_id }) => {
        const time = Date.parse(created_at)
        const isChanged = Date.parse(updated_at) >= changed
        return time >= from && time < until && isChanged && (at === null || at === location_id)
      })
      if (query.get('sort_field') === 'UPDATED_AT') wanted.sort((a, b) => b.updated_at.localeCompare(a.updated_at))
      return pageOf('payments', wanted, { cursor: query.get('cursor'), limit: Number(query.get('limit') ?? '100') })
    },
  },
  { method: 'GET', path: `${path}/:id`, needs: read, handle: withPayment((payment) => json(200, { payment })) },
  { method: 'PUT', path: `${path}/:id`, needs: write, handle: idempotent(withPayment(lower)) },
  { method: 'POST', path: `${path}/:id/complete`, needs: write, handle: withPayment(end('COMPLETED')) },
  { method: 'POST', path: `${path}/:id/cancel`, needs: write, handle: withPayment(end('CANCELED')) },
  { method: 'POST', path: '/v2/refunds', needs: write, handle: idempotent(refund) },
  {
    method: 'GET',
    path: '/v2/refunds/:id',
    needs: read,
    handle: ({ params }, { state }) => {
      const found = state.refunds.find(({ id }) => id === params['id'])
      return found === undefined ? missing('refund', params['id'] ?? '') : json(200, { refund: found })
    },
  },
]
