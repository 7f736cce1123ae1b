import { square as twin } from '@patchbay/server/lab/twins/square.ts'
import type { Made, ProviderCase } from './case.ts'

const idOf = (made: Made, operation: string) => made[operation]?.['id']
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })

export const square: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, accessToken: 'EAAAlWrongWrongWrongWrongWrong' },
  inputs: {
    'payments.create': {
      amount: usd(3_250),
      reference: 'NA-2001',
      description: 'Tote bag',
      customerEmail: 'layla@example.com',
      capture: 'MANUAL',
      paymentMethodId: 'cnon:card-nonce-ok',
      statementDescriptor: 'NOOR NA-2001',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: 'PLABNOOR0000abcdefZY' },
    'payments.list': { first: 4, createdAfter: '2026-01-01T00:00:00Z' },
    'payments.capture': (made) => ({
      id: idOf(made, 'payments.create'),
      amount: usd(3_000),
      idempotencyKey: 'capture-NA-2001',
    }),
    'refunds.create': (made) => ({
      paymentId: idOf(made, 'payments.create'),
      amount: usd(1_000),
      note: 'One handle was loose',
      idempotencyKey: 'refund-NA-2001',
    }),
    'refunds.get': (made) => ({ id: idOf(made, 'refunds.create') }),
    'payments.cancel': { id: 'PLABNOOR0003abcdefZY', idempotencyKey: 'cancel-NA-1047' },
    'checkouts.create': {
      items: [
        { name: 'Mug, Dubai skyline', price: usd(1_755), quantity: 2 },
        { priceId: 'VLABNOORTOTE', quantity: 1 },
      ],
      reference: 'NA-2002',
      customerEmail: 'omar@example.com',
      successUrl: 'https://noor-atelier.example/thanks',
      idempotencyKey: 'checkout-NA-2002',
    },
    'checkouts.get': (made) => ({ id: idOf(made, 'checkouts.create') }),
    'disputes.list': { first: 2 },
    'disputes.get': { id: 'DLABNOOR0' },
    'disputes.answer': {
      id: 'DLABNOOR0',
      evidence: 'The parcel was handed over on 3 November, signed by Layla.',
      trackingNumber: '44123456789',
      idempotencyKey: 'dispute-1',
    },
    'subscriptions.create': {
      priceId: 'VLABNOORCLUBMONTH',
      customerEmail: 'nadia@example.com',
      reference: 'CLUB-7',
      idempotencyKey: 'club-7',
    },
    'subscriptions.get': (made) => ({ id: idOf(made, 'subscriptions.create') }),
    'subscriptions.list': { first: 2 },
    'subscriptions.cancel': (made) => ({
      id: idOf(made, 'subscriptions.create'),
      atPeriodEnd: true,
      idempotencyKey: 'club-7-end',
    }),
  },
  moves: { payments: { operation: 'payments.create' } },
  descriptions: {
    folder: 'square',
    files: ['square-v2.openapi.json'],
    // The description asks for a member of the risk that it does not describe, and neither do Square's pages.
    outdated: /risk_evaluation: must have required property 'status'/,
  },
}
