import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled, pulledVariants } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { storeBase, storeRule } from './shared/store-address.ts'
import { listCustomers } from './woocommerce/customers.ts'
import { cancelOrder, fulfillOrder, getOrder, listOrders } from './woocommerce/orders.ts'
import { getProduct, listProducts, setStock } from './woocommerce/products.ts'
import { pathOf } from './woocommerce/shop.ts'
import { woocommerceTopics, woocommerceWebhooks } from './woocommerce/webhooks.ts'

const permissions = [
  { name: 'read', why: 'reading orders, products, stock and customers', required: true },
  { name: 'write', why: 'sending and cancelling orders, setting stock, registering webhooks', required: true },
] as const

const oneProduct = { page: 1, per_page: 1 } as const

async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: pathOf('products'), query: oneProduct })
  readAnswer('WooCommerce', answer, z.array(z.object({ id: z.int() })), () => undefined)
}

/** WordPress writes its words for a web page. */
const plain = (text: string | undefined) =>
  text
    ?.replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#039;', '’')
    .replaceAll('&amp;', '&')

/**
 * WooCommerce, REST API v3 (wc/v3): https://woocommerce.github.io/woocommerce-rest-api-docs/. It runs on the shop's own host. The
 * vendor publishes no description; the one it is tested against was made of its documentation.
 */
export const woocommerce = defineProvider({
  entry: {
    slug: 'woocommerce',
    name: 'WooCommerce',
    category: 'ECOMMERCE',
    summary: 'Orders, products, stock and customers of your WooCommerce shop on WordPress.',
    description:
      'WooCommerce turns a WordPress site into a shop on your own host. The hub reads orders, products with their variations, and customers; it marks orders as completed with their tracking number, cancels them, and sets stock. Some of it WooCommerce does in its own way: completing an order mails the customer, and cancelling one puts the articles back on stock.',
    authKind: 'BASIC',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: [
      'orders.list',
      'orders.get',
      'orders.fulfill',
      'orders.cancel',
      'products.list',
      'products.get',
      'inventory.set',
      'customers.list',
    ],
    fields: [
      {
        name: 'storeUrl',
        label: 'Shop address',
        help: 'WordPress → Settings → General → WordPress Address. It must begin with https://.',
        kind: 'text',
        required: true,
        placeholder: 'https://shop.example.com',
        rule: storeRule,
      },
      {
        name: 'consumerKey',
        label: 'Consumer key',
        help: 'WooCommerce → Settings → Advanced → REST API → Add key. It is shown once.',
        kind: 'text',
        required: true,
        placeholder: 'ck_…',
        hint: {
          pattern: '^ck_[0-9a-f]{40}$',
          message: 'Consumer keys start with ck_ and have 40 digits and letters after it.',
        },
      },
      {
        name: 'consumerSecret',
        label: 'Consumer secret',
        help: 'Shown beside the key, and only once.',
        kind: 'secret',
        required: true,
        placeholder: 'cs_…',
        hint: {
          pattern: '^cs_[0-9a-f]{40}$',
          message: 'Consumer secrets start with cs_ and have 40 digits and letters after it.',
        },
      },
    ],
    permissions,
    limits: [
      { requests: 60, windowSeconds: 60, scope: 'none of WooCommerce’s own; what a small host bears', enforced: false },
    ],
    webhookEvents: [...woocommerceTopics],
    setupGuide: [
      {
        title: 'Switch on plain addresses',
        text: 'WordPress → Settings → Permalinks: anything but “Plain”, or the API cannot be reached at its usual place.',
      },
      {
        title: 'Add a key',
        text: 'WooCommerce → Settings → Advanced → REST API → Add key. Description “Patchbay”, a user who may manage the shop, Permissions Read/Write.',
        url: 'https://woocommerce.com/document/woocommerce-rest-api/',
      },
      { title: 'Copy key and secret', text: 'Both are shown once. Paste them here with the shop’s address.' },
      {
        title: 'If it is refused',
        text: 'Some hosts and security plug-ins take the Authorization header away. Ask the host to let it through to /wp-json/.',
      },
    ],
    pricingNotes: 'WooCommerce and its API are free; you pay for the host and for extensions.',
    docsUrl: 'https://woocommerce.github.io/woocommerce-rest-api-docs/',
    verified: false,
    logo: {
      path: 'M3 4h18a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-6l1 3-5-3H3a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zm0 3 1.500 8h1.500L8 11l2 4h1.500L13 7h-1.600l-.9 5L9 8.500H7.500L5.700 12 4.800 7zm12 1.500a3 3 0 0 0-1 5.500 2.600 2.600 0 0 0 3-5 2 2 0 0 0-2-.5zm5 0a3 3 0 0 0-1 5.500 2.600 2.600 0 0 0 3-5 2 2 0 0 0-2-.5z',
      viewBox: '0 0 24 24',
      color: '#7F54B3',
    },
    // The shop's address is a field of the form.
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => ({ api: storeBase(settings['storeUrl']) }),
  authorize: (request, fields) => {
    const pair = `${fields['consumerKey'] ?? ''}:${fields['consumerSecret'] ?? ''}`
    return {
      ...request,
      headers: { ...request.headers, authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
    }
  },
  judge: judgeWith((body, answer) => {
    if (answer.status < 300) return null
    const message = plain(textAt(body, 'message'))
    const code = textAt(body, 'code')
    // A key that may only read is told as 401; nothing is wrong with the key itself.
    const denied = answer.status === 401 && /does not have (read|write)/i.test(message ?? '')
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(denied ? { errorClass: 'PERMISSION' as const } : {}),
      ...(answer.status === 401 && !denied ? { field: 'consumerSecret' } : {}),
      ...(code === 'rest_no_route' ? { field: 'storeUrl' } : {}),
      ...(answer.status === 400 && /invalid_id$/.test(code ?? '') ? { errorClass: 'NOT_FOUND' as const } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('WooCommerce', probe),
    permissionsByTrying(
      'WooCommerce',
      permissions,
      [
        { permission: 'read', request: { method: 'GET', path: pathOf('products'), query: oneProduct } },
        // Nothing has the number 0: WooCommerce says so after it checked the key.
        { permission: 'write', request: { method: 'PUT', path: pathOf('products', '0'), json: {} } },
      ],
      'consumerKey',
    ),
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
              ? 'WooCommerce answers; the shop has no products yet.'
              : `WooCommerce answers; the newest product is “${title}”.`,
        }
      },
    },
  ],
  operations: {
    'orders.list': listOrders,
    'orders.get': getOrder,
    'orders.fulfill': fulfillOrder,
    'orders.cancel': cancelOrder,
    'products.list': listProducts,
    'products.get': getProduct,
    'inventory.set': setStock,
    'customers.list': listCustomers,
  },
  resources: {
    products: pulled(listProducts, { by: 'updatedSince' }),
    variants: pulledVariants(listProducts),
    orders: pulled(listOrders, { by: 'updatedSince' }),
    customers: pulled(listCustomers),
  },
  webhooks: woocommerceWebhooks,
})
