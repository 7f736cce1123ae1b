import type {
  CancelShopOrder,
  FulfillShopOrder,
  GetShopOrder,
  ListShopOrders,
  ShopOrder,
  ShopOrderPage,
} from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import {
  address,
  changedSince,
  idNumber,
  momentOf,
  nameOf,
  nextPage,
  pathOf,
  requiredMoment,
  toAddress,
} from './shop.ts'

/** What the hub knows of a parcel, since WooCommerce itself has no place for it. */
const trackingKey = '_patchbay_tracking'

const order = z.object({
  id: idNumber,
  number: z.string(),
  status: z.string(),
  currency: z.string(),
  total: z.string(),
  date_created_gmt: z.string(),
  date_modified_gmt: z.string(),
  date_paid_gmt: someText,
  date_completed_gmt: someText,
  payment_method: someText,
  transaction_id: someText,
  customer_note: someText,
  billing: address,
  shipping: address.nullish(),
  refunds: z.array(z.object({ id: z.int() })).nullish(),
  meta_data: z.array(z.object({ key: z.string(), value: z.unknown() })).nullish(),
  line_items: z.array(
    z.object({
      name: z.string(),
      sku: someText,
      quantity: z.number(),
      price: z.union([z.number(), z.string()]).nullish(),
    }),
  ),
})
type Found = z.output<typeof order>

function paymentOf({ status, refunds, date_paid_gmt: paid }: Found): ShopOrder['paymentStatus'] {
  if (status === 'refunded') return 'REFUNDED'
  if (status === 'cancelled' || status === 'failed') return 'VOIDED'
  if ((refunds?.length ?? 0) > 0) return 'PARTIALLY_REFUNDED'
  return paid === null ? 'PENDING' : 'PAID'
}

const fulfillments: Readonly<Record<string, ShopOrder['fulfillmentStatus']>> = {
  completed: 'FULFILLED',
  'on-hold': 'ON_HOLD',
}

function toOrder(found: Found): ShopOrder {
  const { currency } = found
  const shipping = toAddress(found.shipping) ?? toAddress(found.billing)
  return {
    id: found.id,
    number: found.number,
    createdAt: requiredMoment(found.date_created_gmt),
    updatedAt: requiredMoment(found.date_modified_gmt),
    paymentStatus: paymentOf(found),
    fulfillmentStatus: fulfillments[found.status] ?? 'UNFULFILLED',
    cancelledAt: found.status === 'cancelled' ? momentOf(found.date_modified_gmt) : null,
    total: fromDecimal(found.total, currency),
    customerName: nameOf(found.billing) ?? nameOf(found.shipping),
    customerEmail: found.billing.email || null,
    shippingCity: shipping?.city ?? null,
    shippingCountry: shipping?.country ?? null,
    shippingAddress: shipping ?? null,
    items: found.line_items.map(({ name, sku, quantity, price }) => ({
      sku,
      title: name,
      quantity: Math.max(0, Math.round(quantity)),
      ...(price === undefined || price === null || price === '' ? {} : { price: fromDecimal(price, currency) }),
    })),
    providerData: {
      status: found.status,
      payment_method: found.payment_method,
      transaction_id: found.transaction_id,
      customer_note: found.customer_note,
      date_completed_gmt: found.date_completed_gmt,
    },
  }
}

export async function listOrders(call: Call, { first, after, updatedSince }: ListShopOrders): Promise<ShopOrderPage> {
  const page = readNumberCursor(after, 1)
  const query = { page, per_page: first, ...changedSince(updatedSince) }
  const answer = await call({ method: 'GET', path: pathOf('orders'), query })
  const items = readAnswer('WooCommerce', answer, z.array(order), (orders) => orders.map(toOrder))
  return { items, nextCursor: nextPage(answer, page) }
}

async function read(call: Call, id: string) {
  const answer = await call({ method: 'GET', path: pathOf('orders', id) })
  return readAnswer('WooCommerce', answer, order, (found) => ({ found, order: toOrder(found) }))
}

export const getOrder = async (call: Call, { id }: GetShopOrder): Promise<ShopOrder> => (await read(call, id)).order

async function change(call: Call, id: string, json: object): Promise<ShopOrder> {
  const answer = await call({ method: 'PUT', path: pathOf('orders', id), json })
  return readAnswer('WooCommerce', answer, order, toOrder)
}

const notes = z.array(z.object({ note: z.string() }))

/** Writes a note once: a repeat finds it there. A note for the customer is mailed. */
async function note(call: Call, id: string, text: string, mailed: boolean): Promise<void> {
  const path = `${pathOf('orders', id)}/notes`
  const all = readAnswer('WooCommerce', await call({ method: 'GET', path }), notes, (found) => found)
  if (all.some((one) => one.note.includes(text))) return
  const made = await call({ method: 'POST', path, json: { note: text, customer_note: mailed } })
  readAnswer('WooCommerce', made, z.object({ id: z.int() }), () => undefined)
}

const reasons = { CUSTOMER: 'by the customer', STOCK: 'out of stock', FRAUD: 'fraud', OTHER: 'other' } as const

/** Sets an order to cancelled. WooCommerce puts its articles back on stock by itself; no money is sent back. */
export async function cancelOrder(call: Call, input: CancelShopOrder): Promise<ShopOrder> {
  if (!input.restock)
    throw cannotSend(
      'WooCommerce puts the articles of a cancelled order back on stock by itself.',
      'Leave restock at true, and correct the stock afterwards.',
      'restock',
    )
  const { found, order: before } = await read(call, input.id)
  const after = found.status === 'cancelled' ? before : await change(call, before.id, { status: 'cancelled' })
  await note(call, before.id, `Cancelled: ${reasons[input.reason]}.`, input.notify)
  return after
}

/**
 * Sets an order to completed, which is WooCommerce's word for sent, and mails its customer. The parcel's number has no field of
 * its own: it stands in the order's data under `_patchbay_tracking` and in a note.
 */
export async function fulfillOrder(call: Call, input: FulfillShopOrder): Promise<ShopOrder> {
  const { found, order: before } = await read(call, input.id)
  if (found.status === 'cancelled' || found.status === 'refunded')
    throw cannotSend(`This order is ${found.status}.`, 'Only orders that still stand can be sent.', 'id')
  const words = [input.carrier, input.trackingNumber, input.trackingUrl].filter((word) => word !== undefined).join(' ')
  const known = found.meta_data?.find(({ key }) => key === trackingKey)?.value
  const done = found.status === 'completed' && (words === '' || known === words)
  const after = done
    ? before
    : await change(call, before.id, {
        status: 'completed',
        ...(words === '' ? {} : { meta_data: [{ key: trackingKey, value: words }] }),
      })
  if (words !== '') await note(call, before.id, `Sent: ${words}`, input.notify)
  return after
}
