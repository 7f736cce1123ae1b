import type { Sample } from './sample.ts'

const sid = 'SM1ab00000000000000000000000000077'
const report = (status: string, more: object = {}) => ({
  AccountSid: 'AC1ab00000000000000000000000000a11',
  ApiVersion: '2010-04-01',
  From: '+15005550006',
  To: '+971501234567',
  MessageSid: sid,
  MessageStatus: status,
  SmsSid: sid,
  SmsStatus: status,
  ...more,
})
const reason = { ErrorCode: '30003', ErrorMessage: 'Unreachable destination handset' }

export const twilioSamples: readonly Sample[] = [
  {
    type: 'received',
    id: `${sid}:received`,
    body: {
      AccountSid: 'AC1ab00000000000000000000000000a11',
      MessageSid: sid,
      From: 'whatsapp:+971501234567',
      To: 'whatsapp:+15005550006',
      Body: 'Where is my order?',
      SmsStatus: 'received',
      NumMedia: '1',
      MediaUrl0: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1',
    },
    events: [
      {
        type: 'message.received',
        data: {
          id: sid,
          channel: 'whatsapp',
          from: '+971501234567',
          to: '+15005550006',
          text: 'Where is my order?',
          mediaUrls: ['https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1'],
        },
      },
    ],
  },
  {
    type: 'delivered',
    id: `${sid}:delivered`,
    body: report('delivered'),
    events: [{ type: 'message.delivered', data: { id: sid, channel: 'sms', status: 'delivered' } }],
  },
  ...['undelivered', 'failed'].map((type) => ({
    type,
    id: `${sid}:${type}`,
    body: report(type, reason),
    events: [
      { type: 'message.failed', data: { status: type, code: '30003', reason: 'Unreachable destination handset' } },
    ],
  })),
]
