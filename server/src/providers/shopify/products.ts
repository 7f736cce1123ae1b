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
import { ask, dataOf, gidOf, nextOf, pageInfo, pageSize } from './graphql.ts'

const productFields = (variants: number) =>
  `id title handle status vendor updatedAt variants(first: ${variants}) { nodes { id sku title price inventoryQuantity } }`

const productsQuery = `query Products($first: Int!, $after: String) {
  shop { currencyCode }
  products(first: $first, after: $after) {
    nodes { ${productFields(20)} }
    pageInfo { hasNextPage endCursor }
  }
}`
const productQuery = `query Product($id: ID!) { shop { currencyCode } product(id: $id) { ${productFields(250)} } }`

const product = z.object({
  id: z.string(),
  title: z.string(),
  handle: z.string(),
  status: z.enum(['ACTIVE', 'DRAFT', 'ARCHIVED', 'UNLISTED']),
  vendor: z.string().nullish(),
  updatedAt: z.string(),
  variants: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        sku: z.string().nullish(),
        title: z.string(),
        price: z.string(),
        inventoryQuantity: z.int().nullish(),
      }),
    ),
  }),
})
const shop = z.object({ currencyCode: z.string() })
const productList = dataOf(z.object({ shop, products: z.object({ nodes: z.array(product), pageInfo }) }))
const oneProduct = dataOf(z.object({ shop, product: product.nullable() }))

const toProduct = (found: z.output<typeof product>, currency: string): ShopProduct => ({
  id: found.id,
  title: found.title,
  handle: found.handle,
  // Unlisted products are sold, only not shown.
  status: found.status === 'UNLISTED' ? 'ACTIVE' : found.status,
  vendor: found.vendor ?? null,
  variants: found.variants.nodes.map((variant) => ({
    id: variant.id,
    sku: variant.sku ?? null,
    title: variant.title,
    price: fromDecimal(variant.price, currency),
    stock: variant.inventoryQuantity ?? null,
  })),
  updatedAt: found.updatedAt,
})

export async function listProducts(call: Call, input: ListShopProducts): Promise<ShopProductPage> {
  const answer = await ask(call, productsQuery, { first: pageSize(input.first), after: input.after })
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
