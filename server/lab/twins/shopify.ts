import { createHmac } from 'node:crypto'
import { buildSchema, graphql, GraphQLError } from 'graphql'
import { labCredentials, labShopifyApp } from '../credentials.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readJson, tokenEndpoint } from '../oauth.ts'
import { gid } from './shopify/data.ts'
import type { ShopifySalesState } from './shopify/sales.ts'
import { noSales, salesFields } from './shopify/sales.ts'
import { shopifySdl } from './shopify/schema.ts'
import type { ShopifyWebhookState } from './shopify/webhooks.ts'
import { shopifyWebhookFields, shopifyWebhooks } from './shopify/webhooks.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.shopify
const workScopes = [
  'read_orders',
  'read_products',
  'read_customers',
  'read_inventory',
  'read_fulfillments',
  'write_orders',
  'read_merchant_managed_fulfillment_orders',
  'write_merchant_managed_fulfillment_orders',
  'write_inventory',
  'read_locations',
]
const allScopes = [...workScopes, 'write_products']
const pasted = new Map<string, readonly string[]>([
  [good.accessToken, workScopes],
  [restricted.accessToken, ['read_products']],
])

/** Shopify's proof that a callback is its own: every parameter but `hmac`, sorted, signed with the app's secret. */
function signCallback(way: URLSearchParams): void {
  const sorted = new URLSearchParams([...way].filter(([name]) => name !== 'hmac').sort(([a], [b]) => (a < b ? -1 : 1)))
  way.set('hmac', createHmac('sha256', labShopifyApp.clientSecret).update(sorted.toString()).digest('hex'))
}

const vendor: OAuthVendor = {
  slug: 'shopify',
  name: 'Shopify',
  account: shop.myshopify,
  clients: { [labShopifyApp.clientId]: { secret: labShopifyApp.clientSecret, scopes: allScopes } },
  pkce: false,
  granular: false,
  rotates: true,
  grants: ['authorization_code', 'refresh_token', 'client_credentials'],
  separator: ',',
  prefixes: { access: 'shpat_lab', refresh: 'shprt_lab', code: 'shcode_lab' },
  refreshLifetimeSeconds: 7_776_000,
  extra: () => ({ refresh_token_expires_in: 7_776_000 }),
  decorate: (way, _client, now) => {
    way.set('shop', shop.myshopify)
    way.set('host', Buffer.from(`admin.shopify.com/store/noor-atelier`).toString('base64url'))
    way.set('timestamp', String(Math.floor(now / 1000)))
    signCallback(way)
  },
}

const plain = (status: number, errors: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { errors }, headers)

const scopesOf = (request: LabRequest, now: number): readonly string[] | null => {
  const token = request.headers['x-shopify-access-token'] ?? ''
  const known = pasted.get(token)
  if (known !== undefined) return known
  const granted = readAccess(vendor, token, now)
  return typeof granted === 'string' ? null : granted
}

const guard = (request: LabRequest, _needs: string | null, bench: Bench<State>): LabAnswer | null =>
  scopesOf(request, bench.now) === null
    ? plain(401, '[API] Invalid API key or access token (unrecognized login or wrong password)')
    : null

interface State extends OAuthState, ShopifyWebhookState, ShopifySalesState {}

let schema: ReturnType<typeof buildSchema> | undefined

function rootOf(scopes: readonly string[], bench: Bench<State>) {
  const need = (scope: string, field: string) => {
    if (scopes.includes(scope)) return
    throw new GraphQLError(`Access denied for ${field} field. Required access: \`${scope}\` access scope.`, {
      extensions: {
        code: 'ACCESS_DENIED',
        documentation: 'https://shopify.dev/api/usage/access-scopes',
        requiredAccess: `\`${scope}\` access scope.`,
      },
    })
  }
  return {
    ...shopifyWebhookFields(scopes, bench),
    ...salesFields(bench, need),
    shop: {
      id: gid('Shop', 61_000_001),
      name: shop.name,
      email: shop.email,
      myshopifyDomain: shop.myshopify,
      currencyCode: 'AED',
      plan: { partnerDevelopment: true, publicDisplayName: 'Development' },
    },
    currentAppInstallation: {
      accessScopes: scopes.map((handle) => ({ handle, description: handle.replace('_', ' ') })),
    },
  }
}

async function answerGraphql(request: LabRequest, bench: Bench<State>): Promise<LabAnswer> {
  const body = (request.json ?? {}) as { readonly query?: unknown; readonly variables?: Record<string, unknown> }
  if (typeof body.query !== 'string') return json(400, { errors: { query: 'Required parameter missing or invalid' } })
  schema ??= buildSchema(shopifySdl)
  const scopes = scopesOf(request, bench.now) ?? []
  const result = await graphql({
    schema,
    source: body.query,
    rootValue: rootOf(scopes, bench),
    variableValues: body.variables ?? {},
  })
  const throttleStatus = { maximumAvailable: 2000, currentlyAvailable: 1988, restoreRate: 100 }
  return json(
    200,
    { ...result, extensions: { cost: { requestedQueryCost: 12, actualQueryCost: 12, throttleStatus } } },
    { 'x-shopify-api-version': request.params['version'] ?? '2026-10' },
  )
}

/** Shopify, simulated: one development store. */
export const shopify = defineTwin<State>({
  slug: 'shopify',
  name: 'Shopify',
  hosts: ['api', 'auth'],
  credentials: labCredentials.shopify,
  create: (now) => ({ madeAt: now - (now % 3_600_000), used: {}, subscriptions: [], ...noSales() }),
  guard,
  webhooks: shopifyWebhooks,
  faults: {
    unavailable: () => plain(503, 'Service Unavailable'),
    failure: () => plain(500, 'Internal Server Error'),
    // GraphQL is throttled by cost inside a 200; the missing points say how long to wait.
    tooMany: (seconds) =>
      json(
        200,
        {
          errors: [
            {
              message: 'Throttled',
              extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
            },
          ],
          extensions: {
            cost: {
              requestedQueryCost: seconds * 100,
              actualQueryCost: null,
              throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 0, restoreRate: 100 },
            },
          },
        },
        { 'retry-after': String(seconds) },
      ),
    unknown: () => plain(404, 'Not Found'),
  },
  routes: [
    { method: 'GET', host: 'auth', path: '/admin/oauth/authorize', open: true, handle: authorizationPage(vendor) },
    {
      method: 'POST',
      host: 'auth',
      path: '/admin/oauth/access_token',
      open: true,
      handle: tokenEndpoint(vendor, readJson),
    },
    { method: 'POST', path: '/graphql.json', handle: answerGraphql },
    // The same below the shop itself, as Shopify's own packages write it.
    { method: 'POST', host: 'auth', path: '/admin/api/:version/graphql.json', handle: answerGraphql },
  ],
})
