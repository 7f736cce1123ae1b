import type { CreateRefund, GetRefund, Refund } from '@patchbay/schema/capabilities/payment.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { readPayment } from './payments.ts'
import { keyOf, momentOf, squareMoney, toMoney, toSquare } from './request.ts'

const refund = z.object({
  id: z.string(),
  status: z.string(),
  amount_money: squareMoney,
  payment_id: z.string().nullish(),
  order_id: z.string().nullish(),
  reason: z.string().nullish(),
  created_at: z.string().nullish(),
})
const answered = z.object({ refund })

const statuses: Readonly<Record<string, Refund['status']>> = {
  PENDING: 'PENDING',
  COMPLETED: 'SUCCEEDED',
  REJECTED: 'FAILED',
  FAILED: 'FAILED',
}
const words = {
  DUPLICATE: 'Charged twice',
  FRAUDULENT: 'Fraudulent charge',
  REQUESTED_BY_CUSTOMER: 'Requested by the customer',
} as const

function toRefund({ refund: found }: z.output<typeof answered>): Refund {
  const status = statuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  return {
    id: found.id,
    paymentId: found.payment_id ?? null,
    amount: toMoney(found.amount_money),
    status,
    vendorStatus: found.status,
    createdAt: momentOf(found.created_at),
    providerData: { order_id: found.order_id ?? null, reason: found.reason ?? null },
  }
}

/**
 * Square wants the amount named: what is left of the payment. When nothing is left this is a repeat, and the whole amount
 * goes out again, which the key or Square refuses to do twice.
 */
async function leftOf(call: Call, paymentId: string): Promise<Money> {
  const { amount_money, refunded_money, total_money } = await readPayment(call, paymentId)
  const whole = toMoney(total_money ?? amount_money)
  const left = whole.amountMinor - (refunded_money?.amount ?? 0)
  return left > 0 ? { ...whole, amountMinor: left } : whole
}

export async function createRefund(call: Call, input: CreateRefund): Promise<Refund> {
  const { idempotencyKey, note, paymentId, reason } = input
  const said = note ?? (reason === undefined ? undefined : words[reason])
  if ((said?.length ?? 0) > 192) throw cannotSend('Square keeps 192 characters of a reason.', 'Shorten it.', 'note')
  const answer = await call({
    method: 'POST',
    path: '/v2/refunds',
    idempotencyKey,
    json: {
      idempotency_key: keyOf(idempotencyKey),
      payment_id: paymentId,
      amount_money: toSquare(input.amount ?? (await leftOf(call, paymentId))),
      reason: said,
    },
  })
  return readAnswer('Square', answer, answered, toRefund)
}

export async function getRefund(call: Call, { id }: GetRefund): Promise<Refund> {
  const answer = await call({ method: 'GET', path: `/v2/refunds/${encodeURIComponent(id)}` })
  return readAnswer('Square', answer, answered, toRefund)
}
