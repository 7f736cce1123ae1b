import { addNewest } from '../../bounded.ts'
import { goods } from '../../shop.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import {
  capture,
  idempotent,
  instant,
  missing,
  newId,
  type PayPalBench,
  type State,
  tell,
  unprocessable,
} from './state.ts'
import { failure } from './webhooks.ts'

export interface Amount {
  currency_code: string
  value: string
}

export interface Movement {
  id: string
  status: string
  amount: Amount
  create_time: string
  update_time: string
  custom_id?: string
  final_capture?: boolean
  supplementary_data?: { related_ids: { order_id: string; authorization_id?: string } }
  links: { href: string; rel: string; method: string }[]
}

export interface Order {
  id: string
  intent: string
  status: string
  create_time: string
  payment_source?: Record<string, object>
  purchase_units: {
    reference_id: string
    custom_id?: string
    description?: string
    soft_descriptor?: string
    amount: Amount & { breakdown?: object }
    items?: object[]
    payments?: { authorizations?: Movement[]; captures?: Movement[]; refunds?: Movement[] }
  }[]
  links: { href: string; rel: string; method: string }[]
}

export const scope = 'https://uri.paypal.com/services/payments/payment/authcapture'

const linksOf = (id: string, rel: string) => [
  { href: `https://api-m.sandbox.paypal.com/v2/checkout/orders/${id}`, rel: 'self', method: 'GET' },
  { href: `https://www.sandbox.paypal.com/checkoutnow?token=${id}`, rel, method: 'GET' },
]

export const firstDay = 12

/** Of the first day: most are paid, one is approved and one reserved, the last ones wait. */
export function firstOrders(now: number): Order[] {
  return goods.slice(0, firstDay).map((item, index): Order => {
    const id = `5LAB0000NA00000${String(index).padStart(2, '0')}`
    const amount = { currency_code: 'USD', value: ((item.price * 0.2723) / 100).toFixed(2) }
    const at = instant(now - (index * 9 + 2) * 3_600_000)
    const custom = `NA-${1050 - index}`
    const moved = (prefix: string, status: string): Movement => ({
      id: `${prefix}${String(index).padStart(2, '0')}`,
      status,
      amount,
      create_time: at,
      update_time: at,
      custom_id: custom,
      supplementary_data: { related_ids: { order_id: id } },
      links: [],
    })
    const intent = index === 3 || index === 4 ? 'AUTHORIZE' : 'CAPTURE'
    const status = index === 3 ? 'APPROVED' : index % 7 === 6 ? 'CREATED' : 'COMPLETED'
    const payments =
      index === 4
        ? { authorizations: [moved('4LABAUT00000000', 'CREATED')] }
        : { captures: [{ ...moved('3LABCAP00000000', 'COMPLETED'), final_capture: true }] }
    return {
      id,
      intent,
      status,
      create_time: at,
      purchase_units: [
        {
          reference_id: 'default',
          custom_id: custom,
          description: item.title,
          amount,
          ...(status === 'COMPLETED' ? { payments } : {}),
        },
      ],
      links: linksOf(id, 'approve'),
    }
  })
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
    readonly soft_descriptor?: string
    readonly amount?: Partial<Amount> & { readonly breakdown?: { readonly item_total?: Amount } }
    readonly items?: readonly { readonly quantity?: string; readonly unit_amount?: Amount }[]
  }[]
  readonly payment_source?: Record<string, object>
}

const invalid = (issue: string, description: string, field: string) =>
  failure(400, 'INVALID_REQUEST', 'Request is not well-formed, syntactically incorrect, or violates schema.', [
    { field, issue, description },
  ])
const unit0 = '/purchase_units/@reference_id==default'

