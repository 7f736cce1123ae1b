import type {
  CancelShopOrder,
  FulfillShopOrder,
  GetShopOrder,
  ListShopOrders,
  ShopOrder,
  ShopOrderPage,
} from '@patchbay/schema/capabilities/ecommerce.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { idText, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { changedSince, momentOf, readPage } from './store.ts'

const address = z.object({
  firstname: someText,
  lastname: someText,
  company: someText,
  street: z.array(z.string()).nullish(),
  city: someText,
  region_code: someText,
  postcode: someText,
  country_id: someText,
  telephone: someText,
})
const amount = z.number().nullish()

const order = z.object({
  entity_id: idText,
  increment_id: z.string(),
  state: z.string(),
  status: someText,
  created_at: z.string(),
  updated_at: z.string(),
  order_currency_code: z.string().length(3),
  grand_total: z.number(),
  total_paid: amount,
  total_refunded: amount,
  customer_firstname: someText,
  customer_lastname: someText,
  customer_email: someText,
  billing_address: address.nullish(),
  items: z.array(
    z.object({
      sku: someText,
      name: z.string(),
      qty_ordered: z.number(),
      qty_shipped: amount,
      qty_canceled: amount,
      qty_refunded: amount,
      is_virtual: z.union([z.number(), z.boolean(), z.string()]).nullish(),
      price: amount,
      parent_item_id: z.int().nullish(),
    }),
  ),
  extension_attributes: z
    .object({
      shipping_assignments: z
        .array(z.object({ shipping: z.object({ address: address.nullish() }).nullish() }))
        .nullish(),
    })
    .nullish(),
})
type Found = z.output<typeof order>

/** A configurable article stands twice on an order: as what was chosen, and below it as what lies in the store. */
const linesOf = ({ items }: Found) => items.filter(({ parent_item_id: parent }) => !parent)

function paymentOf({
  state,
  grand_total: total,
  total_paid: paid,
  total_refunded: back,
}: Found): ShopOrder['paymentStatus'] {
  if (state === 'canceled') return 'VOIDED'
  if ((back ?? 0) > 0) return (back ?? 0) >= (paid ?? total) ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
  return (paid ?? 0) >= total ? 'PAID' : 'PENDING'
}

function fulfillmentOf(found: Found): ShopOrder['fulfillmentStatus'] {
  if (found.state === 'holded') return 'ON_HOLD'
  if (found.state === 'complete') return 'FULFILLED'
  const lines = linesOf(found)
  const shipped = lines.reduce((sum, { qty_shipped: quantity }) => sum + (quantity ?? 0), 0)
  const due = lines.reduce(
    (sum, line) => sum + line.qty_ordered - (line.qty_canceled ?? 0) - (line.qty_refunded ?? 0),
    0,
  )
  if (shipped <= 0) return 'UNFULFILLED'
  return shipped >= due ? 'FULFILLED' : 'PARTIALLY_FULFILLED'
}

function toAddress(found: z.output<typeof address> | null | undefined): ShopOrder['shippingAddress'] {
  if (!found?.country_id || !/^[A-Z]{2}$/.test(found.country_id)) return null
  const name = [found.firstname, found.lastname].filter((part) => part !== null).join(' ')
  const [line1, ...rest] = found.street ?? []
  return {
    country: found.country_id,
    ...(name === '' ? {} : { name }),
    ...(found.company === null ? {} : { company: found.company }),
    ...(line1 ? { line1 } : {}),
    ...(rest.length === 0 ? {} : { line2: rest.join(', ') }),
    ...(found.city === null ? {} : { city: found.city }),
    ...(found.region_code === null ? {} : { state: found.region_code }),
    ...(found.postcode === null ? {} : { postalCode: found.postcode }),
    ...(found.telephone === null ? {} : { phone: found.telephone }),
  }
}

function toOrder(found: Found): ShopOrder {
  const currency = found.order_currency_code
  const shipping = found.extension_attributes?.shipping_assignments?.[0]?.shipping?.address
  const place = toAddress(shipping ?? found.billing_address)
  const person = [found.customer_firstname, found.customer_lastname].filter((part) => part !== null).join(' ')
  return {
    id: found.entity_id,
    number: found.increment_id,
    createdAt: momentOf(found.created_at),
    updatedAt: momentOf(found.updated_at),
    paymentStatus: paymentOf(found),
    fulfillmentStatus: fulfillmentOf(found),
    cancelledAt: found.state === 'canceled' ? momentOf(found.updated_at) : null,
    total: fromDecimal(found.grand_total, currency),
    // Who orders without an account has a name on the bill only.
    customerName: person || (toAddress(found.billing_address)?.name ?? null),
    customerEmail: found.customer_email,
    shippingCity: place?.city ?? null,
    shippingCountry: place?.country ?? null,
    shippingAddress: place ?? null,
    items: linesOf(found).map(({ sku, name, qty_ordered: quantity, price }) => ({
      sku,
      title: name,
      quantity: Math.max(0, Math.round(quantity)),
      ...(typeof price === 'number' ? { price: fromDecimal(price, currency) } : {}),
    })),
    providerData: { state: found.state, status: found.status },
  }
}

