import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

const recipient = {
  name: 'Layla Al Mansoori',
  line1: 'Villa 12, Al Wasl Road',
  city: 'Dubai',
  country: 'AE',
  phone: '+971501234567',
}

export const printful: ProviderCase = {
  ...labCredentials.printful,
  wrong: { apiToken: 'lab-printful-unknown-token-000' },
  inputs: {
    'products.list': { first: 5 },
    'products.get': { id: '371400100' },
    'shippingRates.quote': { recipient, items: [{ variantId: '4012', quantity: 2 }], currency: 'AED' },
    'orders.create': {
      externalId: 'NA-2001',
      recipient,
      items: [
        { variantId: '@NA-TEE-CAL-2', quantity: 2, retailPrice: { amountMinor: 11_900, currency: 'AED' } },
        { variantId: '4820120', quantity: 1 },
      ],
      shippingMethod: 'STANDARD',
      idempotencyKey: 'order-NA-2001',
    },
    'orders.get': ({ 'orders.create': made }) => ({ id: made?.['id'] }),
    'orders.list': { first: 5 },
    'orders.confirm': ({ 'orders.create': made }) => ({ id: made?.['id'], idempotencyKey: 'confirm-NA-2001' }),
    'orders.cancel': ({ 'orders.create': made }) => ({ id: made?.['id'], idempotencyKey: 'cancel-NA-2001' }),
  },
  registration: { alone: true },
  descriptions: {
    folder: 'printful',
    files: ['printful-v1.openapi.json', 'printful-v2-beta.openapi.json'],
    // Pages are described for every list in the text above the operations.
    outdated: /query: (offset|limit) is not described/,
  },
}
