import { labCredentials } from '../credentials.ts'
import type { PrintifyOrderState } from './printify/orders.ts'
import { firstOrders, printifyOrderRoutes } from './printify/orders.ts'
import { products } from './printify/products.ts'
import type { PrintifyWebhookState } from './printify/webhooks.ts'
import { failure, inShop, printifyWebhookRoutes, printifyWebhooks } from './printify/webhooks.ts'
import { shop } from '../shop.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.printify
const rights = new Map<string, readonly string[]>([
  [
    good.apiToken,
    [
      'shops.read',
      'catalog.read',
      'products.read',
      'products.write',
      'orders.read',
      'orders.write',
      'webhooks.read',
      'webhooks.write',
    ],
  ],
  [restricted.apiToken, ['shops.read', 'orders.read']],
])

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  if ((request.headers['user-agent'] ?? '') === '') return failure(403, 10000, 'A User-Agent header is required.')
  const granted = rights.get(bearer(request) ?? '')
  if (granted === undefined) return json(401, { error: 'Unauthenticated.' })
  if (needs !== null && !granted.includes(needs)) return json(403, { error: 'Invalid scope(s) provided.' })
  return null
}

interface ShippingBody {
  readonly line_items?: readonly {
    readonly product_id?: unknown
    readonly variant_id?: unknown
    readonly quantity?: unknown
  }[]
  readonly address_to?: { readonly country?: unknown }
}

function shippingCost(request: LabRequest): LabAnswer {
  const body = (request.json ?? {}) as ShippingBody
  if (!Array.isArray(body.line_items) || body.line_items.length === 0)
    return failure(400, 8150, 'Validation failed.', 'line_items: This value should not be blank.')
  const country = body.address_to?.country
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country))
    return failure(400, 8150, 'Validation failed.', 'address_to.country: This value is not a valid country.')
  for (const line of body.line_items) {
    const product = products.find((candidate) => candidate.id === line.product_id)
    if (product === undefined || !product.variants.some((variant) => variant.id === line.variant_id))
      return failure(
        400,
        8251,
        'Validation failed.',
        `line_items: product ${String(line.product_id)} or its variant ${String(line.variant_id)} does not exist.`,
      )
  }
  const count = body.line_items.reduce((sum, line) => sum + Number(line.quantity ?? 1), 0)
  const base = country === 'US' ? 475 : country === 'AE' ? 1_199 : 999
  const standard = base + (count - 1) * 240
  return json(
    200,
    country === 'US'
      ? { standard, priority: standard * 2, printify_express: 799, economy: 399 }
      : { standard, priority: Math.round(standard * 2.1) },
  )
}

/** Printify, simulated. */
export const printify = defineTwin<PrintifyWebhookState & PrintifyOrderState>({
  slug: 'printify',
  name: 'Printify',
  hosts: ['api'],
  credentials: labCredentials.printify,
  create: (now) => ({ webhooks: [], orders: firstOrders(now) }),
  guard,
  webhooks: printifyWebhooks,
  faults: {
    unavailable: () => failure(503, 10503, 'Service unavailable.'),
    failure: () => failure(500, 10500, 'Internal server error.'),
    tooMany: (seconds) => json(429, { message: 'Too Many Attempts.' }, { 'retry-after': String(seconds) }),
    unknown: () => failure(404, 10404, 'Resource not found.'),
  },
  routes: [
    ...printifyWebhookRoutes,
    ...printifyOrderRoutes,
    {
      method: 'GET',
      path: '/shops.json',
      needs: 'shops.read',
      handle: () => json(200, [{ id: Number(good.shopId), title: shop.name, sales_channel: 'custom_integration' }]),
    },
    {
      method: 'GET',
      path: '/shops/:shop/products.json',
      needs: 'products.read',
      handle: (request) =>
        inShop(request, () => {
          const page = Number(request.query.get('page') ?? '1')
          const limit = Number(request.query.get('limit') ?? '10')
          if (!Number.isInteger(page) || page < 1 || !Number.isInteger(limit) || limit < 1 || limit > 50)
            return failure(400, 8150, 'Validation failed.', 'limit: This value should be between 1 and 50.')
          const data = products.slice((page - 1) * limit, page * limit)
          const last = Math.max(1, Math.ceil(products.length / limit))
          return json(200, {
            current_page: page,
            data,
            last_page: last,
            per_page: limit,
            total: products.length,
            from: (page - 1) * limit + 1,
            to: (page - 1) * limit + data.length,
          })
        }),
    },
    {
      method: 'GET',
      path: '/shops/:shop/products/:id.json',
      needs: 'products.read',
      handle: (request) =>
        inShop(request, () => {
          const product = products.find((candidate) => candidate.id === request.params['id'])
          return product === undefined ? failure(404, 10404, 'Resource not found.') : json(200, product)
        }),
    },
    {
      method: 'POST',
      path: '/shops/:shop/orders/shipping.json',
      needs: 'orders.read',
      handle: (request) => inShop(request, () => shippingCost(request)),
    },
  ],
})
