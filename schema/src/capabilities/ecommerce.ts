import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import {
  address,
  idempotencyKey,
  moment,
  money,
  pageInput,
  pageOf,
  providerData,
  shape,
  updatedSince,
  vendorId,
} from './values.ts'

export const shopOrder = shape(
  'ShopOrder',
  'An order at a shop system.',
  z.object({
    id: z.string().describe('The shop’s id.'),
    number: z.string().describe('The number people use, such as #1042.'),
    createdAt: moment.describe('When it was placed.'),
    updatedAt: moment.describe('When it changed last.'),
    paymentStatus: shape(
      'ShopOrderPaymentStatus',
      'How far an order is paid.',
      z.enum(['PENDING', 'AUTHORIZED', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED']),
    ).describe('How far it is paid.'),
    fulfillmentStatus: shape(
      'ShopOrderFulfillmentStatus',
      'How far an order is sent.',
      z.enum(['UNFULFILLED', 'IN_PROGRESS', 'PARTIALLY_FULFILLED', 'FULFILLED', 'ON_HOLD']),
    ).describe('How far it is sent.'),
    cancelledAt: moment.nullish().describe('When it was cancelled; null while it was not.'),
    total: money.describe('What the customer pays.'),
    customerName: z.string().nullable().describe('Name of the customer.'),
    customerEmail: z.string().nullable().describe('Address of the customer.'),
    shippingCity: z.string().nullable().describe('Where it goes: city.'),
    shippingCountry: z.string().nullable().describe('Where it goes: ISO 3166-1 code.'),
    shippingAddress: address.nullish().describe('Where it goes, in full; null without one.'),
    items: z
      .array(
        shape(
          'ShopOrderItem',
          'A line of an order.',
          z.object({
            sku: z.string().nullable().describe('The shop’s number of the article.'),
            title: z.string().describe('What it is.'),
            quantity: z.int().nonnegative().describe('How many.'),
            price: money.nullish().describe('Price of one.'),
          }),
        ),
      )
      .describe('What was ordered.'),
    providerData,
  }),
)
export type ShopOrder = z.infer<typeof shopOrder>

export const shopOrderPage = pageOf(shopOrder)
export type ShopOrderPage = z.infer<typeof shopOrderPage>

export const listShopOrders = pageInput.extend({
  updatedSince: moment.optional().describe('Only orders changed at or after this instant.'),
})
export type ListShopOrders = z.infer<typeof listShopOrders>

export const getShopOrder = z.object({ id: vendorId.describe('The shop’s id of the order.') })
export type GetShopOrder = z.infer<typeof getShopOrder>

export const cancelShopOrder = z.object({
  id: vendorId.describe('The shop’s id of the order.'),
  reason: shape('ShopOrderCancelReason', 'Why an order is cancelled.', z.enum(['CUSTOMER', 'STOCK', 'FRAUD', 'OTHER']))
    .default('OTHER')
    .describe('Why. Default OTHER.'),
  restock: z.boolean().default(true).describe('Put the articles back on stock. Default true.'),
  notify: z.boolean().default(false).describe('Mail the customer. Default false.'),
  idempotencyKey,
})
export type CancelShopOrder = z.infer<typeof cancelShopOrder>

export const fulfillShopOrder = z.object({
  id: vendorId.describe('The shop’s id of the order.'),
  trackingNumber: z.string().max(100).optional().describe('Number of the parcel.'),
  trackingUrl: z.url().optional().describe('Page to follow the parcel on.'),
  carrier: z.string().max(60).optional().describe('Who carries it.'),
  notify: z.boolean().default(true).describe('Mail the customer. Default true.'),
  idempotencyKey,
})
export type FulfillShopOrder = z.infer<typeof fulfillShopOrder>

export const shopProduct = shape(
  'ShopProduct',
  'A product of a shop system.',
  z.object({
    id: z.string().describe('The shop’s id.'),
    title: z.string().describe('Its name.'),
    handle: z.string().describe('Its part of the page’s address.'),
    status: shape(
      'ShopProductStatus',
      'Whether a product is on sale.',
      z.enum(['ACTIVE', 'DRAFT', 'ARCHIVED']),
    ).describe('Whether it is on sale.'),
    vendor: z.string().nullable().describe('Who makes it.'),
    variants: z
      .array(
        shape(
          'ShopVariant',
          'One size and colour of a product.',
          z.object({
            id: z.string().describe('The shop’s id.'),
            sku: z.string().nullable().describe('The shop’s number of the article.'),
            title: z.string().describe('Size and colour in words.'),
            price: money.describe('What it costs.'),
            stock: z.int().nullable().describe('How many there are; null where nobody counts.'),
          }),
        ),
      )
      .describe('Sizes and colours.'),
    updatedAt: moment.nullish().describe('When it changed last.'),
    providerData,
  }),
)
export type ShopProduct = z.infer<typeof shopProduct>

export const shopProductPage = pageOf(shopProduct)
export type ShopProductPage = z.infer<typeof shopProductPage>

export const listShopProducts = pageInput.extend({ updatedSince: updatedSince('products') })
export type ListShopProducts = z.infer<typeof listShopProducts>
export const getShopProduct = z.object({ id: vendorId.describe('The shop’s id of the product.') })
export type GetShopProduct = z.infer<typeof getShopProduct>

export const setShopStock = z.object({
  variantId: vendorId.describe('The shop’s id of the variant.'),
  productId: vendorId.optional().describe('The shop’s id of the product, for shops that number variants inside it.'),
  quantity: z.int().min(0).max(1_000_000).describe('How many there are now.'),
  locationId: z.string().max(255).optional().describe('Where they are. Default: the shop’s first place.'),
  idempotencyKey,
})
export type SetShopStock = z.infer<typeof setShopStock>

export const shopStock = shape(
  'ShopStock',
  'How many of a variant there are.',
  z.object({
    variantId: z.string().describe('The shop’s id of the variant.'),
    quantity: z.int().describe('How many there are.'),
    locationId: z.string().nullable().describe('Where they are.'),
    providerData,
  }),
)
export type ShopStock = z.infer<typeof shopStock>

export const shopCustomer = shape(
  'ShopCustomer',
  'A customer of a shop system.',
  z.object({
    id: z.string().describe('The shop’s id.'),
    email: z.string().nullable().describe('E-mail address.'),
    name: z.string().nullable().describe('Name.'),
    phone: z.string().nullable().describe('Telephone number.'),
    city: z.string().nullable().describe('City.'),
    country: z.string().nullable().describe('ISO 3166-1 code.'),
    orders: z.int().nullable().describe('Orders so far, where the shop counts.'),
    createdAt: moment.nullable().describe('Since when.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type ShopCustomer = z.infer<typeof shopCustomer>
export const shopCustomerPage = pageOf(shopCustomer)
export type ShopCustomerPage = z.infer<typeof shopCustomerPage>
export const listShopCustomers = pageInput.extend({ updatedSince: updatedSince('customers') })
export type ListShopCustomers = z.infer<typeof listShopCustomers>

/** Typed operations of the e-commerce category. */
export const ecommerceOperations = {
  'orders.list': {
    kind: 'query',
    field: 'fetchShopOrders',
    description: 'Orders at the shop system.',
    input: listShopOrders,
    output: shopOrderPage,
  },
  'orders.get': {
    kind: 'query',
    field: 'fetchShopOrder',
    description: 'One order, as the shop system has it now.',
    input: getShopOrder,
    output: shopOrder,
  },
  'orders.fulfill': {
    kind: 'mutation',
    field: 'fulfillShopOrder',
    description: 'Tells the shop system that an order was sent.',
    input: fulfillShopOrder,
    output: shopOrder,
  },
  'orders.cancel': {
    kind: 'mutation',
    field: 'cancelShopOrder',
    description: 'Cancels an order at the shop system.',
    input: cancelShopOrder,
    output: shopOrder,
  },
  'products.list': {
    kind: 'query',
    field: 'fetchShopProducts',
    description: 'Products of the shop system.',
    input: listShopProducts,
    output: shopProductPage,
  },
  'products.get': {
    kind: 'query',
    field: 'fetchShopProduct',
    description: 'One product, as the shop system has it now.',
    input: getShopProduct,
    output: shopProduct,
  },
  'inventory.set': {
    kind: 'mutation',
    field: 'setShopStock',
    description: 'Sets how many of a variant there are.',
    input: setShopStock,
    output: shopStock,
  },
  'customers.list': {
    kind: 'query',
    field: 'fetchShopCustomers',
    description: 'Customers of the shop system.',
    input: listShopCustomers,
    output: shopCustomerPage,
  },
} as const satisfies OperationContracts
