import type {
  CancelPayment,
  CapturePayment,
  Checkout,
  CreateCheckout,
  CreatePayment,
  CreateRefund,
  GetCheckout,
  GetPayment,
  GetRefund,
  Payment,
  Refund,
} from '@patchbay/schema/capabilities/payment.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import type { Order } from './orders.ts'
import {
  capturesOf,
  lastPart,
  payment,
  paymentOf,
  paymentRef,
  readOrder,
  refundsOf,
  takenOf,
  toCheckout,
  toMoney,
  toNi,
  toPayment,
  toRefund,
} from './orders.ts'
import type { AskOutlet } from './session.ts'
import { signIn } from './session.ts'

const orderPath = (id: string) => `/orders/${encodeURIComponent(id)}`
const paymentPath = (found: Order) =>
  `${orderPath(found.reference)}/payments/${encodeURIComponent(paymentRef(paymentOf(found)))}`

interface Wanted {
  readonly amount: Money
  readonly reference: string
  readonly action: 'SALE' | 'AUTH'
  readonly email: string | undefined
  readonly description?: string | undefined
  readonly back: string | undefined
  readonly away: string | undefined
  readonly idempotencyKey: string
}

/** An order nobody paid costs nothing, so a repeat, for which the vendor has no key, only opens another page. */
async function open(ask: AskOutlet, wanted: Wanted): Promise<Order> {
  const { amount, action, away, back, description, email, idempotencyKey, reference } = wanted
  const attributes = {
    ...(back !== undefined && { redirectUrl: back, skipConfirmationPage: true }),
    ...(away !== undefined && { cancelUrl: away, cancelText: 'Back to the shop' }),
  }
  const answer = await ask(
    'POST',
    '/orders',
    {
      action,
      amount: toNi(amount),
      merchantOrderReference: reference,
      language: 'en',
      ...(email !== undefined && { emailAddress: email }),
      ...(Object.keys(attributes).length > 0 && { merchantAttributes: attributes }),
      ...(description !== undefined && { merchantDefinedData: { description } }),
    },
    idempotencyKey,
  )
  return readOrder(answer)
}

export async function createPayment(call: Call, input: CreatePayment, connection: ConnectionFacts): Promise<Payment> {
  if (input.paymentMethodId !== undefined)
    throw cannotSend(
      'Network International is paid on its own page here.',
      'Leave paymentMethodId away and send the payer to redirectUrl.',
      'paymentMethodId',
    )
  const made = await open(await signIn(call, connection), {
    amount: input.amount,
    reference: input.reference,
    action: input.capture === 'MANUAL' ? 'AUTH' : 'SALE',
    email: input.customerEmail,
    description: input.description,
    back: input.returnUrl,
    away: input.cancelUrl,
    idempotencyKey: input.idempotencyKey,
  })
  return toPayment(made, connection)
}

const read = async (ask: AskOutlet, id: string): Promise<Order> => readOrder(await ask('GET', orderPath(id)))

export async function getPayment(call: Call, { id }: GetPayment, connection: ConnectionFacts): Promise<Payment> {
  return toPayment(await read(await signIn(call, connection), id), connection)
}

/** Takes what is reserved, whole or in part, once: what is taken already is only read. */
export async function capturePayment(call: Call, input: CapturePayment, connection: ConnectionFacts): Promise<Payment> {
  const { amount, id, idempotencyKey } = input
  const ask = await signIn(call, connection)
  const found = await read(ask, id)
  if (takenOf(paymentOf(found)) > 0) return toPayment(found, connection)
  await ask(
    'POST',
    `${paymentPath(found)}/captures`,
    { amount: amount === undefined ? found.amount : toNi(amount) },
    idempotencyKey,
  )
  return toPayment(await read(ask, id), connection)
}

export async function cancelPayment(call: Call, input: CancelPayment, connection: ConnectionFacts): Promise<Payment> {
  const { id, idempotencyKey } = input
  const ask = await signIn(call, connection)
  const found = await read(ask, id)
  const { status } = toPayment(found, connection)
  if (status === 'CANCELLED') return toPayment(found, connection)
  if (status !== 'AUTHORIZED')
    throw cannotSend(
      status === 'SUCCEEDED' ? 'The money was taken already.' : 'Nothing is reserved for this payment.',
      status === 'SUCCEEDED' ? 'Refund it instead.' : 'Do nothing: a page nobody pays on runs out by itself.',
      'id',
    )
  await ask('PUT', `${paymentPath(found)}/cancel`, undefined, idempotencyKey)
  return toPayment(await read(ask, id), connection)
}

