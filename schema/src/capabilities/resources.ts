import type { z } from 'zod'
import type { Category } from '../catalog.ts'
import { accountingContact, expense, invoice, recordedPayment } from './accounting.ts'
import { calendarEvent } from './calendar.ts'
import { contact, deal } from './crm.ts'
import { shopCustomer, shopOrder, shopProduct } from './ecommerce.ts'
import { fulfillmentOrder, fulfillmentProduct } from './fulfillment.ts'
import { campaign, subscriber } from './marketing.ts'
import { payment } from './payment.ts'
import { shipment } from './shipping.ts'
import { post } from './social.ts'

/** Kinds of records that are pulled from providers, each with what it is. */
export const resources = {
  products: 'What is sold, or made to order.',
  variants: 'Sizes and colours of products, one record each.',
  orders: 'Orders with what was ordered and how far they are.',
  customers: 'People with an account at a shop.',
  contacts: 'People and companies: in a CRM, in the books, or on a list of subscribers.',
  deals: 'Sales in the making.',
  invoices: 'Invoices with what is still open on them.',
  expenses: 'Money spent, in the books.',
  payments: 'Payments as they stand at the payment vendor, or what came in on invoices.',
  shipments: 'Parcels handed to carriers.',
  campaigns: 'Mails to whole lists.',
  events: 'Events of a calendar.',
  posts: 'Posts of a social account.',
} as const satisfies Readonly<Record<string, string>>
export type ResourceName = keyof typeof resources

/**
 * How a vendor narrows a pull to what happened since an instant. CHANGES: whatever was made or changed. ADDITIONS: only what
 * was made; later changes come by webhook or by pulling all of it. NONE: it is all of it each time.
 */
export const increments = ['CHANGES', 'ADDITIONS', 'NONE'] as const
export type Increment = (typeof increments)[number]

/**
 * How it shows that a record is gone. TOLD: the vendor says so. ABSENT: pulling all of it shows it by absence. UNTOLD: it does
 * not show: records of this kind stay, or the vendor's list does not reach back to all of them, so that absence means nothing.
 */
export const deletions = ['TOLD', 'ABSENT', 'UNTOLD'] as const
export type Deletions = (typeof deletions)[number]

/** What the marketplace says of a resource of a provider. */
export interface ResourceFacts {
  readonly name: ResourceName
  readonly incremental: Increment
  readonly deletions: Deletions
}

const shopVariant = shopProduct.shape.variants.element
const fulfillmentShipment = fulfillmentOrder.shape.shipments.element
const fulfillmentVariant = fulfillmentProduct.shape.variants.unwrap().element

/** What a record of a resource is, the same for every provider of a category: shapes of the category's own operations. */
export const resourceModels: Readonly<Record<Category, Readonly<Partial<Record<ResourceName, z.ZodObject>>>>> = {
  PAYMENT: { payments: payment },
  FULFILLMENT: {
    products: fulfillmentProduct,
    variants: fulfillmentVariant,
    orders: fulfillmentOrder,
    shipments: fulfillmentShipment,
  },
  SHIPPING: { shipments: shipment },
  ECOMMERCE: { products: shopProduct, variants: shopVariant, orders: shopOrder, customers: shopCustomer },
  ACCOUNTING: { contacts: accountingContact, invoices: invoice, expenses: expense, payments: recordedPayment },
  EMAIL: {},
  MARKETING: { contacts: subscriber, campaigns: campaign },
  CRM: { contacts: contact, deals: deal },
  ANALYTICS: {},
  SOCIAL: { posts: post },
  MESSAGING: {},
  CALENDAR: { events: calendarEvent },
}
