import { addNewest } from '../bounded.ts'
import { labCredentials } from '../credentials.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import type { PayPalWebhookState } from './paypal/webhooks.ts'
import { failure, paypalWebhookRoutes, paypalWebhooks, webhooksScope } from './paypal/webhooks.ts'
import type { Replay } from '../replay.ts'
import { once } from '../replay.ts'
import { goods } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.paypal
const payments = 'https://uri.paypal.com/services/payments/payment/authcapture'
const refunds = 'https://uri.paypal.com/services/payments/refund'
const reporting = 'https://uri.paypal.com/services/reporting/search/read'

const vendor: OAuthVendor = {
  slug: 'paypal',
  name: 'PayPal',
  account: 'noor-business@example.com',
  clients: {
    [good.clientId]: { secret: good.clientSecret, scopes: [payments, refunds, webhooksScope, reporting] },
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

interface Amount {
  currency_code: string
  value: string
}

interface Order {
  id: string
  intent: string
  status: string
  create_time: string
  purchase_units: {
    reference_id: string
    custom_id?: string
    description?: string
    amount: Amount
    payments?: { captures: { id: string; status: string; amount: Amount }[] }
  }[]
  links: { href: string; rel: string; method: string }[]
}

interface State extends OAuthState, PayPalWebhookState {
  orders: Order[]
  replays: Record<string, Replay>
}

const linksOf = (id: string, rel: string) => [
  { href: `https://api-m.sandbox.paypal.com/v2/checkout/orders/${id}`, rel: 'self', method: 'GET' },
  { href: `https://www.sandbox.paypal.com/checkoutnow?token=${id}`, rel, method: 'GET' },
]

const firstDay = 9

function create(now: number): State {
  const orders = goods.slice(0, firstDay).map((item, index): Order => {
    const id = `5LAB0000NA000000${index}`
    const amount = { currency_code: 'USD', value: ((item.price * 0.2723) / 100).toFixed(2) }
    const done = index % 4 !== 3
    return {
      id,
      intent: 'CAPTURE',
      status: done ? 'COMPLETED' : 'CREATED',
      create_time: new Date(now - (index * 9 + 2) * 3_600_000).toISOString().replace(/\.\d+Z/, 'Z'),
      purchase_units: [
        {
          reference_id: 'default',
          custom_id: `NA-${1050 - index}`,
          description: item.title,
          amount,
          ...(done
            ? { payments: { captures: [{ id: `3LABCAP000000000${index}`, status: 'COMPLETED', amount }] } }
            : {}),
        },
      ],
      links: linksOf(id, 'approve'),
    }
  })
  return { orders, replays: {}, used: {}, webhooks: [], signer: null }
}

/** PayPal takes these, and not AED. */
const currencies = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(' '),
)
const whole = new Set(['HUF', 'JPY', 'TWD'])

interface OrderBody {
  readonly intent?: unknown
  readonly purchase_units?: readonly {
    readonly custom_id?: string
    readonly description?: string
    readonly amount?: Partial<Amount>
  }[]
  readonly payment_source?: unknown
}

const invalid = (issue: string, description: string, field: string) =>
  failure(400, 'INVALID_REQUEST', 'Request is not well-formed, syntactically incorrect, or violates schema.', [
    { field, issue, description },
  ])
const unprocessable = (issue: string, description: string, field: string) =>
  failure(
    422,
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
    [{ field, issue, description }],
  )

function createOrder(request: LabRequest, bench: Bench<State>): LabAnswer {
  if (request.json === undefined)
    return failure(415, 'UNSUPPORTED_MEDIA_TYPE', 'The server does not support the request payload media type.')
  const body = request.json as OrderBody
  if (body.intent !== 'CAPTURE' && body.intent !== 'AUTHORIZE')
    return invalid('MISSING_REQUIRED_PARAMETER', 'A required field / parameter is missing.', '/intent')
  const unit = body.purchase_units?.[0]
  const { currency_code: currency, value } = unit?.amount ?? {}
  if (unit === undefined || typeof currency !== 'string' || typeof value !== 'string')
    return invalid(
      'MISSING_REQUIRED_PARAMETER',
      'A required field / parameter is missing.',
      '/purchase_units/@reference_id==default/amount',
    )
  if (!currencies.has(currency))
    return unprocessable(
      'CURRENCY_NOT_SUPPORTED',
      'Currency code is not currently supported.',
      '/purchase_units/@reference_id==default/amount/currency_code',
    )
  if (!(whole.has(currency) ? /^\d+$/ : /^\d+(\.\d{1,2})?$/).test(value))
    return unprocessable(
      'DECIMAL_PRECISION',
      'If the currency supports decimals, only two decimal place precision is supported.',
      '/purchase_units/@reference_id==default/amount/value',
    )
  const id = bench.id('', 17, 'ABCDEFGHJKLMNPRSTUVWXY0123456789')
  const redirect = body.payment_source !== undefined
  const order: Order = {
    id,
    intent: body.intent,
    status: redirect ? 'PAYER_ACTION_REQUIRED' : 'CREATED',
    create_time: new Date(bench.now).toISOString().replace(/\.\d+Z/, 'Z'),
    purchase_units: [
      {
        reference_id: 'default',
        amount: { currency_code: currency, value },
        ...(unit.custom_id ? { custom_id: unit.custom_id } : {}),
        ...(unit.description ? { description: unit.description } : {}),
      },
    ],
    links: linksOf(id, redirect ? 'payer-action' : 'approve'),
  }
  addNewest(bench.state.orders, order, firstDay)
  // Without Prefer PayPal answers with the least.
  const full = request.headers['prefer'] === 'return=representation'
  return json(201, full ? order : { id, status: order.status, links: order.links })
}

/** PayPal, simulated. */
export const paypal = defineTwin<State>({
  slug: 'paypal',
  name: 'PayPal',
  hosts: ['api'],
  credentials: labCredentials.paypal,
  calm: { tokenLifetimeSeconds: 32_400 },
  create,
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
    {
      method: 'GET',
      path: '/v1/reporting/balances',
      needs: reporting,
      handle: () =>
        json(200, {
          balances: [{ currency: 'USD', primary: true, total_balance: { currency_code: 'USD', value: '4182.50' } }],
        }),
    },
    {
      method: 'POST',
      path: '/v2/checkout/orders',
      needs: payments,
      handle: (request, bench) =>
        once(bench.state.replays, request.headers['paypal-request-id'], request.text, {
          make: () => createOrder(request, bench),
          // PayPal repeats the first result and says 200 instead of 201.
          replayed: (answer) => ({ ...answer, status: answer.status === 201 ? 200 : answer.status }),
          clash: () =>
            unprocessable(
              'DUPLICATE_REQUEST_ID',
              'The value of PayPal-Request-Id header has already been used with different parameters.',
              '/',
            ),
        }),
    },
    {
      method: 'GET',
      path: '/v2/checkout/orders/:id',
      needs: payments,
      handle: (request, { state }) => {
        const order = state.orders.find((candidate) => candidate.id === request.params['id'])
        if (order !== undefined) return json(200, order)
        return failure(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.', [
          {
            issue: 'INVALID_RESOURCE_ID',
            description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
          },
        ])
      },
    },
  ],
})
