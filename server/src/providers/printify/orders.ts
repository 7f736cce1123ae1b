import type {
  ChangeFulfillmentOrder,
  CreateFulfillmentOrder,
  FulfillmentOrder,
  FulfillmentOrderPage,
  GetFulfillmentOrder,
  ListFulfillmentOrders,
} from '@patchbay/schema/capabilities/fulfillment.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { madeOnce } from '../shared/existing.ts'
import { cannotSend, malformed, readAnswer } from '../shared/failure.ts'
import { fromText, idText, iso } from '../shared/message.ts'
import { dollars, methods, shopPath, toLines } from './products.ts'

const order = z.object({
  id: idText,
  status: z.string(),
  line_items: z
    .array(z.object({ product_id: z.string().nullish(), variant_id: z.int().nullish(), quantity: z.int().default(1) }))
    .default([]),
  metadata: z.object({ shop_order_id: idText.nullish(), shop_order_label: idText.nullish() }).nullish(),
  total_price: z.int().nullish(),
  total_shipping: z.int().nullish(),
  total_tax: z.int().nullish(),
  shipments: z
    .array(
      z.object({
        carrier: z.string().nullish(),
        number: z.string().nullish(),
        url: z.string().nullish(),
        shipped_at: z.string().nullish(),
        delivered_at: z.string().nullish(),
      }),
    )
    .nullish(),
  shipping_method: z.int().nullish(),
  created_at: z.string().nullish(),
})
type Order = z.output<typeof order>

/** As Printify's own texts name them; a new word counts as waiting. */
const statuses: Readonly<Record<string, FulfillmentOrder['status']>> = {
  pending: 'PENDING',
  'on-hold': 'ON_HOLD',
  'payment-not-received': 'ON_HOLD',
  'quality-declined': 'ON_HOLD',
  'has-issues': 'ON_HOLD',
  'checking-quality': 'PENDING',
  'quality-approved': 'PENDING',
  'ready-for-production': 'PENDING',
  'sending-to-production': 'IN_PRODUCTION',
  'in-production': 'IN_PRODUCTION',
  'callback-received': 'IN_PRODUCTION',
  'partially-fulfilled': 'PARTIALLY_SHIPPED',
  fulfilled: 'SHIPPED',
  canceled: 'CANCELLED',
}

function toOrder(found: Order): FulfillmentOrder {
  const shipments = found.shipments ?? []
  const status = statuses[found.status] ?? 'PENDING'
  const arrived = shipments.length > 0 && shipments.every(({ delivered_at }) => fromText(delivered_at) !== null)
  const { total_price: price, total_shipping: shipping, total_tax: tax } = found
  return {
    id: found.id,
    externalId: found.metadata?.shop_order_id ?? null,
    status: status === 'SHIPPED' && arrived ? 'DELIVERED' : status,
    vendorStatus: found.status,
    total: typeof price === 'number' ? dollars(price + (shipping ?? 0) + (tax ?? 0)) : null,
    shipping: typeof shipping === 'number' ? dollars(shipping) : null,
    shipments: shipments.map((shipment) => ({
      carrier: shipment.carrier || null,
      trackingNumber: shipment.number || null,
      trackingUrl: shipment.url || null,
      shippedAt: iso(fromText(shipment.shipped_at)),
      deliveredAt: iso(fromText(shipment.delivered_at)),
    })),
    createdAt: iso(fromText(found.created_at)),
    updatedAt: null,
    providerData: {
      shipping_method: found.shipping_method ?? null,
      shop_order_label: found.metadata?.shop_order_label ?? null,
    },
  }
}

const pathOf = (connection: ConnectionFacts, id: string, step = '') =>
  shopPath(connection, `/orders/${encodeURIComponent(id)}${step}.json`)

/** One order, by Printify's id. */
export async function getOrder(
  call: Call,
  input: GetFulfillmentOrder,
  connection: ConnectionFacts,
): Promise<FulfillmentOrder> {
  const answer = await call({ method: 'GET', path: pathOf(connection, input.id) })
  return readAnswer('Printify', answer, order, toOrder)
}

const list = z.object({ current_page: z.int(), last_page: z.int(), data: z.array(order) })
/** The most that every version of Printify's list takes. */
const pageSize = 10

async function readPage(call: Call, connection: ConnectionFacts, page: number, limit = pageSize) {
  const answer = await call({ method: 'GET', path: shopPath(connection, '/orders.json'), query: { page, limit } })
  return { answer, ...readAnswer('Printify', answer, list, (found) => found) }
}

/** Orders, newest first, at most ten a page. */
export async function listOrders(
  call: Call,
  input: ListFulfillmentOrders,
  connection: ConnectionFacts,
): Promise<FulfillmentOrderPage> {
  const number = readNumberCursor(input.after, 1)
  const { data, current_page, last_page } = await readPage(call, connection, number, Math.min(input.first, pageSize))
  return {
    items: data.map(toOrder),
    nextCursor: data.length > 0 && current_page < last_page ? numberCursor(number + 1) : null,
  }
}

