import type {
  CancelPayment,
  CapturePayment,
  Checkout,
  CreateCheckout,
  CreatePayment,
  CreateRefund,
  GetCheckout,
  GetPayment,
  Payment,
  PaymentStatus,
  Refund,
} from '@patchbay/schema/capabilities/payment.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'

export const hostedPath = '/gateway/order.json'
export const remotePath = '/gateway/remote.json'

/** Telr has one host: whether money moves is said in every request. */
const testFlag = ({ environment }: ConnectionFacts) => (environment === 'LIVE' ? 0 : 1)

const code = z.union([z.int(), z.string().regex(/^-?\d+$/)]).transform(Number)
const transaction = z.object({
  ref: z.string(),
  type: z.string().nullish(),
  status: z.string().nullish(),
  code: z.union([z.string(), z.int()]).nullish(),
  message: z.string().nullish(),
})
const checked = z.object({
  order: z.object({
    ref: z.string(),
    url: z.string().nullish(),
    cartid: z.string().nullish(),
    test: z.union([z.int(), z.string()]).nullish(),
    amount: z.union([z.string(), z.number()]),
    currency: z.string().length(3),
    description: z.string().nullish(),
    status: z.object({ code, text: z.string().nullish() }),
    transaction: transaction.nullish(),
    paymethod: z.string().nullish(),
    card: z.object({ type: z.string().nullish(), last4: z.string().nullish() }).nullish(),
  }),
})
type Found = z.output<typeof checked>['order']

/** https://docs.telr.com/reference/check-status-1 */
const statuses: Readonly<Record<string, PaymentStatus>> = {
  '1': 'REQUIRES_ACTION',
  '2': 'AUTHORIZED',
  '3': 'SUCCEEDED',
  '-1': 'CANCELLED',
  '-2': 'CANCELLED',
  '-3': 'FAILED',
}

function toPayment(found: Found, connection: ConnectionFacts): Payment {
  const status = statuses[String(found.status.code)]
  if (status === undefined) throw new RangeError(`the status ${found.status.code}`)
  const amount = fromDecimal(found.amount, found.currency)
  return {
    id: found.ref,
    status,
    vendorStatus: found.status.text ?? String(found.status.code),
    amount,
    amountCaptured: status === 'SUCCEEDED' ? amount : { ...amount, amountMinor: 0 },
    amountRefunded: null,
    reference: found.cartid ?? null,
    description: found.description ?? null,
    redirectUrl: status === 'REQUIRES_ACTION' ? (found.url ?? null) : null,
    clientSecret: null,
    method: found.paymethod ?? null,
    failure: status === 'FAILED' ? (found.transaction?.message ?? found.status.text ?? null) : null,
    createdAt: null,
    live: connection.environment === 'LIVE',
    providerData: {
      statusCode: found.status.code,
      transaction: found.transaction?.ref ?? null,
      transactionType: found.transaction?.type ?? null,
      card: found.card?.type ?? null,
      last4: found.card?.last4 ?? null,
    },
  }
}

interface Wanted {
  readonly amount: Money
  readonly reference: string
  readonly description: string
  readonly hold: boolean
  readonly email: string | undefined
  readonly back: string | undefined
  readonly away: string | undefined
  readonly idempotencyKey: string
}

const made = z.object({ order: z.object({ ref: z.string(), url: z.string() }) })

