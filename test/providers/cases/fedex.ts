import { fedex as twin, labDelivered } from '@patchbay/server/lab/twins/fedex.ts'
import { receiver, sender } from '../parcel.ts'
import type { ProviderCase } from './case.ts'

const parcels = [{ weightGrams: 600, lengthMm: 305, widthMm: 210, heightMm: 55 }]

export const fedex: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'rates.quote': { from: sender, to: receiver, parcels, value: { amountMinor: 23_800, currency: 'AED' } },
    'shipments.create': {
      from: sender,
      to: receiver,
      parcels,
      service: 'INTERNATIONAL_PRIORITY',
      reference: 'NA-2001',
      contents: 'T-shirts',
      items: [
        {
          description: 'T-shirt, calligraphy',
          quantity: 2,
          price: { amountMinor: 11_900, currency: 'AED' },
          weightGrams: 250,
          hsCode: '610910',
        },
      ],
      idempotencyKey: 'parcel-NA-2001',
    },
    'shipments.track': { trackingNumber: labDelivered },
    'shipments.cancel': ({ 'shipments.create': made }) => ({ id: made?.['id'], idempotencyKey: 'cancel-NA-2001' }),
    'addresses.validate': { address: { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' } },
  },
  pullsNothing: 'tracks by number; it lists no shipments',
  descriptions: {
    folder: 'fedex',
    files: ['fedex-rate-api.openapi.json', 'fedex-ship-api.openapi.json', 'fedex-track.openapi.json'],
    proseOnly: [
      'POST /oauth/token 200',
      'POST /address/v1/addresses/resolve 200',
      'POST /address/v1/addresses/resolve 400',
    ],
  },
}
