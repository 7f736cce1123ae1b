import type { Category } from '../catalog.ts'
import { accountingOperations } from './accounting.ts'
import { analyticsOperations } from './analytics.ts'
import { calendarOperations } from './calendar.ts'
import type { OperationContracts } from './contract.ts'
import { crmOperations } from './crm.ts'
import { ecommerceOperations } from './ecommerce.ts'
import { emailOperations } from './email.ts'
import { fulfillmentOperations } from './fulfillment.ts'
import { marketingOperations } from './marketing.ts'
import { messagingOperations } from './messaging.ts'
import { paymentOperations } from './payment.ts'
import { shippingOperations } from './shipping.ts'
import { socialOperations } from './social.ts'

/** Contracts of the typed operations by category and name. */
export const capabilities: Readonly<Record<Category, OperationContracts>> = {
  PAYMENT: paymentOperations,
  FULFILLMENT: fulfillmentOperations,
  SHIPPING: shippingOperations,
  ECOMMERCE: ecommerceOperations,
  ACCOUNTING: accountingOperations,
  EMAIL: emailOperations,
  MARKETING: marketingOperations,
  CRM: crmOperations,
  ANALYTICS: analyticsOperations,
  SOCIAL: socialOperations,
  MESSAGING: messagingOperations,
  CALENDAR: calendarOperations,
}
