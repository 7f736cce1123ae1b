import { canary, type Sample } from './sample.ts'

const sample = (
  type: string,
  event: string,
  more: Readonly<Record<string, unknown>>,
  events: Sample['events'],
): Sample => ({
  type,
  id: `id-${type}`,
  occurredAt: '2018-06-22T22:02:56.104Z',
  body: {
    signature: { timestamp: '1529006854', token: canary, signature: canary },
    'event-data': {
      event,
      id: `id-${type}`,
      timestamp: 1529704976.104,
      'log-level': 'info',
      recipient: 'aisha@example.com',
      message: {
        headers: { 'message-id': '20180622220256.1.B31A@mg.shop.example', from: 'orders@shop.example', subject: 'Hi' },
        attachments: [],
        size: 867,
      },
      tags: [],
      'user-variables': { patchbay_key: 'order-1001-receipt' },
      ...more,
    },
  },
  events,
})
const client = { 'client-type': 'browser', 'user-agent': 'Mozilla/5.0', bot: '' }

export const mailgunSamples: readonly Sample[] = [
  sample('delivered', 'delivered', { 'delivery-status': { code: 250, message: 'OK', 'attempt-no': 1 } }, [
    {
      type: 'email.delivered',
      data: {
        messageId: '20180622220256.1.B31A@mg.shop.example',
        recipient: 'aisha@example.com',
        reference: 'order-1001-receipt',
      },
    },
  ]),
  sample(
    'permanent_fail',
    'failed',
    {
      severity: 'permanent',
      reason: 'bounce',
      'delivery-status': { code: 550, 'enhanced-code': '5.1.1', message: 'No such user', 'attempt-no': 1 },
    },
    [{ type: 'email.bounced', data: { permanent: true, code: '5.1.1', reason: 'No such user' } }],
  ),
  sample(
    'permanent_fail',
    'failed',
    {
      severity: 'permanent',
      reason: 'suppress-bounce',
      'delivery-status': { code: 605, message: '', description: 'Not delivering to previously bounced address' },
    },
    [{ type: 'email.dropped', data: { reason: 'Not delivering to previously bounced address' } }],
  ),
  sample(
    'temporary_fail',
    'failed',
    { severity: 'temporary', reason: 'generic', 'delivery-status': { code: 452, message: 'Full', 'attempt-no': 3 } },
    [{ type: 'email.deferred', data: { attempt: 3, reason: 'Full' } }],
  ),
  sample('opened', 'opened', { 'client-info': { ...client, bot: 'apple' } }, [
    { type: 'email.opened', data: { byMachine: true, userAgent: 'Mozilla/5.0' } },
  ]),
  sample('clicked', 'clicked', { 'client-info': client, url: 'https://shop.example/' }, [
    { type: 'email.clicked', data: { url: 'https://shop.example/' } },
  ]),
  sample('complained', 'complained', {}, [{ type: 'email.complained' }]),
  sample('unsubscribed', 'unsubscribed', {}, [{ type: 'email.unsubscribed', data: { group: null } }]),
]
