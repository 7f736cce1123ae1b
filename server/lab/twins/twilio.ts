import { addNewest } from '../bounded.ts'
import { people, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import { account, authToken, ownNumber, twilioWebhooks, type WebhookState } from './twilio/webhooks.ts'

const readOnlyKey = { sid: 'SK1ab0000000000000000000000000ead0', secret: 'lab-noor-atelier-read-only-secret' }
const credentials = {
  good: { accountSid: account, authToken, from: ownNumber },
  restricted: {
    accountSid: account,
    authToken,
    apiKeySid: readOnlyKey.sid,
    apiKeySecret: readOnlyKey.secret,
    from: ownNumber,
  },
  missing: '/twilio/messaging/messages/create',
}

interface Message {
  sid: string
  account_sid: string
  api_version: string
  body: string
  num_segments: string
  num_media: string
  direction: string
  from: string | null
  to: string
  date_created: string
  date_updated: string
  date_sent: string | null
  price: string | null
  price_unit: string
  status: string
  error_code: number | null
  error_message: string | null
  messaging_service_sid: string | null
  uri: string
  subresource_uris: { media: string }
}
interface State extends WebhookState {
  messages: Message[]
}

const failure = (status: number, code: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers)
const notFound = ({ path }: LabRequest) => failure(404, 20404, `The requested resource ${path} was not found`)

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const encoded = /^Basic (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
  const [user, ...secret] = Buffer.from(encoded, 'base64').toString().split(':')
  const given = secret.join(':')
  const full = user === account && given === authToken
  const restricted = user === readOnlyKey.sid && given === readOnlyKey.secret
  if (!full && !restricted) return failure(401, 20003, 'Authenticate')
  const below = /^\/2010-04-01\/Accounts\/([^/.]+)/.exec(request.path)?.[1]
  if (below !== undefined && below !== account) return failure(401, 20003, 'Authenticate')
  return restricted && needs !== null ? failure(403, 20003, 'Permission Denied') : null
}

const base = '/2010-04-01/Accounts/:account'
const uriOf = (sid: string) => `/2010-04-01/Accounts/${account}/Messages/${sid}.json`
const firstDay = 14

function messageOf(sid: string, at: number, more: Partial<Message>): Message {
  const moment = new Date(at).toUTCString().replace('GMT', '+0000')
  return {
    sid,
    account_sid: account,
    api_version: '2010-04-01',
    body: '',
    num_segments: '1',
    num_media: '0',
    direction: 'outbound-api',
    from: ownNumber,
    to: ownNumber,
    date_created: moment,
    date_updated: moment,
    date_sent: null,
    price: null,
    price_unit: 'USD',
    status: 'queued',
    error_code: null,
    error_message: null,
    messaging_service_sid: null,
    uri: uriOf(sid),
    subresource_uris: { media: uriOf(sid).replace('.json', '/Media.json') },
    ...more,
  }
}

function create(now: number): State {
  const messages = Array.from({ length: firstDay }, (_, index) => {
    const person = people[index % people.length]
    const failed = index === 5
    const scheduled = index === firstDay - 1
    return messageOf(`SM1ab${String(index).padStart(29, '0')}`, now - index * 3_600_000, {
      to: `+97150123450${index % people.length}`,
      body: `Hello ${person?.name.split(' ')[0] ?? ''}, your order from ${shop.name} is on its way.`,
      status: scheduled ? 'scheduled' : failed ? 'undelivered' : 'delivered',
      error_code: failed ? 30003 : null,
      error_message: failed ? 'Unreachable destination handset' : null,
      price: index % 2 === 0 ? '-0.0079' : '-0.04000',
    })
  })
  return { messages, smsUrl: 'https://demo.twilio.com/welcome/sms/reply' }
}

const isNumber = (text: string) => /^(whatsapp:)?\+[1-9]\d{6,14}$/.test(text)

/** The numbers that stand for troubles: https://www.twilio.com/docs/iam/test-credentials */
const troubles: Readonly<Record<string, readonly [code: number, message: string]>> = {
  '+15005550001': [21211, "The 'To' number +15005550001 is not a valid phone number."],
  '+15005550002': [21612, 'The Twilio number cannot route messages to this recipient.'],
  '+15005550003': [21408, 'Permission to send an SMS has not been enabled for the region.'],
  '+15005550004': [21610, 'Attempt to send to unsubscribed recipient'],
  '+15005550009': [21614, "'To' number is not a valid mobile number"],
}

function send({ form }: LabRequest, bench: Bench<State>): LabAnswer {
  const to = form.get('To') ?? ''
  const service = form.get('MessagingServiceSid')
  const from = form.get('From')
  const scheduled = form.get('ScheduleType') === 'fixed'
  if (to === '') return failure(400, 21604, "A 'To' phone number is required.")
  if (!isNumber(to)) return failure(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
  const trouble = troubles[to]
  if (trouble !== undefined) return failure(400, ...trouble)
  if (service === null && from === null) return failure(400, 21603, "A 'From' phone number is required.")
  if (service === null && from !== ownNumber && from !== `whatsapp:${ownNumber}`)
    return failure(
      400,
      21606,
      `The 'From' phone number provided (${from}) is not a valid message-capable phone number.`,
    )
  if (scheduled && service === null) return failure(400, 35111, 'Scheduling needs a Messaging Service.')
  if (!form.has('Body') && !form.has('MediaUrl') && !form.has('ContentSid'))
    return failure(400, 21602, 'Message body is required.')
  const sid = bench.id('SM', 32, '0123456789abcdef')
  const body = form.get('Body') ?? ''
  const message = messageOf(sid, bench.now, {
    to,
    from: service === null ? from : null,
    body,
    num_segments: service === null ? String(Math.max(1, Math.ceil(body.length / 153))) : '0',
    num_media: form.has('MediaUrl') ? '1' : '0',
    status: scheduled ? 'scheduled' : service === null ? 'queued' : 'accepted',
    messaging_service_sid: service,
  })
  addNewest(bench.state.messages, message, firstDay)
  return json(201, message)
}

const found = (request: LabRequest, { state }: Bench<State>) =>
  state.messages.find(({ sid }) => sid === request.params['sid'])

function change(request: LabRequest, bench: Bench<State>): LabAnswer {
  const message = found(request, bench)
  if (message === undefined) return notFound(request)
  if (request.form.get('Status') === 'canceled') {
    if (message.status === 'canceled') return json(200, message)
    if (message.status !== 'scheduled') return failure(400, 30409, 'Message is not in a state that can be canceled.')
    message.status = 'canceled'
  }
  return json(200, message)
}

const first = (request: LabRequest) => ({
  page: Number(request.query.get('Page') ?? '0'),
  size: Number(request.query.get('PageSize') ?? '50'),
})

function list(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const { page, size } = first(request)
  if (!Number.isInteger(size) || size < 1 || size > 1000 || !Number.isInteger(page) || page < 0)
    return failure(400, 20001, 'Invalid page size')
  const to = request.query.get('To')
  const chosen = state.messages.filter((message) => to === null || message.to === to)
  const uri = (at: number) => {
    const query = new URLSearchParams({ PageSize: String(size), Page: String(at) })
    if (to !== null) query.set('To', to)
    if (at > 0) query.set('PageToken', `PASMlab${at}`)
    return `/2010-04-01/Accounts/${account}/Messages.json?${query.toString()}`
  }
  if (page > 0 && request.query.get('PageToken') !== `PASMlab${page}`) return failure(400, 20006, 'Invalid PageToken')
  const more = (page + 1) * size < chosen.length
  return json(200, {
    messages: chosen.slice(page * size, (page + 1) * size),
    page,
    page_size: size,
    start: page * size,
    end: Math.min((page + 1) * size, chosen.length) - 1,
    uri: uri(page),
    first_page_uri: uri(0),
    previous_page_uri: page === 0 ? null : uri(page - 1),
    next_page_uri: more ? uri(page + 1) : null,
  })
}

const contents = [
  ['order_confirmed', 'en', 'Thank you, {{1}}: order {{2}} is confirmed.'],
  ['order_shipped', 'en', 'Order {{1}} left our house. Track it here: {{2}}'],
  ['order_shipped', 'ar', 'طلبك {{1}} في الطريق إليك.'],
].map(([friendly_name = '', language = '', body = ''], index) => {
  const sid = `HX1ab${String(index).padStart(29, '0')}`
  return {
    sid,
    account_sid: account,
    friendly_name,
    language,
    variables: { 1: 'Layla' },
    types: { 'twilio/text': { body } },
    url: `https://content.twilio.com/v1/Content/${sid}`,
    date_created: '2026-10-01T08:00:00Z',
    date_updated: '2026-10-01T08:00:00Z',
    links: {},
  }
})

function listContents(request: LabRequest): LabAnswer {
  const { page, size } = first(request)
  const url = (at: number) => `https://content.twilio.com/v1/Content?PageSize=${size}&Page=${at}`
  const more = (page + 1) * size < contents.length
  return json(200, {
    contents: contents.slice(page * size, (page + 1) * size),
    meta: {
      page,
      page_size: size,
      first_page_url: url(0),
      previous_page_url: page === 0 ? null : url(page - 1),
      url: url(page),
      next_page_url: more ? url(page + 1) : null,
      key: 'contents',
    },
  })
}

const numberSid = 'PN1ab00000000000000000000000000001'
const numberOf = ({ smsUrl }: State) => ({
  sid: numberSid,
  account_sid: account,
  friendly_name: shop.name,
  phone_number: ownNumber,
  sms_url: smsUrl ?? '',
  sms_method: 'POST',
  status: 'in-use',
})
const write = credentials.missing

/** Twilio's messaging, simulated. */
export const twilio = defineTwin<State>({
  slug: 'twilio',
  name: 'Twilio',
  hosts: ['api', 'content', 'messaging'],
  credentials,
  create,
  guard,
  webhooks: twilioWebhooks,
  faults: {
    unavailable: () => failure(503, 20503, 'Service Unavailable'),
    failure: () => failure(500, 20500, 'Internal Server Error'),
    tooMany: (seconds) => failure(429, 20429, 'Too Many Requests', { 'retry-after': String(seconds) }),
    unknown: notFound,
  },
  routes: [
    { method: 'GET', path: `${base}/Messages.json`, handle: list },
    { method: 'POST', path: `${base}/Messages.json`, needs: write, handle: send },
    {
      method: 'GET',
      path: `${base}/Messages/:sid.json`,
      handle: (request, bench) => {
        const message = found(request, bench)
        return message === undefined ? notFound(request) : json(200, message)
      },
    },
    { method: 'POST', path: `${base}/Messages/:sid.json`, needs: write, handle: change },
    {
      method: 'GET',
      path: `${base}/IncomingPhoneNumbers.json`,
      handle: ({ query }, { state }) => {
        const asked = query.get('PhoneNumber') ?? ownNumber
        const uri = `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers.json?PageSize=50&Page=0`
        return json(200, {
          incoming_phone_numbers: asked === ownNumber ? [numberOf(state)] : [],
          page: 0,
          page_size: 50,
          start: 0,
          end: 0,
          uri,
          first_page_uri: uri,
          previous_page_uri: null,
          next_page_uri: null,
        })
      },
    },
    {
      method: 'POST',
      path: `${base}/IncomingPhoneNumbers/:sid.json`,
      needs: write,
      handle: (request, { state }) => {
        if (request.params['sid'] !== numberSid) return notFound(request)
        state.smsUrl = request.form.get('SmsUrl') ?? state.smsUrl
        return json(200, numberOf(state))
      },
    },
    { method: 'GET', host: 'content', path: '/v1/Content', handle: listContents },
  ],
})
