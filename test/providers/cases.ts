import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { LabCredentials } from '@patchbay/server/lab/credentials.ts'

/** What the table-driven tests need to know of one provider besides its own declaration. */
export interface ProviderCase extends LabCredentials {
  /** Fields the vendor refuses; null where a person signs in at the vendor and there is nothing to mistype. */
  readonly wrong: Readonly<Record<string, string>> | null
  /** Input of every operation. */
  readonly inputs: Readonly<Record<string, unknown>>
}

export const cases: Readonly<Record<string, ProviderCase>> = {
  stripe: {
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
  },
}
