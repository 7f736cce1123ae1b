import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf('MESSAGING')

const message = z.object({
  id: z.string().describe('The vendor’s id of the message.'),
  channel: z.string().describe('sms, whatsapp, messenger, …'),
  from: text('Number or account of the sender.'),
  to: text('Number or account of the receiver.'),
})
const short = { id: 'SM1', channel: 'sms', from: '+971500000000', to: '+15550001111' }
const state = message.extend({ status: text('The vendor’s word for it.') })

/** Short messages, both ways. */
export const messagingEvents = [
  define(
    'message.received',
    'Somebody wrote to you.',
    message.extend({
      text: text('Null for a message without words.'),
      mediaUrls: z.array(z.string()).describe('Pictures and files; most vendors want your credentials for them.'),
    }),
    { ...short, text: 'Where is my order?', mediaUrls: [] },
  ),
  define('message.delivered', 'A message reached its phone.', state, { ...short, status: 'delivered' }),
  define(
    'message.failed',
    'A message could not be delivered.',
    state.extend({ code: text('The vendor’s code.'), reason: text('In words.') }),
    { ...short, status: 'undelivered', code: '30003', reason: 'Unreachable destination handset' },
  ),
]
