import { addNewest } from '../bounded.ts'
import { labCredentials } from '../credentials.ts'
import type { Replay } from '../replay.ts'
import { once } from '../replay.ts'
import { firstDay, firstIntents, newIntent } from './stripe/intents.ts'
import type { StripeWebhookState } from './stripe/webhooks.ts'
import { failure, stripeWebhookRoutes, stripeWebhooks } from './stripe/webhooks.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

interface State extends StripeWebhookState {
  replays: Record<string, Replay>
}

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

/** `metadata[order]=1` as { order: '1' }. */
function nested(form: URLSearchParams, name: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of form) {
    const inner = new RegExp(`^${name}\\[([^\\]]+)\\]$`).exec(key)?.[1]
    if (inner !== undefined) found[inner] = value
  }
  return found
}

const minimum: Readonly<Record<string, number>> = { aed: 200, usd: 50, eur: 50, gbp: 30, jpy: 50, kwd: 200 }

function createIntent(request: LabRequest, bench: Bench<State>): LabAnswer {
  const { form } = request
  const amount = form.get('amount')
  const currency = form.get('currency')
  for (const name of ['amount', 'currency'])
    if (!form.has(name))
      return failure(400, { code: 'parameter_missing', message: `Missing required param: ${name}.`, param: name })
  if (amount === null || !/^\d+$/.test(amount))
    return failure(400, { code: 'parameter_invalid_integer', message: `Invalid integer: ${amount}`, param: 'amount' })
  if (currency === null || !/^[a-z]{3}$/i.test(currency))
    return failure(400, { message: `Invalid currency: ${currency}.`, param: 'currency' })
  const least = minimum[currency.toLowerCase()] ?? 50
  if (Number(amount) < least)
    return failure(400, {
      code: 'amount_too_small',
      message: `Amount must be at least ${least} in the smallest unit of ${currency.toLowerCase()}.`,
      param: 'amount',
    })
  const id = bench.id('pi_3', 24)
  const intent = newIntent({
    id,
    amount: Number(amount),
    capture_method: form.get('capture_method') ?? 'automatic',
    client_secret: bench.id(`${id}_secret_`, 25),
    created: Math.floor(bench.now / 1000),
    currency: currency.toLowerCase(),
    description: form.get('description'),
    metadata: nested(form, 'metadata'),
    receipt_email: form.get('receipt_email'),
  })
  addNewest(bench.state.intents, intent, firstDay)
  return json(200, intent)
}

const noSuch = (noun: string, id: string) =>
  failure(404, {
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param: noun === 'payment_intent' ? 'intent' : 'id',
  })

/** Stripe, simulated. */
export const stripe = defineTwin<State>({
  slug: 'stripe',
  name: 'Stripe',
  hosts: ['api'],
  credentials: labCredentials.stripe,
  create: (now) => ({ intents: firstIntents(now), replays: {}, webhooks: [] }),
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
    {
      method: 'GET',
      path: '/v1/payment_intents',
      needs: 'rak_payment_intent_read',
      handle: (request, { state }) => {
        const limit = Number(request.query.get('limit') ?? '10')
        if (!Number.isInteger(limit) || limit < 1 || limit > 100)
          return failure(400, { message: `Invalid limit: ${limit}`, param: 'limit' })
        const after = request.query.get('starting_after')
        const start = after === null ? 0 : state.intents.findIndex((intent) => intent.id === after) + 1
        if (after !== null && start === 0) return noSuch('payment_intent', after)
        const data = state.intents.slice(start, start + limit)
        return json(200, {
          object: 'list',
          data,
          has_more: start + limit < state.intents.length,
          url: '/v1/payment_intents',
        })
      },
    },
    {
      method: 'POST',
      path: '/v1/payment_intents',
      needs: 'rak_payment_intent_write',
      handle: (request, bench) =>
        once(bench.state.replays, request.headers['idempotency-key'], request.text, {
          make: () => createIntent(request, bench),
          replayed: (answer) => ({ ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } }),
          clash: () =>
            failure(400, {
              type: 'idempotency_error',
              message:
                'Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than the one you used.',
            }),
        }),
    },
    {
      method: 'GET',
      path: '/v1/payment_intents/:id',
      needs: 'rak_payment_intent_read',
      handle: (request, { state }) => {
        const id = request.params['id'] ?? ''
        const intent = state.intents.find((candidate) => candidate.id === id)
        return intent === undefined ? noSuch('payment_intent', id) : json(200, intent)
      },
    },
    {
      method: 'POST',
      path: '/v1/refunds',
      needs: 'rak_charge_write',
      handle: (request, bench) => {
        const id = request.form.get('payment_intent')
        if (id === null)
          return failure(400, {
            code: 'parameter_missing',
            message: 'One of the following params should be provided for this request: payment_intent or charge.',
          })
        const intent = bench.state.intents.find((candidate) => candidate.id === id)
        if (intent === undefined) return noSuch('payment_intent', id)
        return json(200, {
          id: bench.id('re_3', 24),
          object: 'refund',
          amount: intent.amount,
          currency: intent.currency,
          payment_intent: id,
          status: 'succeeded',
        })
      },
    },
  ],
})
