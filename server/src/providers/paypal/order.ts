import type { Payment, PaymentStatus } from '@patchbay/schema/capabilities/payment.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { amount, momentOf, sumOf, toMoney } from './amounts.ts'

const link = z.object({ href: z.string(), rel: z.string() })
const movement = z.object({
  id: z.string(),
  status: z.string(),
  amount,
  status_details: z.object({ reason: z.string().nullish() }).nullish(),
})
const settled = z.array(movement).default([])

/** An order: https://developer.paypal.com/docs/api/orders/v2/#orders_get */
export const order = z.object({
  id: z.string(),
  status: z.string(),
  intent: z.string().nullish(),
  create_time: z.string().nullish(),
  payment_source: z.record(z.string(), z.unknown()).nullish(),
  payer: z.object({ payer_id: z.string().nullish() }).nullish(),
  purchase_units: z
    .array(
      z.object({
        custom_id: z.string().nullish(),
        description: z.string().nullish(),
        amount,
        payments: z.object({ captures: settled, authorizations: settled, refunds: settled }).partial().nullish(),
      }),
    )
    .min(1),
  links: z.array(link).default([]),
})
export type Order = z.output<typeof order>

const statuses: Readonly<Record<string, PaymentStatus>> = {
  CREATED: 'REQUIRES_ACTION',
  SAVED: 'REQUIRES_ACTION',
  PAYER_ACTION_REQUIRED: 'REQUIRES_ACTION',
  // The payer agreed; the money moves when the order is captured.
  APPROVED: 'PROCESSING',
  VOIDED: 'CANCELLED',
}
const taken = new Set(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'])
const held: Readonly<Record<string, PaymentStatus>> = {
  CREATED: 'AUTHORIZED',
  PENDING: 'PROCESSING',
  VOIDED: 'CANCELLED',
  EXPIRED: 'CANCELLED',
  DENIED: 'FAILED',
}

export const paymentsOf = (found: Order) => {
  const { authorizations = [], captures = [], refunds = [] } = found.purchase_units[0]?.payments ?? {}
  return { authorizations, captures, refunds, taken: captures.filter(({ status }) => taken.has(status)) }
}

function statusOf(found: Order): PaymentStatus {
  const known = statuses[found.status]
  if (known !== undefined) return known
  const { authorizations, captures, taken: done } = paymentsOf(found)
  if (done.length > 0) return 'SUCCEEDED'
  if (captures.some(({ status }) => status === 'PENDING')) return 'PROCESSING'
  if (captures.length > 0) return 'FAILED'
  return held[authorizations[0]?.status ?? ''] ?? 'PROCESSING'
}

export const pageOf = ({ links }: Pick<Order, 'links'>): string | null =>
  links.find(({ rel }) => rel === 'payer-action' || rel === 'approve')?.href ?? null

export function toPayment(found: Order, connection: ConnectionFacts): Payment {
  const [unit] = found.purchase_units
  if (unit === undefined) throw new RangeError('an order without purchase units')
  const { authorizations, captures, refunds, taken: done } = paymentsOf(found)
  const total = toMoney(unit.amount)
  const nothing = { amountMinor: 0, currency: total.currency }
  const refused = [...captures, ...authorizations].find(({ status }) =>
    ['DECLINED', 'FAILED', 'DENIED'].includes(status),
  )
  return {
    id: found.id,
    status: statusOf(found),
    vendorStatus: found.status,
    amount: total,
    amountCaptured: sumOf(done.map((one) => one.amount)) ?? nothing,
    amountRefunded: sumOf(refunds.filter(({ status }) => status === 'COMPLETED').map((one) => one.amount)) ?? nothing,
    reference: unit.custom_id ?? null,
    description: unit.description ?? null,
    redirectUrl: pageOf(found),
    clientSecret: null,
    method: Object.keys(found.payment_source ?? {})[0] ?? null,
    risk: null,
    failure: refused === undefined ? null : (refused.status_details?.reason ?? refused.status),
    createdAt: momentOf(found.create_time),
    live: connection.environment === 'LIVE',
    providerData: {
      intent: found.intent ?? null,
      payer_id: found.payer?.payer_id ?? null,
      captures: captures.map(({ id, status }) => ({ id, status })),
      authorizations: authorizations.map(({ id, status }) => ({ id, status })),
      refunds: refunds.map(({ id, status }) => ({ id, status })),
    },
  }
}

/** A capture by itself: orders are forgotten after a while, captures are not. */
export const capture = movement.extend({
  custom_id: z.string().nullish(),
  create_time: z.string().nullish(),
  supplementary_data: z.object({ related_ids: z.object({ order_id: z.string().nullish() }).nullish() }).nullish(),
})
export type Capture = z.output<typeof capture>

const captureStatuses: Readonly<Record<string, PaymentStatus>> = {
  COMPLETED: 'SUCCEEDED',
  PARTIALLY_REFUNDED: 'SUCCEEDED',
  REFUNDED: 'SUCCEEDED',
  PENDING: 'PROCESSING',
  DECLINED: 'FAILED',
  FAILED: 'FAILED',
}

export function captureToPayment(found: Capture, connection: ConnectionFacts): Payment {
  const total = toMoney(found.amount)
  const status = captureStatuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  const none = { ...total, amountMinor: 0 }
  const refunded: Readonly<Record<string, typeof total>> = { REFUNDED: total, COMPLETED: none }
  return {
    id: found.id,
    status,
    vendorStatus: found.status,
    amount: total,
    amountCaptured: status === 'SUCCEEDED' ? total : none,
    amountRefunded: refunded[found.status] ?? null,
    reference: found.custom_id ?? null,
    description: null,
    redirectUrl: null,
    clientSecret: null,
    failure: status === 'FAILED' ? (found.status_details?.reason ?? found.status) : null,
    createdAt: momentOf(found.create_time),
    live: connection.environment === 'LIVE',
    providerData: { order_id: found.supplementary_data?.related_ids?.order_id ?? null },
  }
}

/** Null for what PayPal does not know. */
export async function unlessMissing<Found>(asked: Promise<Found>): Promise<Found | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ProviderCallError && error.errorClass === 'NOT_FOUND') return null
    throw error
  }
}

export const orderPath = (id: string, action = '') => `/v2/checkout/orders/${encodeURIComponent(id)}${action}`

/** Null for an id that is no order's. */
export async function readOrder(call: Call, id: string): Promise<Order | null> {
  const answer = await unlessMissing(call({ method: 'GET', path: orderPath(id) }))
  return answer === null ? null : readAnswer('PayPal', answer, order, (found) => found)
}
