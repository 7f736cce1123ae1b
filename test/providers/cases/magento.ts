import { magento as twin } from '@patchbay/server/lab/twins/magento.ts'
import type { ProviderCase } from './case.ts'

export const magento: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, accessToken: 'ffffffffffffffffffffffffffffffff' },
  inputs: {
    'orders.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' },
    'orders.get': { id: '2' },
    'orders.fulfill': { id: '1', trackingNumber: '44837412345', carrier: 'Aramex', idempotencyKey: 'sent-1' },
    'orders.cancel': { id: '22', reason: 'CUSTOMER', notify: true, idempotencyKey: 'cancel-22' },
    'products.list': { first: 5 },
    'products.get': { id: 'NA-TEE-CAL' },
    'inventory.set': { variantId: 'NA-TEE-CAL-2', quantity: 12, idempotencyKey: 'count-2' },
    'customers.list': { first: 5 },
  },
  moves: {
    orders: { operation: 'orders.cancel' },
    customers: 'customers are changed at the shop only',
    products: 'stock is kept beside the product, which stays as it is',
  },
  descriptions: {
    folder: 'magento',
    files: ['adobe-commerce-admin-2.4.9.swagger.json'],
    proseOnly: [
      'GET /V1/configurable-products/NA-TEE-CAL/children 200',
      'GET /V1/configurable-products/NA-BOT-WADI/children 200',
      // The description knows the refusals of it only.
      'POST /V1/inventory/source-items 200',
    ],
  },
}
