import { createHmac } from 'node:crypto'
import { pick } from '../../chance.ts'
import { people } from '../../shop.ts'
import type { Happening, Scenario, WebhookSpec } from '../../webhook.ts'

export const account = 'AC1ab00000000000000000000000000a11'
export const authToken = '1ab0000000000000000000000000c0de'
export const ownNumber = '+15005550006'

export interface WebhookState {
  /** Address at the number; null for none. */
  smsUrl: string | null
}

type Form = Readonly<Record<string, string>>
const phones = people.map((_, index) => `+97150123450${index}`)

function scenario(description: string, make: (phone: string, sid: string) => Form): Scenario<WebhookState> {
  return {
    description,
    make: ({ now, id, random }): readonly Happening[] => {
      const sid = id('SM', 32, '0123456789abcdef')
      const data = {
        AccountSid: account,
        MessageSid: sid,
        ApiVersion: '2010-04-01',
        ...make(pick(random, phones), sid),
      }
      return [{ id: sid, type: 'message', at: now, data }]
    },
  }
}

/** Base64 of HMAC-SHA1 over the address and the sorted fields: https://www.twilio.com/docs/usage/security */
function sign(url: string, form: Form, key: string): string {
  const text = Object.keys(form)
    .sort()
    .reduce((whole, name) => whole + name + (form[name] ?? ''), url)
  return createHmac('sha1', key).update(text).digest('base64')
}

const report = (status: string, more: Form = {}) =>
  scenario(`A message is ${status}.`, (phone) => ({
    SmsSid: 'SMlab',
    From: ownNumber,
    To: phone,
    MessageStatus: status,
    SmsStatus: status,
    ...more,
  }))

export const twilioWebhooks: WebhookSpec<WebhookState> = {
  proof: ['x-twilio-signature'],
  coversBody: true,
  scenarios: {
    'message.received': scenario('Somebody wrote.', (phone) => ({
      From: phone,
      To: ownNumber,
      Body: 'Where is my order?',
      NumMedia: '0',
      NumSegments: '1',
      SmsStatus: 'received',
    })),
    'message.delivered': report('delivered'),
    'message.failed': report('undelivered', { ErrorCode: '30003', ErrorMessage: 'Unreachable destination handset' }),
  },
  subscribers: ({ smsUrl }) =>
    // A number nobody set up has the vendor's own demonstration there, which is told nothing from here.
    smsUrl === null || smsUrl === '' || smsUrl.startsWith('https://demo.twilio.com/')
      ? []
      : [{ id: 'number', url: smsUrl, secret: authToken, types: null }],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? authToken, types: null } }),
  write: ({ data }, { url, secret }) => {
    const form = data as Form
    return {
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        ...(secret === null ? {} : { 'x-twilio-signature': sign(url, form, secret) }),
      },
      body: new URLSearchParams(form).toString(),
    }
  },
}
