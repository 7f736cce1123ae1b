import type { Sample } from './sample.ts'

const sample = (type: string, more: Readonly<Record<string, unknown>>, events: Sample['events']): Sample => ({
  type,
  headers: { 'svix-id': `msg_${type}` },
  id: `msg_${type}`,
  occurredAt: '2026-10-22T23:41:12.126Z',
  body: {
    type,
    created_at: '2026-10-22T23:41:12.126Z',
    data: {
      email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
      from: 'Shop <orders@shop.example>',
      to: ['aisha@example.com'],
      subject: 'Your order',
      created_at: '2026-10-22T23:41:11.894Z',
      tags: { patchbay_key: 'order-1001-receipt' },
      ...more,
    },
  },
  events,
})
const reader = { ipAddress: '192.0.2.1', timestamp: '2026-10-22T23:41:12Z', userAgent: 'Mozilla/5.0' }

export const resendSamples: readonly Sample[] = [
  sample('email.delivered', {}, [
    {
      type: 'email.delivered',
      data: {
        messageId: '56761188-7520-42d8-8898-ff6fc54ce618',
        recipient: 'aisha@example.com',
        reference: 'order-1001-receipt',
      },
    },
  ]),
  sample(
    'email.delivered',
    { tags: [{ name: 'patchbay_key', value: 'b64_b3JkZXIvMQ' }], to: ['a@x.example', 'b@x.example'] },
    [{ type: 'email.delivered', data: { recipient: 'a@x.example, b@x.example', reference: 'order/1' } }],
  ),
  sample('email.delivery_delayed', {}, [{ type: 'email.deferred', data: { attempt: null } }]),
  sample('email.bounced', { bounce: { message: 'No such user', type: 'Permanent', subType: 'General' } }, [
    { type: 'email.bounced', data: { permanent: true, reason: 'No such user' } },
  ]),
  sample('email.bounced', { bounce: { message: 'Mailbox full', type: 'Transient', subType: 'MailboxFull' } }, [
    { type: 'email.bounced', data: { permanent: false } },
  ]),
  sample('email.failed', { failed: { reason: 'reached_daily_quota' } }, [
    { type: 'email.dropped', data: { reason: 'reached_daily_quota' } },
  ]),
  sample('email.suppressed', { suppressed: { message: 'On the suppression list', type: 'OnAccountSuppressionList' } }, [
    { type: 'email.dropped', data: { reason: 'On the suppression list' } },
  ]),
  sample('email.opened', { open: reader }, [{ type: 'email.opened', data: { userAgent: 'Mozilla/5.0' } }]),
  sample('email.clicked', { click: { ...reader, link: 'https://shop.example/' } }, [
    { type: 'email.clicked', data: { url: 'https://shop.example/', userAgent: 'Mozilla/5.0' } },
  ]),
  sample('email.complained', { tags: null }, [{ type: 'email.complained', data: { reference: null } }]),
]
