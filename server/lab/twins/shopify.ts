import { createHmac } from 'node:crypto'
import { buildSchema, graphql, GraphQLError } from 'graphql'
import { labCredentials, labShopifyApp } from '../credentials.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readJson, tokenEndpoint } from '../oauth.ts'
import { gid, ordersFrom, products } from './shopify/data.ts'
import { shopifySdl } from './shopify/schema.ts'
import type { ShopifyWebhookState } from './shopify/webhooks.ts'
import { shopifyWebhookFields, shopifyWebhooks } from './shopify/webhooks.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.shopify
const allScopes = [
  'read_orders',
  'read_products',
  'read_customers',
  'write_products',
  'read_inventory',
  'read_fulfillments',
]
const pasted = new Map<string, readonly string[]>([
  [good.accessToken, ['read_orders', 'read_products', 'read_customers', 'read_inventory', 'read_fulfillments']],
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

interface State extends OAuthState, ShopifyWebhookState {}

interface PageArgs {
  readonly first?: number
  readonly after?: string
  readonly query?: string
  readonly reverse?: boolean
}

function page<Item extends { readonly id: string }>(items: readonly Item[], args: PageArgs) {
  if (args.first === undefined)
    throw new GraphQLError('you must provide one of first or last', { extensions: { code: 'BAD_REQUEST' } })
  if (args.first < 1 || args.first > 250)
    throw new GraphQLError('first must be between 1 and 250', { extensions: { code: 'BAD_REQUEST' } })
  const start =
    args.after === undefined
      ? 0
      : items.findIndex((item) => Buffer.from(item.id).toString('base64url') === args.after) + 1
  const nodes = items.slice(start, start + args.first)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: {
      hasNextPage: start + args.first < items.length,
      endCursor: last === undefined ? null : Buffer.from(last.id).toString('base64url'),
    },
  }
}

const connectionOf =
  <Item extends { readonly id: string }>(items: readonly Item[]) =>
  (args: PageArgs) =>
    page(items, args)

let schema: ReturnType<typeof buildSchema> | undefined

function rootOf(scopes: readonly string[], bench: Bench<State>) {
  const { state } = bench
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
    orders: (args: PageArgs) => {
      need('read_orders', 'orders')
      const since = /updated_at:>=?'?([^'\s]+)'?/.exec(args.query ?? '')?.[1]
      const orders = ordersFrom(state.madeAt).filter(
        (order) => since === undefined || Date.parse(order.updatedAt) >= Date.parse(since),
      )
      return page(
        (args.reverse ? orders.toReversed() : orders).map((order) => ({
          ...order,
          lineItems: connectionOf(order.lineItems),
        })),
        args,
      )
    },
    products: (args: PageArgs) => {
      need('read_products', 'products')
      return page(
        products.map((product) => ({ ...product, variants: connectionOf(product.variants) })),
        args,
      )
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
  create: (now) => ({ madeAt: now - (now % 3_600_000), used: {}, subscriptions: [] }),
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
