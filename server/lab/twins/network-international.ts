import { addNewest } from '../bounded.ts'
import { uuidOf } from '../chance.ts'
import type { OAuthVendor } from '../oauth.ts'
import { readAccess } from '../oauth.ts'
import { goods, people } from '../shop.ts'
import { signToken } from '../tokens.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import type { Order } from './network-international/orders.ts'
import { move, movement, newOrder, outlet } from './network-international/orders.ts'
import type { NiWebhookState } from './network-international/webhooks.ts'
import { niWebhooks } from './network-international/webhooks.ts'

const key = (name: string) => Buffer.from(`${uuidOf(`ni:${name}`)}:${uuidOf(`ni:${name}:secret`)}`).toString('base64')
const credentials = {
  good: { apiKey: key('good'), outletRef: outlet, region: 'uae' },
  // A service account of another outlet.
  restricted: { apiKey: key('other'), outletRef: outlet, region: 'uae' },
  missing: 'Outlet access',
}
const scopes = new Map([
  [credentials.good.apiKey, [outlet]],
  [credentials.restricted.apiKey, [uuidOf('ni:another outlet')]],
])

const vendor: Pick<OAuthVendor, 'slug' | 'prefixes'> = {
  slug: 'network-international',
  prefixes: { access: 'eyJhbGciOiJub25lIn0.', refresh: 'R', code: 'C' },
}

const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
const failure = (status: number, errorCode: string, words: string, headers: Readonly<Record<string, string>> = {}) =>
  json(
    status,
    {
      message: names[status],
      code: status,
      errors: [{ message: words, localizedMessage: words, errorCode, domain: 'transactions' }],
    },
    headers,
  )

interface State extends NiWebhookState {
  used: Record<string, number>
}

const media = 'application/vnd.ni-payment.v2+json'

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const granted = readAccess(vendor as OAuthVendor, bearer(request), bench.now)
  if (granted === 'EXPIRED' || granted === 'INVALID')
    return json(401, { code: 401, message: 'Unauthorized', error_description: 'The access token is not valid.' })
  const asked = /^\/transactions\/outlets\/([^/]+)/.exec(request.path)?.[1]
  if (needs !== null && (asked === undefined || !granted.includes(asked)))
    return failure(403, 'accessDenied', 'Access to the outlet is denied.')
  if (request.text !== '' && request.headers['content-type'] !== media)
    return failure(415, 'unsupportedMediaType', `Content type must be ${media}.`)
  return null
}