function create(request: LabRequest, bench: PayPalBench): LabAnswer {
  if (request.json === undefined)
    return failure(415, 'UNSUPPORTED_MEDIA_TYPE', 'The server does not support the request payload media type.')
  const body = request.json as OrderBody
  if (body.intent !== 'CAPTURE' && body.intent !== 'AUTHORIZE')
    return invalid('MISSING_REQUIRED_PARAMETER', 'A required field / parameter is missing.', '/intent')
  const unit = body.purchase_units?.[0]
  const { currency_code: currency, value, breakdown } = unit?.amount ?? {}
  if (unit === undefined || typeof currency !== 'string' || typeof value !== 'string')
    return invalid('MISSING_REQUIRED_PARAMETER', 'A required field / parameter is missing.', `${unit0}/amount`)
  if (!currencies.has(currency))
    return unprocessable(
      'CURRENCY_NOT_SUPPORTED',
      'Currency code is not currently supported.',
      `${unit0}/amount/currency_code`,
    )
  if (!(whole.has(currency) ? /^\d+$/ : /^\d+(\.\d{1,2})?$/).test(value))
    return unprocessable(
      'DECIMAL_PRECISION',
      'If the currency supports decimals, only two decimal place precision is supported.',
      `${unit0}/amount/value`,
    )
  const items = (unit.items ?? []).reduce(
    (sum, item) => sum + Math.round(Number(item.unit_amount?.value) * 100) * Number(item.quantity),
    0,
  )
  if (unit.items !== undefined && items !== Math.round(Number(breakdown?.item_total?.value) * 100))
    return unprocessable(
      'ITEM_TOTAL_MISMATCH',
      'Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit',
      `${unit0}/amount/breakdown/item_total`,
    )
  const id = newId(bench)
  const redirect = body.payment_source !== undefined
  const [method = 'paypal'] = Object.keys(body.payment_source ?? {})
  const order: Order = {
    id,
    intent: body.intent,
    status: redirect ? 'PAYER_ACTION_REQUIRED' : 'CREATED',
    create_time: instant(bench.now),
    ...(redirect ? { payment_source: { [method]: {} } } : {}),
    purchase_units: [
      {
        reference_id: 'default',
        amount: { currency_code: currency, value, ...(breakdown === undefined ? {} : { breakdown }) },
        ...(unit.custom_id ? { custom_id: unit.custom_id } : {}),
        ...(unit.description ? { description: unit.description } : {}),
        ...(unit.soft_descriptor ? { soft_descriptor: unit.soft_descriptor } : {}),
        ...(unit.items === undefined ? {} : { items: [...unit.items] }),
      },
    ],
    links: linksOf(id, redirect ? 'payer-action' : 'approve'),
  }
  addNewest(bench.state.orders, order, firstDay)
  return shown(request, 201, order)
}

/** Without Prefer PayPal answers with the least. */
function shown(request: LabRequest, status: number, order: Order): LabAnswer {
  if (request.headers['prefer'] === 'return=representation') return json(status, order)
  const { id, links } = order
  const [unit] = order.purchase_units
  const units = unit?.payments === undefined ? {} : { purchase_units: [unit] }
  return json(status, { id, status: order.status, ...units, links })
}

const withOrder =
  (handle: (order: Order, request: LabRequest, bench: PayPalBench) => LabAnswer) =>
  (request: LabRequest, bench: PayPalBench): LabAnswer => {
    const order = bench.state.orders.find(({ id }) => id === request.params['id'])
    return order === undefined ? missing() : handle(order, request, bench)
  }

/** The payer's side of an order, and what PayPal is asked to pretend: https://developer.paypal.com/tools/sandbox/negative-testing/ */
function whyNot(order: Order, intent: string, request: LabRequest): LabAnswer | null {
  const mocked = /"mock_application_codes"\s*:\s*"(\w+)"/.exec(request.headers['paypal-mock-response'] ?? '')?.[1]
  if (mocked !== undefined) return unprocessable(mocked, 'A simulated refusal.', '/')
  if (order.intent !== intent)
    return unprocessable(
      'ACTION_DOES_NOT_MATCH_INTENT',
      `Order was created with an intent to '${order.intent}'.`,
      '/intent',
    )
  if (order.status === 'COMPLETED')
    return intent === 'CAPTURE'
      ? unprocessable('ORDER_ALREADY_CAPTURED', 'Order already captured.', '/')
      : unprocessable('ORDER_ALREADY_AUTHORIZED', 'Order already authorized.', '/')
  if (order.status !== 'APPROVED')
    return unprocessable('ORDER_NOT_APPROVED', 'Payer has not yet approved the Order for payment.', '/')
  return null
}

function take(order: Order, request: LabRequest, bench: PayPalBench): LabAnswer {
  const refused = whyNot(order, 'CAPTURE', request)
  const [unit] = order.purchase_units
  if (refused !== null || unit === undefined) return refused ?? { status: 500 }
  const { breakdown: _breakdown, ...amount } = unit.amount
  const taken = { ...capture(order, amount, bench), final_capture: true }
  unit.payments = { captures: [taken] }
  order.status = 'COMPLETED'
  tell(bench, 'PAYMENT.CAPTURE.COMPLETED', 'capture', taken)
  return shown(request, 201, order)
}

function authorize(order: Order, request: LabRequest, bench: PayPalBench): LabAnswer {
  const refused = whyNot(order, 'AUTHORIZE', request)
  const [unit] = order.purchase_units
  if (refused !== null || unit === undefined) return refused ?? { status: 500 }
  const { breakdown: _breakdown, ...amount } = unit.amount
  const held = { ...capture(order, amount, bench), status: 'CREATED' }
  unit.payments = { authorizations: [held] }
  order.status = 'COMPLETED'
  tell(bench, 'PAYMENT.AUTHORIZATION.CREATED', 'authorization', held)
  return shown(request, 201, order)
}

const path = '/v2/checkout/orders'

export const orderRoutes: readonly Route<State>[] = [
  { method: 'POST', path, needs: scope, handle: idempotent(create) },
  { method: 'GET', path: `${path}/:id`, needs: scope, handle: withOrder((order) => json(200, order)) },
  { method: 'POST', path: `${path}/:id/capture`, needs: scope, handle: idempotent(withOrder(take)) },
  { method: 'POST', path: `${path}/:id/authorize`, needs: scope, handle: idempotent(withOrder(authorize)) },
]
