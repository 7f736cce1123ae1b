import { labCredentials } from '../credentials.ts'
import { checkoutRoutes } from './stripe/checkouts.ts'
import { disputeRoutes, firstDisputes } from './stripe/disputes.ts'
import { firstIntents } from './stripe/intents.ts'
import { paymentRoutes } from './stripe/payments.ts'
import { refundRoutes } from './stripe/refunds.ts'
import { failure } from './stripe/reply.ts'
import type { State } from './stripe/state.ts'
import { firstCustomers, firstSubscriptions, subscriptionRoutes } from './stripe/subscriptions.ts'
import { stripeWebhookRoutes, stripeWebhooks } from './stripe/webhooks.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const account = 'acct_1LabNoorAtelier'
const { good, restricted } = labCredentials.stripe
const rights = new Map<string, ReadonlySet<string> | 'all'>([
  [good.secretKey, 'all'],
  [restricted.secretKey, new Set(['rak_balance_read', 'rak_payment_intent_read'])],
])

const masked = (key: string) => `${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const key = bearer(request)
  if (key === null)
    return failure(401, {
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    })
  const granted = rights.get(key)
  if (granted === undefined) return failure(401, { message: `Invalid API Key provided: ${masked(key)}` })
  const onBehalf = request.headers['stripe-account']
  if (onBehalf !== undefined && onBehalf !== account)
    return failure(403, {
      code: 'account_invalid',
      message: `The provided key does not have access to account '${onBehalf}' (or that account does not exist).`,
    })
  if (needs === null || granted === 'all' || granted.has(needs)) return null
  return failure(403, {
    code: 'more_permissions_required_for_application',
    message: `The provided key '${masked(key)}' does not have the required permissions for this endpoint on account '${account}'. Having the '${needs}' permission would allow this request to continue.`,
  })
}

/** Stripe, simulated. */
export const stripe = defineTwin<State>({
  slug: 'stripe',
  name: 'Stripe',
  hosts: ['api'],
  credentials: labCredentials.stripe,
  create: (now) => {
    const intents = firstIntents(now)
    return {
      intents,
      charges: {},
      refunds: [],
      disputes: firstDisputes(intents),
      sessions: [],
      customers: firstCustomers(now),
      subscriptions: firstSubscriptions(now),
      replays: {},
      webhooks: [],
    }
  },
  guard,
  webhooks: stripeWebhooks,
  faults: {
    unavailable: () => failure(503, { type: 'api_error', message: 'Stripe is temporarily unavailable.' }),
    failure: () => failure(500, { type: 'api_error', message: 'An unknown error occurred.' }),
    tooMany: (seconds) =>
      failure(
        429,
        {
          code: 'rate_limit',
          message:
            'Request rate limit exceeded. You can learn more about rate limits here https://docs.stripe.com/rate-limits.',
        },
        { 'retry-after': String(seconds), 'stripe-rate-limited-reason': 'global-rate' },
      ),
    unknown: (request) => failure(404, { message: `Unrecognized request URL (${request.method}: ${request.path}).` }),
  },
  routes: [
    ...stripeWebhookRoutes,
    ...paymentRoutes,
    ...refundRoutes,
    ...disputeRoutes,
    ...checkoutRoutes,
    ...subscriptionRoutes,
    {
      method: 'GET',
      path: '/v1/balance',
      needs: 'rak_balance_read',
      handle: () =>
        json(200, {
          object: 'balance',
          available: [{ amount: 1_846_250, currency: 'aed', source_types: { card: 1_846_250 } }],
          pending: [{ amount: 214_900, currency: 'aed', source_types: { card: 214_900 } }],
          livemode: false,
        }),
    },
    {
      method: 'GET',
      path: '/v1/account',
      needs: 'rak_accounts_kyc_basic_read',
      handle: () =>
        json(200, {
          id: account,
          object: 'account',
          country: 'AE',
          default_currency: 'aed',
          charges_enabled: true,
          business_profile: { name: 'Noor Atelier' },
        }),
    },
  ],
})
