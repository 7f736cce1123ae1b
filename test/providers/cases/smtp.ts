import { smtp as twin } from '@patchbay/server/lab/twins/smtp.ts'
import type { ProviderCase } from './case.ts'

export const smtp: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, password: 'nobodys' },
  inputs: {
    'emails.send': {
      to: [{ email: 'layla@example.com', name: 'Layla' }],
      subject: 'Your order NA-2001',
      text: 'Thank you.',
      html: '<p>Thank you.</p>',
      idempotencyKey: 'mail-NA-2001',
    },
  },
  pullsNothing: 'sends, and tells nothing',
}
