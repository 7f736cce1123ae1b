import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso, onBody, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { unlessGone } from '../shared/registration.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import { ask, dataOf, grantedScopes } from './graphql.ts'
import type {
  MapEvent,
  MappedEvent,
  RegistrationSpec,
  WebhookMessage,
  WebhookRequest,
  WebhookSpec,
} from '../webhook.ts'

/** Shopify's newer deliveries leave the `X-` out of the names of headers. */
const header = ({ headers }: Pick<WebhookMessage | WebhookRequest, 'headers'>, name: string): string | null =>
  headers[`x-shopify-${name}`] || headers[`shopify-${name}`] || null

/** Operations take Shopify's global ids. Bodies have them for what they are about, and plain numbers for what they point to. */
const gid = (noun: string, id: number | string) => `gid://shopify/${noun}/${id}`
/** Numbers of test notifications are larger than a number can hold exactly; those of real shops are not. */
const number = z.number().transform(String)
const self = { id: number, admin_graphql_api_id: someText }
const idOf = (noun: string, found: { readonly id: string; readonly admin_graphql_api_id: string | null }) =>
  found.admin_graphql_api_id ?? gid(noun, found.id)

function on<Shape extends z.ZodType>(
  body: Shape,
  map: (body: z.output<Shape>) => Omit<MappedEvent, 'occurredAt'>,
): MapEvent {
  return onBody(body, (found, message) => ({ ...map(found), occurredAt: fromText(header(message, 'triggered-at')) }))
}

const order = z.object({
  ...self,
  name: someText,
  email: someText,
  currency: z.string(),
  total_price: z.string(),
  financial_status: someText,
  fulfillment_status: someText,
  cancel_reason: someText,
  line_items: z
    .array(z.object({ sku: someText, title: z.string(), quantity: z.int().nonnegative() }))
    .nullish()
    .transform((lines) => lines ?? null),
})

const onOrder = (type: string) =>
  on(order, (found) => {
    const id = idOf('Order', found)
    return {
      type,
      orderKey: `order:${id}`,
      data: {
        id,
        number: found.name,
        status: found.fulfillment_status ?? found.financial_status,
        total: fromDecimal(found.total_price, found.currency),
        customerEmail: found.email,
        items: found.line_items,
        ...(type === 'order.cancelled' ? { reason: found.cancel_reason } : {}),
      },
    }
  })

const refund = z.object({
  ...self,
  order_id: number,
  note: someText,
  transactions: z
    .array(z.object({ kind: z.string(), status: z.string(), amount: z.string(), currency: z.string() }))
    .default([]),
})

const refunded = on(refund, (found) => {
  const moved = found.transactions
    .filter(({ kind, status }) => kind === 'refund' && status === 'success')
    .map(({ amount, currency }) => fromDecimal(amount, currency))
  const currency = moved[0]?.currency
  return {
    type: 'order.refunded',
    orderKey: `order:${gid('Order', found.order_id)}`,
    data: {
      id: gid('Order', found.order_id),
      number: null,
      refundId: idOf('Refund', found),
      refunded:
        currency === undefined
          ? null
          : { amountMinor: moved.reduce((sum, { amountMinor }) => sum + amountMinor, 0), currency },
      reason: found.note,
    },
  }
})

const product = z.object({
  ...self,
  title: someText,
  handle: someText,
  status: someText,
  variants: z.array(z.object({ sku: someText })).nullish(),
})

const onProduct = (type: string) =>
  on(product, (found) => {
    const id = idOf('Product', found)
    return {
      type,
      orderKey: `product:${id}`,
      data:
        type === 'product.deleted'
          ? { id }
          : {
              id,
              title: found.title,
              handle: found.handle,
              status: found.status,
              skus: found.variants?.flatMap(({ sku }) => (sku === null ? [] : [sku])) ?? null,
            },
    }
  })

const level = z.object({ inventory_item_id: number, location_id: number, available: z.int().nullish() })

const stockChanged = on(level, (found) => ({
  type: 'stock.changed',
  orderKey: `stock:${found.inventory_item_id}:${found.location_id}`,
  data: {
    itemId: gid('InventoryItem', found.inventory_item_id),
    productId: null,
    locationId: gid('Location', found.location_id),
    available: found.available ?? null,
    inStock: typeof found.available === 'number' ? found.available > 0 : null,
    status: null,
  },
}))

const customer = z.object({ ...self, email: someText, first_name: someText, last_name: someText, phone: someText })

