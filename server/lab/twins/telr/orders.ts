import { alphanumeric } from '../../chance.ts'

export interface Order {
  ref: string
  url: string
  cartid: string
  test: number
  amount: string
  currency: string
  description: string
  trantype: 'sale' | 'auth'
  email: string
  status: number
  refunded: string
  transaction?: { ref: string; type: string; class: 'ecom'; status: string; code: string; message: string }
  paymethod?: 'Card'
  card?: { type: string; last4: string; country: 'AE' }
}

type NewId = (prefix: string, length: number, letters?: string) => string

/** An order nobody has paid yet. */
export function newOrder(
  id: NewId,
  given: Pick<Order, 'cartid' | 'amount' | 'currency' | 'description' | 'test' | 'trantype' | 'email'>,
): Order {
  const ref = id('', 32, '0123456789ABCDEF')
  return { ref, url: `https://secure.telr.com/gateway/process.html?o=${ref}`, status: 1, refunded: '0', ...given }
}

/** What a payer did with an order. */
export function pay(id: NewId, order: Order, status: 'A' | 'D'): void {
  order.transaction = {
    ref: id('0300', 12, '0123456789'),
    type: order.trantype,
    class: 'ecom',
    status,
    code: status === 'A' ? '942563' : '05',
    message: status === 'A' ? 'Authorised' : 'Not authorised',
  }
  order.status = status === 'D' ? -3 : order.trantype === 'auth' ? 2 : 3
  order.paymethod = 'Card'
  order.card = { type: 'Visa Credit', last4: '1111', country: 'AE' }
}

export const firstDay = 10

/** Of the first day: most are paid, two are reserved, one was declined, the last one waits. */
export function firstOrders(goods: readonly { readonly title: string; readonly price: number }[]): Order[] {
  return goods.slice(0, firstDay).map((item, index) => {
    let serial = 0
    const id: NewId = (prefix, length, letters = '0123456789ABCDEF') =>
      `${prefix}${alphanumeric(`telr:${index}:${(serial += 1)}`, length - prefix.length, letters)}`
    const order = newOrder(id, {
      cartid: `NA-${1050 - index}`,
      amount: (item.price / 100).toFixed(2),
      currency: 'AED',
      description: item.title,
      test: 1,
      trantype: index % 4 === 1 ? 'auth' : 'sale',
      email: 'layla@example.com',
    })
    if (index < firstDay - 1) pay(id, order, index === 6 ? 'D' : 'A')
    return order
  })
}

/** The reference of an order of the first day. */
export const firstRef = (index: number) => alphanumeric(`telr:${index}:1`, 32, '0123456789ABCDEF')
