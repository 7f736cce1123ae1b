import type { CreateRefund, GetRefund, Refund } from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { amount, momentOf, toAmount, toMoney } from './amounts.ts'
import { paymentsOf, readOrder } from './order.ts'
import { wholeAnswer } from './payments.ts'

const refund = z.object({
  id: z.string(),
  status: z.string(),
  amount,
  create_time: z.string().nullish(),
  note_to_payer: z.string().nullish(),
  status_details: z.object({ reason: z.string().nullish() }).nullish(),
  links: z.array(z.object({ href: z.string(), rel: z.string() })).default([]),
})

const statuses: Readonly<Record<string, Refund['status']>> = {
  COMPLETED: 'SUCCEEDED',
  PENDING: 'PENDING',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
}

/** The capture a refund belongs to: the link upwards ends with its id. */
function captureIn({ links }: z.output<typeof refund>): string | null {
  const up = links.find(({ rel }) => rel === 'up')?.href ?? ''
  return /\/captures\/([^/?]+)$/.exec(up)?.[1] ?? null
}

function toRefund(found: z.output<typeof refund>, paymentId?: string): Refund {
  const status = statuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  return {
    id: found.id,
    paymentId: paymentId ?? captureIn(found),
    amount: toMoney(found.amount),
    status,
    vendorStatus: found.status,
    createdAt: momentOf(found.create_time),
    providerData: {
      capture_id: captureIn(found),
      note_to_payer: found.note_to_payer ?? null,
      reason: found.status_details?.reason ?? null,
    },
  }
}

/** An order's capture; an id that is no order's is taken for a capture's own. */
async function captureOf(call: Call, paymentId: string): Promise<string> {
  const found = await readOrder(call, paymentId)
  if (found === null) return paymentId
  const [taken, ...others] = paymentsOf(found).taken
  if (taken === undefined)
    throw cannotSend('Nothing was taken for this payment yet.', 'Cancel it instead of refunding it.', 'paymentId')
  if (others.length > 0)
    throw cannotSend(
      'This payment was taken in several captures.',
      'Give the id of the capture to refund; providerData.captures of the payment names them.',
      'paymentId',
    )
  return taken.id
}

/** PayPal asks for no reason; a note goes to the payer. */
export async function createRefund(call: Call, input: CreateRefund): Promise<Refund> {
  const { idempotencyKey, note, paymentId } = input
  const answer = await call({
    method: 'POST',
    path: `/v2/payments/captures/${encodeURIComponent(await captureOf(call, paymentId))}/refund`,
    idempotencyKey,
    headers: wholeAnswer,
    json: {
      ...(input.amount !== undefined && { amount: toAmount(input.amount) }),
      ...(note !== undefined && { note_to_payer: note }),
    },
  })
  return readAnswer('PayPal', answer, refund, (found) => toRefund(found, paymentId))
}

/** `paymentId` is the capture's: a refund does not name its order. */
export async function getRefund(call: Call, { id }: GetRefund): Promise<Refund> {
  const answer = await call({ method: 'GET', path: `/v2/payments/refunds/${encodeURIComponent(id)}` })
  return readAnswer('PayPal', answer, refund, (found) => toRefund(found))
}
