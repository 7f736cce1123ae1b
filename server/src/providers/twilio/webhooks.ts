import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { at, cannotSend, readAnswer } from '../shared/failure.ts'
import { onBody, someText } from '../shared/message.ts'
import { addressId, addressTaken } from '../shared/registration.ts'
import { urlForm } from '../shared/signatures/url-form.ts'
import type { MapEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { accountPath } from './messages.ts'

const notice = z.looseObject({
  MessageSid: z.string().min(1),
  From: someText,
  To: someText,
  Body: someText,
  MessageStatus: someText,
  SmsStatus: someText,
  ErrorCode: someText,
  ErrorMessage: someText,
  ChannelStatusMessage: someText,
  NumMedia: z.coerce.number().int().min(0).max(10).catch(0),
})
type Notice = z.output<typeof notice>

/** `whatsapp:+971…`, `messenger:…`; a plain number is a text message. */
function channelOf({ From, To }: Notice): string {
  return /^(\w+):/.exec(From ?? '')?.[1] ?? /^(\w+):/.exec(To ?? '')?.[1] ?? 'sms'
}
const bare = (address: string | null) => address?.replace(/^\w+:/, '') ?? null

const statusOf = (found: Notice) => found.MessageStatus ?? found.SmsStatus

const messageOf = (found: Notice) => ({
  id: found.MessageSid,
  channel: channelOf(found),
  from: bare(found.From),
  to: bare(found.To),
})

const on = (type: string, more: (found: Notice) => Readonly<Record<string, unknown>>): MapEvent =>
  onBody(notice, (found) => ({
    type,
    occurredAt: null,
    orderKey: `message:${found.MessageSid}`,
    data: { ...messageOf(found), ...more(found) },
  }))

const delivered = on('message.delivered', (found) => ({ status: statusOf(found) }))
const failed = on('message.failed', (found) => ({
  status: statusOf(found),
  code: found.ErrorCode,
  reason: found.ErrorMessage ?? found.ChannelStatusMessage,
}))
const received = on('message.received', (found) => ({
  text: found.Body,
  mediaUrls: Array.from({ length: found.NumMedia }, (_, index) => found[`MediaUrl${index}`]).filter(
    (url) => typeof url === 'string',
  ),
}))

/** Where one sender keeps its address: a number for what comes in, a messaging service for that and for its own reports. */
interface Place {
  readonly request: { readonly host: string; readonly path: string }
  readonly current: string | null
  readonly form: (url: string) => Readonly<Record<string, string>>
}

const numbers = z.object({
  incoming_phone_numbers: z.array(z.object({ sid: z.string(), sms_url: someText })),
})
const service = z.object({ sid: z.string(), inbound_request_url: someText })

async function placeOf(call: Call, connection: ConnectionFacts): Promise<Place> {
  const from = (connection.settings['from'] ?? '').replace(/^whatsapp:/, '')
  if (from.startsWith('MG')) {
    const request = { host: 'messaging', path: `/v1/Services/${encodeURIComponent(from)}` }
    const answer = await call({ method: 'GET', ...request })
    return readAnswer('Twilio', answer, service, (found) => ({
      request,
      current: found.inbound_request_url,
      form: (url) => ({
        InboundRequestUrl: url,
        InboundMethod: 'POST',
        StatusCallback: url,
        UseInboundWebhookOnNumber: 'false',
      }),
    }))
  }
  const answer = await call({
    method: 'GET',
    path: accountPath(connection, '/IncomingPhoneNumbers.json'),
    query: { PhoneNumber: from, PageSize: 1 },
  })
  const [number] = readAnswer('Twilio', answer, numbers, (found) => found.incoming_phone_numbers)
  if (number === undefined)
    throw cannotSend(
      `The account has no number ${from}.`,
      'Take one of its numbers, or a messaging service, as the sender of the connection.',
      'from',
    )
  const path = accountPath(connection, `/IncomingPhoneNumbers/${number.sid}.json`)
  const form = (url: string) => ({ SmsUrl: url, SmsMethod: 'POST' })
  return { request: { host: 'api', path }, current: number.sms_url, form }
}

/** New numbers come with a greeting of Twilio's own, which belongs to nobody. */
const isFree = (address: string | null) => address === null || URL.parse(address)?.hostname === 'demo.twilio.com'

/** A sender has one address; it is Twilio's own field, so a repeat changes nothing. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }, connection) => {
    const { request, current, form } = await placeOf(call, connection)
    if (!isFree(current) && current !== url && !ids.includes(addressId(current ?? '')))
      throw addressTaken('Twilio', current ?? '')
    await call({ method: 'POST', ...request, form: form(url) })
    return { ids: [addressId(url)] }
  },
  unregister: async (call, ids, connection) => {
    const { request, current, form } = await placeOf(call, connection)
    if (current !== null && ids.includes(addressId(current))) await call({ method: 'POST', ...request, form: form('') })
  },
}

/** Twilio's messaging webhooks: https://www.twilio.com/docs/usage/webhooks/messaging-webhooks */
export const twilioWebhooks: WebhookSpec = {
  verify: urlForm('x-twilio-signature'),
  secret: { from: 'credential', field: 'authToken' },
  identify: ({ body }) => {
    const { data } = notice.safeParse(body)
    const status = data === undefined ? at(body, 'MessageStatus') : statusOf(data)
    const type = typeof status === 'string' ? status : null
    return { id: data === undefined ? null : `${data.MessageSid}:${type}`, type, occurredAt: null }
  },
  events: { received, delivered, undelivered: failed, failed },
  ignore: [
    'accepted',
    'queued',
    'scheduled',
    'sending',
    'sent',
    'receiving',
    'read',
    'canceled',
    'partially_delivered',
  ],
  registration,
  setup: [
    'The hub sets the address at the sender of the connection: choose Register.',
    'By hand: Twilio Console → Phone Numbers → your number → Messaging → “A message comes in”: paste the address of this source, HTTP POST.',
    'Reports of delivery come for a messaging service: Messaging → Services → your service → Integration → Delivery status callback.',
    'Twilio signs with the primary auth token of the account: keep the one of the connection up to date.',
  ],
}
