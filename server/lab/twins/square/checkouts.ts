import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Cash } from './reply.ts'
import { bodyOf, idempotent, instant, invalid, isCash, locationId, missing, textOf } from './reply.ts'
import type { SquareBench, State } from './state.ts'

interface Link {
  id: string
  version: number
  order_id: string
  url: string
  long_url: string
  created_at: string
  checkout_options?: unknown
  pre_populated_data?: unknown
  payment_note?: string
}
interface Order {
  id: string
  location_id: string
  reference_id?: string
  line_items: object[]
  state: 'DRAFT' | 'OPEN' | 'COMPLETED' | 'CANCELED'
  version: number
  created_at: string
  total_money: Cash
  net_amount_due_money: Cash
}

export interface CheckoutState {
  /** Newest first, both. */
  links: Link[]
  orders: Order[]
}

/** Prices of the simulated catalogue, by variation. */
const catalogue: Readonly<Record<string, number>> = { VLABNOORMUG: 1_755, VLABNOORTOTE: 2_403 }

interface Line {
  readonly name?: unknown
  readonly quantity?: unknown
  readonly base_price_money?: unknown
  readonly catalog_object_id?: unknown
}

function sumOf(lines: readonly Line[]): number | LabAnswer {
  let total = 0
  for (const [index, line] of lines.entries()) {
    const at = `order.line_items[${index}]`
    const kept = typeof line.catalog_object_id === 'string' ? catalogue[line.catalog_object_id] : undefined
    if (line.catalog_object_id !== undefined && kept === undefined)
      return missing('catalog object', String(line.catalog_object_id))
    if (typeof line.quantity !== 'string')
      return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', `${at}.quantity`)
    const { base_price_money: own } = line
    if (kept === undefined && (!isCash(own) || typeof line.name !== 'string'))
      return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', `${at}.base_price_money`)
    if (isCash(own) && own.currency !== 'USD')
      return invalid(
        'INVALID_VALUE',
        `The location takes USD and not ${own.currency}.`,
        `${at}.base_price_money.currency`,
      )
    total += (isCash(own) ? own.amount : (kept ?? 0)) * Number(line.quantity)
  }
  return total
}

function create(request: LabRequest, bench: SquareBench): LabAnswer {
  const body = bodyOf(request)
  const quick = body['quick_pay'] as { name?: string; price_money?: unknown; location_id?: string } | undefined
  const given = (body['order'] ?? {}) as { location_id?: string; reference_id?: string; line_items?: readonly Line[] }
  const lines: readonly Line[] =
    quick === undefined
      ? (given.line_items ?? [])
      : [{ name: quick.name, quantity: '1', base_price_money: quick.price_money }]
  if (lines.length === 0) return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', 'order.line_items')
  if ((quick?.location_id ?? given.location_id) !== locationId)
    return invalid('INVALID_LOCATION', 'The location is not one of this merchant.', 'order.location_id')
  const total = sumOf(lines)
  if (typeof total !== 'number') return total
  const money = { amount: total, currency: 'USD' }
  const at = instant(bench.now)
  const order: Order = {
    id: bench.id('', 22),
    location_id: locationId,
    ...(given.reference_id === undefined ? {} : { reference_id: given.reference_id }),
    line_items: lines.map((line, index) => ({ uid: `line-${index}`, ...line })),
    state: 'DRAFT',
    version: 1,
    created_at: at,
    total_money: money,
    net_amount_due_money: money,
  }
  const id = bench.id('', 16, 'ABCDEFGHJKLMNPQRSTUVWXYZ234567')
  const note = textOf(body, 'payment_note')
  const link: Link = {
    id,
    version: 1,
    order_id: order.id,
    url: `https://sandbox.square.link/u/${id.slice(0, 8)}`,
    long_url: `https://connect.squareupsandbox.com/v2/online-checkout/sandbox-testing-panel/${id}`,
    created_at: at,
    ...(body['checkout_options'] === undefined ? {} : { checkout_options: body['checkout_options'] }),
    ...(body['pre_populated_data'] === undefined ? {} : { pre_populated_data: body['pre_populated_data'] }),
    ...(note === null ? {} : { payment_note: note }),
  }
  addNewest(bench.state.orders, order, 0)
  addNewest(bench.state.links, link, 0)
  return json(200, { payment_link: link, related_resources: { orders: [order] } })
}

const path = '/v2/online-checkout/payment-links'

export const checkoutRoutes: readonly Route<State>[] = [
  { method: 'POST', path, needs: 'ORDERS_WRITE', handle: idempotent(create) },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: 'ORDERS_READ',
    handle: ({ params }, { state }) => {
      const link = state.links.find(({ id }) => id === params['id'])
      return link === undefined ? missing('payment link', params['id'] ?? '') : json(200, { payment_link: link })
    },
  },
  {
    method: 'GET',
    path: '/v2/orders/:id',
    needs: 'ORDERS_READ',
    handle: ({ params }, { state }) => {
      const order = state.orders.find(({ id }) => id === params['id'])
      return order === undefined ? missing('order', params['id'] ?? '') : json(200, { order })
    },
  },
]
