import type {
  GetShopProduct,
  ListShopProducts,
  SetShopStock,
  ShopProduct,
  ShopProductPage,
  ShopStock,
} from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { changedSince, currencyOf, idNumber, momentOf, nextPage, pathOf } from './shop.ts'

const stocked = {
  id: idNumber,
  sku: someText,
  price: z.string(),
  // "parent": the product counts for all of its variations.
  manage_stock: z.union([z.boolean(), z.literal('parent')]),
  stock_quantity: z.number().nullish(),
}
const variation = z.object({
  ...stocked,
  attributes: z.array(z.object({ name: someText, option: someText })).nullish(),
})
const product = z.object({
  ...stocked,
  name: z.string(),
  slug: z.string(),
  type: z.string(),
  status: z.string(),
  permalink: someText,
  parent_id: z.int().nullish(),
  date_modified_gmt: someText,
  variations: z.array(z.int()).nullish(),
})
type Product = z.output<typeof product>

const statuses: Readonly<Record<string, ShopProduct['status']>> = { publish: 'ACTIVE', trash: 'ARCHIVED' }

const stockOf = ({
  manage_stock: counted,
  stock_quantity: quantity,
}: Pick<Product, 'manage_stock' | 'stock_quantity'>) =>
  counted === false || typeof quantity !== 'number' ? null : Math.floor(quantity)

/** An article nobody priced yet has an empty price. */
const priceOf = (price: string, currency: string) => fromDecimal(price === '' ? '0' : price, currency)

async function variantsOf(call: Call, found: Product, currency: string): Promise<ShopProduct['variants']> {
  const { id, sku, price } = found
  if (found.type !== 'variable')
    return [{ id, sku, title: 'Default', price: priceOf(price, currency), stock: stockOf(found) }]
  const path = `${pathOf('products', id)}/variations`
  const answer = await call({ method: 'GET', path, query: { per_page: 100 } })
  return readAnswer('WooCommerce', answer, z.array(variation), (all) =>
    all.map((one) => ({
      id: one.id,
      sku: one.sku,
      title: (one.attributes ?? []).map(({ option }) => option ?? '').join(' / ') || 'Default',
      price: priceOf(one.price, currency),
      stock: stockOf(one),
    })),
  )
}

async function toProduct(call: Call, found: Product, currency: string): Promise<ShopProduct> {
  return {
    id: found.id,
    title: found.name,
    handle: found.slug,
    status: statuses[found.status] ?? 'DRAFT',
    vendor: null,
    variants: await variantsOf(call, found, currency),
    updatedAt: momentOf(found.date_modified_gmt),
    providerData: { type: found.type, status: found.status, permalink: found.permalink },
  }
}

/** Variations cost a request for each product, so a page holds few. */
const longestPage = 20

export async function listProducts(
  call: Call,
  { first, after, updatedSince }: ListShopProducts,
): Promise<ShopProductPage> {
  const page = readNumberCursor(after, 1)
  const query = { page, per_page: Math.min(first, longestPage), ...changedSince(updatedSince) }
  const answer = await call({ method: 'GET', path: pathOf('products'), query })
  const found = readAnswer('WooCommerce', answer, z.array(product), (all) => all)
  const currency = await currencyOf(call)
  const items: ShopProduct[] = []
  for (const one of found) items.push(await toProduct(call, one, currency))
  return { items, nextCursor: nextPage(answer, page) }
}

async function readProduct(call: Call, id: string): Promise<Product> {
  const answer = await call({ method: 'GET', path: pathOf('products', id) })
  return readAnswer('WooCommerce', answer, product, (found) => found)
}

export async function getProduct(call: Call, { id }: GetShopProduct): Promise<ShopProduct> {
  const found = await readProduct(call, id)
  return toProduct(call, found, await currencyOf(call))
}

/** The product a variation lies below; any other article lies below none but itself. */
async function parentOf(call: Call, id: string): Promise<string> {
  const { type, parent_id: parent } = await readProduct(call, id)
  return type === 'variation' && parent ? String(parent) : id
}

/** Counts an article, and says how many there are. Variations lie below their product, which is looked up when it is not named. */
export async function setStock(call: Call, input: SetShopStock): Promise<ShopStock> {
  const { variantId, quantity } = input
  const parent: string = input.productId ?? (await parentOf(call, variantId))
  const path =
    parent === variantId
      ? pathOf('products', variantId)
      : `${pathOf('products', parent)}/variations/${encodeURIComponent(variantId)}`
  const answer = await call({ method: 'PUT', path, json: { manage_stock: true, stock_quantity: quantity } })
  const shape = z.object({ id: idNumber, stock_quantity: z.number(), stock_status: someText })
  return readAnswer('WooCommerce', answer, shape, (found) => ({
    variantId: found.id,
    quantity: Math.floor(found.stock_quantity),
    // WooCommerce counts a shop as one place.
    locationId: null,
    providerData: { stock_status: found.stock_status },
  }))
}
