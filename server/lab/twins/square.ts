import type { LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { checkoutRoutes } from './square/checkouts.ts'
import { disputeRoutes, firstDisputes } from './square/disputes.ts'
import { firstPayments } from './square/first-payments.ts'
import { paymentRoutes } from './square/payments.ts'
import { failure, locationId, merchantId, missing } from './square/reply.ts'
import type { State } from './square/state.ts'
import { firstCustomers, firstSubscriptions, subscriptionRoutes } from './square/subscriptions.ts'
import { squareWebhookRoutes, squareWebhooks } from './square/webhooks.ts'

const credentials = {
  good: { accessToken: 'EAAAlLabNoorAtelierGoodToken0000000000000000000000000001', locationId },
  restricted: { accessToken: 'EAAAlLabNoorAtelierReadOnlyToken000000000000000000000001', locationId },
  missing: 'PAYMENTS_WRITE',
}

const reading = [
  'MERCHANT_PROFILE_READ',
  'PAYMENTS_READ',
  'ORDERS_READ',
  'DISPUTES_READ',
  'SUBSCRIPTIONS_READ',
  'CUSTOMERS_READ',
]
const writing = ['PAYMENTS_WRITE', 'ORDERS_WRITE', 'DISPUTES_WRITE', 'SUBSCRIPTIONS_WRITE', 'CUSTOMERS_WRITE']
const rights = new Map([
  [credentials.good.accessToken, [...reading, ...writing]],
  [credentials.restricted.accessToken, reading],
])

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const granted = rights.get(bearer(request) ?? '')
  if (granted === undefined)
    return failure(401, 'AUTHENTICATION_ERROR', 'UNAUTHORIZED', 'This request could not be authorized.')
  if (needs === null || granted.includes(needs)) return null
  return failure(
    403,
    'AUTHENTICATION_ERROR',
    'INSUFFICIENT_SCOPES',
    `The merchant has not given your application sufficient permissions to do that. The merchant must authorize your application for the following scopes: ${needs}`,
  )
}

const location = {
  id: locationId,
  name: 'Noor Atelier, New York',
  status: 'ACTIVE',
  merchant_id: merchantId,
  country: 'US',
  currency: 'USD',
  type: 'PHYSICAL',
}

/** Square, simulated: a sandbox account that sells in dollars. */
export const square = defineTwin<State>({
  slug: 'square',
  name: 'Square',
  hosts: ['api'],
  credentials,
  create: (now) => {
    const payments = firstPayments(now)
    return {
      payments,
      refunds: [],
      disputes: firstDisputes(payments),
      links: [],
      orders: [],
      customers: firstCustomers(now),
      subscriptions: firstSubscriptions(now),
      webhooks: [],
      replays: {},
    }
  },
  guard,
  webhooks: squareWebhooks,
  faults: {
    unavailable: () => failure(503, 'API_ERROR', 'SERVICE_UNAVAILABLE', 'The service is unavailable.'),
    failure: () => failure(500, 'API_ERROR', 'INTERNAL_SERVER_ERROR', 'An internal server error has occurred.'),
    tooMany: (seconds) =>
      failure(429, 'RATE_LIMIT_ERROR', 'RATE_LIMITED', 'Too many requests have been made.', undefined, {
        'retry-after': String(seconds),
      }),
    unknown: () => failure(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND', 'Resource not found.'),
  },
  routes: [
    ...squareWebhookRoutes,
    ...paymentRoutes,
    ...disputeRoutes,
    ...checkoutRoutes,
    ...subscriptionRoutes,
    {
      method: 'GET',
      path: '/v2/locations/:id',
      needs: 'MERCHANT_PROFILE_READ',
      handle: ({ params }) =>
        params['id'] === locationId ? json(200, { location }) : missing('location', params['id'] ?? ''),
    },
    {
      method: 'POST',
      path: '/oauth2/token/status',
      handle: (request) =>
        json(200, {
          scopes: rights.get(bearer(request) ?? '') ?? [],
          client_id: 'sandbox-sq0idb-LabNoorAtelier',
          merchant_id: merchantId,
        }),
    },
  ],
})