/** Printify cannot be asked for the shop's own number, so its newest orders are looked through. */
async function find(call: Call, connection: ConnectionFacts, externalId: string, pages: number): Promise<Order | null> {
  for (let page = 1; page <= pages; page += 1) {
    const { data, current_page, last_page } = await readPage(call, connection, page)
    const found = data.find(({ metadata }) => metadata?.shop_order_id === externalId)
    if (found !== undefined) return found
    if (data.length === 0 || current_page >= last_page) return null
  }
  return null
}

const isSame = (wanted: ReturnType<typeof toLines>, found: Order): boolean =>
  wanted.length === found.line_items.length &&
  wanted.every((line) =>
    found.line_items.some(
      ({ product_id, variant_id, quantity }) =>
        product_id === line.product_id && variant_id === line.variant_id && quantity === line.quantity,
    ),
  )

/** Printify wants two names; all after the first word is the second. */
function toRecipient(address: Address) {
  const [first = '', ...rest] = (address.name ?? '').trim().split(/\s+/)
  return {
    first_name: first,
    last_name: rest.join(' '),
    company: address.company,
    email: address.email,
    phone: address.phone,
    country: address.country,
    region: address.state ?? '',
    address1: address.line1,
    address2: address.line2,
    city: address.city,
    zip: address.postalCode,
  }
}

function methodOf(wanted: string | undefined): number {
  const method = methods[wanted ?? 'standard']
  if (method !== undefined) return method.number
  throw cannotSend(
    `Printify has no shipping method “${wanted}”.`,
    `Use the id of a quoted rate: ${Object.keys(methods).join(', ')}.`,
    'shippingMethod',
  )
}

/**
 * Places an order, by standard shipping unless told otherwise: the cheaper economy is not offered everywhere. That Printify
 * refuses a second order under the shop's number is not documented, so the newest are looked through first.
 */
export async function createOrder(
  call: Call,
  input: CreateFulfillmentOrder,
  connection: ConnectionFacts,
): Promise<FulfillmentOrder> {
  const line_items = toLines(input.items)
  const shipping_method = methodOf(input.shippingMethod)
  const { externalId, idempotencyKey } = input
  const standing = await find(call, connection, externalId, 1)
  if (standing !== null && !isSame(line_items, standing))
    throw cannotSend(
      `Printify has another order under the number ${externalId}.`,
      'Give the new order a number of its own.',
      'externalId',
    )
  const made =
    standing ??
    (await madeOnce(
      async () => {
        const answer = await call({
          method: 'POST',
          path: shopPath(connection, '/orders.json'),
          idempotencyKey,
          json: {
            external_id: externalId,
            label: externalId,
            line_items,
            shipping_method,
            send_shipping_notification: false,
            address_to: toRecipient(input.recipient),
          },
        })
        const { id } = readAnswer('Printify', answer, z.object({ id: idText }), (created) => created)
        return readAnswer(
          'Printify',
          await call({ method: 'GET', path: pathOf(connection, id) }),
          order,
          (read) => read,
        )
      },
      () => find(call, connection, externalId, 10),
      (found) => isSame(line_items, found),
    ))
  return input.confirm ? confirmOrder(call, { id: made.id, idempotencyKey }, connection) : toOrder(made)
}

const made: ReadonlySet<FulfillmentOrder['status']> = new Set([
  'IN_PRODUCTION',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DELIVERED',
])

/** Takes a step once: where the order is past it already, it comes back as it is. */
async function step(
  call: Call,
  { id, idempotencyKey }: ChangeFulfillmentOrder,
  connection: ConnectionFacts,
  { name, isPast }: { readonly name: string; readonly isPast: (status: FulfillmentOrder['status']) => boolean },
): Promise<FulfillmentOrder> {
  const before = await getOrder(call, { id }, connection)
  if (before.id !== id) throw malformed('Printify', 'with another order than the one asked for')
  if (isPast(before.status)) return before
  await call({ method: 'POST', path: pathOf(connection, id, `/${name}`), idempotencyKey, json: {} })
  return getOrder(call, { id }, connection)
}

/** Sends an order into production, which charges the account. */
export const confirmOrder = (call: Call, input: ChangeFulfillmentOrder, connection: ConnectionFacts) =>
  step(call, input, connection, { name: 'send_to_production', isPast: (status) => made.has(status) })

/** Possible while the order is on hold or not paid for. */
export const cancelOrder = (call: Call, input: ChangeFulfillmentOrder, connection: ConnectionFacts) =>
  step(call, input, connection, { name: 'cancel', isPast: (status) => status === 'CANCELLED' })
