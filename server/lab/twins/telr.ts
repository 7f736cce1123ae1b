import { addNewest } from '../bounded.ts'
import { goods } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import { firstDay, firstOrders, newOrder } from './telr/orders.ts'
import type { TelrWebhookState } from './telr/webhooks.ts'
import { telrWebhooks } from './telr/webhooks.ts'

const credentials = {
  good: { storeId: '25301', authKey: 'labNoor-Good#Key.0001' },
  // The Remote API is not switched on for it.
  restricted: { storeId: '25301', authKey: 'labNoor-Page#Key.0002' },
  missing: 'Remote API',
}

/** Telr says 200 to everything it could read. */
const failure = (message: string, note: string) =>
  json(200, { method: 'error', trace: trace, error: { message, note } })
const trace = '4000/25301/65f0lab'

interface Body {
  readonly method?: unknown
  readonly store?: unknown
  readonly authkey?: unknown
  readonly order?: {
    readonly ref?: string
    readonly cartid?: string
    readonly test?: number
    readonly amount?: string
    readonly currency?: string
    readonly description?: string
    readonly trantype?: string
  }
  readonly return?: { readonly authorised?: string }
  readonly customer?: { readonly email?: string }
  readonly tran?: {
    readonly type?: string
    readonly ref?: string
    readonly amount?: string
    readonly currency?: string
  }
}
const bodyOf = (request: LabRequest) => (request.json ?? {}) as Body
type TelrBench = Bench<TelrWebhookState>

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const { authkey, store } = bodyOf(request)
  const known = [credentials.good, credentials.restricted].find(({ authKey }) => authKey === authkey)
  if (known === undefined || store !== Number(known.storeId))
    return failure('E03:Authentication failed', 'Invalid store ID or authentication key')
  return needs !== null && known === credentials.restricted
    ? failure('E05:Not permitted', 'The Remote API is not enabled for this store')
    : null
}

const plain = /^\d{1,12}(\.\d{1,3})?$/

function create({ order, return: back, customer }: Body, bench: TelrBench): LabAnswer {
  const { amount = '', cartid = '', currency = '', description = '', trantype } = order ?? {}
  if (cartid === '' || cartid.length > 63 || description === '')
    return failure('E02:Invalid request', 'cartid and description are required')
  if (!plain.test(amount) || Number(amount) <= 0) return failure('E11:Invalid request', 'Invalid amount')
  if (!/^[A-Z]{3}$/.test(currency)) return failure('E12:Invalid request', `Invalid currency ${currency}`)
  if (back?.authorised === undefined) return failure('E13:Invalid request', 'Return URLs are required')
  if (bench.state.orders.some((known) => known.cartid === cartid))
    return failure('E14:Duplicate transaction', `The cart ID ${cartid} was already used`)
  const made = newOrder(bench.id, {
    cartid,
    amount,
    currency,
    description,
    test: order?.test ?? 0,
    trantype: trantype === 'auth' ? 'auth' : 'sale',
    email: customer?.email ?? '',
  })
  addNewest(bench.state.orders, made, firstDay)
  return json(200, { method: 'create', trace, order: { ref: made.ref, url: made.url } })
}

const statusText: Readonly<Record<number, string>> = {
  1: 'Pending',
  2: 'Authorised',
  3: 'Paid',
  [-1]: 'Expired',
  [-2]: 'Cancelled',
  [-3]: 'Declined',
}

function check({ order }: Body, { state }: TelrBench): LabAnswer {
  const found = state.orders.find(({ ref }) => ref === order?.ref)
  if (found === undefined) return failure('E20:Order not found', 'There is no order with this ref')
  const { refunded: _refunded, status, email: _email, trantype: _trantype, ...rest } = found
  return json(200, { method: 'check', trace, order: { ...rest, status: { code: status, text: statusText[status] } } })
}

function goOn(request: LabRequest, bench: TelrBench): LabAnswer {
  const { amount = '', currency = '', ref, type } = bodyOf(request).tran ?? {}
  const order = bench.state.orders.find(({ transaction }) => transaction?.ref === ref)
  if (order === undefined) return failure('E21:Transaction not found', 'There is no transaction with this ref')
  const declined = (code: string, message: string) =>
    json(200, { trace, transaction: { ref: bench.id('0300', 12, '0123456789'), type, status: 'E', code, message } })
  if (!plain.test(amount)) return failure('E11:Invalid request', 'Invalid amount')
  if (currency !== order.currency) return declined('31', `Currency ${currency} is not the transaction’s`)
  const asked = Number(amount)
  const [total, back] = [Number(order.amount), Number(order.refunded)]
  if (type === 'refund') {
    if (order.status !== 3 || asked > total - back + 1e-9) return declined('32', 'Refund amount exceeds what is left')
    order.refunded = String(back + asked)
  } else if (type === 'capture') {
    if (order.status !== 2 || asked > total) return declined('33', 'Capture not possible')
    order.status = 3
  } else if (type === 'void') {
    if (order.status !== 2) return declined('34', 'Void not possible')
    order.status = -2
  } else return failure('E02:Invalid request', `Unknown type ${type}`)
  const made = { ref: bench.id('0300', 12, '0123456789'), type, class: 'ecom', status: 'A', code: '942563' }
  return json(200, { trace, transaction: { ...made, message: 'Authorised' } })
}

/** Telr, simulated. */
export const telr = defineTwin<TelrWebhookState>({
  slug: 'telr',
  name: 'Telr',
  hosts: ['api'],
  credentials,
  create: () => ({ orders: firstOrders(goods) }),
  guard,
  webhooks: telrWebhooks,
  faults: {
    unavailable: () => json(503, { error: { message: 'Service unavailable', note: 'Try again later' } }),
    failure: () => json(500, { error: { message: 'Internal error', note: 'Try again later' } }),
    tooMany: (seconds) =>
      json(429, { error: { message: 'Too many requests', note: 'Slow down' } }, { 'retry-after': String(seconds) }),
    unknown: () => ({ status: 404, headers: { 'content-type': 'text/html' }, text: '<html><body>404</body></html>' }),
  },
  routes: [
    {
      method: 'POST',
      path: '/gateway/order.json',
      handle: (request, bench) => {
        const body = bodyOf(request)
        if (body.method === 'create') return create(body, bench)
        if (body.method === 'check') return check(body, bench)
        return failure('E01:Invalid request', 'Unknown method')
      },
    },
    { method: 'POST', path: '/gateway/remote.json', needs: 'Remote API', handle: goOn },
  ],
})
