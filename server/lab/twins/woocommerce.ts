import { shop } from '../shop.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin } from '../twin.ts'
import { refuse } from './woocommerce/answers.ts'
import { noSales, shopRoutes } from './woocommerce/shop.ts'
import { webhookRoutes, woocommerceWebhooks, type WooWebhookState } from './woocommerce/webhooks.ts'

const good = {
  storeUrl: `https://${shop.domain}`,
  consumerKey: 'ck_1ab0000000000000000000000000000000000001',
  consumerSecret: 'cs_1ab0000000000000000000000000000000000001',
}
const restricted = {
  storeUrl: `https://${shop.domain}`,
  consumerKey: 'ck_1ab0000000000000000000000000000000000002',
  consumerSecret: 'cs_1ab0000000000000000000000000000000000002',
}
const keys = new Map<string, { readonly secret: string; readonly may: readonly string[] }>([
  [good.consumerKey, { secret: good.consumerSecret, may: ['read', 'write'] }],
  [restricted.consumerKey, { secret: restricted.consumerSecret, may: ['read'] }],
])

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const encoded = /^Basic (\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
  const [key = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':')
  if (key === '') return refuse(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.')
  const known = keys.get(key)
  if (known === undefined) return refuse(401, 'woocommerce_rest_authentication_error', 'Consumer key is invalid.')
  if (known.secret !== secret)
    return refuse(401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.')
  if (needs === null || known.may.includes(needs)) return null
  return refuse(
    401,
    'woocommerce_rest_authentication_error',
    `The API key provided does not have ${needs} permissions.`,
  )
}

/** WooCommerce, simulated: one shop in dirhams on its own host. */
export const woocommerce = defineTwin<WooWebhookState>({
  slug: 'woocommerce',
  name: 'WooCommerce',
  hosts: ['api'],
  credentials: { good, restricted, missing: 'write' },
  create: (now) => ({ madeAt: now - (now % 3_600_000), ...noSales(), webhooks: [] }),
  guard,
  webhooks: woocommerceWebhooks,
  faults: {
    unavailable: () => refuse(503, 'service_unavailable', 'Briefly unavailable for scheduled maintenance.'),
    failure: () => refuse(500, 'internal_server_error', 'There has been a critical error on this website.'),
    tooMany: (seconds) =>
      refuse(429, 'rest_too_many_requests', 'Too many requests.', { 'retry-after': String(seconds) }),
    unknown: () => refuse(404, 'rest_no_route', 'No route was found matching the URL and request method.'),
  },
  routes: [...shopRoutes, ...webhookRoutes],
})
