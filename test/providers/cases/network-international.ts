import { uuidOf } from '@patchbay/server/lab/chance.ts'
import { networkInternational as twin } from '@patchbay/server/lab/twins/network-international.ts'
import type { Made, ProviderCase } from './case.ts'

const idOf = (made: Made, operation: string) => made[operation]?.['id']
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
/** Orders of the twin's first day: 0 is captured, 1 and 5 are reserved. */
const first = (index: number) => uuidOf(`ni:${uuidOf(`ni:${index}::1`)}`)

export const networkInternational: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, apiKey: Buffer.from('nobody:nothing-of-any-use-to-anybody').toString('base64') },
  inputs: {
    'payments.create': {
      amount: aed(12_500),
      reference: 'NA-2001',
      description: 'Tote bag',
      customerEmail: 'layla@example.com',
      returnUrl: 'https://noor-atelier.example/paid',
      cancelUrl: 'https://noor-atelier.example/basket',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: first(0) },
    'payments.capture': { id: first(1), amount: aed(10_000), idempotencyKey: 'capture-NA-1049' },
    'payments.cancel': { id: first(5), idempotencyKey: 'cancel-NA-1045' },
    'refunds.create': { paymentId: first(0), amount: aed(1_500), idempotencyKey: 'refund-NA-1050' },
    'refunds.get': (made) => ({ id: idOf(made, 'refunds.create') }),
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
}
