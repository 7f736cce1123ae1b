import type { CreateRefund, GetRefund, Refund } from '@patchbay/schema/capabilities/payment.ts'
import type StripeSdk from 'stripe'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { partOf } from './payments.ts'
import { idOf, read, toMoment, toMoney, withSdk, wordOf } from './sdk.ts'

const reference = z.union([z.string(), z.object({ id: z.string() })]).nullish()
const refund = z.object({
  object: z.literal('refund'),
  id: z.string(),
  amount: z.int(),
  currency: z.string().length(3),
  status: z.string(),
  payment_intent: reference,
  charge: reference,
  reason: z.string().nullish(),
  failure_reason: z.string().nullish(),
  created: z.int(),
})

const statuses: Readonly<Record<string, Refund['status']>> = {
  pending: 'PENDING',
  requires_action: 'PENDING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  canceled: 'CANCELLED',
}
const reasons = {
  DUPLICATE: 'duplicate',
  FRAUDULENT: 'fraudulent',
  REQUESTED_BY_CUSTOMER: 'requested_by_customer',
} as const

function toRefund(answer: unknown): Refund {
  const found = read('refund', refund, answer)
  return {
    id: found.id,
    paymentId: idOf(found.payment_intent) ?? idOf(found.charge),
    amount: toMoney(found.amount, found.currency),
    status: wordOf('refund', statuses, found.status),
    vendorStatus: found.status,
    createdAt: toMoment(found.created),
    providerData: {
      charge: idOf(found.charge),
      reason: found.reason ?? null,
      failure_reason: found.failure_reason ?? null,
    },
  }
}

/** Stripe passes no note on to the payer: it is kept with the refund, where the shop's people see it. */
export async function createRefund(call: Call, input: CreateRefund): Promise<Refund> {
  const { amount, idempotencyKey, note, paymentId, reason } = input
  const isCharge = /^(ch|py)_/.test(paymentId)
  const params: StripeSdk.RefundCreateParams = {
    ...(isCharge ? { charge: paymentId } : { payment_intent: paymentId }),
    ...(amount !== undefined && { amount: await partOf(call, await intentOf(call, paymentId, isCharge), amount) }),
    ...(reason !== undefined && { reason: reasons[reason] }),
    ...(note !== undefined && { metadata: { note } }),
  }
  return toRefund(await withSdk(call, (sdk) => sdk.refunds.create(params, { idempotencyKey })))
}

async function intentOf(call: Call, paymentId: string, isCharge: boolean): Promise<string> {
  if (!isCharge) return paymentId
  const { payment_intent: found } = await withSdk(call, (sdk) => sdk.charges.retrieve(paymentId))
  return idOf(found) ?? paymentId
}

export async function getRefund(call: Call, { id }: GetRefund): Promise<Refund> {
  return toRefund(await withSdk(call, (sdk) => sdk.refunds.retrieve(id)))
}
