import { z } from 'zod'
import { moment, money, pageInput, pageOf } from './values.ts'

export const shopOrder = z.object({
  id: z.string(),
  /** The number people use, such as #1042. */
  number: z.string(),
  createdAt: moment,
  updatedAt: moment,
  paymentStatus: z.enum(['PENDING', 'AUTHORIZED', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED']),
  fulfillmentStatus: z.enum(['UNFULFILLED', 'IN_PROGRESS', 'PARTIALLY_FULFILLED', 'FULFILLED', 'ON_HOLD']),
  total: money,
  customerName: z.string().nullable(),
  customerEmail: z.string().nullable(),
  shippingCity: z.string().nullable(),
  shippingCountry: z.string().nullable(),
  items: z.array(z.object({ sku: z.string().nullable(), title: z.string(), quantity: z.int().nonnegative() })),
})
export type ShopOrder = z.infer<typeof shopOrder>

export const shopOrderPage = pageOf(shopOrder)
export type ShopOrderPage = z.infer<typeof shopOrderPage>

export const listShopOrders = pageInput.extend({
  /** Only orders changed at or after this moment. */
  updatedSince: moment.optional(),
})
export type ListShopOrders = z.infer<typeof listShopOrders>

export const shopProduct = z.object({
  id: z.string(),
  title: z.string(),
  handle: z.string(),
  status: z.enum(['ACTIVE', 'DRAFT', 'ARCHIVED']),
  vendor: z.string().nullable(),
  variants: z.array(
    z.object({
      id: z.string(),
      sku: z.string().nullable(),
      title: z.string(),
      price: money,
      stock: z.int().nullable(),
    }),
  ),
})
export type ShopProduct = z.infer<typeof shopProduct>

export const shopProductPage = pageOf(shopProduct)
export type ShopProductPage = z.infer<typeof shopProductPage>

export const listShopProducts = pageInput
export type ListShopProducts = z.infer<typeof listShopProducts>

/** Typed operations of the e-commerce category. */
export const ecommerceOperations = {
  'orders.list': { kind: 'query', input: listShopOrders, output: shopOrderPage },
  'products.list': { kind: 'query', input: listShopProducts, output: shopProductPage },
} as const
