import { z } from 'zod'
import { moment } from '../capabilities/values.ts'
import { definerOf, text } from './form.ts'

const define = definerOf('SHIPPING')

const shipment = z.object({
  id: text('The vendor’s id of the shipment, where it has one.'),
  orderId: text('The vendor’s id of the order.'),
  orderNumber: text('The number people use, where the vendor says it.'),
  carrier: text('As the vendor names it.'),
  trackingNumber: text('Null until there is one.'),
  trackingUrl: text('Where the customer follows it.'),
  status: text('The vendor’s word for where it is.'),
})
const parcel = {
  id: '255858046',
  orderId: '820982911946154508',
  orderNumber: '#1001',
  carrier: 'Aramex',
  trackingNumber: '44837412345',
  trackingUrl: 'https://www.aramex.com/track/44837412345',
  status: 'in_transit',
}
const reason = text('Why, as the vendor puts it.')

/** A parcel on its way. */
export const shippingEvents = [
  define('shipment.label_created', 'A parcel has a label and waits for its carrier.', shipment, parcel),
  define('shipment.in_transit', 'A parcel is with its carrier.', shipment, parcel),
  define('shipment.out_for_delivery', 'A parcel is in the last van.', shipment, parcel),
  define(
    'shipment.delivered',
    'A parcel arrived.',
    shipment.extend({ deliveredAt: moment.nullable().describe('As the carrier says.') }),
    { ...parcel, status: 'delivered', deliveredAt: '2026-11-24T10:15:00Z' },
  ),
  define('shipment.returned', 'A parcel came back.', shipment.extend({ reason }), {
    ...parcel,
    status: 'returned',
    reason: 'Nobody at the address.',
  }),
  define('shipment.failed', 'A parcel is stuck: refused, lost, on hold, or cancelled.', shipment.extend({ reason }), {
    ...parcel,
    status: 'failure',
    reason: 'The address does not exist.',
  }),
]