export async function createCheckout(
  call: Call,
  input: CreateCheckout,
  connection: ConnectionFacts,
): Promise<Checkout> {
  const { cancelUrl, customerEmail, idempotencyKey, items, mode, reference, successUrl } = input
  const lines = items.flatMap(({ price, priceId, quantity }) =>
    price === undefined || priceId !== undefined ? [] : [{ price, quantity }],
  )
  const [currency, ...others] = new Set(lines.map(({ price }) => price.currency))
  if (mode === 'SUBSCRIPTION' || lines.length < items.length)
    throw cannotSend(
      'Network International keeps no prices and runs no subscriptions by its API.',
      'Give name and price of every item, for a single payment.',
      'items',
    )
  if (currency === undefined || others.length > 0)
    throw cannotSend('All items of a checkout are paid in one currency.', 'Give all prices in one currency.', 'items')
  const amountMinor = lines.reduce((total, { price, quantity }) => total + price.amountMinor * quantity, 0)
  const made = await open(await signIn(call, connection), {
    amount: { amountMinor, currency },
    reference,
    action: 'SALE',
    email: customerEmail,
    back: successUrl,
    away: cancelUrl,
    idempotencyKey,
  })
  return toCheckout(made, connection)
}

export async function getCheckout(call: Call, { id }: GetCheckout, connection: ConnectionFacts): Promise<Checkout> {
  return toCheckout(await read(await signIn(call, connection), id), connection)
}

/** Where a refund is asked for: at the capture, or, for a purchase, which has none, where its own link says. */
function refundPath(found: Order): string {
  const tried = paymentOf(found)
  const capture = lastPart(capturesOf(tried)[0]?._links?.self)
  if (capture !== null) return `${paymentPath(found)}/captures/${encodeURIComponent(capture)}/refund`
  // Before settlement a purchase is taken back whole, which the vendor calls cancelling.
  return `${paymentPath(found)}/${tried._links?.['cnp:refund'] ? 'refund' : 'cancel'}`
}

/** The vendor has no key for a repeat: one that asks for more than is left is refused before it leaves. */
export async function createRefund(call: Call, input: CreateRefund, connection: ConnectionFacts): Promise<Refund> {
  const { amount, idempotencyKey, paymentId } = input
  const ask = await signIn(call, connection)
  const found = await read(ask, paymentId)
  const tried = paymentOf(found)
  const left = takenOf(tried) - refundsOf(tried).reduce((total, one) => total + one.amount.value, 0)
  const wanted = amount ?? { ...toMoney(found.amount), amountMinor: left }
  if (wanted.currency !== found.amount.currencyCode)
    throw cannotSend(
      `The payment is in ${found.amount.currencyCode}, the amount in ${wanted.currency}.`,
      'Give the amount in the currency of the payment.',
      'amount',
    )
  if (left <= 0 || wanted.amountMinor > left)
    throw cannotSend(
      `${left <= 0 ? 'Nothing' : `Only ${left} minor units of ${wanted.currency}`} can be given back for this payment.`,
      'Read the payment again: it may have been refunded already.',
      'amount',
    )
  const path = refundPath(found)
  const answer = await ask(path.endsWith('/cancel') ? 'PUT' : 'POST', path, { amount: toNi(wanted) }, idempotencyKey)
  return readAnswer('Network International', answer, payment, (after) => {
    const last = refundsOf(after).at(-1) ?? { amount: toNi(wanted), state: after.state }
    return toRefund(paymentId, after, last)
  })
}

export async function getRefund(call: Call, { id }: GetRefund, connection: ConnectionFacts): Promise<Refund> {
  const [orderRef = '', own] = id.split(':')
  const tried = paymentOf(await read(await signIn(call, connection), orderRef))
  const refund = refundsOf(tried).find(({ _links }) => lastPart(_links?.self) === own)
  if (refund !== undefined) return toRefund(orderRef, tried, refund)
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: 'Network International: the payment has no such refund.',
    advice: 'Check the id: it is the order’s and the refund’s own with a colon between them.',
  })
}
