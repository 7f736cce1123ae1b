import { resend as twin } from '@patchbay/server/lab/twins/resend.ts'
import type { ProviderCase } from './case.ts'

export const resend: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, apiKey: 're_wrongwrong_wrongwrongwrongwrong' },
  inputs: {
    'emails.send': {
      to: [{ email: 'layla@example.com', name: 'Layla Al Mansoori' }],
      bcc: [{ email: 'omar@example.com' }],
      subject: 'Your order NA-2001',
      text: 'Thank you.',
      html: '<p>Thank you.</p>',
      idempotencyKey: 'order/NA-2001: receipt',
    },
    'emails.get': (made) => ({ id: made['emails.send']?.['messageId'] }),
    'templates.list': { first: 3 },
    'suppressions.list': { first: 2, reason: 'BOUNCE' },
  },
  pullsNothing: 'transactional mail comes as events by webhook',
  descriptions: { folder: 'resend', files: ['resend.openapi.json'] },
}
