import type {
  CancelPayment,
  CapturePayment,
  CreatePayment,
  GetPayment,
  ListPayments,
  Payment,
  PaymentPage,
  PaymentRisk,
  PaymentStatus,
} from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import {
  cursorIn,
  keyOf,
  listOf,
  locationOf,
  momentOf,
  referenceOf,
  squareMoney,
  toMoney,
  toSquare,
} from './request.ts'

const statuses: Readonly<Record<string, PaymentStatus>> = {
  APPROVED: 'AUTHORIZED',
  PENDING: 'PROCESSING',
  COMPLETED: 'SUCCEEDED',
  CANCELED: 'CANCELLED',
  FAILED: 'FAILED',
}
const risks: Readonly<Record<string, PaymentRisk['level']>> = {
  NORMAL: 'NORMAL',
  MODERATE: 'ELEVATED',
  HIGH: 'HIGHEST',
}

const payment = z.object({
  id: z.string(),
  status: z.string(),
  amount_money: squareMoney,
  total_money: squareMoney.nullish(),
  refunded_money: squareMoney.nullish(),
  source_type: z.string().nullish(),
  reference_id: z.string().nullish(),
  note: z.string().nullish(),
  order_id: z.string().nullish(),
  customer_id: z.string().nullish(),
  receipt_url: z.string().nullish(),
  delayed_until: z.string().nullish(),
  version_token: z.string().nullish(),
  risk_evaluation: z.object({ risk_level: z.string().nullish() }).nullish(),
  card_details: z
    .object({
      status: z.string().nullish(),
      card: z.object({ card_brand: z.string().nullish(), last_4: z.string().nullish() }).nullish(),
      errors: z.array(z.object({ code: z.string(), detail: z.string().nullish() })).nullish(),
    })
    .nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
})
const answered = z.object({ payment })
type Found = z.output<typeof payment>

function toRisk(found: Found): PaymentRisk | null {
  const level = found.risk_evaluation?.risk_level
  return level ? { level: risks[level] ?? 'NOT_ASSESSED', score: null, outcome: level, reason: null } : null
}

function toPayment(found: Found, connection: ConnectionFacts): Payment {
  const status = statuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  const amount = toMoney(found.total_money ?? found.amount_money)
  const none = { ...amount, amountMinor: 0 }
  const [error] = found.card_details?.errors ?? []
  return {
    id: found.id,
    status,
    vendorStatus: found.status,
    amount,
    amountCaptured: status === 'SUCCEEDED' ? amount : none,
    amountRefunded: found.refunded_money ? toMoney(found.refunded_money) : none,
    reference: found.reference_id ?? null,
    description: found.note ?? null,
    redirectUrl: null,
    clientSecret: null,
    method: found.source_type ?? null,
    risk: toRisk(found),
    failure: error === undefined ? null : (error.detail ?? error.code),
    createdAt: momentOf(found.created_at),
    updatedAt: momentOf(found.updated_at),
    live: connection.environment === 'LIVE',
    providerData: {
      order_id: found.order_id ?? null,
      customer_id: found.customer_id ?? null,
      receipt_url: found.receipt_url ?? null,
      delayed_until: found.delayed_until ?? null,
      card_brand: found.card_details?.card?.card_brand ?? null,
      last_4: found.card_details?.card?.last_4 ?? null,
    },
  }
}

const pathOf = (id: string, action = '') => `/v2/payments/${encodeURIComponent(id)}${action}`

