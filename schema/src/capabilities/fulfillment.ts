import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import {
  address,
  currency,
  idempotencyKey,
  moment,
  money,
  pageInput,
  pageOf,
  providerData,
  shape,
  vendorId,
} from './values.ts'

/** A product of the shop at its print partner. */
export const fulfillmentProduct = shape(
  'FulfillmentProduct',
  'A product of the shop at its print partner.',
  z.object({
    id: z.string().describe('The partner’s id.'),
    externalId: z.string().nullable().describe('The shop’s own id, where the partner keeps one.'),
    title: z.string().describe('Its name.'),
    imageUrl: z.string().nullable().describe('A picture.'),
    variantCount: z.int().nonnegative().describe('Sizes and colours there are.'),
    priceFrom: money.nullable().describe('Lowest retail price among enabled variants, where the partner lists prices.'),
    variants: z
      .array(
        shape(
          'FulfillmentVariant',
          'One size and colour of a product.',
          z.object({
            id: z.string().describe('The partner’s id.'),
            sku: z.string().nullable().describe('The shop’s own number.'),
            title: z.string().describe('Size and colour in words.'),
            price: money.nullable().describe('Retail price.'),
            cost: money.nullable().describe('What the partner asks for it, where it says.'),
            available: z.boolean().describe('It can be made now.'),
          }),
        ),
      )
      .optional()
      .describe('Sizes and colours; only where one product was asked for.'),
    providerData,
  }),
)
export type FulfillmentProduct = z.infer<typeof fulfillmentProduct>

export const fulfillmentProductPage = pageOf(fulfillmentProduct)
export type FulfillmentProductPage = z.infer<typeof fulfillmentProductPage>

export const listFulfillmentProducts = pageInput
export type ListFulfillmentProducts = z.infer<typeof listFulfillmentProducts>

export const getFulfillmentProduct = z.object({ id: vendorId.describe('The partner’s id of the product.') })
export type GetFulfillmentProduct = z.infer<typeof getFulfillmentProduct>

const quantity = z.int().positive().max(1000).describe('How many.')

export const quoteShipping = z.object({
  recipient: address.describe('Where the parcel goes.'),
  items: z
    .array(
      shape(
        'ShippingQuoteItem',
        'What a parcel of the partner holds.',
        z.object({
          variantId: z.string().min(1).describe('The partner’s id of the variant.'),
          productId: z
            .string()
            .optional()
            .describe('The partner’s id of the product, for partners that number variants inside a product.'),
          quantity,
        }),
      ),
    )
    .min(1)
    .max(100)
    .describe('What it holds.'),
  currency: currency
    .optional()
    .describe('Preferred currency (ISO 4217); partners that quote in one currency only ignore it.'),
})
export type QuoteShipping = z.infer<typeof quoteShipping>

export const shippingQuote = shape(
  'ShippingQuote',
  'What sending a parcel from the partner costs.',
  z.object({
    rates: z
      .array(
        shape(
          'ShippingQuoteRate',
          'One way to send it.',
          z.object({
            id: z.string().describe('The partner’s name of the method, for the order.'),
            name: z.string().describe('Its name for people.'),
            price: money.describe('What it costs.'),
            minDays: z.int().nullable().describe('Days it takes at least.'),
            maxDays: z.int().nullable().describe('Days it takes at most.'),
          }),
        ),
      )
      .describe('Ways to send it.'),
  }),
)
export type ShippingQuote = z.infer<typeof shippingQuote>

/** Where an order at a print partner stands. */
export const fulfillmentOrderStatus = shape(
  'FulfillmentOrderStatus',
  'Where an order at a print partner stands, whatever the partner calls it.',
  z.enum([
    'DRAFT',
    'PENDING',
    'ON_HOLD',
    'IN_PRODUCTION',
    'PARTIALLY_SHIPPED',
    'SHIPPED',
    'DELIVERED',
    'CANCELLED',
    'FAILED',
  ]),
)
export type FulfillmentOrderStatus = z.infer<typeof fulfillmentOrderStatus>

