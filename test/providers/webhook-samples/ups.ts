import type { Sample } from './sample.ts'

const number = '1Z023E2X0214323462'

const sample = (kind: string, code: string, words: string, type: string, data: object = {}): Sample => ({
  type: kind,
  id: `${number}:20261120:080000:${code}`,
  occurredAt: '2026-11-20T08:00:00.000Z',
  body: {
    trackingNumber: number,
    localActivityDate: '20261120',
    localActivityTime: '120000',
    activityLocation: { city: 'Dubai', stateProvince: '', postalCode: '', country: 'AE' },
    activityStatus: { type: kind, code, description: words, descriptionCode: '' },
    scheduledDeliveryDate: '20261121',
    actualDeliveryDate: '',
    actualDeliveryTime: '',
    gmtActivityDate: '20261120',
    gmtActivityTime: '080000',
  },
  events: [{ type, data: { carrier: 'UPS', trackingNumber: number, status: words, ...data } }],
})

export const upsSamples: readonly Sample[] = [
  sample('M', 'MP', 'Shipper created a label', 'shipment.label_created'),
  sample('MV', 'VP', 'Billing information voided', 'shipment.failed', { reason: 'Billing information voided' }),
  sample('P', 'OR', 'Origin Scan', 'shipment.in_transit'),
  sample('I', 'DP', 'Departed from Facility', 'shipment.in_transit'),
  sample('U', 'SR', 'Your delivery has been rescheduled', 'shipment.in_transit'),
  sample('O', 'OT', 'Out For Delivery', 'shipment.out_for_delivery'),
  sample('D', 'OT', 'Out For Delivery Today', 'shipment.out_for_delivery'),
  sample('D', 'FS', 'DELIVERED', 'shipment.delivered', { deliveredAt: '2026-11-20T08:00:00.000Z' }),
  sample('X', 'A1', 'The address is incomplete', 'shipment.failed', { reason: 'The address is incomplete' }),
  sample('RS', 'RS', 'Returned to Sender', 'shipment.returned', { reason: 'Returned to Sender' }),
]
