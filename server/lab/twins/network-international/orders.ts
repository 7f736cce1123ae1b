import { uuidOf } from '../../chance.ts'

export interface Amount {
  currencyCode: string
  value: number
}
export interface Movement {
  _links: { self: { href: string } }
  amount: Amount
  createdTime: string
  state: 'SUCCESS'
}
export interface Payment {
  _id: string
  state: string
  amount: Amount
  updateDateTime: string
  outletId: string
  orderReference: string
  paymentMethod?: { name: string; pan: string; expiry: string }
  authResponse?: { success: boolean; resultCode: string; resultMessage: string }
  _links: Record<string, { href: string }>
  _embedded?: { 'cnp:capture'?: Movement[]; 'cnp:refund'?: Movement[] }
}
export interface Order {
  _id: string
  reference: string
  action: string
  amount: Amount
  language: 'en'
  merchantOrderReference?: string
  emailAddress?: string
  merchantDefinedData?: Record<string, unknown>
  createDateTime: string
  outletId: string
  _links: Record<string, { href: string }>
  _embedded: { payment: Payment[] }
}

export const outlet = uuidOf('ni:outlet of Noor Atelier')
const base = `https://api-gateway.sandbox.ngenius-payments.com/transactions/outlets/${outlet}/orders`

type NewId = (prefix: string, length: number) => string
const uuid = (id: NewId) => uuidOf(`ni:${id('', 24)}`)

const linksOf = (order: string, payment: string) => ({ self: { href: `${base}/${order}/payments/${payment}` } })

/** An order nobody has paid yet. */
export function newOrder(id: NewId, now: number, given: Pick<Order, 'action' | 'amount'> & Partial<Order>): Order {
  const reference = uuid(id)
  const paymentRef = uuid(id)
  const at = new Date(now).toISOString()
  return {
    _id: `urn:order:${reference}`,
    reference,
    language: 'en',
    createDateTime: at,
    outletId: outlet,
    _links: {
      self: { href: `${base}/${reference}` },
      payment: { href: `https://paypage.sandbox.ngenius-payments.com/?code=${reference.slice(0, 16)}` },
    },
    _embedded: {
      payment: [
        {
          _id: `urn:payment:${paymentRef}`,
          state: 'STARTED',
          amount: given.amount,
          updateDateTime: at,
          outletId: outlet,
          orderReference: reference,
          _links: linksOf(reference, paymentRef),
        },
      ],
    },
    ...given,
  }
}

export function movement(
  order: Order,
  payment: Payment,
  kind: 'captures' | 'refunds',
  amount: Amount,
  { id, now }: { readonly id: NewId; readonly now: number },
): Movement {
  const own = payment._id.split(':').at(-1) ?? ''
  return {
    _links: { self: { href: `${base}/${order.reference}/payments/${own}/${kind}/${uuid(id)}` } },
    amount,
    createdTime: new Date(now).toISOString(),
    state: 'SUCCESS',
  }
}

/** What follows from a payment's state: its card, its words, and what may be done next. */
export function move(order: Order, payment: Payment, state: string): void {
  const own = payment._id.split(':').at(-1) ?? ''
  const self = linksOf(order.reference, own)
  const failed = state === 'FAILED'
  payment.state = state
  payment.paymentMethod = { name: 'VISA', pan: '401200******1112', expiry: '2030-01' }
  payment.authResponse = {
    success: !failed,
    resultCode: failed ? '51' : '00',
    resultMessage: failed ? 'Insufficient funds' : 'Approved or completed successfully',
  }
  const capture = payment._embedded?.['cnp:capture']?.[0]?._links.self.href
  payment._links = {
    ...self,
    ...(state === 'AUTHORISED'
      ? { 'cnp:capture': { href: `${self.self.href}/captures` }, 'cnp:cancel': { href: `${self.self.href}/cancel` } }
      : {}),
    ...(capture === undefined || state === 'REFUNDED' ? {} : { 'cnp:refund': { href: `${capture}/refund` } }),
  }
}
