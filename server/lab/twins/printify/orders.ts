import { addNewest } from '../../bounded.ts'
import { alphanumeric } from '../../chance.ts'
import { people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { products } from './products.ts'
import { failure, inShop } from './webhooks.ts'

interface Line {
  readonly product_id: string
  readonly variant_id: number
  readonly quantity: number
  readonly cost: number
  readonly shipping_cost: number
  readonly status: string
}

export interface Order {
  id: string
  status: string
  address_to: object
  line_items: Line[]
  metadata: { order_type: string; shop_order_id: string; shop_order_label: string; shop_fulfilled_at: string | null }
  total_price: number
  total_shipping: number
  total_tax: number
  shipping_method: number
  shipments: object[]
  created_at: string
  sent_to_production_at: string | null
}

export interface PrintifyOrderState {
  orders: Order[]
}
type OrderBench = Bench<PrintifyOrderState>

const stamp = (at: number) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}+00:00`
const invalid = (reason: string) => failure(400, 8150, 'Validation failed.', reason)
const firstDay = 7
const journey = ['on-hold', 'in-production', 'fulfilled', 'canceled', 'payment-not-received', 'fulfilled', 'has-issues']

function lineOf(product: string, variant: number, quantity: number): Line {
  const found = products.find(({ id }) => id === product)?.variants.find(({ id }) => id === variant)
  const cost = (found?.cost ?? 0) * quantity
  const shipping_cost = 1_199 + (quantity - 1) * 240
  return { product_id: product, variant_id: variant, quantity, cost, shipping_cost, status: 'on-hold' }
}

/** Orders the shop has on its first day, newest first. */
export const firstOrders = (now: number): Order[] =>
  journey.map((status, index) => {
    const product = products[index]
    const line = lineOf(product?.id ?? '', product?.variants[0]?.id ?? 0, 1)
    const at = now - index * 86_400_000 - 3_600_000
    const number = `NA-${1140 - index}`
    const code = `4483742${1000 + index}`
    const [first_name = '', ...rest] = (people[index]?.name ?? '').split(' ')
    return {
      id: alphanumeric(`printify:${number}`, 24, '0123456789abcdef'),
      status,
      address_to: { first_name, last_name: rest.join(' '), country: people[index]?.country, city: people[index]?.city },
      line_items: [{ ...line, status }],
      metadata: { order_type: 'api', shop_order_id: number, shop_order_label: number, shop_fulfilled_at: null },
      total_price: line.cost,
      total_shipping: line.shipping_cost,
      total_tax: 0,
      shipping_method: 1,
      shipments:
        status === 'fulfilled'
          ? // The older one left in two parcels.
            (index === 5 ? [code, `${code}2`] : [code]).map((number) => ({
              carrier: 'aramex',
              number,
              url: `https://track.${shop.domain}/${number}`,
              shipped_at: stamp(at + 1_200_000),
              delivered_at: index === 5 ? stamp(at + 3_000_000) : null,
            }))
          : [],
      created_at: stamp(at),
      sent_to_production_at: ['in-production', 'fulfilled'].includes(status) ? stamp(at + 600_000) : null,
    }
  })

interface OrderBody {
  readonly external_id?: unknown
  readonly label?: unknown
  readonly line_items?: readonly Readonly<Record<string, unknown>>[]
  readonly shipping_method?: unknown
  readonly address_to?: Readonly<Record<string, unknown>>
}

function faultOf(body: OrderBody, orders: readonly Order[]): string | null {
  const { line_items: lines = [], address_to: address = {} } = body
  if (typeof body.external_id !== 'string' || body.external_id === '')
    return 'external_id: This value should not be blank.'
  if (orders.some(({ metadata }) => metadata.shop_order_id === body.external_id))
    return 'external_id: An order with this external id already exists.'
  if (!Array.isArray(lines) || lines.length === 0) return 'line_items: This value should not be blank.'
  for (const line of lines) {
    const product = products.find(({ id }) => id === line['product_id'])
    if (!product?.variants.some(({ id }) => id === line['variant_id']))
      return `line_items: product ${String(line['product_id'])} or its variant does not exist.`
    if (!Number.isInteger(line['quantity']) || Number(line['quantity']) < 1)
      return 'line_items.quantity: This value should be positive.'
  }
  if (![1, 2, 3, 4].includes(Number(body.shipping_method))) return 'shipping_method: The value is not a valid choice.'
  for (const name of ['first_name', 'address1', 'city', 'country'])
    if (typeof address[name] !== 'string' || address[name] === '')
      return `address_to.${name}: This value should not be blank.`
  return null
}

