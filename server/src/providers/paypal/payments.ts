import type {
  CancelPayment,
  CapturePayment,
  CreatePayment,
  GetPayment,
  Payment,
} from '@patchbay/schema/capabilities/payment.ts'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { toAmount, toMoney } from './amounts.ts'
import type { Order } from './order.ts'
import { capture, captureToPayment, order, orderPath, paymentsOf, readOrder, toPayment } from './order.ts'

/** Without it PayPal answers with id and status only. */
export const wholeAnswer = { prefer: 'return=representation' } as const

function sourceOf({ cancelUrl, customerEmail, methodTypes, paymentMethodId, returnUrl }: CreatePayment) {
  const [method = 'paypal'] = methodTypes ?? []
  if (!['paypal', 'venmo'].includes(method))
    throw cannotSend(
      `PayPal’s page cannot be opened for ${method} alone.`,
      'Leave methodTypes away, or name paypal or venmo.',
      'methodTypes',
    )
  if (returnUrl === undefined && paymentMethodId === undefined && methodTypes === undefined) return {}
  return {
    payment_source: {
      [method]: {
        email_address: customerEmail,
        vault_id: paymentMethodId,
        ...(returnUrl !== undefined && {
          experience_context: { return_url: returnUrl, cancel_url: cancelUrl ?? returnUrl, user_action: 'PAY_NOW' },
        }),
      },
    },
  }
}

export async function createPayment(call: Call, input: CreatePayment, connection: ConnectionFacts): Promise<Payment> {
  const answer = await call({
    method: 'POST',
    path: '/v2/checkout/orders',
    idempotencyKey: input.idempotencyKey,
    headers: wholeAnswer,
    json: {
      intent: input.capture === 'MANUAL' ? 'AUTHORIZE' : 'CAPTURE',
      purchase_units: [
        {
          custom_id: input.reference,
          description: input.description,
          soft_descriptor: input.statementDescriptor,
          amount: toAmount(input.amount),
        },
      ],
      ...sourceOf(input),
    },
  })
  return readAnswer('PayPal', answer, order, (found) => toPayment(found, connection))
}

const capturePath = (id: string) => `/v2/payments/captures/${encodeURIComponent(id)}`

/** An order, or a capture by its own id: that is all there is of an order PayPal has forgotten. */
export async function getPayment(call: Call, { id }: GetPayment, connection: ConnectionFacts): Promise<Payment> {
  const found = await readOrder(call, id)
  if (found !== null) return toPayment(found, connection)
  const answer = await call({ method: 'GET', path: capturePath(id) })
  return readAnswer('PayPal', answer, capture, (one) => captureToPayment(one, connection))
}

const step = (call: Call, path: string, idempotencyKey: string, json: object = {}) =>
  call({ method: 'POST', path, idempotencyKey, headers: wholeAnswer, json })

async function authorizationOf(call: Call, found: Order, idempotencyKey: string): Promise<string> {
  const known = paymentsOf(found).authorizations[0]
  if (known !== undefined) return known.id
  const answer = await step(call, orderPath(found.id, '/authorize'), `${idempotencyKey}:authorize`)
  return readAnswer('PayPal', answer, order, (authorized) => {
    const [made] = paymentsOf(authorized).authorizations
    if (made === undefined) throw new RangeError('an authorized order without an authorization')
    return made.id
  })
}

/**
 * Takes the money of an order the payer agreed to. An order that only reserves is authorized first where nobody did, and
 * then captured, in part if asked; what is not taken is let go, as with every provider. An id that is no order's is taken
 * for an authorization's.
 */
export async function capturePayment(call: Call, input: CapturePayment, connection: ConnectionFacts): Promise<Payment> {
  const { amount, id, idempotencyKey } = input
  const found = await readOrder(call, id)
  if (found !== null && found.intent !== 'AUTHORIZE') {
    const total = found.purchase_units[0]?.amount
    if (amount !== undefined && total !== undefined) {
      const { amountMinor, currency } = toMoney(total)
      if (amountMinor !== amount.amountMinor || currency !== amount.currency)
        throw cannotSend(
          'PayPal takes such an order whole or not at all.',
          'Leave the amount away, or create the payment with capture MANUAL to take a part.',
          'amount',
        )
    }
    const answer = await step(call, orderPath(id, '/capture'), idempotencyKey)
    return readAnswer('PayPal', answer, order, (taken) => toPayment(taken, connection))
  }
  const authorization = found === null ? id : await authorizationOf(call, found, idempotencyKey)
  const answer = await step(
    call,
    `/v2/payments/authorizations/${encodeURIComponent(authorization)}/capture`,
    idempotencyKey,
    { ...(amount !== undefined && { amount: toAmount(amount) }), final_capture: true },
  )
  const taken = readAnswer('PayPal', answer, capture, (one) => captureToPayment(one, connection))
  return found === null ? taken : getPayment(call, { id }, connection)
}

/** Lets go of what is reserved. An order nobody paid cannot be taken back at PayPal: it runs out by itself. */
export async function cancelPayment(call: Call, input: CancelPayment, connection: ConnectionFacts): Promise<Payment> {
  const { id, idempotencyKey } = input
  const held = await readOrder(call, id)
  const found = held === null ? await getPayment(call, { id }, connection) : toPayment(held, connection)
  if (found.status === 'CANCELLED') return found
  const authorization = held === null ? undefined : paymentsOf(held).authorizations[0]
  if (found.status !== 'AUTHORIZED' || authorization === undefined)
    throw cannotSend(
      found.status === 'SUCCEEDED'
        ? 'The money was taken already.'
        : 'PayPal has nothing reserved for this payment, and no way to withdraw an order.',
      found.status === 'SUCCEEDED'
        ? 'Refund it instead.'
        : 'Do nothing: nobody is charged until you capture it, and PayPal forgets it after some hours.',
      'id',
    )
  await call({
    method: 'POST',
    path: `/v2/payments/authorizations/${encodeURIComponent(authorization.id)}/void`,
    idempotencyKey,
  })
  return getPayment(call, { id }, connection)
}
