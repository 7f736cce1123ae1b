import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Made, ProviderCase } from './case.ts'

const idOf = (made: Made, operation: string) => made[operation]?.['id']

export const stripe: ProviderCase = {
  ...labCredentials.stripe,
  wrong: { secretKey: 'sk_test_51WrongWrongWrong' },
  inputs: {
    'payments.create': {
      amount: { amountMinor: 12_500, currency: 'AED' },
      reference: 'NA-2001',
      description: 'Tote bag',
      customerEmail: 'layla@example.com',
      capture: 'MANUAL',
      paymentMethodId: 'pm_card_visa',
      statementDescriptor: 'NOOR NA-2001',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: 'pi_3Lab0000NoorAtelier0000' },
    'payments.list': { first: 3, createdAfter: '2026-01-01T00:00:00Z' },
    'payments.capture': (made) => ({
      id: idOf(made, 'payments.create'),
      amount: { amountMinor: 12_000, currency: 'AED' },
      idempotencyKey: 'capture-NA-2001',
    }),
    'refunds.create': (made) => ({
      paymentId: idOf(made, 'payments.create'),
      amount: { amountMinor: 5_000, currency: 'AED' },
      reason: 'REQUESTED_BY_CUSTOMER',
      note: 'One cushion came back',
      idempotencyKey: 'refund-NA-2001',
    }),
    'refunds.get': (made) => ({ id: idOf(made, 'refunds.create') }),
    'payments.cancel': { id: 'pi_3Lab0009NoorAtelier0009', idempotencyKey: 'cancel-NA-1033' },
    'checkouts.create': {
      items: [{ name: 'Mug, Dubai skyline', price: { amountMinor: 6_500, currency: 'AED' }, quantity: 2 }],
      reference: 'NA-2002',
      customerEmail: 'omar@example.com',
      successUrl: 'https://noor-atelier.example/thanks',
      cancelUrl: 'https://noor-atelier.example/basket',
      idempotencyKey: 'checkout-NA-2002',
    },
    'checkouts.get': (made) => ({ id: idOf(made, 'checkouts.create') }),
    'disputes.list': { first: 2 },
    'disputes.get': { id: 'dp_1Lab0000NoorAtelier' },
    'disputes.answer': {
      id: 'dp_1Lab0000NoorAtelier',
      evidence: 'The parcel was handed over on 3 November, signed by Layla.',
      trackingNumber: '44123456789',
      idempotencyKey: 'dispute-1',
    },
    'subscriptions.create': {
      priceId: 'price_1LabNoorClubMonth',
      customerEmail: 'aisha@example.com',
      trialDays: 14,
      reference: 'CLUB-7',
      idempotencyKey: 'club-7',
    },
    'subscriptions.get': (made) => ({ id: idOf(made, 'subscriptions.create') }),
    'subscriptions.list': { first: 3 },
    'subscriptions.cancel': (made) => ({ id: idOf(made, 'subscriptions.create'), idempotencyKey: 'club-7-end' }),
  },
  moves: {
    payments: { operation: 'payments.create' },
  },
  descriptions: {
    folder: 'stripe',
    files: ['stripe-v1.openapi.json'],
    // The description is of 2023: things are never given whole in it, a subscription's period was not yet its items',
    // and the versions of the API end there.
    outdated:
      /request\/api_version|\/(latest_charge|latest_invoice): must (be string|be null|match a schema)|'current_period_(start|end)'/,
  },
}
