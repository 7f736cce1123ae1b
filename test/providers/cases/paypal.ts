import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Made, ProviderCase } from './case.ts'

const idOf = (made: Made, operation: string) => made[operation]?.['id']

export const paypal: ProviderCase = {
  ...labCredentials.paypal,
  wrong: null,
  inputs: {
    'payments.create': {
      amount: { amountMinor: 3_250, currency: 'USD' },
      reference: 'NA-2001',
      description: 'Tote bag',
      returnUrl: 'https://noor-atelier.example/paid',
      statementDescriptor: 'NOOR NA-2001',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: '5LAB0000NA0000000' },
    'payments.list': { first: 4 },
    // The payer agreed, nobody authorized it yet.
    'payments.capture': {
      id: '5LAB0000NA0000003',
      amount: { amountMinor: 1_500, currency: 'USD' },
      idempotencyKey: 'capture-NA-1047',
    },
    'refunds.create': (made) => ({
      paymentId: idOf(made, 'payments.capture'),
      amount: { amountMinor: 500, currency: 'USD' },
      note: 'One handle was loose',
      idempotencyKey: 'refund-NA-1047',
    }),
    'refunds.get': (made) => ({ id: idOf(made, 'refunds.create') }),
    'payments.cancel': { id: '5LAB0000NA0000004', idempotencyKey: 'cancel-NA-1046' },
    'checkouts.create': {
      items: [{ name: 'Mug, Dubai skyline', price: { amountMinor: 1_770, currency: 'USD' }, quantity: 2 }],
      reference: 'NA-2002',
      customerEmail: 'omar@example.com',
      successUrl: 'https://noor-atelier.example/thanks',
      cancelUrl: 'https://noor-atelier.example/basket',
      idempotencyKey: 'checkout-NA-2002',
    },
    'checkouts.get': (made) => ({ id: idOf(made, 'checkouts.create') }),
    'disputes.list': { first: 2 },
    'disputes.get': { id: 'PP-R-LAB-10020030' },
    'disputes.answer': {
      id: 'PP-R-LAB-10020030',
      evidence: 'The parcel was handed over on 3 November, signed by Layla.',
      trackingNumber: '44123456789',
      idempotencyKey: 'dispute-1',
    },
    'subscriptions.create': {
      priceId: 'P-5LAB00000NOORCLUBMONTH001',
      customerEmail: 'aisha@example.com',
      reference: 'CLUB-7',
      returnUrl: 'https://noor-atelier.example/club',
      idempotencyKey: 'club-7',
    },
    'subscriptions.get': (made) => ({ id: idOf(made, 'subscriptions.create') }),
    'subscriptions.cancel': { id: 'I-LABNOOR00000', idempotencyKey: 'club-1-end' },
  },
  moves: {
    payments: 'a transaction is made by its payer, on PayPal’s page',
  },
  descriptions: {
    folder: 'paypal',
    files: [
      'checkout_orders_v2.json',
      'payments_payment_v2.json',
      'customer_disputes_v1.json',
      'billing_subscriptions_v1.json',
      'reporting_transactions_v1.json',
      'notifications_webhooks_v1.json',
    ],
    // The JSON part beside the files of evidence is in PayPal's examples and missing in its description.
    outdated: /^request\/--patchbay.* is not described$/s,
  },
}
