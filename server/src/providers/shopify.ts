import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Call, Fields } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { readGraphql } from './shared/graphql.ts'
import { pulled, pulledParts, variantRecords } from './shared/pull.ts'
import { connectionStep, permissionsByList } from './shared/steps.ts'
import { listCustomers } from './shopify/customers.ts'
import { cancelOrder } from './shopify/cancel-order.ts'
import { fulfillOrder } from './shopify/fulfill-order.ts'
import { ask, dataOf, grantedScopes } from './shopify/graphql.ts'
import { setStock } from './shopify/inventory.ts'
import { getOrder, listOrders } from './shopify/orders.ts'
import { getProduct, listProducts, listVariants } from './shopify/products.ts'
import { shopifyWebhooks } from './shopify/webhooks.ts'

const permissions = [
  {
    name: 'read_orders',
    why: 'reading orders, with “protected customer data” for names and addresses',
    required: true,
  },
  { name: 'read_products', why: 'reading products and their variants', required: true },
  { name: 'read_customers', why: 'reading customers', required: false },
  { name: 'write_orders', why: 'cancelling orders', required: false },
  {
    name: 'read_merchant_managed_fulfillment_orders',
    why: 'finding what of an order is still to be sent',
    required: false,
  },
  { name: 'write_merchant_managed_fulfillment_orders', why: 'marking orders as sent', required: false },
  { name: 'read_inventory', why: 'hearing of changes of stock, and finding what is counted', required: false },
  { name: 'write_inventory', why: 'setting stock', required: false },
  { name: 'read_locations', why: 'finding the place whose stock is set', required: false },
] as const

const shopPattern = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,60}\.myshopify\.com$/
const versionPattern = /^20\d\d-(01|04|07|10)$/
const latestVersion = '2026-10'

async function probe(call: Call): Promise<void> {
  const answer = await ask(call, '{ shop { id name myshopifyDomain currencyCode } }')
  readAnswer('Shopify', answer, dataOf(z.object({ shop: z.object({ id: z.string() }) })), () => undefined)
}

const classOfCode = {
  THROTTLED: 'RATE_LIMITED',
  ACCESS_DENIED: 'PERMISSION',
  SHOP_INACTIVE: 'PERMISSION',
  INTERNAL_SERVER_ERROR: 'UNAVAILABLE',
} as const

