import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const sendgrid: ProviderCase = {
  ...labCredentials.sendgrid,
  wrong: { apiKey: 'SG.wrongwrongwrongwrong.wrongwrongwrongwrongwrong', fromEmail: 'orders@noor-atelier.example' },
  inputs: {
    'emails.send': {
      to: [{ email: 'layla@example.com', name: 'Layla' }],
      cc: [{ email: 'omar@example.com' }],
      bcc: [],
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
    folder: 'sendgrid',
    files: [
      'tsg_mail_v3.json',
      'tsg_templates_v3.json',
      'tsg_scopes_v3.json',
      'tsg_suppressions_v3.json',
      'tsg_webhooks_v3.json',
    ],
    // Sandbox mode says 200 instead of 202, which is written in prose only; so is the add-on for email activity.
    proseOnly: ['POST /v3/mail/send 200', 'GET /v3/messages 200'],
    // Dynamic templates have ids of `d-` and 32 digits; legacy ones were UUIDs.
    outdated: /^answer\/result\/\d+\/id: must NOT have fewer than 36/,
  },
  silent: ['emails.send'],
}
