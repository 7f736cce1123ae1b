import type {
  FulfillmentProductPage,
  ListFulfillmentProducts,
  QuoteShipping,
  ShippingQuote,
} from '@patchbay/schema/capabilities/fulfillment.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { numberCursor, readNumberCursor } from './shared/cursor.ts'
import { cannotSend, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { printifyWebhooks } from './printify/webhooks.ts'

const permissions = [
  { name: 'shops.read', why: 'finding your shop', required: true },
  { name: 'products.read', why: 'reading the products of your shop', required: true },
  { name: 'orders.read', why: 'asking for shipping prices', required: true },
] as const

const shopPath = (connection: ConnectionFacts, rest: string) =>
  `/shops/${encodeURIComponent(connection.settings['shopId'] ?? '')}${rest}`

const shopList = z.array(z.object({ id: z.int(), title: z.string(), sales_channel: z.string().nullish() }))

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const shops = readAnswer('Printify', await call({ method: 'GET', path: '/shops.json' }), shopList, (list) => list)
  if (shops.some((shop) => String(shop.id) === connection.settings['shopId'])) return
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: `Printify: this token opens no shop ${connection.settings['shopId']}.`,
    advice: `Set the shop ID to one of: ${shops.map((shop) => `${shop.id} (${shop.title})`).join(', ') || 'none, the account has no shop yet'}.`,
    field: 'shopId',
  })
}

const productPage = z.object({
  current_page: z.int(),
  last_page: z.int(),
  data: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      variants: z.array(z.object({ id: z.int(), price: z.int(), is_enabled: z.boolean().default(true) })).default([]),
      images: z.array(z.object({ src: z.string(), is_default: z.boolean().optional() })).default([]),
      external: z.object({ id: z.string() }).nullish(),
    }),
  ),
})

async function listProducts(
  call: Call,
  input: ListFulfillmentProducts,
  connection: ConnectionFacts,
): Promise<FulfillmentProductPage> {
  const page = readNumberCursor(input.after, 1)
  const answer = await call({
    method: 'GET',
    path: shopPath(connection, '/products.json'),
    query: { page, limit: Math.min(input.first, 50) },
  })
  return readAnswer('Printify', answer, productPage, (list) => ({
    items: list.data.map((product) => {
      const prices = product.variants.filter((variant) => variant.is_enabled).map((variant) => variant.price)
      const image = product.images.find((candidate) => candidate.is_default) ?? product.images[0]
      return {
        id: product.id,
        externalId: product.external?.id ?? null,
        title: product.title,
        imageUrl: image?.src ?? null,
        variantCount: product.variants.length,
        priceFrom: prices.length === 0 ? null : { amountMinor: Math.min(...prices), currency: 'USD' },
      }
    }),
    // Some of Printify's lists leave the next page's address out; the page numbers are always there.
    nextCursor: list.data.length > 0 && list.current_page < list.last_page ? numberCursor(page + 1) : null,
  }))
}

const methods: Readonly<Record<string, string>> = {
  standard: 'Standard',
  priority: 'Priority',
  express: 'Express',
  printify_express: 'Printify Express',
  economy: 'Economy',
}

async function quoteShipping(call: Call, input: QuoteShipping, connection: ConnectionFacts): Promise<ShippingQuote> {
  const { recipient, items } = input
  const lines = items.map((item) => {
    const variant = Number(item.variantId)
    if (item.productId === undefined || !Number.isSafeInteger(variant))
      throw cannotSend(
        'Printify numbers variants inside a product.',
        'Give productId and a numeric variantId for every item.',
        'items',
      )
    return { product_id: item.productId, variant_id: variant, quantity: item.quantity }
  })
  const answer = await call({
    method: 'POST',
    path: shopPath(connection, '/orders/shipping.json'),
    json: {
      line_items: lines,
      address_to: {
        country: recipient.country,
        region: recipient.state ?? '',
        city: recipient.city ?? '',
        zip: recipient.postalCode ?? '',
        address1: recipient.line1 ?? '',
      },
    },
  })
  return readAnswer('Printify', answer, z.record(z.string(), z.int()), (costs) => ({
    rates: Object.entries(costs).map(([id, cents]) => ({
      id,
      name: methods[id] ?? id,
      price: { amountMinor: cents, currency: 'USD' },
      minDays: null,
      maxDays: null,
    })),
  }))
}