export const fulfillmentOrder = shape(
  'FulfillmentOrder',
  'An order at a print partner.',
  z.object({
    id: z.string().describe('The partner’s id.'),
    externalId: z.string().nullable().describe('The shop’s own number of the order.'),
    status: fulfillmentOrderStatus.describe('Where it stands.'),
    vendorStatus: z.string().describe('The partner’s own word for the status.'),
    total: money
      .nullable()
      .describe('What the partner charges, shipping and tax included; null while it does not say.'),
    shipping: money.nullable().describe('Shipping alone.'),
    shipments: z
      .array(
        shape(
          'FulfillmentShipment',
          'A parcel of the partner.',
          z.object({
            carrier: z.string().nullable().describe('Who carries it.'),
            trackingNumber: z.string().nullable().describe('Number to follow it by.'),
            trackingUrl: z.string().nullable().describe('Page to follow it on.'),
            shippedAt: moment.nullable().describe('When it left.'),
            deliveredAt: moment.nullable().describe('When it arrived.'),
          }),
        ),
      )
      .describe('Parcels so far.'),
    createdAt: moment.nullable().describe('When it was made.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type FulfillmentOrder = z.infer<typeof fulfillmentOrder>
export const fulfillmentOrderPage = pageOf(fulfillmentOrder)
export type FulfillmentOrderPage = z.infer<typeof fulfillmentOrderPage>

export const createFulfillmentOrder = z.object({
  externalId: z
    .string()
    .min(1)
    .max(32)
    .describe('The shop’s own number of the order; the partner refuses a second one.'),
  recipient: address.describe('Where the parcel goes.'),
  items: z
    .array(
      shape(
        'FulfillmentOrderItem',
        'What is to be made.',
        z.object({
          variantId: z.string().min(1).describe('The partner’s id of the variant.'),
          productId: z
            .string()
            .optional()
            .describe('The partner’s id of the product, for partners that number variants inside a product.'),
          quantity,
          retailPrice: money.optional().describe('What the customer paid for one, for the packing slip.'),
        }),
      ),
    )
    .min(1)
    .max(100)
    .describe('What is to be made.'),
  shippingMethod: z.string().max(60).optional().describe('`id` of a quoted rate. Default: the cheapest.'),
  confirm: z
    .boolean()
    .default(false)
    .describe('Send it into production at once, which charges the account. Default false: a draft.'),
  idempotencyKey,
})
export type CreateFulfillmentOrder = z.infer<typeof createFulfillmentOrder>

export const getFulfillmentOrder = z.object({ id: vendorId.describe('The partner’s id of the order.') })
export type GetFulfillmentOrder = z.infer<typeof getFulfillmentOrder>
export const listFulfillmentOrders = pageInput
export type ListFulfillmentOrders = z.infer<typeof listFulfillmentOrders>
export const changeFulfillmentOrder = z.object({
  id: vendorId.describe('The partner’s id of the order.'),
  idempotencyKey,
})
export type ChangeFulfillmentOrder = z.infer<typeof changeFulfillmentOrder>

/** Typed operations of the fulfilment category. */
export const fulfillmentOperations = {
  'products.list': {
    kind: 'query',
    field: 'fetchFulfillmentProducts',
    description: 'Products of the shop at its print partner.',
    input: listFulfillmentProducts,
    output: fulfillmentProductPage,
  },
  'products.get': {
    kind: 'query',
    field: 'fetchFulfillmentProduct',
    description: 'One product with its variants.',
    input: getFulfillmentProduct,
    output: fulfillmentProduct,
  },
  'shippingRates.quote': {
    kind: 'query',
    field: 'quoteFulfillmentShipping',
    description: 'What sending from the partner costs.',
    input: quoteShipping,
    output: shippingQuote,
  },
  'orders.create': {
    kind: 'mutation',
    field: 'createFulfillmentOrder',
    description: 'Orders at the print partner, as a draft or into production.',
    input: createFulfillmentOrder,
    output: fulfillmentOrder,
  },
  'orders.get': {
    kind: 'query',
    field: 'fetchFulfillmentOrder',
    description: 'One order, as the partner has it now.',
    input: getFulfillmentOrder,
    output: fulfillmentOrder,
  },
  'orders.list': {
    kind: 'query',
    field: 'fetchFulfillmentOrders',
    description: 'Orders at the partner, newest first.',
    input: listFulfillmentOrders,
    output: fulfillmentOrderPage,
  },
  'orders.confirm': {
    kind: 'mutation',
    field: 'confirmFulfillmentOrder',
    description: 'Sends a draft into production, which charges the account.',
    input: changeFulfillmentOrder,
    output: fulfillmentOrder,
  },
  'orders.cancel': {
    kind: 'mutation',
    field: 'cancelFulfillmentOrder',
    description: 'Cancels an order that is not in production yet.',
    input: changeFulfillmentOrder,
    output: fulfillmentOrder,
  },
} as const satisfies OperationContracts
