import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { parcelRecords, pulled, pulledParts, pulledVariantsOfEach } from './shared/pull.ts'
import { connectionStep, permissionsByList } from './shared/steps.ts'
import { cancelOrder, confirmOrder, createOrder, getOrder, listOrders } from './printful/orders.ts'
import { getProduct, listProducts, quoteShipping } from './printful/products.ts'
import { printfulWebhooks } from './printful/webhooks.ts'

const permissions = [
  { name: 'sync_products/read', why: 'reading the products of your store', required: true },
  { name: 'orders', why: 'sending paid orders to production', required: false },
  { name: 'stores_list/read', why: 'showing which store this token opens', required: false },
] as const

const scopeList = z.object({ result: z.object({ scopes: z.array(z.object({ scope: z.string() })) }) })

/** What the token may do; the full scope of a noun includes reading it. */
async function grantedScopes(call: Call): Promise<string[]> {
  const scopes = readAnswer(
    'Printful',
    await call({ method: 'GET', path: '/oauth/scopes' }),
    scopeList,
    ({ result }) => result.scopes,
  )
  return scopes.flatMap(({ scope }) => (scope.endsWith('/read') ? [scope] : [scope, `${scope}/read`]))
}

const probe = async (call: Call): Promise<void> => void (await grantedScopes(call))

/** Printful, API v1: https://developers.printful.com/docs/ */
export const printful = defineProvider({
  entry: {
    slug: 'printful',
    name: 'Printful',
    category: 'FULFILLMENT',
    summary:
      'Print on demand from Printful’s own factories: apparel, wall art and accessories, shipped under your brand.',
    description:
      'Printful prints, packs and ships each order after it is paid, so you hold no stock. The hub reads the products of your Printful store, asks for shipping prices before you promise them to a customer, and hands over orders: as drafts, which cost nothing until they are confirmed, or straight into production.',
    authKind: 'API_KEY',
    regions: ['US', 'EU', 'GB', 'CA', 'AU', 'JP', 'AE'],
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
        label: 'Private token',
        help: 'Printful Developer Portal → Your tokens → Create token. It is shown once and ends on the day you choose there.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^[A-Za-z0-9_-]{20,}$',
          message: 'Printful tokens are at least 20 letters and digits without spaces.',
        },
      },
      {
        name: 'storeId',
        label: 'Store ID',
        help: 'Only for tokens of the whole account: the number of the store to work with. Leave empty for a token of one store.',
        kind: 'text',
        required: false,
        rule: { pattern: '^\\d{1,12}$', message: 'A store ID is a number.' },
      },
    ],
    permissions,
    limits: [{ requests: 120, windowSeconds: 60, scope: 'per token; the mockup generator allows fewer' }],
    webhookEvents: [
      'shipment_sent',
      'shipment_delivered',
      'shipment_returned',
      'shipment_out_of_stock',
      'shipment_canceled',
      'shipment_put_hold',
      'order_created',
      'order_updated',
      'order_failed',
      'order_canceled',
      'order_put_hold',
      'order_refunded',
      'catalog_stock_updated',
      'catalog_price_changed',
    ],
    setupGuide: [
      {
        title: 'Have a store for the API',
        text: 'In Printful choose Stores → Choose platform → Manual order platform / API. Products of shop platforms such as Etsy cannot be read this way.',
        url: 'https://www.printful.com/dashboard/store',
      },
      {
        title: 'Create a private token',
        text: 'Open the Developer Portal, choose Your tokens → Create a token, pick the access level “A single store” and the latest end date.',
        url: 'https://developers.printful.com/tokens',
      },
      {
        title: 'Tick the permissions',
        text: 'View store products is needed. View and manage orders lets the hub hand over paid orders. Leave the rest.',
      },
      {
        title: 'Copy the token once',
        text: 'Printful shows it only now. Note its end date: a token cannot be extended, only replaced.',
      },
    ],
    pricingNotes:
      'No monthly fee. You pay per item and shipping when an order is confirmed; the Growth plan lowers item prices.',
    docsUrl: 'https://developers.printful.com/docs/',
    statusUrl: 'https://status.printful.com',
    verified: true,
    logo: {
      path: 'M1 19 7 7l3 6-3 6zM8.500 19l5.500-11 3 6-2.500 5zM16 19l4-8 4 8z',
      viewBox: '0 0 24 24',
      color: '#ED4642',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.printful.com' }),
  authorize: (request, fields) => ({
    ...request,
    headers: {
      ...request.headers,
      authorization: `Bearer ${fields['apiToken'] ?? ''}`,
      ...(fields['storeId'] ? { 'x-pf-store-id': fields['storeId'] } : {}),
    },
  }),
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'error', 'message') ?? textAt(body, 'result') ?? textAt(body, 'detail')
    const reason = textAt(body, 'error', 'reason')
    // Printful says with a plain 400 that the order stands already, or is past the step that is asked for.
    const stands =
      answer.status === 400 &&
      /already (exists|been|cancel|confirm)|not a draft|cannot be (cancel|confirm)/i.test(message ?? '')
    return {
      ...(message === undefined ? {} : { message }),
      ...(stands ? { errorClass: 'CONFLICT' as const } : {}),
      ...(reason === undefined ? {} : { vendorCode: reason }),
      ...(answer.status === 401 || answer.status === 403 ? { field: 'apiToken' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('Printful', probe),
    permissionsByList('Printful', permissions, grantedScopes, 'apiToken'),
    {
      suite: 'sample',
      name: 'Read a product',
      run: async (call) => {
        const page = await listProducts(call, { first: 1, after: null })
        const title = page.items[0]?.title
        return {
          ok: true,
          message:
            title === undefined
              ? 'Printful answers; the store has no products yet.'
              : `Printful answers; the first product is “${title}”.`,
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
    variants: pulledVariantsOfEach(listProducts, getProduct),
    orders: pulled(listOrders),
    shipments: pulledParts(listOrders, parcelRecords),
  },
  webhooks: printfulWebhooks,
})