/** Printify, API v1: https://developers.printify.com */
export const printify = defineProvider({
  entry: {
    slug: 'printify',
    name: 'Printify',
    category: 'FULFILLMENT',
    summary:
      'Print on demand through a network of independent print houses: compare price, place and speed per product.',
    description:
      'Printify passes each order to the print house you chose for that product. The hub reads the products of your Printify shop and asks for shipping prices. All amounts at Printify are US dollars; the hub keeps them as such and never converts silently.',
    authKind: 'API_KEY',
    regions: ['US', 'EU', 'GB', 'CA', 'AU', 'CN'],
    environments: ['LIVE'],
    capabilities: ['products.list', 'shippingRates.quote'],
    fields: [
      {
        name: 'apiToken',
        label: 'Personal access token',
        help: 'Printify → My Profile → Connections → Generate. It is shown once and lives for one year.',
        kind: 'secret',
        required: true,
        placeholder: 'eyJ…',
        hint: {
          pattern: '^eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
          message: 'Printify tokens are long, start with eyJ and have two dots. Check that the whole token was copied.',
        },
      },
      {
        name: 'shopId',
        label: 'Shop ID',
        help: 'The number in the address of your shop in Printify; the connection test lists the shops this token opens.',
        kind: 'text',
        required: true,
        rule: { pattern: '^\\d{1,12}$', message: 'A shop ID is a number.' },
      },
    ],
    permissions,
    limits: [
      { requests: 600, windowSeconds: 60, scope: 'per account, all requests' },
      { requests: 100, windowSeconds: 60, scope: 'per account, catalogue requests', enforced: false },
      { requests: 200, windowSeconds: 1800, scope: 'publishing products', enforced: false },
    ],
    webhookEvents: [
      'shop:disconnected',
      'product:created',
      'product:updated',
      'product:deleted',
      'product:publish:started',
      'order:created',
      'order:updated',
      'order:sent-to-production',
      'order:shipment:created',
      'order:shipment:delivered',
    ],
    setupGuide: [
      {
        title: 'Set order approval to manual',
        text: 'Shop settings → Order approval → Manually. Orders then wait until the hub, or you, send them to production.',
        url: 'https://printify.com/app/account/store-settings',
      },
      {
        title: 'Generate a token',
        text: 'My Profile → Connections → Personal access tokens → Generate. Choose custom scopes and tick shops.read, products.read and orders.read.',
        url: 'https://printify.com/app/account/api',
      },
      {
        title: 'Copy the token once',
        text: 'It is several hundred characters long and is never shown again. Put a reminder a year ahead: it ends then.',
      },
      {
        title: 'Find the shop ID',
        text: 'Open the shop in Printify; the number in the browser’s address is the shop ID.',
      },
    ],
    pricingNotes:
      'Free for up to five shops; the Premium plan lowers item prices by up to 20 %. You pay per item and shipping.',
    docsUrl: 'https://developers.printify.com',
    statusUrl: 'https://status.printify.com',
    verified: false,
    logo: { path: 'M5 2h9a7 7 0 0 1 0 14H9v6H5zM9 6v6h5a3 3 0 0 0 0-6z', viewBox: '0 0 24 24', color: '#39B75D' },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.printify.com/v1' }),
  authorize: (request, fields) => ({
    ...request,
    // Printify may refuse requests that do not say who they are.
    headers: { 'user-agent': 'Patchbay', ...request.headers, authorization: `Bearer ${fields['apiToken'] ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'errors', 'reason') ?? textAt(body, 'message') ?? textAt(body, 'error')
    const code = textAt(body, 'errors', 'code') ?? textAt(body, 'code')
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(answer.status === 401 || answer.status === 403 ? { field: 'apiToken' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('Printify', probe),
    permissionsByTrying(
      'Printify',
      permissions,
      [
        { permission: 'shops.read', request: { method: 'GET', path: '/shops.json' } },
        {
          permission: 'products.read',
          request: (connection) => ({
            method: 'GET',
            path: shopPath(connection, '/products.json'),
            query: { limit: 1 },
          }),
        },
        // Without lines Printify refuses after it checked the permission.
        {
          permission: 'orders.read',
          request: (connection) => ({ method: 'POST', path: shopPath(connection, '/orders/shipping.json'), json: {} }),
        },
      ],
      'apiToken',
    ),
    {
      suite: 'sample',
      name: 'Read a product',
      run: async (call, connection) => {
        const page = await listProducts(call, { first: 1, after: null }, connection)
        const title = page.items[0]?.title
        return {
          ok: true,
          message:
            title === undefined
              ? 'Printify answers; the shop has no products yet.'
              : `Printify answers; the first product is “${title}”.`,
        }
      },
    },
  ],
  operations: { 'products.list': listProducts, 'shippingRates.quote': quoteShipping },
  webhooks: printifyWebhooks,
})
