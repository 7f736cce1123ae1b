import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const printful: ProviderCase = {
  ...labCredentials.printful,
  wrong: { apiToken: 'lab-printful-unknown-token-000' },
  inputs: {
    'products.list': { first: 5 },
    'shippingRates.quote': {
      recipient: { line1: 'Villa 12, Al Wasl Road', city: 'Dubai', country: 'AE' },
      items: [{ variantId: '4012', quantity: 2 }],
      currency: 'AED',
    },
  },
  descriptions: {
    folder: 'printful',
    files: ['printful-v1.openapi.json'],
  },
}
