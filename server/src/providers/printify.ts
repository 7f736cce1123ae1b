import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { parcelRecords, pulled, pulledParts, pulledVariants } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { cancelOrder, confirmOrder, createOrder, getOrder, listOrders } from './printify/orders.ts'
import { getProduct, listProducts, listWholeProducts, quoteShipping, shopPath } from './printify/products.ts'
import { printifyWebhooks } from './printify/webhooks.ts'

const permissions = [
  { name: 'shops.read', why: 'finding your shop', required: true },
  { name: 'products.read', why: 'reading the products of your shop', required: true },
  { name: 'orders.read', why: 'asking for shipping prices and reading orders', required: true },
  { name: 'orders.write', why: 'placing orders and sending them to production', required: false },
] as const

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

/** Printify, API v1: https://developers.printify.com */
export const printify = defineProvider({
  entry: {
    slug: 'printify',
    name: 'Printify',
    category: 'FULFILLMENT',
    summary:
      'Print on demand through a network of independent print houses: compare price, place and speed per product.',
    description:
      'Printify passes each order to the print house you chose for that product. The hub reads the products of your Printify shop, asks for shipping prices, places orders and sends them to production. All amounts at Printify are US dollars; the hub keeps them as such and never converts silently.',
    authKind: 'API_KEY',
    regions: ['US', 'EU', 'GB', 'CA', 'AU', 'CN'],
    environments: ['LIVE'],
    capabilities: [
      'products.list',
      'products.get',
      'shippingRates.quote',
      'orders.create',
      'orders.get',
      'orders.list',
      'orders.confirm',
      'orders.cancel',
    ],
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
        text: 'My Profile → Connections → Personal access tokens → Generate. Choose custom scopes and tick shops.read, products.read and orders.read; orders.write lets the hub place orders.',
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
    // Printify numbers refusals without a public list: the words tell an order that stands, or is past the step.
    const stands =
      answer.status === 400 && /already exists|cannot be (cancel|sent)/i.test(`${message} ${textAt(body, 'message')}`)
    return {
      ...(message === undefined ? {} : { message }),
      ...(stands ? { errorClass: 'CONFLICT' as const } : {}),
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
        // Nobody's order: Printify looks at the permission first.
        {
          permission: 'orders.write',
          request: (connection) => ({
            method: 'POST',
            path: shopPath(connection, '/orders/000000000000000000000000/cancel.json'),
            json: {},
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
  operations: {
    'products.list': listProducts,
    'products.get': getProduct,
    'shippingRates.quote': quoteShipping,
    'orders.create': createOrder,
    'orders.get': getOrder,
    'orders.list': listOrders,
    'orders.confirm': confirmOrder,
    'orders.cancel': cancelOrder,
  },
  resources: {
    products: pulled(listProducts),
    variants: pulledVariants(listWholeProducts),
    orders: pulled(listOrders),
    shipments: pulledParts(listOrders, parcelRecords),
  },
  webhooks: printifyWebhooks,
})
