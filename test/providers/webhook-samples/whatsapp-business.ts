import type { Sample } from './sample.ts'

const metadata = { display_phone_number: '15550783881', phone_number_id: '106540352242922' }
const notice = (...values: readonly object[]) => ({
  object: 'whatsapp_business_account',
  entry: values.map((value) => ({
    id: '102290129340398',
    changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }],
  })),
})
const written = {
  contacts: [{ profile: { name: 'Layla' }, wa_id: '971501234567' }],
  messages: [{ id: 'wamid.1', from: '971501234567', timestamp: '1795000000', type: 'text', text: { body: 'سلام' } }],
}
const picture = {
  messages: [
    {
      id: 'wamid.2',
      from: '971501234567',
      timestamp: '1795000001',
      type: 'image',
      image: { id: '2754859441498128', mime_type: 'image/jpeg', sha256: 'x', caption: 'Broken' },
    },
  ],
}
const status = (word: string, more: object = {}) => ({
  statuses: [{ id: 'wamid.3', status: word, timestamp: '1795000002', recipient_id: '971501234567', ...more }],
})

export const whatsappBusinessSamples: readonly Sample[] = [
  {
    type: 'messages',
    id: null,
    body: notice(written, picture),
    events: [
      {
        type: 'message.received',
        data: {
          id: 'wamid.1',
          channel: 'whatsapp',
          from: '+971501234567',
          to: '+15550783881',
          text: 'سلام',
          mediaUrls: [],
        },
      },
      { type: 'message.received', data: { id: 'wamid.2', text: 'Broken', mediaUrls: ['2754859441498128'] } },
    ],
  },
  {
    type: 'messages',
    id: null,
    body: notice(
      status('sent'),
      status('delivered'),
      status('read'),
      status('failed', { errors: [{ code: 131026, title: 'Message undeliverable' }] }),
    ),
    events: [
      { type: 'message.delivered', data: { id: 'wamid.3', to: '+971501234567', status: 'delivered' } },
      { type: 'message.failed', data: { code: '131026', reason: 'Message undeliverable' } },
    ],
  },
  {
    type: 'batch',
    id: null,
    body: {
      object: 'whatsapp_business_account',
      entry: [
        ...notice(written).entry,
        { id: '102290129340398', changes: [{ field: 'account_update', value: { event: 'VERIFIED_ACCOUNT' } }] },
      ],
    },
    events: [{ type: 'message.received', data: { id: 'wamid.1' } }],
  },
]
