import { alphanumeric } from '@patchbay/server/lab/chance.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const printify: ProviderCase = {
  ...labCredentials.printify,
  wrong: { apiToken: 'eyJx.eyJ5.z', shopId: labCredentials.printify.good.shopId },
  inputs: {
    'products.list': { first: 5 },
    'shippingRates.quote': {
      recipient: { line1: 'Villa 12, Al Wasl Road', city: 'Dubai', country: 'AE' },
      items: [
        { productId: alphanumeric('printify:NA-TEE-CAL', 24, '0123456789abcdef'), variantId: '17000', quantity: 2 },
      ],
    },
  },
  registration: { perType: true },
}
