import { telr as twin } from '@patchbay/server/lab/twins/telr.ts'
import { firstRef } from '@patchbay/server/lab/twins/telr/orders.ts'
import type { Made, ProviderCase } from './case.ts'

const idOf = (made: Made, operation: string) => made[operation]?.['id']
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })

export const telr: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, authKey: 'wrong-key-of-nobody' },
  inputs: {
    'payments.create': {
      amount: aed(12_500),
      reference: 'NA-2001',
      description: 'Tote bag',
      customerEmail: 'layla@example.com',
      returnUrl: 'https://noor-atelier.example/paid',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: firstRef(0) },
    'payments.capture': { id: firstRef(1), amount: aed(10_000), idempotencyKey: 'capture-NA-1049' },
    'payments.cancel': { id: firstRef(5), idempotencyKey: 'cancel-NA-1045' },
    'refunds.create': { paymentId: firstRef(0), amount: aed(1_500), idempotencyKey: 'refund-NA-1050' },
    'checkouts.create': {
      items: [{ name: 'Mug, Dubai skyline', price: aed(6_500), quantity: 1 }],
      reference: 'NA-2002',
      customerEmail: 'omar@example.com',
      successUrl: 'https://noor-atelier.example/thanks',
      idempotencyKey: 'checkout-NA-2002',
    },
    'checkouts.get': (made) => ({ id: idOf(made, 'checkouts.create') }),
  },
  pullsNothing: 'tells one order by its reference; it has no list',
  descriptions: {
    folder: 'telr',
    files: ['unofficial-telr.openapi.yaml'],
    // Somebody's model of one request for two methods: only `create` has addresses to return to.
    outdated: /^request: must have required property 'return'/,
  },
}
