import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { labWaybills } from '@patchbay/server/lab/twins/aramex.ts'
import type { ProviderCase } from './case.ts'
import { receiver, sender } from '../parcel.ts'

export const aramex: ProviderCase = {
  ...labCredentials.aramex,
  wrong: { ...labCredentials.aramex.good, password: 'wrong' },
  inputs: {
    'rates.quote': {
      from: { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' },
      to: { line1: 'King Fahd Road', city: 'Riyadh', country: 'SA' },
      parcels: [{ weightGrams: 600 }, { weightGrams: 350 }],
      currency: 'AED',
    },
    'shipments.create': {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 600, lengthMm: 305, widthMm: 210, heightMm: 55 }],
      service: 'PPX',
      reference: 'NA-2001',
      contents: 'T-shirts',
      value: { amountMinor: 23_800, currency: 'AED' },
      items: [
        {
          description: 'T-shirt, calligraphy',
          quantity: 2,
          price: { amountMinor: 11_900, currency: 'AED' },
          weightGrams: 250,
          hsCode: '610910',
          originCountry: 'AE',
        },
      ],
      cashOnDelivery: { amountMinor: 25_000, currency: 'SAR' },
      shipDate: '2026-11-23',
      idempotencyKey: 'parcel-NA-2001',
    },
    'addresses.validate': { address: { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' } },
    'shipments.track': { trackingNumber: labWaybills.delivered },
  },
  pullsNothing: 'tracks by number; it lists no shipments',
}
