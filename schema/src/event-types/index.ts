import type { EventType } from './form.ts'
import { paymentEvents } from './payment.ts'

/** Every type of the hub's own events, by name. */
export const eventTypes: ReadonlyMap<string, EventType> = new Map(paymentEvents.map((type) => [type.name, type]))
