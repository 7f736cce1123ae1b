import { labDelivered, ups as twin } from '@patchbay/server/lab/twins/ups.ts'
import { receiver, sender } from '../parcel.ts'
import type { ProviderCase } from './case.ts'

const parcels = [{ weightGrams: 600, lengthMm: 305, widthMm: 210, heightMm: 55 }, { weightGrams: 350 }]

export const ups: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'rates.quote': { from: sender, to: receiver, parcels, value: { amountMinor: 23_800, currency: 'AED' } },
    'shipments.create': {
      from: sender,
      to: receiver,
      parcels,
      service: '65',
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
    'addresses.validate': {
      address: {
        line1: '26601 Aliso Creek Road',
        city: 'Aliso Viejo',
        state: 'CA',
        postalCode: '92656',
        country: 'US',
      },
    },
  },
  pullsNothing: 'tracks by number; it lists no shipments',
  descriptions: {
    folder: 'ups',
    files: ['Rating.yaml', 'Tracking.yaml', 'AddressValidation.yaml', 'OAuthClientCredentials.yaml'],
    // UPS's Shipping.yaml is no YAML (tabs and broken lines in a text); mended by hand it objects to the length of a weight.
    proseOnly: [
      'POST /shipments/v2409/ship 200',
      'POST /shipments/v2409/ship 400',
      'DELETE /shipments/v2409/void/cancel/* 200',
    ],
    // Asked for by name, and then not among the names.
    outdated: /^request\/RateRequest\/Request\/RequestOption is not described/,
  },
}
