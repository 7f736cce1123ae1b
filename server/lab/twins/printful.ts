import { labCredentials } from '../credentials.ts'
import type { PrintfulOrderState } from './printful/orders.ts'
import { firstOrders, printfulOrderRoutes, variantsOf } from './printful/orders.ts'
import type { PrintfulWebhookState } from './printful/webhooks.ts'
import { failure, printfulWebhookRoutes, printfulWebhooks, storeId } from './printful/webhooks.ts'
import { goods, shop } from '../shop.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.printful
const rights = new Map<string, readonly string[]>([
  [good.apiToken, ['orders', 'sync_products', 'file_library', 'webhooks', 'stores_list/read']],
  [restricted.apiToken, ['orders/read', 'stores_list/read']],
])
const holds = (granted: readonly string[], needs: string) =>
  granted.includes(needs) || granted.includes(needs.replace('/read', ''))

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const token = bearer(request)
  if (token === null) return failure(401, 'Unauthorized', 'Malformed Authorization header.')
  const granted = rights.get(token)
  if (granted === undefined) return failure(401, 'Unauthorized', 'The access token provided is invalid.')
  const store = request.headers['x-pf-store-id']
  if (store !== undefined && store !== String(storeId)) return failure(404, 'NotFound', `Store ${store} not found.`)
  return needs === null || holds(granted, needs)
    ? null
    : failure(403, 'Forbidden', `This endpoint requires ${needs} permission.`)
}

interface RatesBody {
  readonly recipient?: { readonly country_code?: unknown; readonly state_code?: unknown }
  readonly items?: readonly {
    readonly variant_id?: unknown
    readonly external_variant_id?: unknown
    readonly quantity?: unknown
  }[]
  readonly currency?: unknown
}

/** Flat rates per region in fils: first item, each further one, days. */
const zones: Readonly<Record<string, readonly [number, number, number, number]>> = {
  AE: [2_450, 600, 6, 9],
  SA: [3_100, 750, 7, 11],
  DE: [2_190, 450, 4, 7],
  US: [1_990, 400, 3, 5],
}
const perDirham: Readonly<Record<string, number>> = { AED: 1, USD: 0.2723, EUR: 0.2498, GBP: 0.2134 }

function rates(request: LabRequest): LabAnswer {
  const body = (request.json ?? {}) as RatesBody
  const country = body.recipient?.country_code
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country))
    return failure(400, 'BadRequest', 'Recipient: country_code is required.')
  if (['US', 'CA', 'AU'].includes(country) && !body.recipient?.state_code)
    return failure(400, 'BadRequest', 'Recipient: State code is missing.')
  if (!Array.isArray(body.items) || body.items.length === 0)
    return failure(400, 'BadRequest', 'Missing required parameters: items.')
  const named = (item: { readonly variant_id?: unknown; readonly external_variant_id?: unknown }) =>
    /^\d+$/.test(String(item.variant_id)) || typeof item.external_variant_id === 'string'
  if (body.items.some((item) => !named(item) || !Number.isInteger(item.quantity)))
    return failure(400, 'BadRequest', 'Item: variant_id and quantity are required.')
  const currency = typeof body.currency === 'string' ? body.currency : 'AED'
  const factor = perDirham[currency]
  if (factor === undefined) return failure(400, 'BadRequest', `Currency ${currency} is not supported.`)
  const [first, next, min, max] = zones[country] ?? [3_900, 900, 9, 16]
  const count = body.items.reduce((sum, item) => sum + Number(item.quantity), 0)
  const price = (share: number) => (((first + next * (count - 1)) * share * factor) / 100).toFixed(2)
  const rate = (id: string, name: string, share: number, days: readonly [number, number]) => ({
    id,
    name: `${name} (${days[0]}–${days[1]} business days) `,
    rate: price(share),
    currency,
    minDeliveryDays: days[0],
    maxDeliveryDays: days[1],
  })
  return json(200, {
    code: 200,
    result: [
      rate('STANDARD', 'Flat Rate', 1, [min, max]),
      rate('PRINTFUL_FAST', 'Express', 2.2, [Math.ceil(min / 2), min]),
    ],
    extra: [],
  })
}

const productAt = (item: (typeof goods)[number], index: number) => ({
  id: 371_400_100 + index,
  external_id: item.sku,
  name: item.title,
  variants: item.variants.length,
  synced: item.variants.length,
  thumbnail_url: `https://files.${shop.domain}/printful/${item.sku.toLowerCase()}.png`,
  is_ignored: false,
})

/** Printful, simulated. */
export const printful = defineTwin<PrintfulWebhookState & PrintfulOrderState>({
  slug: 'printful',
  name: 'Printful',
  hosts: ['api'],
  credentials: labCredentials.printful,
  create: (now) => ({ first: null, second: null, orders: firstOrders(now) }),
  guard,
  webhooks: printfulWebhooks,
  faults: {
    unavailable: () => failure(503, 'ServiceUnavailable', 'Service temporarily unavailable.'),
    failure: () => failure(500, 'InternalServerError', 'Internal server error.'),
    tooMany: (seconds) =>
      failure(429, 'TooManyRequests', `You have exceeded the rate limit. Try again in ${seconds} seconds.`, {
        'retry-after': String(seconds),
      }),
    unknown: () => failure(404, 'NotFound', 'Not Found'),
  },
  routes: [
    ...printfulWebhookRoutes,
    ...printfulOrderRoutes,
    {
      method: 'GET',
      path: '/oauth/scopes',
      handle: (request) =>
        json(200, {
          code: 200,
          result: {
            scopes: (rights.get(bearer(request) ?? '') ?? []).map((scope) => ({ scope, display_name: scope })),
          },
        }),
    },
    {
      method: 'GET',
      path: '/stores',
      needs: 'stores_list/read',
      handle: () =>
        json(200, {
          code: 200,
          result: [{ id: storeId, type: 'native', name: shop.name }],
          paging: { total: 1, offset: 0, limit: 20 },
        }),
    },
    {
      method: 'GET',
      path: '/store/products',
      needs: 'sync_products/read',
      handle: (request) => {
        const offset = Number(request.query.get('offset') ?? '0')
        const limit = Number(request.query.get('limit') ?? '20')
        if (!Number.isInteger(offset) || offset < 0 || !Number.isInteger(limit) || limit < 1 || limit > 100)
          return failure(400, 'BadRequest', 'Invalid paging: limit is 1 to 100.')
        const result = goods.map(productAt).slice(offset, offset + limit)
        return json(200, { code: 200, result, extra: [], paging: { total: goods.length, offset, limit } })
      },
    },
    {
      method: 'GET',
      path: '/store/products/:id',
      needs: 'sync_products/read',
      handle: (request) => {
        const asked = decodeURIComponent(request.params['id'] ?? '')
        const found = goods
          .map(productAt)
          .find(({ id, external_id }) => [String(id), `@${external_id}`].includes(asked))
        if (found === undefined) return failure(404, 'NotFound', 'Sync product not found')
        return json(200, {
          code: 200,
          result: { sync_product: found, sync_variants: variantsOf(found.id) },
          extra: [],
        })
      },
    },
    { method: 'POST', path: '/shipping/rates', handle: rates },
  ],
})
