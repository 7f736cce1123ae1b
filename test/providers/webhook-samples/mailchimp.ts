import type { Sample } from './sample.ts'

const sample = (type: string, fields: Readonly<Record<string, string>>, events: Sample['events']): Sample => ({
  type,
  id: null,
  occurredAt: '2026-11-20T12:00:09.000Z',
  // A form: names with brackets, every value a text.
  body: {
    type,
    fired_at: '2026-11-20 12:00:09',
    'data[list_id]': 'a6b5da1054',
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`data[${name}]`, value])),
  },
  events,
})
const person = {
  id: '8a25ff1d98',
  email: 'aisha@example.com',
  email_type: 'html',
  'merges][FNAME': 'Aisha',
  'merges][LNAME': 'Rahman',
}
const known = { id: '8a25ff1d98', email: 'aisha@example.com', name: 'Aisha Rahman', audienceId: 'a6b5da1054' }

export const mailchimpSamples: readonly Sample[] = [
  sample('subscribe', person, [{ type: 'subscriber.subscribed', data: known }]),
  sample('unsubscribe', { ...person, action: 'unsub', reason: 'manual' }, [
    { type: 'subscriber.unsubscribed', data: { ...known, reason: 'manual' } },
  ]),
  sample('profile', { ...person, 'merges][LNAME': '' }, [{ type: 'subscriber.updated', data: { name: 'Aisha' } }]),
  sample('upemail', { new_id: '51da8c3259', new_email: 'aisha@new.example', old_email: 'aisha@example.com' }, [
    {
      type: 'subscriber.updated',
      data: { id: '51da8c3259', email: 'aisha@new.example', previousEmail: 'aisha@example.com' },
    },
  ]),
  sample('cleaned', { email: 'aisha@example.com', campaign_id: '4fjk2ma9xd', reason: 'hard' }, [
    { type: 'subscriber.bounced', data: { id: null, reason: 'hard' } },
  ]),
  sample('campaign', { id: '5aa2102003', subject: 'New in November', status: 'sent', reason: '' }, [
    { type: 'campaign.sent', data: { id: '5aa2102003', subject: 'New in November', audienceId: 'a6b5da1054' } },
  ]),
  sample('campaign', { id: '5aa2102003', subject: 'New in November', status: 'canceled', reason: '' }, []),
]
