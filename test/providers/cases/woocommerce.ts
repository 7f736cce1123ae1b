import { woocommerce as twin } from '@patchbay/server/lab/twins/woocommerce.ts'
import type { ProviderCase } from './case.ts'
import { simple } from './moved.ts'

export const woocommerce: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, consumerSecret: 'cs_ffffffffffffffffffffffffffffffffffffffff' },
  inputs: {
    'orders.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' },
    'orders.get': { id: '7001' },
    'orders.fulfill': { id: '7021', trackingNumber: '44837412345', carrier: 'Aramex', idempotencyKey: 'sent-7021' },
    'orders.cancel': { id: '7022', reason: 'CUSTOMER', idempotencyKey: 'cancel-7022' },
    'products.list': { first: 5 },
    'products.get': { id: '101' },
    'inventory.set': { variantId: '2010', productId: '101', quantity: 12, idempotencyKey: 'count-2010' },
    'customers.list': { first: 5 },
  },
  moves: {
    orders: { operation: 'orders.cancel' },
    products: {
      operation: 'inventory.set',
      input: (records) => ({ variantId: simple(records), productId: simple(records) }),
      id: simple,
    },
  },
  registration: { perType: true },
  descriptions: { folder: 'woocommerce', files: ['derived-woocommerce-wc-v3.openapi.json'] },
}
