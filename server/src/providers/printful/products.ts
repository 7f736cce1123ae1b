import type {
  FulfillmentProduct,
  FulfillmentProductPage,
  GetFulfillmentProduct,
  ListFulfillmentProducts,
  QuoteShipping,
  ShippingQuote,
} from '@patchbay/schema/capabilities/fulfillment.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromDecimal } from '../shared/money.ts'

const product = z.object({
  id: z.int(),
  external_id: z.string().nullish(),
  name: z.string(),
  variants: z.int().default(0),
  thumbnail_url: z.string().nullish(),
})

const toProduct = (found: z.output<typeof product>): FulfillmentProduct => ({
  id: String(found.id),
  externalId: found.external_id ?? null,
  title: found.name,
  imageUrl: found.thumbnail_url ?? null,
  variantCount: found.variants,
  // The list carries no prices; they stand at the variants of each product.
  priceFrom: null,
})

const productList = z.object({
  result: z.array(product),
  paging: z.object({ total: z.int(), offset: z.int(), limit: z.int() }),
})

export async function listProducts(call: Call, input: ListFulfillmentProducts): Promise<FulfillmentProductPage> {
  const offset = readNumberCursor(input.after, 0)
  const answer = await call({ method: 'GET', path: '/store/products', query: { offset, limit: input.first } })
  return readAnswer('Printful', answer, productList, ({ result, paging }) => ({
    items: result.map(toProduct),
    nextCursor:
      result.length > 0 && offset + result.length < paging.total ? numberCursor(offset + result.length) : null,
  }))
}

const oneProduct = z.object({
  result: z.object({
    sync_product: product,
    sync_variants: z.array(
      z.object({
        id: z.int(),
        external_id: z.string().nullish(),
        name: z.string(),
        sku: z.string().nullish(),
        retail_price: z.string().nullish(),
        currency: z.string().nullish(),
        is_ignored: z.boolean().default(false),
        availability_status: z.string().default('active'),
      }),
    ),
  }),
})

/**
 * One product. A variant's `id` is `@` and the shop's own id of it, as Printful itself writes such ids: the one form that
 * both its price list and its orders take.
 */
export async function getProduct(call: Call, input: GetFulfillmentProduct): Promise<FulfillmentProduct> {
  const answer = await call({ method: 'GET', path: `/store/products/${encodeURIComponent(input.id)}` })
  return readAnswer('Printful', answer, oneProduct, ({ result }) => {
    const variants = result.sync_variants.map((variant) => ({
      id: variant.external_id ? `@${variant.external_id}` : String(variant.id),
      sku: variant.sku ?? null,
      title: variant.name,
      price:
        variant.retail_price && variant.currency
          ? fromDecimal(variant.retail_price, variant.currency.toUpperCase())
          : null,
      cost: null,
      available: !variant.is_ignored && variant.availability_status === 'active',
    }))
    const prices = variants.flatMap(({ price }) => (price === null ? [] : [price]))
    return {
      ...toProduct(result.sync_product),
      priceFrom: prices.toSorted((a, b) => a.amountMinor - b.amountMinor)[0] ?? null,
      variants,
    }
  })
}

/** A variant as Printful's requests name it: `@` marks the shop's own id, digits are `number`, which differs by request. */
export function variantOf(id: string, number: 'variant_id' | 'sync_variant_id'): Readonly<Record<string, unknown>> {
  if (id.startsWith('@') && id.length > 1) return { external_variant_id: id.slice(1) }
  const value = Number(id)
  if (!/^\d+$/.test(id) || !Number.isSafeInteger(value))
    throw cannotSend(
      `Printful has no variant “${id}”: it is a number, or @ and the shop’s own id.`,
      'Take the id of the variant as products.get tells it.',
      'items',
    )
  // Prices are asked for with the number as text, orders are placed with the number itself.
  return { [number]: number === 'variant_id' ? id : value }
}

const rateList = z.object({
  result: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      rate: z.string(),
      currency: z.string(),
      minDeliveryDays: z.int().nullish(),
      maxDeliveryDays: z.int().nullish(),
    }),
  ),
})

/** What sending costs. A bare number names a variant of Printful's catalogue here, not of the store: prefer the `@` form. */
export async function quoteShipping(call: Call, input: QuoteShipping): Promise<ShippingQuote> {
  const { recipient, items, currency } = input
  const answer = await call({
    method: 'POST',
    path: '/shipping/rates',
    safe: true,
    json: {
      recipient: {
        address1: recipient.line1,
        city: recipient.city,
        state_code: recipient.state,
        zip: recipient.postalCode,
        country_code: recipient.country,
        phone: recipient.phone,
      },
      items: items.map((item) => ({ ...variantOf(item.variantId, 'variant_id'), quantity: item.quantity })),
      currency,
    },
  })
  return readAnswer('Printful', answer, rateList, ({ result }) => ({
    rates: result.map((rate) => ({
      id: rate.id,
      name: rate.name.trim(),
      price: fromDecimal(rate.rate, rate.currency),
      minDays: rate.minDeliveryDays ?? null,
      maxDays: rate.maxDeliveryDays ?? null,
    })),
  }))
}
