import type { Sample } from './sample.ts'

const number = '1Z932R800392060079'

const track = (code: string, words: string, type: string | null, more: object = {}, data: object = {}): Sample => ({
  type: 'API_TRACK',
  id: `${number}:${code}:2026-11-20T08:00:00Z`,
  occurredAt: '2026-11-20T08:00:00.000Z',
  body: {
    resource_type: 'API_TRACK',
    data: {
      tracking_number: number,
      tracking_url: 'https://tracking.example/1Z932R800392060079',
      status_code: code,
      status_description: words,
      carrier_code: 'ups',
      events: [{ occurred_at: '2026-11-20T08:00:00Z', description: words, status_code: code, event_code: 'X1' }],
      ...more,
    },
  },
  events: type === null ? [] : [{ type, data: { carrier: 'ups', trackingNumber: number, status: words, ...data } }],
})

export const shipstationSamples: readonly Sample[] = [
  track('NY', 'Not yet in the system', 'shipment.label_created'),
  track('AC', 'Accepted', 'shipment.in_transit'),
  track('IT', 'In transit', 'shipment.in_transit'),
  track('IT', 'Out for delivery', 'shipment.out_for_delivery'),
  track(
    'DE',
    'Delivered',
    'shipment.delivered',
    { actual_delivery_date: '2026-11-20T07:58:00Z' },
    { deliveredAt: '2026-11-20T07:58:00.000Z' },
  ),
  track('AT', 'Delivery attempted', 'shipment.failed', {}, { reason: 'Delivery attempted' }),
  track(
    'EX',
    'Exception',
    'shipment.failed',
    { exception_description: 'Held by customs' },
    { reason: 'Held by customs' },
  ),
  track('EX', 'Returned to sender', 'shipment.returned'),
  track('UN', 'Unknown', null),
  {
    type: 'LABEL_CREATED_V2',
    id: 'https://api.shipstation.com/v2/labels/se-28529731',
    occurredAt: null,
    body: {
      resource_type: 'LABEL_CREATED_V2',
      resource_url: 'https://api.shipstation.com/v2/labels/se-28529731',
    },
    events: [{ type: 'shipment.label_created', data: { id: 'se-28529731', trackingNumber: null } }],
  },
]
