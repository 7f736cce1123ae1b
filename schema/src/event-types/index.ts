import { accountingEvents } from './accounting.ts'
import { calendarEvents } from './calendar.ts'
import { checkoutEvents } from './checkout.ts'
import { crmEvents } from './crm.ts'
import { emailEvents } from './email.ts'
import type { EventType } from './form.ts'
import { hubEvents } from './hub.ts'
import { marketingEvents } from './marketing.ts'
import { messagingEvents } from './messaging.ts'
import { orderEvents } from './order.ts'
import { paymentEvents } from './payment.ts'
import { shippingEvents } from './shipping.ts'
import { shopEvents } from './shop.ts'
import { socialEvents } from './social.ts'
import { subscriptionEvents } from './subscription.ts'

export { jsonSchemaOf } from './json-schema.ts'

const all: readonly EventType[] = [
  ...paymentEvents,
  ...checkoutEvents,
  ...subscriptionEvents,
  ...orderEvents,
  ...shopEvents,
  ...shippingEvents,
  ...emailEvents,
  ...marketingEvents,
  ...calendarEvents,
  ...socialEvents,
  ...messagingEvents,
  ...crmEvents,
  ...accountingEvents,
  ...hubEvents,
]

/** Every type of the hub's own events, by name, in the order of the catalogue. */
export const eventTypes: ReadonlyMap<string, EventType> = new Map(all.map((type) => [type.name, type]))