/** Opens Telr's page. Telr refuses a cart id it has seen, so a repeat is refused and nobody pays twice. */
async function open(call: Call, connection: ConnectionFacts, wanted: Wanted) {
  const { amount, away, back, description, email, hold, idempotencyKey, reference } = wanted
  if (reference.length > 63)
    throw cannotSend('Telr takes references of at most 63 characters.', 'Shorten the reference.', 'reference')
  if (back === undefined)
    throw cannotSend(
      'Telr needs to know where the payer comes back to.',
      'Give the address of your shop’s page after the payment.',
      'returnUrl',
    )
  const answer = await call({
    method: 'POST',
    path: hostedPath,
    idempotencyKey,
    json: {
      method: 'create',
      framed: 0,
      order: {
        cartid: reference,
        test: testFlag(connection),
        amount: toDecimal(amount),
        currency: amount.currency,
        description: description.slice(0, 63),
        trantype: hold ? 'auth' : 'sale',
      },
      return: { authorised: back, declined: away ?? back, cancelled: away ?? back },
      ...(email !== undefined && { customer: { email } }),
    },
  })
  return readAnswer('Telr', answer, made, ({ order }) => order)
}

export async function createPayment(call: Call, input: CreatePayment, connection: ConnectionFacts): Promise<Payment> {
  const { amount, capture, cancelUrl, customerEmail, description, idempotencyKey, reference, returnUrl } = input
  if (input.paymentMethodId !== undefined)
    throw cannotSend(
      'Telr is paid on its own page here.',
      'Leave paymentMethodId away and send the payer to redirectUrl.',
      'paymentMethodId',
    )
  const { ref, url } = await open(call, connection, {
    amount,
    reference,
    description: description ?? `Order ${reference}`,
    hold: capture === 'MANUAL',
    email: customerEmail,
    back: returnUrl,
    away: cancelUrl,
    idempotencyKey,
  })
  // The answer names no amount: what Telr made of it is read.
  const found = await getPayment(call, { id: ref }, connection)
  return { ...found, redirectUrl: found.status === 'REQUIRES_ACTION' ? url : null }
}

async function check(call: Call, id: string): Promise<Found> {
  const answer = await call({
    method: 'POST',
    path: hostedPath,
    safe: true,
    json: { method: 'check', order: { ref: id } },
  })
  return readAnswer('Telr', answer, checked, ({ order }) => order)
}

export async function getPayment(call: Call, { id }: GetPayment, connection: ConnectionFacts): Promise<Payment> {
  const answer = await call({
    method: 'POST',
    path: hostedPath,
    safe: true,
    json: { method: 'check', order: { ref: id } },
  })
  return readAnswer('Telr', answer, checked, ({ order }) => toPayment(order, connection))
}

const moved = z.object({ transaction })

/** Goes on with the transaction of an order: https://docs.telr.com/reference/post_gateway-remote-json */
async function goOn(
  call: Call,
  connection: ConnectionFacts,
  found: Found,
  wanted: { readonly type: 'capture' | 'refund' | 'void'; readonly amount: Money; readonly idempotencyKey: string },
) {
  const { amount, idempotencyKey, type } = wanted
  if (found.transaction === null || found.transaction === undefined)
    throw cannotSend('Nobody has paid this yet.', 'Wait until the payment is authorised or paid.', 'id')
  if (amount.currency !== found.currency)
    throw cannotSend(
      `The payment is in ${found.currency}, the amount in ${amount.currency}.`,
      'Give the amount in the currency of the payment.',
      'amount',
    )
  const answer = await call({
    method: 'POST',
    path: remotePath,
    idempotencyKey,
    json: {
      method: 'transaction',
      tran: {
        type,
        class: 'ecom',
        ref: found.transaction.ref,
        amount: toDecimal(amount),
        currency: amount.currency,
        test: testFlag(connection),
      },
    },
  })
  return readAnswer('Telr', answer, moved, ({ transaction: done }) => done)
}

const totalOf = (found: Found): Money => fromDecimal(found.amount, found.currency)

/** What is taken already is only read. */
export async function capturePayment(call: Call, input: CapturePayment, connection: ConnectionFacts): Promise<Payment> {
  const { amount, id, idempotencyKey } = input
  const found = await check(call, id)
  const before = toPayment(found, connection)
  if (before.status === 'SUCCEEDED') return before
  const taken = amount ?? totalOf(found)
  await goOn(call, connection, found, { type: 'capture', amount: taken, idempotencyKey })
  const after = await getPayment(call, { id }, connection)
  // Telr keeps telling the amount of the order: what was taken is what was asked for here.
  return after.status === 'SUCCEEDED' ? { ...after, amountCaptured: taken } : after
}

