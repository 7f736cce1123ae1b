import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf('MARKETING')

const subscriber = z.object({
  id: text('The vendor’s id of the subscriber.'),
  email: z.string().describe('E-mail address.'),
  name: text('First and last name.'),
  audienceId: text('The vendor’s id of the list; null where subscribers are not on lists.'),
})
const reader = { id: '5e0b2f', email: 'aisha@example.com', name: 'Aisha Rahman', audienceId: 'a1b2c3d4e5' }
const tag = subscriber.extend({ tagId: text('The vendor’s id of the tag.'), tag: text('Its name.') })

/** Who gets news, who no longer does, and what was sent to them. */
export const marketingEvents = [
  define('subscriber.subscribed', 'Somebody gets news from now on.', subscriber, reader),
  define(
    'subscriber.updated',
    'What is known of a subscriber changed.',
    subscriber.extend({ previousEmail: text('The address before, where it is what changed.') }),
    { ...reader, previousEmail: null },
  ),
  define(
    'subscriber.unsubscribed',
    'Somebody wants no more news.',
    subscriber.extend({ reason: text('The vendor’s word for why.') }),
    { ...reader, reason: 'manual' },
  ),
  define(
    'subscriber.bounced',
    'An address takes no mail, so no more is sent to it.',
    subscriber.extend({ reason: text('The vendor’s word for why.') }),
    { ...reader, reason: 'hard' },
  ),
  define('subscriber.complained', 'Somebody marked news as spam.', subscriber, reader),
  define('subscriber.tagged', 'A subscriber got a tag.', tag, { ...reader, tagId: '42', tag: 'VIP' }),
  define('subscriber.untagged', 'A tag was taken from a subscriber.', tag, { ...reader, tagId: '42', tag: 'VIP' }),
  define(
    'campaign.sent',
    'A mail to a whole list went out.',
    z.object({
      id: z.string().describe('The vendor’s id of the campaign.'),
      subject: text('Its subject.'),
      audienceId: text('The vendor’s id of the list it went to.'),
    }),
    { id: '42694e9e57', subject: 'New in November', audienceId: 'a1b2c3d4e5' },
  ),
]
