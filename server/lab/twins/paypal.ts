import { labCredentials } from '../credentials.ts'
import type { OAuthVendor } from '../oauth.ts'
import { readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import { disputeRoutes, disputeScopes, firstDisputes } from './paypal/disputes.ts'
import { firstOrders, orderRoutes, scope } from './paypal/orders.ts'
import { paymentRoutes, refundScope, reportingScope } from './paypal/payments.ts'
import type { State } from './paypal/state.ts'
import { firstSubscriptions, subscriptionRoutes, subscriptionScope } from './paypal/subscriptions.ts'
import { failure, paypalWebhookRoutes, paypalWebhooks, webhooksScope } from './paypal/webhooks.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.paypal
const scopes = [scope, refundScope, webhooksScope, reportingScope, ...Object.values(disputeScopes), subscriptionScope]

const vendor: OAuthVendor = {
  slug: 'paypal',
  name: 'PayPal',
  account: 'noor-business@example.com',
  clients: {
    [good.clientId]: { secret: good.clientSecret, scopes },
    [restricted.clientId]: { secret: restricted.clientSecret, scopes: [webhooksScope] },
  },
  pkce: false,
  granular: false,
  rotates: false,
  grants: ['client_credentials'],
  separator: ' ',
  prefixes: { access: 'A21AA', refresh: 'R21AA', code: 'C21AA' },
  refreshLifetimeSeconds: null,
  extra: () => ({ app_id: 'APP-LAB0000000000001', nonce: '2026-11-21T00:00:00Z-lab' }),
}

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(vendor, bearer(request), bench.now)
  if (scopes === 'EXPIRED')
    return json(401, { error: 'invalid_token', error_description: 'The token passed in was not found in the system' })
  if (scopes === 'INVALID')
    return json(401, { error: 'invalid_token', error_description: 'Token signature verification failed' })
  if (needs === null || scopes.includes(needs)) return null
  return failure(403, 'NOT_AUTHORIZED', 'Authorization failed due to insufficient permissions.', [
    {
      issue: 'PERMISSION_DENIED',
      description: 'You do not have permission to access or perform operations on this resource.',
    },
  ])
}

/** PayPal, simulated. */
export const paypal = defineTwin<State>({
  slug: 'paypal',
  name: 'PayPal',
  hosts: ['api'],
  credentials: labCredentials.paypal,
  calm: { tokenLifetimeSeconds: 32_400 },
  create: (now) => {
    const orders = firstOrders(now)
    return {
      orders,
      disputes: firstDisputes(orders),
      subscriptions: firstSubscriptions(now),
      replays: {},
      used: {},
      webhooks: [],
      signer: null,
    }
  },
  guard,
  webhooks: paypalWebhooks,
  faults: {
    unavailable: () => failure(503, 'SERVICE_UNAVAILABLE', 'Service Unavailable.'),
    failure: () => failure(500, 'INTERNAL_SERVER_ERROR', 'An internal server error has occurred.'),
    tooMany: (seconds) =>
      failure(429, 'RATE_LIMIT_REACHED', 'Too many requests. Blocked due to rate limiting.', [], {
        'retry-after': String(seconds),
      }),
    unknown: () => failure(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.'),
  },
  routes: [
    { method: 'POST', path: '/v1/oauth2/token', open: true, handle: tokenEndpoint(vendor, readBasic) },
    ...paypalWebhookRoutes,
    ...orderRoutes,
    ...paymentRoutes,
    ...disputeRoutes,
    ...subscriptionRoutes,
  ],
})