const onCustomer = (type: string) =>
  on(customer, (found) => {
    const id = idOf('Customer', found)
    const name = [found.first_name, found.last_name].filter((part) => part !== null).join(' ')
    return {
      type,
      orderKey: `customer:${id}`,
      data: { id, email: found.email, name: name === '' ? null : name, phone: found.phone },
    }
  })

const fulfillment = z.object({
  ...self,
  order_id: number,
  name: someText,
  status: someText,
  shipment_status: someText,
  tracking_company: someText,
  tracking_number: someText,
  tracking_url: someText,
})
/** Where the carrier says the parcel is; nothing said means that it was handed over. */
const shipmentTypes: Readonly<Record<string, string>> = {
  label_printed: 'shipment.label_created',
  label_purchased: 'shipment.label_created',
  ready_for_pickup: 'shipment.label_created',
  out_for_delivery: 'shipment.out_for_delivery',
  delivered: 'shipment.delivered',
  failure: 'shipment.failed',
}

const fulfilled = on(fulfillment, (found) => {
  const type = shipmentTypes[found.shipment_status ?? ''] ?? 'shipment.in_transit'
  return {
    type,
    orderKey: `order:${gid('Order', found.order_id)}`,
    data: {
      id: idOf('Fulfillment', found),
      orderId: gid('Order', found.order_id),
      // "#1001.1" is the first parcel of "#1001".
      orderNumber: found.name?.replace(/\.\d+$/, '') ?? null,
      carrier: found.tracking_company,
      trackingNumber: found.tracking_number,
      trackingUrl: found.tracking_url,
      status: found.shipment_status ?? found.status,
      ...(type === 'shipment.delivered' ? { deliveredAt: null } : {}),
      ...(type === 'shipment.failed' ? { reason: null } : {}),
    },
  }
})

const dispute = z.object({
  id: number,
  order_id: number.nullish(),
  amount: z.string(),
  currency: z.string(),
  reason: someText,
  evidence_due_by: someText,
})

const disputed = on(dispute, (found) => ({
  type: 'payment.disputed',
  orderKey: `dispute:${found.id}`,
  data: {
    id: gid('ShopifyPaymentsDispute', found.id),
    // Shopify has no payments of its own to point to: the order stands for it.
    paymentId: found.order_id ? gid('Order', found.order_id) : null,
    transactionId: null,
    amount: fromDecimal(found.amount, found.currency),
    reason: found.reason,
    answerBy: iso(fromText(found.evidence_due_by)),
    live: true,
  },
}))

const shop = z.object({ myshopify_domain: z.string() }).or(z.object({ shop_domain: z.string() }))
const onShop = (type: string) =>
  on(shop, (found) => ({
    type,
    data: { account: 'shop_domain' in found ? found.shop_domain : found.myshopify_domain },
  }))

const subject = z.object({
  shop_domain: z.string(),
  customer: z.object({ id: number, email: someText }).nullish(),
  orders_requested: z.array(number).default([]),
  orders_to_redact: z.array(number).default([]),
})
const onSubject = (type: string) =>
  on(subject, (found) => ({
    type,
    data: {
      customerId: found.customer ? gid('Customer', found.customer.id) : null,
      email: found.customer?.email ?? null,
      orderIds: [...found.orders_requested, ...found.orders_to_redact].map((id) => gid('Order', id)),
    },
  }))

const events: Readonly<Record<string, MapEvent>> = {
  'orders/create': onOrder('order.created'),
  'orders/updated': onOrder('order.updated'),
  'orders/paid': onOrder('order.paid'),
  'orders/cancelled': onOrder('order.cancelled'),
  'orders/fulfilled': onOrder('order.shipped'),
  'refunds/create': refunded,
  'products/create': onProduct('product.created'),
  'products/update': onProduct('product.updated'),
  'products/delete': onProduct('product.deleted'),
  'inventory_levels/update': stockChanged,
  'customers/create': onCustomer('customer.created'),
  'customers/update': onCustomer('customer.updated'),
  'fulfillments/create': fulfilled,
  'fulfillments/update': fulfilled,
  'disputes/create': disputed,
  'app/uninstalled': onShop('connection.uninstalled'),
  'customers/data_request': onSubject('customer.data_requested'),
  'customers/redact': onSubject('customer.erasure_requested'),
  'shop/redact': onShop('connection.erasure_requested'),
}

