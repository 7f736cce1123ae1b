import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const paypal: ProviderCase = {
  ...labCredentials.paypal,
  wrong: null,
  inputs: {
    'payments.create': {
      amount: { amountMinor: 3_250, currency: 'USD' },
      reference: 'NA-2001',
      description: 'Tote bag',
      returnUrl: 'https://noor-atelier.example/paid',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: '5LAB0000NA0000000' },
  },
  descriptions: {
    folder: 'paypal',
    files: ['checkout_orders_v2.json', 'notifications_webhooks_v1.json'],
  },
}
