import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'
import { dataOf, firstId, oneVariant } from './moved.ts'

const order = { id: 'gid://shopify/Order/5900000044' }

export const shopify: ProviderCase = {
  ...labCredentials.shopify,
  wrong: { shop: 'noor-atelier.myshopify.com', accessToken: 'shpat_ffffffffffffffffffffffffffffffff' },
  inputs: {
    'orders.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' },
    'orders.get': order,
    'orders.fulfill': { ...order, trackingNumber: '44837412345', carrier: 'Aramex', idempotencyKey: 'sent-44' },
    'orders.cancel': { id: 'gid://shopify/Order/5900000045', reason: 'STOCK', idempotencyKey: 'cancel-45' },
    'products.list': { first: 5 },
    'products.get': { id: 'gid://shopify/Product/8001003' },
    'inventory.set': {
      variantId: 'gid://shopify/ProductVariant/44001030',
      quantity: 12,
      idempotencyKey: 'count-44001030',
    },
    'customers.list': { first: 5 },
  },
  moves: {
    orders: { operation: 'orders.cancel' },
    products: { operation: 'inventory.set', input: oneVariant, id: firstId },
    variants: {
      operation: 'inventory.set',
      input: ([first]) => ({ variantId: dataOf<{ readonly id: string }>(first).id, idempotencyKey: 'count-pulled' }),
      id: firstId,
    },
    customers: 'customers are changed at the shop only',
  },
  registration: { perType: true },
  descriptions: {
    folder: 'shopify',
    files: ['admin-2026-10.graphql'],
  },
}
