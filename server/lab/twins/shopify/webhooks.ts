import { createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { pick, uuidOf } from '../../chance.ts'
import { labShopifyApp } from '../../credentials.ts'
import { gid, ordersFrom } from './data.ts'
import { shop } from '../../shop.ts'
import type { Bench } from '../../twin.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'

interface Subscription {
  id: string
  topic: string
  uri: string
  format: 'JSON' | 'XML'
  createdAt: string
  updatedAt: string
}

export interface ShopifyWebhookState {
  readonly madeAt: number
  subscriptions: Subscription[]
}

interface Input {
  readonly uri?: string | null
  readonly callbackUrl?: string | null
  readonly format?: 'JSON' | 'XML' | null
}
interface ListArgs {
  readonly first?: number
  readonly topics?: readonly string[]
  readonly uri?: string
  readonly callbackUrl?: string
}

const shown = (subscription: Subscription) => ({
  ...subscription,
  callbackUrl: subscription.uri,
  filter: null,
  name: null,
  includeFields: [],
  metafieldNamespaces: [],
})
const refuse = (field: readonly string[], message: string) => ({
  webhookSubscription: null,
  deletedWebhookSubscriptionId: null,
  userErrors: [{ field, message }],
})

/** Topics of orders and the like are only for apps that may read them. */
const scopeOf = (topic: string): string | null => scopeOfTopics.find(([pattern]) => pattern.test(topic))?.[1] ?? null
const scopeOfTopics = [
  [/^(ORDER|REFUND|DISPUTE)/, 'read_orders'],
  [/^FULFILLMENT/, 'read_fulfillments'],
  [/^PRODUCT/, 'read_products'],
  [/^CUSTOMER/, 'read_customers'],
  [/^INVENTORY/, 'read_inventory'],
] as const

/** Queries and mutations of webhook subscriptions, for the twin's GraphQL root. */
export function shopifyWebhookFields(scopes: readonly string[], { state, now, id }: Bench<ShopifyWebhookState>) {
  const moment = new Date(now).toISOString().replace(/\.\d+Z/, 'Z')
  const find = (wanted: string) => state.subscriptions.find((subscription) => subscription.id === wanted)
  return {
    webhookSubscription: (args: { readonly id: string }) => {
      const found = find(args.id)
      return found === undefined ? null : shown(found)
    },
    webhookSubscriptions: ({ first = 50, topics, uri, callbackUrl }: ListArgs) => {
      const wanted = uri ?? callbackUrl
      const nodes = state.subscriptions
        .filter((one) => topics === undefined || topics.includes(one.topic))
        .filter((one) => wanted === undefined || one.uri === wanted)
        .slice(0, first)
        .map(shown)
      return {
        nodes,
        edges: nodes.map((node) => ({ node, cursor: Buffer.from(node.id).toString('base64url') })),
        pageInfo: { hasNextPage: false, endCursor: null },
      }
    },
    webhookSubscriptionCreate: (args: { readonly topic: string; readonly webhookSubscription: Input }) => {
      const uri = args.webhookSubscription.uri ?? args.webhookSubscription.callbackUrl
      if (!isAddress(uri)) return refuse(['webhookSubscription', 'callbackUrl'], 'Address is invalid')
      const needs = scopeOf(args.topic)
      if (needs !== null && !scopes.includes(needs))
        return refuse(['topic'], 'You cannot create a webhook subscription with the specified topic')
      if (state.subscriptions.some((one) => one.topic === args.topic && one.uri === uri))
        return refuse(['webhookSubscription', 'callbackUrl'], 'Address for this topic has already been taken')
      const made: Subscription = {
        id: gid('WebhookSubscription', Number(id('', 13, '123456789'))),
        topic: args.topic,
        uri,
        format: args.webhookSubscription.format ?? 'JSON',
        createdAt: moment,
        updatedAt: moment,
      }
      state.subscriptions.push(made)
      return { webhookSubscription: shown(made), userErrors: [] }
    },
    webhookSubscriptionUpdate: (args: { readonly id: string; readonly webhookSubscription: Input }) => {
      const found = find(args.id)
      const uri = args.webhookSubscription.uri ?? args.webhookSubscription.callbackUrl ?? found?.uri
      if (found === undefined) return refuse(['id'], 'Webhook subscription does not exist')
      if (!isAddress(uri)) return refuse(['webhookSubscription', 'callbackUrl'], 'Address is invalid')
      Object.assign(found, { uri, updatedAt: moment })
      return { webhookSubscription: shown(found), userErrors: [] }
    },
    webhookSubscriptionDelete: (args: { readonly id: string }) => {
      const found = find(args.id)
      if (found === undefined) return refuse(['id'], 'Webhook subscription does not exist')
      state.subscriptions.splice(state.subscriptions.indexOf(found), 1)
      return { deletedWebhookSubscriptionId: found.id, userErrors: [] }
    },
  }
}

type ShopifyStage = Stage<ShopifyWebhookState>

const numberOf = (id: string) => Number(id.split('/').at(-1))

const happening = ({ id, now }: ShopifyStage, type: string, data: object): Happening => ({
  id: uuidOf(id('event', 20)),
  type,
  at: now,
  data,
})

/** The order asked for, by its number or its id, else any; in the form of the REST API, which is the form of webhooks. */
function orderOf({ state, now, orderId, random }: ShopifyStage) {
  const orders = ordersFrom(state.madeAt)
  const asked = orders.find(({ id, name }) => orderId !== null && [id, name, String(numberOf(id))].includes(orderId))
  const order = asked ?? pick(random, orders)
  const total = order.totalPriceSet.shopMoney.amount
  const [firstName = '', ...rest] = order.customer.displayName.split(' ')
  const moment = new Date(now).toISOString().replace(/\.\d+Z/, 'Z')
  return {
    id: numberOf(order.id),
    admin_graphql_api_id: order.id,
    name: order.name,
    order_number: Number(order.name.slice(1)),
    email: order.email,
    currency: 'AED',
    presentment_currency: 'AED',
    total_price: total,
    current_total_price: total,
    total_price_set: {
      shop_money: { amount: total, currency_code: 'AED' },
      presentment_money: { amount: total, currency_code: 'AED' },
    },
    financial_status: 'pending',
    fulfillment_status: null as string | null,
    cancelled_at: null,
    created_at: order.createdAt,
    updated_at: moment,
    customer: {
      id: numberOf(order.customer.id),
      email: order.email,
      first_name: firstName,
      last_name: rest.join(' '),
    },
    shipping_address: { city: order.shippingAddress.city, country_code: order.shippingAddress.countryCodeV2 },
    line_items: order.lineItems.map((line) => ({
      id: numberOf(line.id),
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
    })),
  }
}

/** One parcel of an order on its way; the address of the tracking page is Aramex's. */
function fulfillmentOf(stage: ShopifyStage) {
  const order = orderOf(stage)
  const id = Number(stage.id('', 12, '123456789'))
  const tracking = stage.id('', 11, '123456789')
  return (shipmentStatus: string | null) => ({
    id,
    admin_graphql_api_id: gid('Fulfillment', id),
    order_id: order.id,
    name: `${order.name}.1`,
    status: 'success',
    shipment_status: shipmentStatus,
    tracking_company: 'Aramex',
    tracking_number: tracking,
    tracking_numbers: [tracking],
    tracking_url: `https://www.aramex.com/track/results?ShipmentNumber=${tracking}`,
    created_at: order.updated_at,
    updated_at: order.updated_at,
    line_items: order.line_items,
  })
}

function refundOf(stage: ShopifyStage) {
  const order = orderOf(stage)
  const transaction = Number(stage.id('', 12, '123456789'))
  return {
    id: Number(stage.id('', 12, '123456789')),
    order_id: order.id,
    created_at: order.updated_at,
    note: 'Wrong size',
    transactions: [
      {
        id: transaction,
        order_id: order.id,
        kind: 'refund',
        status: 'success',
        amount: order.total_price,
        currency: 'AED',
      },
    ],
    refund_line_items: [],
  }
}

/** Events of a shop, signed with the app's client secret. */
export const shopifyWebhooks: WebhookSpec<ShopifyWebhookState> = {
  proof: ['x-shopify-hmac-sha256'],
  coversBody: true,
  scenarios: {
    'order.created': {
      description: 'A customer placed an order.',
      make: (stage) => [happening(stage, 'orders/create', orderOf(stage))],
    },
    'order.updated': {
      description: 'An order changed.',
      make: (stage) => [happening(stage, 'orders/updated', { ...orderOf(stage), financial_status: 'paid' })],
    },
    'order.shipped': {
      description: 'All of an order was fulfilled.',
      make: (stage) => [
        happening(stage, 'orders/fulfilled', {
          ...orderOf(stage),
          financial_status: 'paid',
          fulfillment_status: 'fulfilled',
        }),
      ],
    },
    'payment.succeeded': {
      description: 'An order was paid.',
      make: (stage) => [happening(stage, 'orders/paid', { ...orderOf(stage), financial_status: 'paid' })],
    },
    'payment.refunded': {
      description: 'An order was refunded.',
      make: (stage) => [happening(stage, 'refunds/create', refundOf(stage))],
    },
    'payment.disputed': {
      description: 'A cardholder disputes a payment.',
      make: (stage) => {
        const order = orderOf(stage)
        const dispute = { type: 'chargeback', reason: 'fraudulent', status: 'needs_response' }
        const id = Number(stage.id('', 10, '123456789'))
        const data = { id, order_id: order.id, ...dispute, amount: order.total_price, currency: 'AED' }
        return [happening(stage, 'disputes/create', { ...data, initiated_at: order.updated_at })]
      },
    },
    'shipment.moving': {
      description: 'A parcel in three steps: label made, in transit, delivered.',
      make: (stage) => {
        const parcel = fulfillmentOf(stage)
        return [
          happening(stage, 'fulfillments/create', parcel('label_printed')),
          happening(stage, 'fulfillments/update', parcel('in_transit')),
          happening(stage, 'fulfillments/update', parcel('delivered')),
        ]
      },
    },
    'app.uninstalled': {
      description: 'The merchant removed the app.',
      make: (stage) => [
        happening(stage, 'app/uninstalled', {
          id: 61_000_001,
          name: shop.name,
          email: shop.email,
          domain: shop.domain,
          myshopify_domain: shop.myshopify,
          currency: 'AED',
        }),
      ],
    },
  },
  subscribers: (state) =>
    state.subscriptions.map(({ id, uri, topic }) => ({
      id,
      url: uri,
      secret: labShopifyApp.clientSecret,
      types: [topicPath(topic)],
    })),
  adopt: ({ id, url, secret }) => ({
    subscriber: { id, url, secret: secret ?? labShopifyApp.clientSecret, types: null },
  }),
  write: ({ id, type, at, data }, subscriber) => {
    const body = JSON.stringify(data)
    return {
      headers: {
        'content-type': 'application/json',
        'x-shopify-topic': type,
        'x-shopify-shop-domain': shop.myshopify,
        'x-shopify-api-version': '2026-10',
        // The same at every try, another one for each subscription; the event's id is the same for all of them.
        'x-shopify-webhook-id': uuidOf(`${subscriber.id}:${id}`),
        'x-shopify-event-id': id,
        'x-shopify-triggered-at': new Date(at).toISOString(),
        'x-shopify-hmac-sha256': createHmac('sha256', subscriber.secret ?? '')
          .update(body)
          .digest('base64'),
      },
      body,
    }
  },
}

/** `ORDERS_CREATE` as `orders/create`: an order does many things, of the others the last word is what happens. */
const topicPath = (topic: string): string =>
  topic.replace(/^ORDERS_|_(?=[A-Z]+$)/, (found) => found.replace('_', '/')).toLowerCase()
