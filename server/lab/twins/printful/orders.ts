import { addNewest } from '../../bounded.ts'
import { goods, people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { failure, storeId } from './webhooks.ts'

/** Sizes and colours as Printful numbers them; the shop's own id stands beside. */
const variants = goods.flatMap((item, product) =>
  item.variants.map((title, index) => ({
    id: 4_820_100 + product * 10 + index,
    external_id: `${item.sku}-${index + 1}`,
    sync_product_id: 371_400_100 + product,
    name: `${item.title} / ${title}`,
    synced: true,
    variant_id: 4_010 + product * 10 + index,
    retail_price: (item.price / 100).toFixed(2),
    currency: 'AED',
    is_ignored: false,
    sku: `${item.sku}-${index + 1}`,
    availability_status: 'active',
  })),
)
export const variantsOf = (product: number) => variants.filter((variant) => variant.sync_product_id === product)

export interface Order {
  id: number
  external_id: string | null
  store: number
  status: string
  shipping: string
  shipping_service_name: string
  created: number
  updated: number
  dashboard_url: string
  recipient: object
  items: object[]
  costs: Readonly<Record<string, string>>
  retail_costs: object
  shipments: object[]
}

export interface PrintfulOrderState {
  orders: Order[]
}
type OrderBench = Bench<PrintfulOrderState>

const ok = (result: unknown, more: object = {}) => json(200, { code: 200, result, extra: [], ...more })
const bad = (message: string) => failure(400, 'BadRequest', message)
const perItem = 1450
const costs = (items: number) => {
  const shipping = 2_450 + 600 * (items - 1)
  const text = (fils: number) => (fils / 100).toFixed(2)
  return {
    currency: 'AED',
    subtotal: text(perItem * items),
    discount: '0.00',
    shipping: text(shipping),
    digitization: '0.00',
    tax: '0.00',
    vat: text(Math.round((perItem * items + shipping) * 0.05)),
    total: text(perItem * items + shipping + Math.round((perItem * items + shipping) * 0.05)),
  }
}

const firstDay = 9
const journey = ['draft', 'pending', 'inprocess', 'fulfilled', 'canceled', 'onhold', 'fulfilled', 'partial', 'failed']

/** Orders the shop has on its first day, newest first. */
export const firstOrders = (now: number): Order[] =>
  journey.map((status, index) => {
    const item = variants[index * 2]
    const person = people[index % people.length]
    const at = Math.floor(now / 1000) - index * 86_400 - 3_600
    const id = 98_100_200 - index
    const sent = status === 'fulfilled' || status === 'partial'
    return {
      id,
      external_id: `NA-${1040 - index}`,
      store: storeId,
      status,
      shipping: 'STANDARD',
      shipping_service_name: 'Flat Rate (6-9 business days after fulfillment)',
      created: at,
      updated: at + 1_800,
      dashboard_url: `https://www.printful.com/dashboard?order_id=${id}`,
      recipient: { name: person?.name, city: person?.city, country_code: person?.country, email: person?.email },
      items: [lineOf(index + 1, item, { quantity: 1 })],
      costs: costs(1),
      retail_costs: { currency: 'AED', subtotal: item?.retail_price ?? '0.00', total: null },
      shipments: sent
        ? [
            {
              id: 41_700_000 + index,
              carrier: 'ARAMEX',
              service: 'Aramex Parcel',
              tracking_number: `4483741${1000 + index}`,
              tracking_url: `https://track.${shop.domain}/4483741${1000 + index}`,
              created: at + 1_200,
              ship_date: new Date((at + 1_200) * 1000).toISOString().slice(0, 10),
              shipped_at: String(at + 1_200),
              reshipment: false,
              items: [{ item_id: index + 1, quantity: 1, picked: 1, printed: 1 }],
            },
          ]
        : [],
    }
  })

interface Line {
  readonly sync_variant_id?: unknown
  readonly external_variant_id?: unknown
  readonly quantity?: unknown
  readonly retail_price?: unknown
}

const lineOf = (id: number, variant: (typeof variants)[number] | undefined, line: Line) => ({
  id,
  external_id: `line-${id}`,
  variant_id: variant?.variant_id ?? 0,
  sync_variant_id: variant?.id ?? 0,
  external_variant_id: variant?.external_id ?? '',
  quantity: Number(line.quantity),
  price: (perItem / 100).toFixed(2),
  retail_price: typeof line.retail_price === 'string' ? line.retail_price : (variant?.retail_price ?? '0.00'),
  name: variant?.name ?? '',
  sku: variant?.sku ?? '',
})

interface OrderBody {
  readonly external_id?: unknown
  readonly shipping?: unknown
  readonly recipient?: Readonly<Record<string, unknown>>
  readonly items?: readonly Line[]
}

/** What Printful objects to in an order; null for nothing. */
function faultOf({ external_id, recipient = {}, items = [] }: OrderBody, orders: readonly Order[]): string | null {
  if (external_id !== undefined && !/^[\w-]{1,32}$/.test(String(external_id)))
    return 'external_id: use up to 32 letters, digits, dashes and underscores.'
  if (orders.some((order) => order.external_id === external_id)) return 'Order with this External ID already exists'
  for (const name of ['name', 'address1', 'city', 'country_code'])
    if (typeof recipient[name] !== 'string' || recipient[name] === '') return `Recipient: ${name} is required.`
  if (['US', 'CA', 'AU', 'JP'].includes(String(recipient['country_code'])) && !recipient['state_code'])
    return 'Recipient: State code is missing.'
  if (recipient['country_code'] === 'AE' && !recipient['phone']) return 'Recipient: phone is required for this country.'
  if (!Array.isArray(items) || items.length === 0) return 'Missing required parameters: items.'
  if (items.some((line: Line) => !Number.isInteger(line.quantity) || Number(line.quantity) < 1))
    return 'Item: quantity is required.'
  return items.some((line: Line) => find(line) === undefined) ? 'Item: sync variant not found.' : null
}

const find = (line: Line) =>
  variants.find(({ id, external_id }) => id === line.sync_variant_id || external_id === line.external_variant_id)

function create(request: LabRequest, { state, now, id }: OrderBench): LabAnswer {
  const body = (request.json ?? {}) as OrderBody
  const fault = faultOf(body, state.orders)
  if (fault !== null) return bad(fault)
  const number = Number(id('', 8, '123456789'))
  const items = (body.items ?? []).map((line, index) => lineOf(number * 10 + index, find(line), line))
  const at = Math.floor(now / 1000)
  const order: Order = {
    id: number,
    external_id: typeof body.external_id === 'string' ? body.external_id : null,
    store: storeId,
    status: request.query.get('confirm') === 'true' ? 'pending' : 'draft',
    shipping: typeof body.shipping === 'string' ? body.shipping : 'STANDARD',
    shipping_service_name: 'Flat Rate (6-9 business days after fulfillment)',
    created: at,
    updated: at,
    dashboard_url: `https://www.printful.com/dashboard?order_id=${number}`,
    recipient: body.recipient ?? {},
    items,
    costs: costs(items.reduce((sum, item) => sum + item.quantity, 0)),
    retail_costs: { currency: 'AED', subtotal: null, total: null },
    shipments: [],
  }
  addNewest(state.orders, order, firstDay)
  return ok(order)
}

const withOrder =
  (handle: (order: Order, now: number) => LabAnswer) =>
  (request: LabRequest, { state, now }: OrderBench): LabAnswer => {
    const asked = decodeURIComponent(request.params['id'] ?? '')
    const order = state.orders.find(({ id, external_id }) =>
      asked.startsWith('@') ? external_id === asked.slice(1) : String(id) === asked,
    )
    return order === undefined ? failure(404, 'NotFound', 'Order not found') : handle(order, Math.floor(now / 1000))
  }

function become(order: Order, status: string, now: number): LabAnswer {
  order.status = status
  order.updated = now
  return ok(order)
}

export const printfulOrderRoutes: readonly Route<PrintfulOrderState>[] = [
  { method: 'POST', path: '/orders', needs: 'orders', handle: create },
  {
    method: 'GET',
    path: '/orders',
    needs: 'orders/read',
    handle: (request, { state }) => {
      const offset = Number(request.query.get('offset') ?? '0')
      const limit = Number(request.query.get('limit') ?? '10')
      if (!Number.isInteger(offset) || offset < 0 || !Number.isInteger(limit) || limit < 1 || limit > 100)
        return bad('Invalid paging: limit is 1 to 100.')
      return ok(state.orders.slice(offset, offset + limit), { paging: { total: state.orders.length, offset, limit } })
    },
  },
  { method: 'GET', path: '/orders/:id', needs: 'orders/read', handle: withOrder((order) => ok(order)) },
  {
    method: 'POST',
    path: '/orders/:id/confirm',
    needs: 'orders',
    handle: withOrder((order, now) =>
      ['draft', 'failed'].includes(order.status)
        ? become(order, 'pending', now)
        : bad('Order has already been confirmed.'),
    ),
  },
  {
    method: 'DELETE',
    path: '/orders/:id',
    needs: 'orders',
    handle: withOrder((order, now) =>
      ['draft', 'pending', 'failed', 'onhold'].includes(order.status)
        ? become(order, 'canceled', now)
        : bad(`Order in status ${order.status} cannot be canceled.`),
    ),
  },
]