/** Sorted, form-encoded, signed with the app's secret: https://shopify.dev/docs/apps/build/authentication-authorization */
function verifyCallback(query: URLSearchParams, fields: Fields): boolean {
  const secret = fields['clientSecret'] ?? ''
  if (secret === '' || query.get('shop')?.toLowerCase() !== fields['shop']?.toLowerCase()) return false
  const signed = new URLSearchParams(
    [...query].filter(([name]) => name !== 'hmac' && name !== 'signature').sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  const expected = createHmac('sha256', secret).update(signed.toString()).digest()
  const given = Buffer.from(query.get('hmac') ?? '', 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Shopify, GraphQL Admin API: https://shopify.dev/docs/api/admin-graphql */
export const shopify = defineProvider({
  entry: {
    slug: 'shopify',
    name: 'Shopify',
    category: 'ECOMMERCE',
    summary: 'Orders, products, stock and customers of your Shopify shop, for fulfilment, shipping and accounting.',
    description:
      'Shopify is where customers buy. The hub reads orders with their lines and delivery address, products with variants, prices and stock, and customers; it marks orders as sent with their tracking number, cancels them (money is not sent back by that) and sets stock. Connect with a token of your own custom app, or by signing in to an app with OAuth.',
    authKind: 'OAUTH2_CODE',
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
        name: 'shop',
        label: 'Shop domain',
        help: 'The shop’s own Shopify address, not the domain customers see. Shopify admin → Settings → Domains.',
        kind: 'text',
        required: true,
        placeholder: 'your-shop.myshopify.com',
        // Becomes a host name: nothing but a shop of Shopify may stand here.
        rule: {
          pattern: shopPattern.source,
          message: 'Write the address that ends with .myshopify.com, without https:// and without a path.',
        },
      },
      {
        name: 'accessToken',
        label: 'Admin API access token',
        help: 'From your own custom app. Leave empty to sign in with OAuth instead.',
        kind: 'secret',
        required: false,
        placeholder: 'shpat_…',
        hint: {
          pattern: '^(shpat|shpca|shppa|shpua)_[A-Fa-f0-9]{32}$',
          message: 'Admin tokens usually start with shpat_ and have 32 characters after it.',
        },
      },
      {
        name: 'clientId',
        label: 'App client ID',
        help: 'Only for OAuth: Dev Dashboard → your app → Settings.',
        kind: 'text',
        required: false,
      },
      {
        name: 'clientSecret',
        label: 'App client secret',
        help: 'On the same page. OAuth needs it, and so do webhooks: Shopify signs them with it.',
        kind: 'secret',
        required: false,
      },
      {
        name: 'apiVersion',
        label: 'API version',
        help: 'Shopify brings out a version every quarter and keeps each for a year.',
        kind: 'text',
        required: false,
        default: latestVersion,
        rule: {
          pattern: versionPattern.source,
          message: 'A version is a year and one of the months 01, 04, 07 or 10.',
        },
      },
    ],
    permissions,
    limits: [
      {
        requests: 100,
        windowSeconds: 1,
        scope: 'cost points of GraphQL queries on the standard plan, bucket of 2,000',
        enforced: false,
      },
    ],
    webhookEvents: [
      'orders/create',
      'orders/updated',
      'orders/paid',
      'orders/cancelled',
      'orders/fulfilled',
      'refunds/create',
      'products/create',
      'products/update',
      'products/delete',
      'inventory_levels/update',
      'customers/create',
      'customers/update',
      'fulfillments/create',
      'fulfillments/update',
      'disputes/create',
      'app/uninstalled',
      'customers/data_request',
      'customers/redact',
      'shop/redact',
    ],
    setupGuide: [
      {
        title: 'Create an app for your shop',
        text: 'Shopify admin → Settings → Apps → Develop apps opens the Dev Dashboard. Create an app and name it “Patchbay”.',
        url: 'https://dev.shopify.com/dashboard',
      },
      {
        title: 'Choose its scopes',
        text: 'Add read_orders and read_products; for sending, cancelling, stock and customers also the others that this page lists. Ask for protected customer data (name, address, e-mail), or orders come back refused.',
      },
      {
        title: 'Either: install and copy the token',
        text: 'Install the app on the shop, reveal the Admin API access token once, and paste it here with the shop domain.',
      },
      {
        title: 'Or: sign in with OAuth',
        text: 'Add this hub’s address followed by /oauth/callback to the allowed redirection URLs, paste client ID and secret here, and choose Connect.',
        url: 'https://shopify.dev/docs/apps/build/authentication-authorization',
      },
    ],
    pricingNotes: 'The API is part of every Shopify plan; higher plans allow more requests.',
    docsUrl: 'https://shopify.dev/docs/api/admin-graphql',
    statusUrl: 'https://www.shopifystatus.com',
    verified: true,
    logo: {
      path: 'M15.337 23.979l7.216-1.561s-2.604-17.613-2.625-17.73c-.018-.116-.114-.192-.211-.192s-1.929-.136-1.929-.136-1.275-1.274-1.439-1.411c-.045-.037-.075-.057-.121-.074l-.914 21.104h.023zM11.71 11.305s-.81-.424-1.774-.424c-1.447 0-1.504.906-1.504 1.141 0 1.232 3.24 1.715 3.24 4.629 0 2.295-1.44 3.76-3.406 3.76-2.354 0-3.54-1.465-3.54-1.465l.646-2.086s1.245 1.066 2.28 1.066c.675 0 .975-.545.975-.932 0-1.619-2.654-1.694-2.654-4.359-.034-2.237 1.571-4.416 4.827-4.416 1.257 0 1.875.361 1.875.361l-.945 2.715-.02.01zM11.17.83c.136 0 .271.038.405.135-.984.465-2.064 1.639-2.508 3.992-.656.213-1.293.405-1.889.578C7.697 3.75 8.951.84 11.17.84V.83zm1.235 2.949v.135c-.754.232-1.583.484-2.394.736.466-1.777 1.333-2.645 2.085-2.971.193.501.309 1.176.309 2.1zm.539-2.234c.694.074 1.141.867 1.429 1.755-.349.114-.735.231-1.158.366v-.252c0-.752-.096-1.371-.271-1.871v.002zm2.992 1.289c-.02 0-.06.021-.078.021s-.289.075-.714.21c-.423-1.233-1.176-2.37-2.508-2.37h-.115C12.135.209 11.669 0 11.265 0 8.159 0 6.675 3.877 6.21 5.846c-1.194.365-2.063.636-2.16.674-.675.213-.694.232-.772.87-.075.462-1.83 14.063-1.83 14.063L15.009 24l.927-21.166z',
      viewBox: '0 0 24 24',
      color: '#7AB55C',
    },
    baseUrlOverride: false,
    lab: true,
  },
  // The form checks both already; a host name is worth checking where it is made.
  hosts: ({ settings }) => {
    const shop = `https://${shopPattern.test(settings['shop'] ?? '') ? settings['shop'] : 'no-shop.invalid'}`
    const version = versionPattern.test(settings['apiVersion'] ?? '') ? settings['apiVersion'] : latestVersion
    return { api: `${shop}/admin/api/${version}`, auth: shop }
  },
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'auth', path: '/admin/oauth/authorize' },
    token: { host: 'auth', path: '/admin/oauth/access_token' },
    clientAuth: 'json',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    scopes: permissions.map((permission) => permission.name),
    scopeSeparator: ',',
    // Tokens that never end are no longer given to new apps; these live an hour and are renewed.
    tokenParams: { expiring: '1' },
    refreshRotates: true,
    verifyCallback,
    applies: (fields) => !fields['accessToken'],
  },
  authorize: (request, fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, 'x-shopify-access-token': fields['accessToken'] || accessToken || '' },
  }),
  judge: judgeWith((body, answer) => {
    if (answer.status < 300) return readGraphql(body, classOfCode)
    const message =
      textAt(body, 'errors') ??
      textAt(body, 'error_description') ??
      textAt(body, 'error') ??
      textAt(body, 'errors', 0, 'message')
    const field = answer.status === 404 ? 'shop' : answer.status === 401 ? 'accessToken' : undefined
    return {
      ...(message === undefined ? {} : { message }),
      // 402: the shop owes Shopify; 423: locked. Neither is cured by another request.
      ...(answer.status === 402 || answer.status === 423 ? { errorClass: 'PERMISSION' as const } : {}),
      ...(field === undefined ? {} : { field }),
    }
  }),
  redact: ['refresh_token', 'access_token'],
  probe,
  tests: [
    connectionStep('Shopify', probe),
    permissionsByList('Shopify', permissions, grantedScopes),
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
              ? 'Shopify answers; the shop has no products yet.'
              : `Shopify answers; the first product is “${title}”.`,
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
    variants: pulledParts(
      listVariants,
      ({ productId: id, updatedAt, variant }) => variantRecords({ id, updatedAt, variants: [variant] }),
      { by: 'updatedSince' },
    ),
    orders: pulled(listOrders, { by: 'updatedSince' }),
    customers: pulled(listCustomers, { by: 'updatedSince' }),
  },
  webhooks: shopifyWebhooks,
})
