import type {
  FulfillmentProduct,
  FulfillmentProductPage,
  GetFulfillmentProduct,
  ListFulfillmentProducts,
  QuoteShipping,
  ShippingQuote,
} from '@patchbay/schema/capabilities/fulfillment.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'

export const shopPath = (connection: ConnectionFacts, rest: string) =>
  `/shops/${encodeURIComponent(connection.settings['shopId'] ?? '')}${rest}`

/** Printify counts in cents of US dollars, everywhere. */
export const dollars = (cents: number) => ({ amountMinor: cents, currency: 'USD' })

const product = z.object({
  id: z.string(),
  title: z.string(),
  variants: z
    .array(
      z.object({
        id: z.int(),
        sku: z.string().nullish(),
        title: z.string().nullish(),
        price: z.int(),
        cost: z.int().nullish(),
        is_enabled: z.boolean().default(true),
        is_available: z.boolean().default(true),
      }),
    )
    .default([]),
  images: z.array(z.object({ src: z.string(), is_default: z.boolean().optional() })).default([]),
  external: z.object({ id: z.string() }).nullish(),
})

function toProduct(found: z.output<typeof product>): FulfillmentProduct {
  const prices = found.variants.filter((variant) => variant.is_enabled).map((variant) => variant.price)
  const image = found.images.find((candidate) => candidate.is_default) ?? found.images[0]
  return {
    id: found.id,
    externalId: found.external?.id ?? null,
    title: found.title,
    imageUrl: image?.src ?? null,
    variantCount: found.variants.length,
    priceFrom: prices.length === 0 ? null : dollars(Math.min(...prices)),
  }
}

const toVariants = (found: z.output<typeof product>): FulfillmentProduct['variants'] =>
  found.variants.map((variant) => ({
    id: String(variant.id),
    sku: variant.sku || null,
    title: variant.title ?? '',
    price: dollars(variant.price),
    cost: typeof variant.cost === 'number' ? dollars(variant.cost) : null,
    available: variant.is_enabled && variant.is_available,
  }))

const productPage = z.object({ current_page: z.int(), last_page: z.int(), data: z.array(product) })

/** Products with what they are sold as, which Printify's list carries too. */
export async function listWholeProducts(
  call: Call,
  input: ListFulfillmentProducts,
  connection: ConnectionFacts,
): Promise<FulfillmentProductPage> {
  const page = readNumberCursor(input.after, 1)
  const answer = await call({
    method: 'GET',
    path: shopPath(connection, '/products.json'),
    query: { page, limit: Math.min(input.first, 50) },
  })
  return readAnswer('Printify', answer, productPage, (list) => ({
    items: list.data.map((found) => ({ ...toProduct(found), variants: toVariants(found) })),
    // Some of Printify's lists leave the next page's address out; the page numbers are always there.
    nextCursor: list.data.length > 0 && list.current_page < list.last_page ? numberCursor(page + 1) : null,
  }))
}

export async function listProducts(
  call: Call,
  input: ListFulfillmentProducts,
  connection: ConnectionFacts,
): Promise<FulfillmentProductPage> {
  const { items, nextCursor } = await listWholeProducts(call, input, connection)
  return { items: items.map(({ variants: _variants, ...product }) => product), nextCursor }
}

/** One product; what is switched off in the shop, or sold out at the print house, is not available. */
export async function getProduct(
  call: Call,
  input: GetFulfillmentProduct,
  connection: ConnectionFacts,
): Promise<FulfillmentProduct> {
  const path = shopPath(connection, `/products/${encodeURIComponent(input.id)}.json`)
  return readAnswer('Printify', await call({ method: 'GET', path }), product, (found) => ({
    ...toProduct(found),
    variants: toVariants(found),
  }))
}

/** Lines of a quote or an order. Throws ProviderCallError where an item does not say of which product it is a variant. */
export const toLines = (
  items: readonly { readonly productId?: string | undefined; readonly variantId: string; readonly quantity: number }[],
) =>
  items.map((item) => {
    const variant = Number(item.variantId)
    if (item.productId === undefined || !Number.isSafeInteger(variant))
      throw cannotSend(
        'Printify numbers variants inside a product.',
        'Give productId and a numeric variantId for every item.',
        'items',
      )
    return { product_id: item.productId, variant_id: variant, quantity: item.quantity }
  })

/** Ways to send, by the name in a quote: the name for people, and the number in an order. */
export const methods: Readonly<Record<string, { readonly name: string; readonly number: number }>> = {
  standard: { name: 'Standard', number: 1 },
  priority: { name: 'Priority', number: 2 },
  // The older name of priority.
  express: { name: 'Express', number: 2 },
  printify_express: { name: 'Printify Express', number: 3 },
  economy: { name: 'Economy', number: 4 },
}

export async function quoteShipping(
  call: Call,
  input: QuoteShipping,
  connection: ConnectionFacts,
): Promise<ShippingQuote> {
  const { recipient, items } = input
  const answer = await call({
    method: 'POST',
    path: shopPath(connection, '/orders/shipping.json'),
    safe: true,
    json: {
      line_items: toLines(items),
      address_to: {
        country: recipient.country,
        region: recipient.state ?? '',
        city: recipient.city ?? '',
        zip: recipient.postalCode ?? '',
        address1: recipient.line1 ?? '',
      },
    },
  })
  return readAnswer('Printify', answer, z.record(z.string(), z.int()), (costs) => ({
    rates: Object.entries(costs).map(([id, cents]) => ({
      id,
      name: methods[id]?.name ?? id,
      price: dollars(cents),
      minDays: null,
      maxDays: null,
    })),
  }))
}