/** Square charges a token its browser component made; a page to pay on is a checkout. */
export async function createPayment(call: Call, input: CreatePayment, connection: ConnectionFacts): Promise<Payment> {
  const { amount, capture, idempotencyKey, paymentMethodId, statementDescriptor } = input
  if (paymentMethodId === undefined)
    throw cannotSend(
      'Square charges a payment token (cnon:…) of its browser component.',
      'Give paymentMethodId, or open a checkout, where the payer chooses on Square’s page.',
      'paymentMethodId',
    )
  if ((statementDescriptor?.length ?? 0) > 20)
    throw cannotSend('Square shows 20 characters on a statement.', 'Shorten it.', 'statementDescriptor')
  const answer = await call({
    method: 'POST',
    path: '/v2/payments',
    idempotencyKey,
    json: {
      source_id: paymentMethodId,
      idempotency_key: keyOf(idempotencyKey),
      amount_money: toSquare(amount),
      autocomplete: capture !== 'MANUAL',
      location_id: locationOf(connection),
      reference_id: referenceOf(input.reference),
      note: input.description,
      buyer_email_address: input.customerEmail,
      statement_description_identifier: statementDescriptor,
    },
  })
  return readAnswer('Square', answer, answered, (found) => toPayment(found.payment, connection))
}

export async function readPayment(call: Call, id: string): Promise<Found> {
  const answer = await call({ method: 'GET', path: pathOf(id) })
  return readAnswer('Square', answer, answered, (found) => found.payment)
}

export async function getPayment(call: Call, { id }: GetPayment, connection: ConnectionFacts): Promise<Payment> {
  const answer = await call({ method: 'GET', path: pathOf(id) })
  return readAnswer('Square', answer, answered, (found) => toPayment(found.payment, connection))
}

/** Before the first payment that Square ever took. */
const opened = '2009-01-01T00:00:00Z'

/** Of the connection's location. Without a beginning Square goes back one year. */
export async function listPayments(call: Call, input: ListPayments, connection: ConnectionFacts): Promise<PaymentPage> {
  const answer = await call({
    method: 'GET',
    path: '/v2/payments',
    query: {
      limit: input.first,
      cursor: cursorIn(input.after),
      begin_time: input.createdAfter,
      end_time: input.createdBefore,
      updated_at_begin_time: input.updatedSince,
      sort_field: input.updatedSince === undefined ? undefined : 'UPDATED_AT',
      sort_order: 'DESC',
      location_id: locationOf(connection),
    },
  })
  return readAnswer('Square', answer, listOf('payments', payment), ({ items, nextCursor }) => ({
    items: items.map((one) => toPayment(one, connection)),
    nextCursor,
  }))
}

/** The same without Square's year. */
export const listAllPayments = (call: Call, input: ListPayments, connection: ConnectionFacts): Promise<PaymentPage> =>
  listPayments(call, { ...input, createdAfter: input.createdAfter ?? opened }, connection)

/** A part is taken by lowering the amount first. What is completed already is only read, so a repeat takes nothing more. */
export async function capturePayment(call: Call, input: CapturePayment, connection: ConnectionFacts): Promise<Payment> {
  const { amount, id, idempotencyKey } = input
  const found = await readPayment(call, id)
  const held = toMoney(found.amount_money)
  const isPart = amount !== undefined && (amount.amountMinor !== held.amountMinor || amount.currency !== held.currency)
  if (found.status === 'COMPLETED' && !isPart) return toPayment(found, connection)
  let version = found.version_token
  if (isPart) {
    const lowered = await call({
      method: 'PUT',
      path: pathOf(id),
      idempotencyKey: `${idempotencyKey}:amount`,
      json: {
        idempotency_key: keyOf(idempotencyKey, ':amount'),
        payment: { amount_money: toSquare(amount), ...(version && { version_token: version }) },
      },
    })
    version = readAnswer('Square', lowered, answered, (changed) => changed.payment.version_token)
  }
  const answer = await call({
    method: 'POST',
    path: pathOf(id, '/complete'),
    idempotencyKey,
    json: version ? { version_token: version } : {},
  })
  return readAnswer('Square', answer, answered, (taken) => toPayment(taken.payment, connection))
}

export async function cancelPayment(call: Call, input: CancelPayment, connection: ConnectionFacts): Promise<Payment> {
  const { id, idempotencyKey } = input
  const found = await readPayment(call, id)
  if (found.status === 'CANCELED') return toPayment(found, connection)
  const answer = await call({ method: 'POST', path: pathOf(id, '/cancel'), idempotencyKey })
  return readAnswer('Square', answer, answered, (ended) => toPayment(ended.payment, connection))
}
