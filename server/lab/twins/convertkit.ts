import { shop } from '../shop.ts'
import { defineTwin, json } from '../twin.ts'
import { failure, notFound } from './convertkit/answers.ts'
import type { KitBroadcastState } from './convertkit/broadcasts.ts'
import { firstBroadcasts, kitBroadcastRoutes } from './convertkit/broadcasts.ts'
import type { KitSubscriberState } from './convertkit/subscribers.ts'
import { firstSubscribers, kitSubscriberRoutes } from './convertkit/subscribers.ts'
import type { KitWebhookState } from './convertkit/webhooks.ts'
import { kitWebhookRoutes, kitWebhooks } from './convertkit/webhooks.ts'

const connection = { formId: '9002', fromEmail: shop.email }
const credentials = {
  good: { ...connection, apiKey: 'kit_1ab00000000000000000000000000001' },
  restricted: { ...connection, apiKey: 'kit_1ab00000000000000000000000000002' },
  missing: 'Subscribers',
}
const keys = new Map([
  [credentials.good.apiKey, ['Subscribers', 'Broadcasts']],
  [credentials.restricted.apiKey, ['Broadcasts']],
])

/** Kit, simulated. Nothing is sent. */
export const convertkit = defineTwin<KitSubscriberState & KitBroadcastState & KitWebhookState>({
  slug: 'convertkit',
  name: 'Kit (ConvertKit)',
  hosts: ['api'],
  credentials,
  create: (now) => ({ ...firstSubscribers(now), ...firstBroadcasts(now), webhooks: [], lastWebhook: 0 }),
  guard: ({ headers }, needs) => {
    const granted = keys.get(headers['x-kit-api-key'] ?? '')
    if (granted === undefined) return failure(401, 'The API key is invalid')
    return needs === null || granted.includes(needs)
      ? null
      : failure(403, 'You do not have sufficient permissions to access this resource. Please contact support.')
  },
  webhooks: kitWebhooks,
  faults: {
    unavailable: () => failure(503, 'Service Unavailable'),
    failure: () => failure(500, 'Internal Server Error'),
    tooMany: (seconds) => failure(429, 'Too many requests', { 'retry-after': String(seconds) }),
    unknown: notFound,
  },
  routes: [
    ...kitSubscriberRoutes,
    ...kitBroadcastRoutes,
    ...kitWebhookRoutes,
    {
      method: 'GET',
      path: '/v4/account',
      handle: () =>
        json(200, {
          user: { email: shop.email },
          account: {
            id: 26,
            name: shop.name,
            plan_type: 'creator',
            primary_email_address: shop.email,
            created_at: '2026-02-17T11:43:55Z',
            timezone: { name: 'Asia/Dubai', friendly_name: 'Abu Dhabi', utc_offset: '+04:00' },
          },
        }),
    },
  ],
})
