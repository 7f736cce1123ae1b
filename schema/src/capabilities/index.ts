import type { z } from 'zod'
import type { Category } from '../catalog.ts'
import { calendarOperations } from './calendar.ts'
import { ecommerceOperations } from './ecommerce.ts'
import { emailOperations } from './email.ts'
import { fulfillmentOperations } from './fulfillment.ts'
import { paymentOperations } from './payment.ts'
import { shippingOperations } from './shipping.ts'

/** What an operation takes and gives, the same for every provider of its category. */
export interface OperationContract {
  /** A mutation has an effect outside; a query may be repeated freely. */
  readonly kind: 'query' | 'mutation'
  readonly input: z.ZodType
  readonly output: z.ZodType
}

/** Contracts of the typed operations by category and name. Categories without an entry have no typed operations yet. */
export const capabilities: Readonly<Partial<Record<Category, Readonly<Record<string, OperationContract>>>>> = {
  PAYMENT: paymentOperations,
  FULFILLMENT: fulfillmentOperations,
  SHIPPING: shippingOperations,
  ECOMMERCE: ecommerceOperations,
  EMAIL: emailOperations,
  CALENDAR: calendarOperations,
}
