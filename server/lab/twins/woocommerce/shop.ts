import { forgetOldest } from '../../bounded.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { invalidId, numberOf, paged, refuse, root } from './answers.ts'
import { customers, ordersFrom, products, stamp, variations, type WooOrder } from './data.ts'

/** What was done to orders and stock since the first day; the first day itself is computed. */
export interface WooShop {
  readonly madeAt: number
  orders: Record<string, Partial<Pick<WooOrder, 'status' | 'meta_data' | 'date_modified_gmt' | 'date_completed_gmt'>>>
  notes: Record<string, { id: number; note: string; customer_note: boolean; date_created_gmt: string }[]>
  stock: Record<string, number>
  /** When stock was set, by article. */
  counted: Record<string, string>
}
type ShopBench = Bench<WooShop>

export const noSales = () => ({ orders: {}, notes: {}, stock: {}, counted: {} })

const statuses = new Set(['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed'])

export const ordersNow = ({ madeAt, orders }: WooShop): readonly WooOrder[] =>
  ordersFrom(madeAt).map((order) => ({ ...order, ...orders[`id:${order.id}`] }))

/** A list with WooCommerce's filter by change. */
function changed(all: readonly { readonly date_modified_gmt: string }[], request: LabRequest): LabAnswer {
  const since = request.query.get('modified_after')
  if (since !== null && Number.isNaN(Date.parse(`${since}Z`)))
    return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): modified_after')
  return paged(
    all.filter((one) => since === null || one.date_modified_gmt > since),
    request,
  )
}

const withOrder =
  (handle: (order: WooOrder, request: LabRequest, bench: ShopBench) => LabAnswer) =>
  (request: LabRequest, bench: ShopBench): LabAnswer => {
    const found = ordersNow(bench.state).find(({ id }) => id === numberOf(request))
    return found === undefined ? invalidId('shop_order') : handle(found, request, bench)
  }

const changeOrder = withOrder((order, request, { state, now }) => {
  const { status, meta_data } = (request.json ?? {}) as Partial<WooOrder>
  if (status !== undefined && !statuses.has(status))
    return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): status')
  const moment = stamp(now)
  const change = {
    ...state.orders[`id:${order.id}`],
    date_modified_gmt: moment,
    ...(status === undefined ? {} : { status }),
    ...(status === 'completed' ? { date_completed_gmt: moment } : {}),
    ...(meta_data === undefined ? {} : { meta_data: meta_data.map((one, index) => ({ id: index + 1, ...one })) }),
  }
  state.orders[`id:${order.id}`] = change
  forgetOldest(state.orders)
  return json(200, { ...order, ...change })
})

const addNote = withOrder((order, request, { state, now, id }) => {
  const { note, customer_note: mailed = false } = (request.json ?? {}) as { note?: string; customer_note?: boolean }
  if (!note) return refuse(400, 'rest_missing_callback_param', 'Missing parameter(s): note')
  const made = { id: Number(id('', 6, '123456789')), note, customer_note: mailed, date_created_gmt: stamp(now) }
  state.notes[`id:${order.id}`] = [made, ...(state.notes[`id:${order.id}`] ?? [])]
  forgetOldest(state.notes)
  return json(201, made)
})

const productNow = (state: WooShop, found: (typeof products)[number]) => {
  const quantity = state.stock[`id:${found.id}`]
  const date_modified_gmt = state.counted[`id:${found.id}`] ?? found.date_modified_gmt
  return quantity === undefined ? found : { ...found, date_modified_gmt, manage_stock: true, stock_quantity: quantity }
}
const variationNow = (state: WooShop, found: (typeof variations)[number]) => ({
  ...found,
  stock_quantity: state.stock[`id:${found.id}`] ?? found.stock_quantity,
})

const oneProduct = (request: LabRequest, { state }: ShopBench): LabAnswer => {
  const id = numberOf(request)
  const found = products.find((product) => product.id === id)
  if (found !== undefined) return json(200, productNow(state, found))
  const variation = variations.find((one) => one.id === id)
  if (variation === undefined) return invalidId('product')
  // Asked for as a product, a variation shows the product's own fields too.
  const whole = { name: 'Variation', slug: `variation-${id}`, type: 'variation', permalink: '', variations: [] }
  return json(200, { ...whole, date_modified_gmt: '2026-11-01T08:00:00', ...variationNow(state, variation) })
}

function setStock({ state, now }: ShopBench, request: LabRequest, found: { readonly id: number }): LabAnswer | null {
  const { stock_quantity: quantity } = (request.json ?? {}) as { stock_quantity?: unknown }
  if (quantity === undefined) return null
  if (typeof quantity !== 'number' || !Number.isInteger(quantity))
    return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): stock_quantity')
  state.stock[`id:${found.id}`] = quantity
  state.counted[`id:${found.id}`] = stamp(now)
  forgetOldest(state.stock)
  forgetOldest(state.counted)
  return null
}

const changeProduct = (request: LabRequest, bench: ShopBench): LabAnswer => {
  const found = products.find(({ id }) => id === numberOf(request))
  if (found === undefined) return refuse(400, 'woocommerce_rest_product_invalid_id', 'Invalid ID.')
  return setStock(bench, request, found) ?? json(200, productNow(bench.state, found))
}

const changeVariation = (request: LabRequest, bench: ShopBench): LabAnswer => {
  const found = variations.find(
    ({ id, parent_id }) => id === numberOf(request) && parent_id === numberOf(request, 'product'),
  )
  if (found === undefined) return invalidId('product_variation')
  return setStock(bench, request, found) ?? json(200, variationNow(bench.state, found))
}

export const shopRoutes: readonly Route<WooShop>[] = [
  {
    method: 'GET',
    path: `${root}/data/currencies/current`,
    needs: 'read',
    handle: () => json(200, { code: 'AED', name: 'United Arab Emirates dirham', symbol: '&#x62f;.&#x625;' }),
  },
  {
    method: 'GET',
    path: `${root}/orders`,
    needs: 'read',
    handle: (request, { state }) => changed(ordersNow(state), request),
  },
  { method: 'GET', path: `${root}/orders/:id`, needs: 'read', handle: withOrder((order) => json(200, order)) },
  { method: 'PUT', path: `${root}/orders/:id`, needs: 'write', handle: changeOrder },
  {
    method: 'GET',
    path: `${root}/orders/:id/notes`,
    needs: 'read',
    handle: withOrder(({ id }, _request, { state }) => json(200, state.notes[`id:${id}`] ?? [])),
  },
  { method: 'POST', path: `${root}/orders/:id/notes`, needs: 'write', handle: addNote },
  {
    method: 'GET',
    path: `${root}/products`,
    needs: 'read',
    handle: (request, { state }) => changed(products.map((found) => productNow(state, found)).toReversed(), request),
  },
  { method: 'GET', path: `${root}/products/:id`, needs: 'read', handle: oneProduct },
  { method: 'PUT', path: `${root}/products/:id`, needs: 'write', handle: changeProduct },
  {
    method: 'GET',
    path: `${root}/products/:id/variations`,
    needs: 'read',
    handle: (request, { state }) =>
      paged(
        variations
          .filter(({ parent_id }) => parent_id === numberOf(request))
          .map((found) => variationNow(state, found)),
        request,
      ),
  },
  { method: 'PUT', path: `${root}/products/:product/variations/:id`, needs: 'write', handle: changeVariation },
  { method: 'GET', path: `${root}/customers`, needs: 'read', handle: (request) => paged(customers, request) },
]
