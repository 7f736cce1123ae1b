import type { Sample } from './sample.ts'

const sample = (type: string, state: string, events: Sample['events']): Sample => ({
  type,
  body: {
    subscriber: {
      id: 1,
      first_name: 'Aisha',
      email_address: 'aisha@example.com',
      state,
      created_at: '2026-02-15T19:40:24.913Z',
      fields: { last_name: 'Rahman' },
    },
  },
  events,
})
const known = { id: '1', email: 'aisha@example.com', name: 'Aisha Rahman', audienceId: null }

export const convertkitSamples: readonly Sample[] = [
  sample('subscriber.subscriber_activate', 'active', [{ type: 'subscriber.subscribed', data: known }]),
  sample('subscriber.subscriber_unsubscribe', 'cancelled', [{ type: 'subscriber.unsubscribed', data: known }]),
  sample('subscriber.subscriber_bounce', 'bounced', [{ type: 'subscriber.bounced', data: known }]),
  sample('subscriber.subscriber_complain', 'complained', [{ type: 'subscriber.complained', data: known }]),
]
