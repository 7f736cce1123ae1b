import { labDelivered, smsaExpress as twin } from '@patchbay/server/lab/twins/smsa-express.ts'
import { receiver, sender } from '../parcel.ts'
import type { ProviderCase } from './case.ts'

export const smsaExpress: ProviderCase = {
  ...twin.credentials,
  wrong: { apiKey: '00000000000000000000000000000000' },
  inputs: {
    'shipments.create': {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 600 }],
      service: 'EIDL',
      reference: 'NA-2001',
      contents: 'T-shirts',
      value: { amountMinor: 23_800, currency: 'SAR' },
      cashOnDelivery: { amountMinor: 25_000, currency: 'SAR' },
      idempotencyKey: 'parcel-NA-2001',
    },
    'shipments.track': { trackingNumber: labDelivered },
    'addresses.validate': { address: { line1: 'King Fahd Road 12', city: 'RIYADH', country: 'SA' } },
  },
  pullsNothing: 'tracks by number; it lists no shipments',
}
