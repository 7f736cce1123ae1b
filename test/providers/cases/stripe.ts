import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const stripe: ProviderCase = {
  ...labCredentials.stripe,
  wrong: { secretKey: 'sk_test_51WrongWrongWrong' },
  inputs: {
    'payments.create': {
      amount: { amountMinor: 12_500, currency: 'AED' },
      reference: 'NA-2001',
      description: 'Tote bag',
      customerEmail: 'layla@example.com',
      idempotencyKey: 'order-NA-2001',
    },
    'payments.get': { id: 'pi_3Lab0000NoorAtelier0000' },
  },
  descriptions: {
    folder: 'stripe',
    files: ['stripe-v1.openapi.json'],
  },
}
