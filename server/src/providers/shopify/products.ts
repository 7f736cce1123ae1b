import type {
  GetShopProduct,
  ListShopProducts,
  ShopProduct,
  ShopProductPage,
} from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { known } from '../shared/known.ts'
import { fromDecimal } from '../shared/money.ts'
import { ask, changedSince, dataOf, gidOf, nextOf, pageInfo, pageSize } from './graphql.ts'

const productFields = (variants: number) =>
  `id title handle status vendor updatedAt variants(first: ${variants}) { nodes { id sku title price inventoryQuantity } }`

const productsQuery = `query Products($first: Int!, $after: String, $query: String) {
  shop { currencyCode }
  products(first: $first, after: $after, query: $query) {
    nodes { ${productFields(20)} }
    pageInfo { hasNextPage endCursor }
  }
}`
const productQuery = `query Product($id: ID!) { shop { currencyCode } product(id: $id) { ${productFields(250)} } }`

const variantsQuery = `query Variants($first: Int!, $after: String, $query: String) {
  shop { currencyCode }
  productVariants(first: $first, after: $after, query: $query) {
    nodes { id sku title price inventoryQuantity updatedAt product { id } }
    pageInfo { hasNextPage endCursor }
  }
}`

const variant = z.object({
  id: z.string(),
  sku: z.string().nullish(),
  title: z.string(),
  price: z.string(),
  inventoryQuantity: z.int().nullish(),
})
const product = z.object({
  id: z.string(),
  title: z.string(),
  handle: z.string(),
  status: z.enum(['ACTIVE', 'DRAFT', 'ARCHIVED', 'UNLISTED']),
  vendor: z.string().nullish(),
  updatedAt: z.string(),
  variants: z.object({ nodes: z.array(variant) }),
})
const shop = z.object({ currencyCode: z.string() })
const productList = dataOf(z.object({ shop, products: z.object({ nodes: z.array(product), pageInfo }) }))
const owned = variant.extend({ updatedAt: z.string(), product: z.object({ id: z.string() }) })
const variantList = dataOf(z.object({ shop, productVariants: z.object({ nodes: z.array(owned), pageInfo }) }))
const oneProduct = dataOf(z.object({ shop, product: product.nullable() }))

const toVariant = (found: z.output<typeof variant>, currency: string): ShopProduct['variants'][number] => ({
  id: found.id,
  sku: found.sku ?? null,
  title: found.title,
  price: fromDecimal(found.price, currency),
  stock: found.inventoryQuantity ?? null,
})

const toProduct = (found: z.output<typeof product>, currency: string): ShopProduct => ({
  id: found.id,
  title: found.title,
  handle: found.handle,
  // Unlisted products are sold, only not shown.
  status: found.status === 'UNLISTED' ? 'ACTIVE' : found.status,
  vendor: found.vendor ?? null,
  variants: found.variants.nodes.map((one) => toVariant(one, currency)),
  updatedAt: found.updatedAt,
})

export async function listProducts(call: Call, input: ListShopProducts): Promise<ShopProductPage> {
  const query = changedSince(input.updatedSince)
  const answer = await ask(call, productsQuery, { first: pageSize(input.first), after: input.after, query })
  return readAnswer('Shopify', answer, productList, ({ data }) => ({
    items: data.products.nodes.map((found) => toProduct(found, data.shop.currencyCode)),
    nextCursor: nextOf(data.products.pageInfo),
  }))
}

export async function getProduct(call: Call, input: GetShopProduct): Promise<ShopProduct> {
  const answer = await ask(call, productQuery, { id: gidOf('Product', input.id) })
  return readAnswer('Shopify', answer, oneProduct, ({ data }) =>
    toProduct(known('Shopify', data.product, 'product', input.id), data.shop.currencyCode),
  )
}

/** Variants by themselves: a list of products carries twenty of each, and a product may have two thousand. */
export async function listVariants(call: Call, input: ListShopProducts) {
  const query = changedSince(input.updatedSince)
  const answer = await ask(call, variantsQuery, { first: pageSize(input.first), after: input.after, query })
  return readAnswer('Shopify', answer, variantList, ({ data: { shop: found, productVariants } }) => ({
    items: productVariants.nodes.map((one) => ({
      productId: one.product.id,
      updatedAt: one.updatedAt,
      variant: toVariant(one, found.currencyCode),
    })),
    nextCursor: nextOf(productVariants.pageInfo),
  }))
}