function signIn(request: LabRequest, bench: Bench<State>): LabAnswer {
  const given = /^Basic (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
  const granted = scopes.get(given)
  if (request.headers['content-type'] !== 'application/vnd.ni-identity.v1+json')
    return failure(415, 'unsupportedMediaType', 'Content type must be application/vnd.ni-identity.v1+json.')
  if (granted === undefined) return json(401, { code: 401, message: 'Unauthorized' })
  const claims = { vendor: vendor.slug, kind: 'access' as const, client: given.slice(0, 8), scopes: granted }
  const token = signToken(vendor.prefixes.access, {
    ...claims,
    id: bench.id('', 16),
    expiresAt: bench.now + bench.behaviour.tokenLifetimeSeconds * 1000,
  })
  return json(200, {
    access_token: token,
    refresh_token: bench.id('', 40),
    expires_in: bench.behaviour.tokenLifetimeSeconds,
    refresh_expires_in: 1_800,
    token_type: 'bearer',
  })
}

interface Given {
  readonly action?: string
  readonly amount?: { readonly currencyCode?: string; readonly value?: number }
  readonly merchantOrderReference?: string
  readonly emailAddress?: string
  readonly merchantDefinedData?: Record<string, unknown>
}

function create(request: LabRequest, bench: Bench<State>): LabAnswer {
  const body = (request.json ?? {}) as Given
  const { currencyCode: currency, value } = body.amount ?? {}
  if (!['SALE', 'AUTH', 'PURCHASE'].includes(body.action ?? ''))
    return failure(422, 'invalidAction', 'action must be SALE, AUTH or PURCHASE.')
  if (typeof currency !== 'string' || !Number.isInteger(value) || (value ?? 0) < 1)
    return failure(422, 'invalidAmount', 'amount.value must be a whole number of minor units, above nothing.')
  if (!['AED', 'USD', 'EUR', 'GBP', 'SAR', 'KWD', 'BHD', 'OMR', 'QAR', 'JPY'].includes(currency))
    return failure(422, 'currencyNotSupported', `The outlet does not take ${currency}.`)
  const order = newOrder(bench.id, bench.now, {
    action: body.action ?? 'SALE',
    amount: { currencyCode: currency, value: value ?? 0 },
    ...(body.merchantOrderReference === undefined ? {} : { merchantOrderReference: body.merchantOrderReference }),
    ...(body.emailAddress === undefined ? {} : { emailAddress: body.emailAddress }),
    ...(body.merchantDefinedData === undefined ? {} : { merchantDefinedData: body.merchantDefinedData }),
  })
  addNewest(bench.state.orders, order, firstDay)
  return json(201, order)
}

const withOrder =
  (handle: (order: Order, request: LabRequest, bench: Bench<State>) => LabAnswer) =>
  (request: LabRequest, bench: Bench<State>): LabAnswer => {
    const { order: id, payment } = request.params
    const order = bench.state.orders.find(({ reference }) => reference === id)
    const known = payment === undefined || order?._embedded.payment.some(({ _id }) => _id.endsWith(`:${payment}`))
    return order === undefined || known !== true
      ? failure(404, 'orderNotFound', 'The order does not exist.')
      : handle(order, request, bench)
  }

const amountIn = (request: LabRequest) => (request.json as { amount?: Order['amount'] } | undefined)?.amount
const wrong = (words: string) => failure(422, 'invalidState', words)

const capture = withOrder((order, request, bench) => {
  const [payment] = order._embedded.payment
  const amount = amountIn(request)
  if (payment?.state !== 'AUTHORISED') return wrong('Only an authorised payment can be captured.')
  if (amount === undefined || amount.value > payment.amount.value || amount.currencyCode !== order.amount.currencyCode)
    return failure(
      422,
      'invalidAmount',
      `The amount must be in ${order.amount.currencyCode} and within what is reserved.`,
    )
  payment._embedded = { 'cnp:capture': [movement(order, payment, 'captures', amount, bench)] }
  move(order, payment, amount.value < payment.amount.value ? 'PARTIALLY_CAPTURED' : 'CAPTURED')
  return json(200, payment)
})

const refund = withOrder((order, request, bench) => {
  const [payment] = order._embedded.payment
  const amount = amountIn(request)
  const taken = (payment?._embedded?.['cnp:capture'] ?? []).reduce((total, one) => total + one.amount.value, 0)
  const back = (payment?._embedded?.['cnp:refund'] ?? []).reduce((total, one) => total + one.amount.value, 0)
  if (payment === undefined || taken === 0) return wrong('Nothing was captured.')
  if (amount === undefined || amount.value > taken - back)
    return failure(422, 'invalidAmount', 'The amount is more than can be refunded.')
  const made = movement(order, payment, 'refunds', amount, bench)
  payment._embedded = { ...payment._embedded, 'cnp:refund': [...(payment._embedded?.['cnp:refund'] ?? []), made] }
  move(order, payment, back + amount.value === taken ? 'REFUNDED' : 'PARTIALLY_REFUNDED')
  return json(200, payment)
})

const cancel = withOrder((order) => {
  const [payment] = order._embedded.payment
  if (payment?.state !== 'AUTHORISED') return wrong('Only an authorised payment can be reversed.')
  move(order, payment, 'REVERSED')
  return json(200, payment)
})

const firstDay = 12

/** Of the first day: most are captured, some are reserved, one failed, the last one waits. */
function firstOrders(now: number): Order[] {
  return goods.slice(0, firstDay).map((item, index) => {
    let serial = 0
    const id = (prefix: string) => uuidOf(`ni:${index}:${prefix}:${(serial += 1)}`)
    const at = now - (index * 7 + 2) * 3_600_000
    const order = newOrder(id, at, {
      action: index % 4 === 1 ? 'AUTH' : 'SALE',
      amount: { currencyCode: 'AED', value: item.price },
      merchantOrderReference: `NA-${1050 - index}`,
      emailAddress: people[index % people.length]?.email ?? '',
      merchantDefinedData: { description: item.title },
    })
    const [payment] = order._embedded.payment
    if (payment === undefined || index === firstDay - 1) return order
    if (index % 4 === 1) move(order, payment, 'AUTHORISED')
    else if (index === 6) move(order, payment, 'FAILED')
    else {
      payment._embedded = { 'cnp:capture': [movement(order, payment, 'captures', order.amount, { id, now: at })] }
      move(order, payment, 'CAPTURED')
    }
    return order
  })
}

const below = '/transactions/outlets/:outlet/orders/:order'

/** Network International, simulated. */
export const networkInternational = defineTwin<State>({
  slug: 'network-international',
  name: 'Network International',
  hosts: ['api'],
  credentials,
  calm: { tokenLifetimeSeconds: 300 },
  create: (now) => ({ orders: firstOrders(now), used: {} }),
  guard,
  webhooks: niWebhooks,
  faults: {
    unavailable: () => failure(503, 'serviceUnavailable', 'The service is unavailable.'),
    failure: () => failure(500, 'internalError', 'An internal error occurred.'),
    tooMany: (seconds) => failure(429, 'tooManyRequests', 'Too many requests.', { 'retry-after': String(seconds) }),
    unknown: () => failure(404, 'notFound', 'There is nothing here.'),
  },
  routes: [
    { method: 'POST', path: '/identity/auth/access-token', open: true, handle: signIn },
    { method: 'POST', path: '/transactions/outlets/:outlet/orders', needs: 'outlet', handle: create },
    { method: 'GET', path: below, needs: 'outlet', handle: withOrder((order) => json(200, order)) },
    { method: 'POST', path: `${below}/payments/:payment/captures`, needs: 'outlet', handle: capture },
    { method: 'POST', path: `${below}/payments/:payment/captures/:capture/refund`, needs: 'outlet', handle: refund },
    { method: 'POST', path: `${below}/payments/:payment/refund`, needs: 'outlet', handle: refund },
    { method: 'PUT', path: `${below}/payments/:payment/cancel`, needs: 'outlet', handle: cancel },
  ],
})