export async function cancelPayment(call: Call, input: CancelPayment, connection: ConnectionFacts): Promise<Payment> {
  const { id, idempotencyKey } = input
  const found = await check(call, id)
  const before = toPayment(found, connection)
  if (before.status === 'CANCELLED') return before
  if (before.status !== 'AUTHORIZED')
    throw cannotSend(
      before.status === 'SUCCEEDED' ? 'The money was taken already.' : 'Nothing is reserved for this payment.',
      before.status === 'SUCCEEDED' ? 'Refund it instead.' : 'Do nothing: a page nobody pays on runs out by itself.',
      'id',
    )
  await goOn(call, connection, found, { type: 'void', amount: totalOf(found), idempotencyKey })
  return getPayment(call, { id }, connection)
}

/** Telr has no key for a repeat and tells no refunds of an order: it refuses more than the payment, and nothing less. */
export async function createRefund(call: Call, input: CreateRefund, connection: ConnectionFacts): Promise<Refund> {
  const { idempotencyKey, paymentId } = input
  const found = await check(call, paymentId)
  const amount = input.amount ?? totalOf(found)
  const {
    code: said,
    message,
    ref,
    status,
  } = await goOn(call, connection, found, {
    type: 'refund',
    amount,
    idempotencyKey,
  })
  return {
    id: ref,
    paymentId,
    amount,
    status: status === 'A' ? 'SUCCEEDED' : 'PENDING',
    vendorStatus: status ?? 'A',
    createdAt: null,
    providerData: { code: said ?? null, message: message ?? null },
  }
}

/** The page belongs to the order, so the two share an id. */
export async function createCheckout(
  call: Call,
  input: CreateCheckout,
  connection: ConnectionFacts,
): Promise<Checkout> {
  const { cancelUrl, customerEmail, idempotencyKey, items, mode, reference, successUrl } = input
  const lines = items.flatMap(({ name, price, priceId, quantity }) =>
    price === undefined || priceId !== undefined ? [] : [{ name: name ?? '', price, quantity }],
  )
  if (mode === 'SUBSCRIPTION' || lines.length < items.length)
    throw cannotSend(
      'Telr keeps no prices, and its agreements for repeated payments are made in its own pages.',
      'Give name and price of every item, for a single payment.',
      'items',
    )
  const [currency, ...others] = new Set(lines.map(({ price }) => price.currency))
  if (currency === undefined || others.length > 0)
    throw cannotSend('All items of a checkout are paid in one currency.', 'Give all prices in one currency.', 'items')
  const amountMinor = lines.reduce((total, { price, quantity }) => total + price.amountMinor * quantity, 0)
  const { ref, url } = await open(call, connection, {
    amount: { amountMinor, currency },
    reference,
    description: lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', '),
    hold: false,
    email: customerEmail,
    back: successUrl,
    away: cancelUrl,
    idempotencyKey,
  })
  const found = await getCheckout(call, { id: ref }, connection)
  return { ...found, url: found.status === 'OPEN' ? url : null }
}

export async function getCheckout(call: Call, { id }: GetCheckout, connection: ConnectionFacts): Promise<Checkout> {
  const found = await getPayment(call, { id }, connection)
  const open = found.status === 'REQUIRES_ACTION'
  return {
    id,
    url: found.redirectUrl,
    status: open ? 'OPEN' : found.status === 'CANCELLED' ? 'EXPIRED' : 'COMPLETE',
    paid: found.status === 'SUCCEEDED' || found.status === 'AUTHORIZED',
    paymentId: id,
    subscriptionId: null,
    total: found.amount,
    reference: found.reference,
    expiresAt: null,
    providerData: { status: found.vendorStatus },
  }
}