function create(request: LabRequest, { state, now, id }: OrderBench): LabAnswer {
  const body = (request.json ?? {}) as OrderBody
  const fault = faultOf(body, state.orders)
  if (fault !== null) return invalid(fault)
  const lines = (body.line_items ?? []).map((line) =>
    lineOf(String(line['product_id']), Number(line['variant_id']), Number(line['quantity'])),
  )
  const sum = (amount: (line: Line) => number) => lines.reduce((all, line) => all + amount(line), 0)
  const made: Order = {
    id: id('', 24, '0123456789abcdef'),
    status: 'on-hold',
    address_to: body.address_to ?? {},
    line_items: lines,
    metadata: {
      order_type: 'api',
      shop_order_id: String(body.external_id),
      shop_order_label: String(body.label ?? ''),
      shop_fulfilled_at: null,
    },
    total_price: sum(({ cost }) => cost),
    total_shipping: sum((line) => line.shipping_cost),
    total_tax: 0,
    shipping_method: Number(body.shipping_method),
    shipments: [],
    created_at: stamp(now),
    sent_to_production_at: null,
  }
  addNewest(state.orders, made, firstDay)
  return json(200, { id: made.id })
}

const withOrder =
  (handle: (order: Order, now: number) => LabAnswer) =>
  (request: LabRequest, { state, now }: OrderBench): LabAnswer =>
    inShop(request, () => {
      const order = state.orders.find(({ id }) => id === request.params['id'])
      return order === undefined ? failure(404, 10404, 'Resource not found.') : handle(order, now)
    })

const path = '/shops/:shop/orders'

export const printifyOrderRoutes: readonly Route<PrintifyOrderState>[] = [
  {
    method: 'POST',
    path: `${path}.json`,
    needs: 'orders.write',
    handle: (request, bench) => inShop(request, () => create(request, bench)),
  },
  {
    method: 'GET',
    path: `${path}.json`,
    needs: 'orders.read',
    handle: (request, { state }) =>
      inShop(request, () => {
        const page = Number(request.query.get('page') ?? '1')
        const limit = Number(request.query.get('limit') ?? '10')
        if (!Number.isInteger(page) || page < 1 || !Number.isInteger(limit) || limit < 1 || limit > 10)
          return invalid('limit: This value should be between 1 and 10.')
        const total = state.orders.length
        return json(200, {
          current_page: page,
          data: state.orders.slice((page - 1) * limit, page * limit),
          last_page: Math.max(1, Math.ceil(total / limit)),
          per_page: limit,
          total,
        })
      }),
  },
  { method: 'GET', path: `${path}/:id.json`, needs: 'orders.read', handle: withOrder((order) => json(200, order)) },
  {
    method: 'POST',
    path: `${path}/:id/send_to_production.json`,
    needs: 'orders.write',
    handle: withOrder((order, now) => {
      if (!['on-hold', 'pending'].includes(order.status))
        return failure(400, 8502, 'Order cannot be sent to production.', `The order is ${order.status}.`)
      order.status = 'sending-to-production'
      order.sent_to_production_at = stamp(now)
      return json(200, { id: order.id })
    }),
  },
  {
    method: 'POST',
    path: `${path}/:id/cancel.json`,
    needs: 'orders.write',
    handle: withOrder((order) => {
      if (!['on-hold', 'payment-not-received'].includes(order.status))
        return failure(400, 8503, 'Order cannot be canceled.', `The order is ${order.status}.`)
      order.status = 'canceled'
      return json(200, order)
    }),
  },
]
