import { shop } from '../shop.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin } from '../twin.ts'
import { type MagentoShop, refuse, shopRoutes } from './magento/shop.ts'

const all = [
  'Magento_Backend::store',
  'Magento_Sales::actions_view',
  'Magento_Sales::ship',
  'Magento_Sales::cancel',
  'Magento_Catalog::products',
  'Magento_InventoryApi::source',
  'Magento_Customer::customer',
]
const good = { storeUrl: `https://${shop.domain}`, accessToken: '1ab00000000000000000000000000001' }
const restricted = { ...good, accessToken: '1ab00000000000000000000000000002' }
const tokens = new Map<string, readonly string[]>([
  [good.accessToken, all],
  [restricted.accessToken, all.filter((name) => name !== 'Magento_Sales::ship')],
])

/** A wrong token and a missing resource are refused in the same words. */
function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const granted = tokens.get(bearer(request) ?? '')
  if (granted !== undefined && (needs === null || granted.includes(needs))) return null
  return refuse(401, "The consumer isn't authorized to access %resources.", { resources: needs ?? 'self' })
}

/** Magento, simulated: one store view in dirhams on its own host. */
export const magento = defineTwin<MagentoShop>({
  slug: 'magento',
  name: 'Magento / Adobe Commerce',
  hosts: ['api'],
  credentials: { good, restricted, missing: 'Magento_Sales::ship' },
  create: (now) => ({ madeAt: now - (now % 3_600_000), orders: {}, stock: {} }),
  guard,
  faults: {
    unavailable: () => refuse(503, 'Service Temporarily Unavailable'),
    failure: () => refuse(500, 'Internal Error. Details are available in Magento log file. Report ID: webapi-lab'),
    tooMany: (seconds) => refuse(429, 'Too Many Requests', undefined, { 'retry-after': String(seconds) }),
    unknown: () => refuse(404, 'Request does not match any route.'),
  },
  routes: shopRoutes,
})
