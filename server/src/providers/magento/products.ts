import type {
  GetShopProduct,
  ListShopProducts,
  SetShopStock,
  ShopProduct,
  ShopProductPage,
  ShopStock,
} from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromDecimal } from '../shared/money.ts'
import { changedSince, criteria, currencyOf, momentOf, readPage } from './store.ts'

const product = z.object({
  id: z.int().nullish(),
  sku: z.string(),
  name: z.string().nullish(),
  price: z.number().nullish(),
  status: z.int().nullish(),
  type_id: z.string().nullish(),
  updated_at: z.string().nullish(),
  custom_attributes: z.array(z.object({ attribute_code: z.string(), value: z.unknown() })).nullish(),
})
type Product = z.output<typeof product>

const sourceItems = z.object({
  items: z.array(z.object({ sku: z.string(), source_code: z.string(), quantity: z.number() })),
})

/** How many of each article lie at all places together; an article nobody counts is not there. */
async function stockOf(call: Call, skus: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  // A list in a filter is cut at its commas, so an article with one is asked for by itself.
  const plain = skus.filter((sku) => !sku.includes(','))
  const groups = [
    ...(plain.length === 0 ? [] : [plain]),
    ...skus.filter((sku) => sku.includes(',')).map((sku) => [sku]),
  ]
  for (const group of groups) {
    const [only = ''] = group
    const filter =
      group.length === 1
        ? { field: 'sku', value: only, condition: 'eq' }
        : { field: 'sku', value: group.join(','), condition: 'in' }
    const query = criteria({ filter }, 1, 2000)
    const answer = await call({ method: 'GET', path: '/V1/inventory/source-items', query })
    for (const { sku, quantity } of readAnswer('Magento', answer, sourceItems, ({ items }) => items))
      found.set(sku, (found.get(sku) ?? 0) + Math.floor(quantity))
  }
  return found
}

async function childrenOf(call: Call, sku: string): Promise<readonly Product[]> {
  const path = `/V1/configurable-products/${encodeURIComponent(sku)}/children`
  return readAnswer('Magento', await call({ method: 'GET', path }), z.array(product), (all) => all)
}

/** Products with the articles they are sold as: what may be chosen of a configurable one, and any other one itself. */
async function toProducts(call: Call, found: readonly Product[], connection: ConnectionFacts): Promise<ShopProduct[]> {
  const currency = await currencyOf(call, connection)
  const sold = new Map<string, readonly Product[]>()
  for (const one of found) sold.set(one.sku, one.type_id === 'configurable' ? await childrenOf(call, one.sku) : [one])
  const stock = await stockOf(call, [...new Set([...sold.values()].flat().map(({ sku }) => sku))])
  return found.map((one) => ({
    // Magento addresses articles by their number (SKU).
    id: one.sku,
    title: one.name ?? one.sku,
    handle: String(one.custom_attributes?.find(({ attribute_code: code }) => code === 'url_key')?.value ?? one.sku),
    status: one.status === 1 ? 'ACTIVE' : 'DRAFT',
    vendor: null,
    variants: (sold.get(one.sku) ?? []).map((article) => ({
      id: article.sku,
      sku: article.sku,
      title: article.name ?? article.sku,
      price: fromDecimal(article.price ?? 0, currency),
      stock: stock.get(article.sku) ?? null,
    })),
    updatedAt: one.updated_at ? momentOf(one.updated_at) : null,
    providerData: { id: one.id ?? null, type_id: one.type_id ?? null },
  }))
}

/** What may be chosen of a product costs a request for each, so a page holds few. */
const longestPage = 20

export async function listProducts(
  call: Call,
  { first, after, updatedSince }: ListShopProducts,
  connection: ConnectionFacts,
): Promise<ShopProductPage> {
  const listing = {
    path: '/V1/products',
    first: Math.min(first, longestPage),
    after,
    sortBy: 'entity_id',
    ...changedSince(updatedSince),
  }
  const { rows, nextCursor } = await readPage(call, listing, product)
  return { items: await toProducts(call, rows, connection), nextCursor }
}

const pathOf = (sku: string) => `/V1/products/${encodeURIComponent(sku)}`

export async function getProduct(
  call: Call,
  { id }: GetShopProduct,
  connection: ConnectionFacts,
): Promise<ShopProduct> {
  const answer = await call({ method: 'GET', path: pathOf(id) })
  const found = readAnswer('Magento', answer, product, (one) => one)
  const [made] = await toProducts(call, [found], connection)
  return made as ShopProduct
}

/** Sets what lies at one place, the one every shop has unless another is named. An article that is not there is not found. */
export async function setStock(call: Call, input: SetShopStock): Promise<ShopStock> {
  const { variantId, quantity, locationId: source = 'default', idempotencyKey } = input
  const answer = await call({ method: 'GET', path: pathOf(variantId) })
  const { sku } = readAnswer('Magento', answer, product, (one) => one)
  const item = { sku, source_code: source, quantity, status: quantity > 0 ? 1 : 0 }
  const path = '/V1/inventory/source-items'
  const set = await call({ method: 'POST', path, json: { sourceItems: [item] }, idempotencyKey })
  // Nothing but an empty list comes back.
  readAnswer('Magento', set, z.array(z.unknown()), () => undefined)
  return { variantId: sku, quantity, locationId: source, providerData: { status: item.status } }
}
