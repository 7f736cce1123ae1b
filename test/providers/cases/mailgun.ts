import { mailgun as twin } from '@patchbay/server/lab/twins/mailgun.ts'
import type { ProviderCase } from './case.ts'

export const mailgun: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, apiKey: '99999999999999999999999999999999-99999999-99999999' },
  inputs: {
    'emails.send': {
      to: [{ email: 'layla@example.com', name: 'Layla "L" Al Mansoori' }],
      cc: [{ email: 'omar@example.com' }],
      subject: 'Your order NA-2001',
      text: 'Thank you.',
      html: '<p>Thank you.</p>',
      idempotencyKey: 'mail-NA-2001',
    },
    'emails.get': (made) => ({ id: made['emails.send']?.['messageId'] }),
    'templates.list': { first: 3 },
    'suppressions.list': { first: 2, reason: 'BOUNCE' },
  },
  pullsNothing: 'transactional mail comes as events by webhook',
  descriptions: {
    folder: 'mailgun',
    files: ['mailgun.openapi.yaml'],
    // Times are described as objects and are texts, as the examples beside it show; what a page begins with is described
    // as necessary, and types of events as one text.
    outdated: /created_at: must be object|query: (page|term) must be there|request\/event_types: must be string/,
  },
}