export async function listOrders(call: Call, { first, after, updatedSince }: ListShopOrders): Promise<ShopOrderPage> {
  const listing = { path: '/V1/orders', first, after, sortBy: 'entity_id', ...changedSince(updatedSince) }
  const shape = order.transform(toOrder)
  const { rows, nextCursor } = await readPage(call, listing, shape)
  return { items: [...rows], nextCursor }
}

const pathOf = (noun: 'order' | 'orders', id: string, rest = '') => `/V1/${noun}/${encodeURIComponent(id)}${rest}`

async function read(call: Call, id: string) {
  const answer = await call({ method: 'GET', path: pathOf('orders', id) })
  return readAnswer('Magento', answer, order, (found) => ({ found, order: toOrder(found) }))
}

export const getOrder = async (call: Call, { id }: GetShopOrder): Promise<ShopOrder> => (await read(call, id)).order

const conflict = (message: string, advice: string) => new ProviderCallError({ errorClass: 'CONFLICT', message, advice })
const reasons = { CUSTOMER: 'by the customer', STOCK: 'out of stock', FRAUD: 'fraud', OTHER: 'other' } as const

/** Cancels what was not billed yet; Magento puts the articles back on stock by itself. What is cancelled already stays as it is. */
export async function cancelOrder(call: Call, input: CancelShopOrder): Promise<ShopOrder> {
  if (!input.restock)
    throw cannotSend(
      'Magento puts the articles of a cancelled order back on stock by itself.',
      'Leave restock at true, and correct the stock afterwards.',
      'restock',
    )
  const before = await read(call, input.id)
  if (before.found.state === 'canceled') return before.order
  const { id } = before.order
  const { idempotencyKey } = input
  const done = await call({ method: 'POST', path: pathOf('orders', id, '/cancel'), idempotencyKey })
  if (!readAnswer('Magento', done, z.boolean(), (found) => found))
    throw conflict(
      'Magento: this order cannot be cancelled any more.',
      'It was billed or sent already: make a credit memo in the Magento admin instead.',
    )
  const comment = {
    comment: `Cancelled: ${reasons[input.reason]}.`,
    parent_id: Number(id),
    is_customer_notified: input.notify ? 1 : 0,
    is_visible_on_front: input.notify ? 1 : 0,
  }
  const noted = await call({
    method: 'POST',
    path: pathOf('orders', id, '/comments'),
    json: { statusHistory: comment },
  })
  readAnswer('Magento', noted, z.boolean(), () => undefined)
  return getOrder(call, { id })
}

/** Ships everything that is left of an order. Repeated, nothing is left, and the order comes back as it is. */
export async function fulfillOrder(call: Call, input: FulfillShopOrder): Promise<ShopOrder> {
  const before = await read(call, input.id)
  if (before.order.fulfillmentStatus === 'FULFILLED') return before.order
  if (['canceled', 'holded', 'closed'].includes(before.found.state))
    throw conflict(
      `Magento: an order that is ${before.found.state} cannot be sent.`,
      'Look at the order in the Magento admin, and release it there first.',
    )
  const { trackingNumber, trackingUrl, carrier, notify, idempotencyKey } = input
  const { id } = before.order
  const answer = await call({
    method: 'POST',
    path: pathOf('order', id, '/ship'),
    json: {
      notify,
      ...(trackingNumber === undefined
        ? {}
        : { tracks: [{ track_number: trackingNumber, title: carrier ?? 'Carrier', carrier_code: 'custom' }] }),
      // Magento has no place for a parcel's page.
      ...(trackingUrl === undefined
        ? {}
        : { appendComment: notify, comment: { comment: trackingUrl, is_visible_on_front: 1 } }),
    },
    idempotencyKey,
  })
  const shipment = readAnswer('Magento', answer, idText, (found) => found)
  const after = await getOrder(call, { id })
  return { ...after, providerData: { ...after.providerData, shipment } }
}
