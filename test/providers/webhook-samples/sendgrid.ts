import type { Sample } from './sample.ts'

const item = (event: string, more: Readonly<Record<string, unknown>> = {}) => ({
  email: 'aisha@example.com',
  timestamp: 1_795_000_000,
  'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
  event,
  category: ['receipt'],
  sg_event_id: `sg_${event}`,
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
  patchbay_key: 'order-1001-receipt',
  ...more,
})

const single = (type: string, more: Readonly<Record<string, unknown>>, events: Sample['events']): Sample => ({
  type,
  id: null,
  body: [item(type, more)],
  events,
})

export const sendgridSamples: readonly Sample[] = [
  single('delivered', { response: '250 OK', tls: 1 }, [
    { type: 'email.delivered', data: { recipient: 'aisha@example.com', reference: 'order-1001-receipt' } },
  ]),
  single('bounce', { type: 'bounce', status: '5.1.1', reason: '550 No such user' }, [
    { type: 'email.bounced', data: { permanent: true, code: '5.1.1' } },
  ]),
  single('bounce', { type: 'blocked', status: '4.0.0', reason: 'Unable to resolve MX host' }, [
    { type: 'email.bounced', data: { permanent: false } },
  ]),
  single('deferred', { attempt: '5', response: '400 try again later' }, [
    { type: 'email.deferred', data: { attempt: 5, reason: '400 try again later' } },
  ]),
  single('dropped', { reason: 'Bounced Address', status: '5.0.0' }, [
    { type: 'email.dropped', data: { reason: 'Bounced Address' } },
  ]),
  single('open', { useragent: 'Mozilla/4.0', ip: '192.0.2.1', sg_machine_open: true }, [
    { type: 'email.opened', data: { byMachine: true, userAgent: 'Mozilla/4.0' } },
  ]),
  single('click', { useragent: 'Mozilla/4.0', ip: '192.0.2.1', url: 'https://shop.example/' }, [
    { type: 'email.clicked', data: { url: 'https://shop.example/' } },
  ]),
  single('spamreport', {}, [{ type: 'email.complained' }]),
  single('unsubscribe', {}, [{ type: 'email.unsubscribed', data: { group: null } }]),
  single('group_unsubscribe', { asm_group_id: 42 }, [{ type: 'email.unsubscribed', data: { group: '42' } }]),
  single('group_resubscribe', { asm_group_id: 42 }, [{ type: 'email.resubscribed', data: { group: '42' } }]),
  {
    type: 'batch',
    id: null,
    body: [item('processed'), item('delivered'), item('open', { useragent: 'Mozilla/4.0' })],
    events: [{ type: 'email.delivered' }, { type: 'email.opened' }],
  },
]
