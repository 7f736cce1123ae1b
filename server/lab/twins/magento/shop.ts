import { forgetOldest } from '../../bounded.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { articles, customers, type MagentoOrder, ordersFrom, shownArticle, stamp } from './data.ts'

/** What was done to orders and stock since the first day; the first day itself is computed. */
export interface MagentoShop {
  readonly madeAt: number
  orders: Record<string, { state?: string; sent?: boolean; updated_at: string }>
  stock: Record<string, number>
}
type ShopBench = Bench<MagentoShop>

export const refuse = (
  status: number,
  message: string,
  parameters?: unknown,
  headers: Readonly<Record<string, string>> = {},
): LabAnswer => json(status, { message, ...(parameters === undefined ? {} : { parameters }) }, headers)

const missing = () => refuse(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
const noProduct = () => refuse(404, "The product that was requested doesn't exist. Verify the product and try again.")

interface Filter {
  readonly field: string | null
  readonly value: string
  readonly condition: string
}
const filterOf = ({ query }: LabRequest): Filter => {
  const at = 'searchCriteria[filterGroups][0][filters][0]'
  const [field, value, condition] = ['field', 'value', 'conditionType'].map((name) => query.get(`${at}[${name}]`))
  return { field: field ?? null, value: value ?? '', condition: condition ?? 'eq' }
}

function fits(row: object, { field, value, condition }: Filter): boolean {
  if (field === null) return true
  const held = String((row as Readonly<Record<string, unknown>>)[field] ?? '')
  if (condition === 'in') return value.split(',').includes(held)
  return condition === 'gteq' ? held >= value : held === value
}

/** A page of a list. Past the end Magento repeats the last page. */
function paged(all: readonly object[], request: LabRequest): LabAnswer {
  const { query } = request
  if (![...query.keys()].some((name) => name.startsWith('searchCriteria')))
    return refuse(400, '"%fieldName" is required. Enter and try again.', { fieldName: 'searchCriteria' })
  const filter = filterOf(request)
  const found = all.filter((row) => fits(row, filter))
  const sorted = query.get('searchCriteria[sortOrders][0][direction]') === 'DESC' ? found.toReversed() : found
  const size = Number(query.get('searchCriteria[pageSize]') ?? '20')
  const last = Math.max(1, Math.ceil(found.length / size))
  const page = Math.min(Number(query.get('searchCriteria[currentPage]') ?? '1'), last)
  const search_criteria = { filter_groups: [], page_size: size, current_page: page }
  return json(200, { items: sorted.slice((page - 1) * size, page * size), search_criteria, total_count: found.length })
}

const ordersNow = ({ madeAt, orders }: MagentoShop): readonly MagentoOrder[] =>
  ordersFrom(madeAt).map((order) => {
    const { sent, ...change } = orders[`id:${order.entity_id}`] ?? {}
    const items = sent === true ? order.items.map((item) => ({ ...item, qty_shipped: item.qty_ordered })) : order.items
    return { ...order, ...change, items }
  })

const withOrder =
  (handle: (order: MagentoOrder, request: LabRequest, bench: ShopBench) => LabAnswer) =>
  (request: LabRequest, bench: ShopBench): LabAnswer => {
    const found = ordersNow(bench.state).find(({ entity_id: id }) => String(id) === request.params['id'])
    return found === undefined ? missing() : handle(found, request, bench)
  }

const cancel = withOrder((order, _request, { state, now }) => {
  if (order.state !== 'new') return json(200, false)
  state.orders[`id:${order.entity_id}`] = { state: 'canceled', updated_at: stamp(now) }
  forgetOldest(state.orders)
  return json(200, true)
})

interface ShipBody {
  readonly tracks?: readonly {
    readonly track_number?: unknown
    readonly carrier_code?: unknown
    readonly title?: unknown
  }[]
}

const ship = withOrder((order, request, { state, now, id }) => {
  const { tracks = [] } = (request.json ?? {}) as ShipBody
  if (tracks.some((track) => !track.track_number || !track.carrier_code || !track.title))
    return refuse(400, 'Please enter a tracking number.')
  const done = order.items.every(({ qty_shipped, qty_ordered }) => qty_shipped >= qty_ordered)
  if (done || !['new', 'processing'].includes(order.state))
    return refuse(400, 'Shipment Document Validation Error(s):\nThe order does not allow a shipment to be created.')
  const change = { ...(order.state === 'processing' ? { state: 'complete' } : {}), sent: true, updated_at: stamp(now) }
  state.orders[`id:${order.entity_id}`] = change
  forgetOldest(state.orders)
  return json(200, Number(id('', 6, '123456789')))
})

const product = (request: LabRequest, handle: (sku: string) => LabAnswer): LabAnswer => {
  const sku = decodeURIComponent(request.params['sku'] ?? '')
  return articles.some((one) => one.sku === sku) ? handle(sku) : noProduct()
}

const sourceItems = ({ stock }: MagentoShop) =>
  articles
    .filter(({ type_id }) => type_id === 'simple')
    .map((one) => ({ sku: one.sku, source_code: 'default', quantity: stock[`sku:${one.sku}`] ?? one.stock, status: 1 }))

interface SourceItem {
  readonly sku?: string
  readonly source_code?: string
  readonly quantity?: number
}

function setSources(request: LabRequest, { state }: ShopBench): LabAnswer {
  const { sourceItems: given = [] } = (request.json ?? {}) as { readonly sourceItems?: readonly SourceItem[] }
  if (given.length === 0) return refuse(400, 'Input data is empty')
  for (const { sku, source_code: source, quantity } of given) {
    if (source !== 'default')
      return refuse(400, 'Validation Failed: Source with code "%code" does not exist.', { code: source })
    if (!articles.some((one) => one.sku === sku) || typeof quantity !== 'number')
      return refuse(400, 'Validation Failed')
    state.stock[`sku:${sku}`] = quantity
  }
  forgetOldest(state.stock)
  return json(200, [])
}

const url = `https://${shop.domain}/`
const storeConfig = {
  id: 1,
  code: 'default',
  website_id: 1,
  locale: 'en_AE',
  base_currency_code: 'AED',
  default_display_currency_code: 'AED',
  timezone: 'Asia/Dubai',
  weight_unit: 'kgs',
  base_url: url,
  base_link_url: url,
  base_static_url: url,
  base_media_url: url,
  secure_base_url: url,
  secure_base_link_url: url,
  secure_base_static_url: url,
  secure_base_media_url: url,
}

const sales = 'Magento_Sales::actions_view'
const catalog = 'Magento_Catalog::products'
const inventory = 'Magento_InventoryApi::source'

export const shopRoutes: readonly Route<MagentoShop>[] = [
  {
    method: 'GET',
    path: '/V1/store/storeConfigs',
    needs: 'Magento_Backend::store',
    handle: () => json(200, [storeConfig]),
  },
  { method: 'GET', path: '/V1/orders', needs: sales, handle: (request, { state }) => paged(ordersNow(state), request) },
  { method: 'GET', path: '/V1/orders/:id', needs: sales, handle: withOrder((order) => json(200, order)) },
  { method: 'POST', path: '/V1/orders/:id/cancel', needs: 'Magento_Sales::cancel', handle: cancel },
  { method: 'POST', path: '/V1/orders/:id/comments', needs: sales, handle: withOrder(() => json(200, true)) },
  { method: 'POST', path: '/V1/order/:id/ship', needs: 'Magento_Sales::ship', handle: ship },
  {
    method: 'GET',
    path: '/V1/products',
    needs: catalog,
    handle: (request) => paged(articles.filter(({ parent }) => parent === null).map(shownArticle), request),
  },
  {
    method: 'GET',
    path: '/V1/products/:sku',
    needs: catalog,
    handle: (request) =>
      product(request, (sku) => json(200, articles.filter((one) => one.sku === sku).map(shownArticle)[0])),
  },
  {
    method: 'GET',
    path: '/V1/configurable-products/:sku/children',
    needs: catalog,
    handle: (request) =>
      product(request, (sku) => json(200, articles.filter(({ parent }) => parent === sku).map(shownArticle))),
  },
  {
    method: 'GET',
    path: '/V1/inventory/source-items',
    needs: inventory,
    handle: (request, { state }) => paged(sourceItems(state), request),
  },
  { method: 'POST', path: '/V1/inventory/source-items', needs: inventory, handle: setSources },
  {
    method: 'GET',
    path: '/V1/customers/search',
    needs: 'Magento_Customer::customer',
    handle: (request) => paged(customers, request),
  },
]
