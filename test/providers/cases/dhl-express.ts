import { dhlExpress as twin, labDelivered } from '@patchbay/server/lab/twins/dhl-express.ts'
import { receiver, sender } from '../parcel.ts'
import type { ProviderCase } from './case.ts'

export const dhlExpress: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, apiSecret: 'wrong' },
  inputs: {
    'rates.quote': {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 600, lengthMm: 305, widthMm: 210, heightMm: 55 }, { weightGrams: 250 }],
      value: { amountMinor: 23_800, currency: 'AED' },
    },
    'shipments.create': {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 600, lengthMm: 305, widthMm: 210, heightMm: 55 }],
      service: 'P',
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
    'addresses.validate': { address: { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' } },
  },
  pullsNothing: 'tracks by number; it lists no shipments',
  understood: { 'addresses.validate': [404, 422] },
  descriptions: { folder: 'dhl-express', files: ['mydhl-api-3.1.1.openapi.yaml'] },
}
