import { alphanumeric } from '@patchbay/server/lab/chance.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

const tee = alphanumeric('printify:NA-TEE-CAL', 24, '0123456789abcdef')
const items = [{ productId: tee, variantId: '17000', quantity: 2 }]
const recipient = { name: 'Layla Al Mansoori', line1: 'Villa 12, Al Wasl Road', city: 'Dubai', country: 'AE' }

export const printify: ProviderCase = {
  ...labCredentials.printify,
  wrong: { apiToken: 'eyJx.eyJ5.z', shopId: labCredentials.printify.good.shopId },
  inputs: {
    'products.list': { first: 5 },
    'products.get': { id: tee },
    'shippingRates.quote': { recipient, items },
    'orders.create': { externalId: 'NA-2001', recipient, items, idempotencyKey: 'order-NA-2001' },
    'orders.get': ({ 'orders.create': made }) => ({ id: made?.['id'] }),
    'orders.list': { first: 5 },
    'orders.cancel': ({ 'orders.create': made }) => ({ id: made?.['id'], idempotencyKey: 'cancel-NA-2001' }),
    'orders.confirm': ({ 'orders.list': list }) => ({
      // The newest but the one that was just cancelled.
      id: (list?.['items'] as readonly { readonly id: string }[] | undefined)?.[1]?.id,
      idempotencyKey: 'confirm-NA-1140',
    }),
  },
  registration: { perType: true },
  descriptions: {
    folder: 'printify',
    files: ['unofficial-printify-v1.openapi.yaml'],
    // Somebody's model: it knows no secret of webhooks, no host to remove them by, no empty body of a change, and takes the
    // shop's id in webhooks for a number.
    outdated: /(secret|query: host) is not described|no body is described|shop_id: must be integer/,
  },
}
