import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf('EMAIL')

const mail = z.object({
  messageId: text('The vendor’s id of the mail; emails.send answers with its beginning.'),
  recipient: z.string().describe('The one address this is about.'),
  reference: text('The idempotency key the mail was sent with through the hub.'),
})
const sent = { messageId: '14c5d75ce93.dfd.64b469', recipient: 'aisha@example.com', reference: 'order-1001-receipt' }
const reason = text('In words, as the receiving server or the vendor puts it.')
const refused = '550 5.1.1 The email account that you tried to reach does not exist.'
const reader = { userAgent: text('Program the mail was read with.') }

/** What became of mails that were sent. */
export const emailEvents = [
  define('email.delivered', 'The receiving server took a mail.', mail, sent),
  define(
    'email.bounced',
    'The receiving server refused a mail.',
    mail.extend({
      permanent: z.boolean().nullable().describe('Trying again is useless.'),
      code: text('SMTP.'),
      reason,
    }),
    { ...sent, permanent: true, code: '5.1.1', reason: refused },
  ),
  define(
    'email.deferred',
    'The receiving server asked to try later; the vendor does.',
    mail.extend({ attempt: z.int().nullable().describe('How often it was tried.'), reason }),
    { ...sent, attempt: 1, reason: '451 4.7.1 Try again later.' },
  ),
  define('email.dropped', 'The vendor did not send a mail at all.', mail.extend({ reason }), {
    ...sent,
    reason: 'Bounced Address',
  }),
  define(
    'email.opened',
    'A mail was opened, by a person or by a program.',
    mail.extend({
      ...reader,
      byMachine: z.boolean().nullable().describe('A mail program loaded the pictures by itself.'),
    }),
    { ...sent, userAgent: 'Mozilla/5.0', byMachine: false },
  ),
  define('email.clicked', 'A link in a mail was followed.', mail.extend({ ...reader, url: text('The link.') }), {
    ...sent,
    userAgent: 'Mozilla/5.0',
    url: 'https://shop.example/orders/1001',
  }),
  define('email.complained', 'A recipient marked a mail as spam.', mail, sent),
  define(
    'email.unsubscribed',
    'A recipient wants no more mails.',
    mail.extend({ group: text('Only of this group.') }),
    {
      ...sent,
      group: null,
    },
  ),
  define('email.resubscribed', 'A recipient wants mails again.', mail.extend({ group: text('Of this group.') }), {
    ...sent,
    group: '42',
  }),
]
