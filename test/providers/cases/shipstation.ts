import { labDelivered, shipstation as twin } from '@patchbay/server/lab/twins/shipstation.ts'
import { receiver, sender } from '../parcel.ts'
import type { ProviderCase } from './case.ts'

const parcels = [{ weightGrams: 600, lengthMm: 305, widthMm: 210, heightMm: 55 }]

// ShipStation's own description forbids what it asks for (closed objects put together), so it judges nothing here.
export const shipstation: ProviderCase = {
  ...twin.credentials,
  wrong: { apiKey: 'TEST_wrong' },
  inputs: {
    'rates.quote': { from: sender, to: receiver, parcels },
    'shipments.create': {
      from: sender,
      to: receiver,
      parcels,
      service: 'aramex_priority_express',
      carrier: 'aramex',
      reference: 'NA-2001',
      contents: 'T-shirts',
      value: { amountMinor: 23_800, currency: 'AED' },
      idempotencyKey: 'parcel-NA-2001',
    },
    'shipments.track': { trackingNumber: labDelivered },
    'shipments.cancel': ({ 'shipments.create': made }) => ({ id: made?.['id'], idempotencyKey: 'cancel-NA-2001' }),
  },
  moves: {
    shipments: { operation: 'shipments.create' },
  },
}
