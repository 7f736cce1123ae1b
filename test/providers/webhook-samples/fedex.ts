import type { Sample } from './sample.ts'

const number = '794953535000'

function result(code: string, words: string, more: object = {}) {
  return {
    trackingNumberInfo: { trackingNumber: number, carrierCode: 'FDXE' },
    latestStatusDetail: {
      code,
      derivedCode: code,
      statusByLocale: words,
      description: words,
      ancillaryDetails: [{ reason: '08', reasonDescription: 'Customer not available' }],
    },
    scanEvents: [
      { date: '2026-11-19T08:00:00+04:00', eventType: 'PU', eventDescription: 'Picked up' },
      { date: '2026-11-20T12:00:00+04:00', eventType: code, eventDescription: words },
    ],
    ...more,
  }
}

function sample(code: string, words: string, type: string, data: object = {}, more: object = {}): Sample {
  return {
    type: code,
    id: null,
    occurredAt: '2026-11-20T08:00:00.000Z',
    body: { output: { completeTrackResults: [{ trackingNumber: number, trackResults: [result(code, words, more)] }] } },
    events: [{ type, data: { carrier: 'FedEx', trackingNumber: number, status: words, ...data } }],
  }
}

const moving = (code: string) => sample(code, 'In transit', 'shipment.in_transit')
const stuck = (code: string) =>
  sample(code, 'Delivery exception', 'shipment.failed', { reason: 'Customer not available' })

export const fedexSamples: readonly Sample[] = [
  sample('OC', 'Label created', 'shipment.label_created'),
  sample('IN', 'Initiated', 'shipment.label_created'),
  ...['PU', 'PX', 'AR', 'AF', 'DP', 'LO', 'IT', 'CC'].map(moving),
  sample('OD', 'On FedEx vehicle for delivery', 'shipment.out_for_delivery'),
  sample(
    'DL',
    'Delivered',
    'shipment.delivered',
    { deliveredAt: '2026-11-20T07:58:00.000Z' },
    { dateAndTimes: [{ type: 'ACTUAL_DELIVERY', dateTime: '2026-11-20T11:58:00+04:00' }] },
  ),
  ...['DE', 'SE', 'DY', 'CD', 'HL', 'CA'].map(stuck),
  ...['RS', 'RD'].map((code) => sample(code, 'Returning to shipper', 'shipment.returned')),
  // The same parcel without the wrapping of the Track API.
  {
    type: 'PU',
    id: null,
    occurredAt: '2026-11-20T08:00:00.000Z',
    body: { trackResults: [result('PU', 'Picked up')] },
    events: [{ type: 'shipment.in_transit', data: { trackingNumber: number } }],
  },
  {
    type: 'PU',
    id: null,
    occurredAt: '2026-11-20T08:00:00.000Z',
    body: result('PU', 'Picked up'),
    events: [{ type: 'shipment.in_transit', data: { trackingNumber: number } }],
  },
]
