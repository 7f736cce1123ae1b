import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const shopify: ProviderCase = {
  ...labCredentials.shopify,
  wrong: { shop: 'noor-atelier.myshopify.com', accessToken: 'shpat_ffffffffffffffffffffffffffffffff' },
  inputs: { 'orders.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' }, 'products.list': { first: 5 } },
}
