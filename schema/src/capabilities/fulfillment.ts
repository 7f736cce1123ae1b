import { z } from 'zod'
import { address, money, pageInput, pageOf } from './values.ts'

/** A product of the shop at its print partner. */
export const fulfillmentProduct = z.object({
  id: z.string(),
  /** The shop's own id, where the partner keeps one. */
  externalId: z.string().nullable(),
  title: z.string(),
  imageUrl: z.string().nullable(),
  variantCount: z.int().nonnegative(),
  /** Lowest retail price among enabled variants, where the partner lists prices. */
  priceFrom: money.nullable(),
})
export type FulfillmentProduct = z.infer<typeof fulfillmentProduct>

export const fulfillmentProductPage = pageOf(fulfillmentProduct)
export type FulfillmentProductPage = z.infer<typeof fulfillmentProductPage>

export const listFulfillmentProducts = pageInput
export type ListFulfillmentProducts = z.infer<typeof listFulfillmentProducts>

export const quoteShipping = z.object({
  recipient: address,
  items: z
    .array(
      z.object({
        /** The partner's id of the variant. */
        variantId: z.string().min(1),
        /** The partner's id of the product, for partners that number variants inside a product. */
        productId: z.string().optional(),
        quantity: z.int().positive().max(1000),
      }),
    )
    .min(1)
    .max(100),
  /** Preferred currency; partners that quote in one currency only ignore it. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
})
export type QuoteShipping = z.infer<typeof quoteShipping>

export const shippingQuote = z.object({
  rates: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      price: money,
      minDays: z.int().nullable(),
      maxDays: z.int().nullable(),
    }),
  ),
})
export type ShippingQuote = z.infer<typeof shippingQuote>

/** Typed operations of the fulfilment category. */
export const fulfillmentOperations = {
  'products.list': { kind: 'query', input: listFulfillmentProducts, output: fulfillmentProductPage },
  'shippingRates.quote': { kind: 'query', input: quoteShipping, output: shippingQuote },
} as const
