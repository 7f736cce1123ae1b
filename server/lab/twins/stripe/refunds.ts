import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { chargeOf, keepCharge } from './charges.ts'
import { failure, idempotent, leaves, noSuch, pageOf, treeOf } from './reply.ts'
import type { State, StripeBench } from './state.ts'
import { tell } from './state.ts'

interface Refund {
  id: string
  object: 'refund'
  amount: number
  charge: string
  created: number
  currency: string
  metadata: Record<string, string>
  payment_intent: string
  reason: string | null
  status: string
}

export interface RefundState {
  /** Newest first. */
  refunds: Refund[]
}

function create(request: LabRequest, bench: StripeBench): LabAnswer {
  const { state, now, id } = bench
  const { form } = request
  const [paymentId, chargeId] = [form.get('payment_intent'), form.get('charge')]
  if (paymentId === null && chargeId === null)
    return failure(400, {
      code: 'parameter_missing',
      message: 'One of the following params should be provided for this request: payment_intent or charge.',
    })
  const intent = state.intents.find((found) => found.id === paymentId || found.latest_charge === (chargeId ?? ''))
  if (intent === undefined) return noSuch(paymentId === null ? 'charge' : 'payment_intent', paymentId ?? chargeId ?? '')
  const charge = chargeOf(state, intent)
  if (charge === null || !charge.captured)
    return failure(400, { message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.` })
  const left = charge.amount_captured - charge.amount_refunded
  const amount = Number(form.get('amount') ?? left)
  if (left === 0)
    return failure(400, {
      code: 'charge_already_refunded',
      message: `Charge ${charge.id} has already been refunded.`,
    })
  if (!Number.isInteger(amount) || amount < 1 || amount > left)
    return failure(400, {
      message: `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      param: 'amount',
    })
  const refund: Refund = {
    id: id('re_3', 24),
    object: 'refund',
    amount,
    charge: charge.id,
    created: Math.floor(now / 1000),
    currency: intent.currency,
    metadata: leaves(treeOf(form), 'metadata'),
    payment_intent: intent.id,
    reason: form.get('reason'),
    status: 'succeeded',
  }
  addNewest(state.refunds, refund, 0)
  const after = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left }
  keepCharge(state, after)
  tell(bench, 'charge.refunded', after)
  return json(200, refund)
}

export const refundRoutes: readonly Route<State>[] = [
  { method: 'POST', path: '/v1/refunds', needs: 'rak_charge_write', handle: idempotent(create) },
  {
    method: 'GET',
    path: '/v1/refunds',
    needs: 'rak_charge_read',
    handle: (request, { state }) => {
      const of = request.query.get('payment_intent')
      const wanted = state.refunds.filter((refund) => of === null || refund.payment_intent === of)
      return pageOf(request, wanted, 'refund')
    },
  },
  {
    method: 'GET',
    path: '/v1/refunds/:id',
    needs: 'rak_charge_read',
    handle: ({ params }, { state }) => {
      const refund = state.refunds.find(({ id }) => id === params['id'])
      return refund === undefined ? noSuch('refund', params['id'] ?? '') : json(200, refund)
    },
  },
]
