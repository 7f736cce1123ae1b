import type { Checkout, Payment, PaymentStatus, Refund } from '@patchbay/schema/capabilities/payment.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { CallAnswer, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'

/** Minor units by ISO 4217: 10.50 AED is 1050. */
export const niMoney = z.object({ currencyCode: z.string().length(3), value: z.int() })
export const toMoney = (found: z.output<typeof niMoney>): Money => ({
  amountMinor: found.value,
  currency: found.currencyCode,
})
export const toNi = ({ amountMinor, currency }: Money) => ({ currencyCode: currency, value: amountMinor })

const linked = z.object({ href: z.string() })
const movement = z.object({
  amount: niMoney,
  state: z.string().nullish(),
  createdTime: z.string().nullish(),
  _links: z.object({ self: linked.nullish() }).nullish(),
})
type Movement = z.output<typeof movement>

export const payment = z.object({
  _id: z.string(),
  state: z.string(),
  amount: niMoney,
  paymentMethod: z.object({ name: z.string().nullish(), pan: z.string().nullish() }).nullish(),
  authResponse: z
    .object({ success: z.boolean().nullish(), resultCode: z.string().nullish(), resultMessage: z.string().nullish() })
    .nullish(),
  _links: z.object({ 'cnp:refund': linked.nullish(), 'cnp:cancel': linked.nullish() }).nullish(),
  _embedded: z
    .object({ 'cnp:capture': z.array(movement).nullish(), 'cnp:refund': z.array(movement).nullish() })
    .nullish(),
})
export type NiPayment = z.output<typeof payment>

export const order = z.object({
  reference: z.string(),
  action: z.string().nullish(),
  amount: niMoney,
  merchantOrderReference: z.string().nullish(),
  emailAddress: z.string().nullish(),
  createDateTime: z.string().nullish(),
  merchantDefinedData: z.record(z.string(), z.unknown()).nullish(),
  _links: z.object({ payment: linked.nullish() }).nullish(),
  _embedded: z.object({ payment: z.array(payment).min(1) }),
})
export type Order = z.output<typeof order>

export const statuses: Readonly<Record<string, PaymentStatus>> = {
  STARTED: 'REQUIRES_ACTION',
  AWAIT_3DS: 'REQUIRES_ACTION',
  PENDING: 'PROCESSING',
  POST_AUTH_REVIEW: 'PROCESSING',
  AUTHORISED: 'AUTHORIZED',
  PURCHASED: 'SUCCEEDED',
  CAPTURED: 'SUCCEEDED',
  PARTIALLY_CAPTURED: 'SUCCEEDED',
  PARTIALLY_REFUNDED: 'SUCCEEDED',
  REFUNDED: 'SUCCEEDED',
  REVERSED: 'CANCELLED',
  PURCHASE_REVERSED: 'CANCELLED',
  CANCELLED: 'CANCELLED',
  FAILED: 'FAILED',
}

/** The last try to pay it. */
export const paymentOf = ({ _embedded: { payment: tries } }: Order): NiPayment => tries.at(-1) as NiPayment
export const paymentRef = ({ _id }: NiPayment): string => _id.split(':').at(-1) ?? _id
export const lastPart = (found: { readonly href: string } | null | undefined): string | null =>
  URL.parse(found?.href ?? '')
    ?.pathname.split('/')
    .filter(Boolean)
    .at(-1) ?? null

export const capturesOf = ({ _embedded }: NiPayment): readonly Movement[] => _embedded?.['cnp:capture'] ?? []
export const refundsOf = ({ _embedded }: NiPayment): readonly Movement[] => _embedded?.['cnp:refund'] ?? []

const sum = (movements: readonly Movement[]) => movements.reduce((total, { amount }) => total + amount.value, 0)

/** What was taken: every capture, or the whole of a purchase, which has none. */
export function takenOf(found: NiPayment): number {
  const captures = capturesOf(found)
  if (captures.length > 0) return sum(captures)
  return statuses[found.state] === 'SUCCEEDED' ? found.amount.value : 0
}

const momentOf = (text: string | null | undefined): string | null => {
  const at = new Date(text ?? NaN)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

function statusOf(found: NiPayment): PaymentStatus {
  const status = statuses[found.state]
  if (status === undefined) throw new RangeError(`the state ${found.state.slice(0, 40)}`)
  return status
}

export function toPayment(found: Order, connection: ConnectionFacts): Payment {
  const tried = paymentOf(found)
  const { currencyCode: currency } = found.amount
  const status = statusOf(tried)
  const refused = status === 'FAILED' ? tried.authResponse : null
  const description = found.merchantDefinedData?.['description']
  return {
    id: found.reference,
    status,
    vendorStatus: tried.state,
    amount: toMoney(found.amount),
    amountCaptured: { amountMinor: takenOf(tried), currency },
    amountRefunded: { amountMinor: sum(refundsOf(tried)), currency },
    reference: found.merchantOrderReference ?? null,
    description: typeof description === 'string' ? description : null,
    redirectUrl: status === 'REQUIRES_ACTION' ? (found._links?.payment?.href ?? null) : null,
    clientSecret: null,
    method: tried.paymentMethod?.name ?? null,
    failure: status === 'FAILED' ? (refused?.resultMessage ?? refused?.resultCode ?? tried.state) : null,
    createdAt: momentOf(found.createDateTime),
    live: connection.environment === 'LIVE',
    providerData: {
      action: found.action ?? null,
      paymentReference: paymentRef(tried),
      captures: capturesOf(tried).map(({ _links }) => lastPart(_links?.self)),
    },
  }
}

const paid = new Set<PaymentStatus>(['AUTHORIZED', 'SUCCEEDED'])

/** The page belongs to the order, so the two share an id. */
export function toCheckout(found: Order, connection: ConnectionFacts): Checkout {
  const { redirectUrl, status } = toPayment(found, connection)
  return {
    id: found.reference,
    url: redirectUrl,
    status: status === 'REQUIRES_ACTION' ? 'OPEN' : status === 'CANCELLED' ? 'EXPIRED' : 'COMPLETE',
    paid: paid.has(status),
    paymentId: found.reference,
    subscriptionId: null,
    total: toMoney(found.amount),
    reference: found.merchantOrderReference ?? null,
    expiresAt: null,
    providerData: { state: paymentOf(found).state },
  }
}

/** A refund's id holds its order's: the vendor reads refunds with their order only. */
export function toRefund(orderRef: string, found: NiPayment, refund: Movement): Refund {
  const own = lastPart(refund._links?.self) ?? paymentRef(found)
  const failed = refund.state === 'FAILED'
  return {
    id: `${orderRef}:${own}`,
    paymentId: orderRef,
    amount: toMoney(refund.amount),
    status: failed ? 'FAILED' : refund.state === 'REQUESTED' ? 'PENDING' : 'SUCCEEDED',
    vendorStatus: refund.state ?? found.state,
    createdAt: momentOf(refund.createdTime),
    providerData: { paymentState: found.state },
  }
}

export const readOrder = (answer: CallAnswer): Order =>
  readAnswer('Network International', answer, order, (found) => {
    statusOf(paymentOf(found))
    return found
  })
