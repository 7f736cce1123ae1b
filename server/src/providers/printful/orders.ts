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
import type { Call, CallAnswer } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { madeOnce } from '../shared/existing.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromSeconds, iso } from '../shared/message.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'
import { variantOf } from './products.ts'

/** Seconds since 1970, which the description calls text in places. */
const seconds = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]).nullish()

const order = z.object({
  id: z.int(),
  external_id: z.string().nullish(),
  status: z.string(),
  shipping: z.string().nullish(),
  shipping_service_name: z.string().nullish(),
  dashboard_url: z.string().nullish(),
  created: seconds,
  updated: seconds,
  items: z
    .array(
      z.object({
        sync_variant_id: z.int().nullish(),
        external_variant_id: z.string().nullish(),
        quantity: z.int().default(1),
      }),
    )
    .default([]),
  costs: z
    .object({
      currency: z.string().nullish(),
      shipping: z.string().nullish(),
      total: z.string().nullish(),
    })
    .nullish(),
  shipments: z
    .array(
      z.object({
        carrier: z.string().nullish(),
        service: z.string().nullish(),
        tracking_number: z.union([z.string(), z.int()]).nullish(),
        tracking_url: z.string().nullish(),
        shipped_at: seconds,
      }),
    )
    .nullish(),
})
type Order = z.output<typeof order>

const statuses: Readonly<Record<string, FulfillmentOrder['status']>> = {
  draft: 'DRAFT',
  pending: 'PENDING',
  inreview: 'PENDING',
  onhold: 'ON_HOLD',
  inprocess: 'IN_PRODUCTION',
  partial: 'PARTIALLY_SHIPPED',
  fulfilled: 'SHIPPED',
  archived: 'SHIPPED',
  canceled: 'CANCELLED',
  failed: 'FAILED',
}

function toOrder(found: Order): FulfillmentOrder {
  const { costs } = found
  const amount = (value: string | null | undefined) =>
    value && costs?.currency ? fromDecimal(value, costs.currency.toUpperCase()) : null
  return {
    id: String(found.id),
    externalId: found.external_id ?? null,
    status: statuses[found.status] ?? 'PENDING',
    vendorStatus: found.status,
    total: amount(costs?.total),
    shipping: amount(costs?.shipping),
    shipments: (found.shipments ?? []).map((shipment) => ({
      carrier: shipment.carrier || null,
      trackingNumber: shipment.tracking_number ? String(shipment.tracking_number) : null,
      trackingUrl: shipment.tracking_url || null,
      shippedAt: iso(fromSeconds(shipment.shipped_at)),
      // Only version 2 knows of arrivals; the webhook shipment_delivered tells them.
      deliveredAt: null,
    })),
    createdAt: iso(fromSeconds(found.created)),
    updatedAt: iso(fromSeconds(found.updated)),
    providerData: {
      shipping: found.shipping ?? null,
      shipping_service_name: found.shipping_service_name ?? null,
      dashboard_url: found.dashboard_url ?? null,
    },
  }
}

const one = z.object({ result: order })
const readOrder = (answer: CallAnswer): Order => readAnswer('Printful', answer, one, ({ result }) => result)
const mapOrder = (answer: CallAnswer): FulfillmentOrder =>
  readAnswer('Printful', answer, one, ({ result }) => toOrder(result))

const pathOf = (id: string) => `/orders/${encodeURIComponent(id)}`

const toRecipient = (address: Address) => ({
  name: address.name,
  company: address.company,
  address1: address.line1,
  address2: address.line2,
  city: address.city,
  state_code: address.state,
  country_code: address.country,
  zip: address.postalCode,
  phone: address.phone,
  email: address.email,
})

/** What is asked for, and what stands: the same variants as often. */
function isSame(wanted: CreateFulfillmentOrder, found: Order): boolean {
  const asked = wanted.items.map(({ variantId, quantity }) => `${quantity} × ${variantId}`)
  const stands = new Set(
    found.items.flatMap(({ external_variant_id, sync_variant_id, quantity }) => [
      `${quantity} × @${external_variant_id}`,
      `${quantity} × ${sync_variant_id}`,
    ]),
  )
  return asked.length === found.items.length && asked.every((line) => stands.has(line))
}

/**
 * Places an order. Printful takes a number of the shop once only: a repeat finds the order that stands and returns it, and
 * confirms it where the first try was cut before.
 */
export async function createOrder(call: Call, input: CreateFulfillmentOrder): Promise<FulfillmentOrder> {
  const currency = input.items.find(({ retailPrice }) => retailPrice !== undefined)?.retailPrice?.currency
  const found = await madeOnce(
    async () =>
      readOrder(
        await call({
          method: 'POST',
          path: '/orders',
          query: { confirm: input.confirm },
          idempotencyKey: input.idempotencyKey,
          json: {
            external_id: input.externalId,
            shipping: input.shippingMethod,
            recipient: toRecipient(input.recipient),
            items: input.items.map((item) => ({
              ...variantOf(item.variantId, 'sync_variant_id'),
              quantity: item.quantity,
              retail_price: item.retailPrice === undefined ? undefined : toDecimal(item.retailPrice),
            })),
            ...(currency === undefined ? {} : { retail_costs: { currency } }),
          },
        }),
      ),
    async () => readOrder(await call({ method: 'GET', path: pathOf(`@${input.externalId}`) })),
    (standing) => isSame(input, standing),
  )
  return input.confirm && found.status === 'draft'
    ? confirmOrder(call, { id: String(found.id), idempotencyKey: input.idempotencyKey })
    : toOrder(found)
}

/** One order by Printful's id; `@` and the shop's own number find it too. */
export async function getOrder(call: Call, input: GetFulfillmentOrder): Promise<FulfillmentOrder> {
  return mapOrder(await call({ method: 'GET', path: pathOf(input.id) }))
}

const list = z.object({ result: z.array(order), paging: z.object({ total: z.int() }) })

export async function listOrders(call: Call, input: ListFulfillmentOrders): Promise<FulfillmentOrderPage> {
  const offset = readNumberCursor(input.after, 0)
  const answer = await call({ method: 'GET', path: '/orders', query: { offset, limit: input.first } })
  return readAnswer('Printful', answer, list, ({ result, paging }) => ({
    items: result.map(toOrder),
    nextCursor:
      result.length > 0 && offset + result.length < paging.total ? numberCursor(offset + result.length) : null,
  }))
}

/** Charges the account. An order that is past the draft is not confirmed again: it comes back as it is. */
export async function confirmOrder(call: Call, input: ChangeFulfillmentOrder): Promise<FulfillmentOrder> {
  const { idempotencyKey } = input
  return madeOnce(
    async () => mapOrder(await call({ method: 'POST', path: `${pathOf(input.id)}/confirm`, idempotencyKey })),
    () => getOrder(call, input),
    ({ status }) => ['PENDING', 'IN_PRODUCTION', 'PARTIALLY_SHIPPED', 'SHIPPED'].includes(status),
  )
}

/** Possible while the order is a draft or pending; one that is cancelled already comes back as it is. */
export async function cancelOrder(call: Call, input: ChangeFulfillmentOrder): Promise<FulfillmentOrder> {
  const { idempotencyKey } = input
  return madeOnce(
    async () => mapOrder(await call({ method: 'DELETE', path: pathOf(input.id), idempotencyKey })),
    () => getOrder(call, input),
    ({ status }) => status === 'CANCELLED',
  )
}