/** The scope each topic needs; topics of no scope are sent to every app. Privacy topics are set in the app's own settings. */
const scopeOfTopic: Readonly<Record<string, string | null>> = {
  'orders/create': 'read_orders',
  'orders/updated': 'read_orders',
  'orders/paid': 'read_orders',
  'orders/cancelled': 'read_orders',
  'orders/fulfilled': 'read_orders',
  'refunds/create': 'read_orders',
  'products/create': 'read_products',
  'products/update': 'read_products',
  'products/delete': 'read_products',
  'inventory_levels/update': 'read_inventory',
  'customers/create': 'read_customers',
  'customers/update': 'read_customers',
  'fulfillments/create': 'read_fulfillments',
  'fulfillments/update': 'read_fulfillments',
  'disputes/create': 'read_shopify_payments_disputes',
  'app/uninstalled': null,
}
const toEnum = (topic: string) => topic.replace('/', '_').toUpperCase()

/** Topics this token may subscribe to; a scope to write includes reading. */
async function allowedTopics(call: Call): Promise<readonly string[]> {
  const granted = new Set((await grantedScopes(call)).map((scope) => scope.replace(/^write_/, 'read_')))
  return Object.entries(scopeOfTopic).flatMap(([topic, scope]) =>
    scope === null || granted.has(scope) ? [toEnum(topic)] : [],
  )
}

const listQuery = `{ webhookSubscriptions(first: 250) { nodes { id topic uri } } }`
const listShape = dataOf(
  z.object({
    webhookSubscriptions: z.object({
      nodes: z.array(z.object({ id: z.string(), topic: z.string(), uri: z.string() })),
    }),
  }),
)
const createQuery = `mutation Subscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) {
    webhookSubscription { id }
    userErrors { field message }
  }
}`
const createShape = dataOf(
  z.object({ webhookSubscriptionCreate: z.object({ webhookSubscription: z.object({ id: z.string() }) }) }),
)
const deleteQuery = `mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}`

const list = async (call: Call) =>
  readAnswer('Shopify', await ask(call, listQuery), listShape, ({ data }) => data.webhookSubscriptions.nodes)

const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const topics = await allowedTopics(call)
    const all = await list(call)
    const kept: string[] = []
    for (const topic of topics) {
      const found = all.find((one) => one.topic === topic && one.uri === url)
      if (found !== undefined) kept.push(found.id)
      else {
        const answer = await ask(call, createQuery, { topic, uri: url })
        kept.push(
          readAnswer(
            'Shopify',
            answer,
            createShape,
            ({ data }) => data.webhookSubscriptionCreate.webhookSubscription.id,
          ),
        )
      }
    }
    for (const { id, uri } of all)
      if (!kept.includes(id) && (uri === url || ids.includes(id))) await unlessGone(ask(call, deleteQuery, { id }))
    return { ids: kept }
  },
  unregister: async (call, ids) => {
    for (const { id } of await list(call)) if (ids.includes(id)) await unlessGone(ask(call, deleteQuery, { id }))
  },
}

const signed = bodyHmac({
  header: ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'],
  encoding: 'base64',
})

/** Shopify's webhooks: https://shopify.dev/docs/apps/build/webhooks */
export const shopifyWebhooks: WebhookSpec = {
  verify: async (request, facts) => {
    const found = await signed(request, facts)
    const [sender, ours] = [header(request, 'shop-domain'), facts.connection.settings['shop']]
    // Every shop an app is installed in is signed with the app's one secret.
    if (found.verdict === 'VERIFIED' && sender !== null && sender.toLowerCase() !== ours?.toLowerCase())
      return { verdict: 'WRONG_SOURCE', detail: `It comes from the shop ${sender.slice(0, 100)}.` }
    return found
  },
  secret: { from: 'credential', field: 'clientSecret' },
  identify: (message) => {
    const [event, topic] = [header(message, 'event-id'), header(message, 'topic')]
    return {
      // One action of a merchant has one event id over all topics it touches.
      id: header(message, 'webhook-id') ?? (event === null ? null : `${event}:${topic ?? ''}`),
      type: topic,
      occurredAt: fromText(header(message, 'triggered-at')),
    }
  },
  events,
  registration,
  setup: [
    'The hub does this by itself for every topic the token’s scopes allow. Verification needs the app’s client secret: add it to the connection.',
    'The privacy topics (customers/data_request, customers/redact, shop/redact) cannot be registered by API: in the Dev Dashboard open your app → Versions, and enter the address of this source under Compliance webhooks.',
    'For webhooks made in the shop’s admin (Settings → Notifications → Webhooks), add the signing key shown at the foot of that page to this source.',
  ],
}
