import type { GetShopOrder, ListShopOrders, ShopOrder, ShopOrderPage } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { known } from '../shared/known.ts'
import { fromDecimal } from '../shared/money.ts'
import { ask, changedSince, dataOf, gidOf, nextOf, pageInfo, pageSize } from './graphql.ts'

const orderFields = `id name email createdAt updatedAt cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus
      totalPriceSet { shopMoney { amount currencyCode } }
      customer { displayName }
      shippingAddress { name company address1 address2 city provinceCode zip countryCodeV2 phone }`

const ordersQuery = `query Orders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, reverse: true) {
    nodes {
      ${orderFields}
      lineItems(first: 20) { nodes { sku title quantity } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

/** Prices of lines cost points of their own: one order can have them, a page cannot. */
const orderQuery = `query Order($id: ID!) {
  order(id: $id) {
    ${orderFields}
    note tags
    lineItems(first: 100) {
      nodes { sku title quantity originalUnitPriceSet { shopMoney { amount currencyCode } } }
    }
  }
}`

const moneyBag = z.object({ shopMoney: z.object({ amount: z.string(), currencyCode: z.string() }) })
const maybe = z.string().nullish()

const order = z.object({
  id: z.string(),
  name: z.string(),
  email: maybe,
  createdAt: z.string(),
  updatedAt: z.string(),
  cancelledAt: maybe,
  cancelReason: maybe,
  displayFinancialStatus: maybe,
  displayFulfillmentStatus: z.string(),
  totalPriceSet: moneyBag,
  customer: z.object({ displayName: z.string() }).nullish(),
  shippingAddress: z
    .object({
      name: maybe,
      company: maybe,
      address1: maybe,
      address2: maybe,
      city: maybe,
      provinceCode: maybe,
      zip: maybe,
      countryCodeV2: maybe,
      phone: maybe,
    })
    .nullish(),
  note: maybe,
  tags: z.array(z.string()).optional(),
  lineItems: z.object({
    nodes: z.array(
      z.object({ sku: maybe, title: z.string(), quantity: z.int(), originalUnitPriceSet: moneyBag.optional() }),
    ),
  }),
})
type Order = z.output<typeof order>
const orderList = dataOf(z.object({ orders: z.object({ nodes: z.array(order), pageInfo }) }))

const paymentStatuses: Readonly<Record<string, ShopOrder['paymentStatus']>> = {
  AUTHORIZED: 'AUTHORIZED',
  PAID: 'PAID',
  PARTIALLY_REFUNDED: 'PARTIALLY_REFUNDED',
  REFUNDED: 'REFUNDED',
  VOIDED: 'VOIDED',
  EXPIRED: 'VOIDED',
}
const fulfillmentStatuses: Readonly<Record<string, ShopOrder['fulfillmentStatus']>> = {
  FULFILLED: 'FULFILLED',
  FULFILLMENT_NOT_REQUIRED: 'FULFILLED',
  PARTIALLY_FULFILLED: 'PARTIALLY_FULFILLED',
  IN_PROGRESS: 'IN_PROGRESS',
  PENDING_FULFILLMENT: 'IN_PROGRESS',
  ON_HOLD: 'ON_HOLD',
}

const toMoney = ({ shopMoney }: z.output<typeof moneyBag>) => fromDecimal(shopMoney.amount, shopMoney.currencyCode)

function toAddress(found: Order['shippingAddress']): ShopOrder['shippingAddress'] {
  const country = found?.countryCodeV2
  if (!found || !country) return null
  const { name, company, address1, address2, city, provinceCode, zip, phone } = found
  return {
    country,
    ...(name ? { name } : {}),
    ...(company ? { company } : {}),
    ...(address1 ? { line1: address1 } : {}),
    ...(address2 ? { line2: address2 } : {}),
    ...(city ? { city } : {}),
    ...(provinceCode ? { state: provinceCode } : {}),
    ...(zip ? { postalCode: zip } : {}),
    ...(phone ? { phone } : {}),
  }
}

function toOrder(found: Order): ShopOrder {
  return {
    id: found.id,
    number: found.name,
    createdAt: found.createdAt,
    updatedAt: found.updatedAt,
    paymentStatus: paymentStatuses[found.displayFinancialStatus ?? ''] ?? 'PENDING',
    fulfillmentStatus: fulfillmentStatuses[found.displayFulfillmentStatus] ?? 'UNFULFILLED',
    cancelledAt: found.cancelledAt ?? null,
    total: toMoney(found.totalPriceSet),
    customerName: found.customer?.displayName ?? null,
    customerEmail: found.email ?? null,
    shippingCity: found.shippingAddress?.city ?? null,
    shippingCountry: found.shippingAddress?.countryCodeV2 ?? null,
    shippingAddress: toAddress(found.shippingAddress),
    items: found.lineItems.nodes.map(({ sku, title, quantity, originalUnitPriceSet: price }) => ({
      sku: sku ?? null,
      title,
      quantity,
      ...(price === undefined ? {} : { price: toMoney(price) }),
    })),
    providerData: {
      displayFinancialStatus: found.displayFinancialStatus ?? null,
      displayFulfillmentStatus: found.displayFulfillmentStatus,
      cancelReason: found.cancelReason ?? null,
      ...(found.tags === undefined ? {} : { tags: found.tags, note: found.note ?? null }),
    },
  }
}

export async function listOrders(call: Call, input: ListShopOrders): Promise<ShopOrderPage> {
  const query = changedSince(input.updatedSince)
  const answer = await ask(call, ordersQuery, { first: pageSize(input.first), after: input.after, query })
  return readAnswer('Shopify', answer, orderList, ({ data }) => ({
    items: data.orders.nodes.map(toOrder),
    nextCursor: nextOf(data.orders.pageInfo),
  }))
}

export async function getOrder(call: Call, input: GetShopOrder): Promise<ShopOrder> {
  const answer = await ask(call, orderQuery, { id: gidOf('Order', input.id) })
  const shape = dataOf(z.object({ order: order.nullable() }))
  return readAnswer('Shopify', answer, shape, ({ data }) => toOrder(known('Shopify', data.order, 'order', input.id)))
}
