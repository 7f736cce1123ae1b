import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { accountPath, cancelMessage, getMessage, listMessages, listTemplates, sendMessage } from './twilio/messages.ts'
import { twilioWebhooks } from './twilio/webhooks.ts'

const permissions = [
  { name: '/twilio/messaging/messages/create', why: 'sending messages', required: true },
  { name: '/twilio/messaging/messages/read', why: 'the health probe, and where a message stands', required: true },
] as const

/** Edge and region of an account's data; the United States need no name. */
const regions: Readonly<Record<string, string>> = { ie1: 'dublin.ie1.', au1: 'sydney.au1.' }

/** Reading messages is what every key for messaging may do; the account itself is closed to restricted keys. */
async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const path = accountPath(connection, '/Messages.json')
  const answer = await call({ method: 'GET', path, query: { PageSize: 1 } })
  readAnswer('Twilio', answer, z.object({ messages: z.array(z.unknown()) }), () => undefined)
}

/** Codes of https://www.twilio.com/docs/api/errors that name the sender. */
const aboutSender = new Set(['21603', '21606', '21659', '21660', '21212', '35111'])

/** Twilio Programmable Messaging, API 2010-04-01: https://www.twilio.com/docs/messaging/api */
export const twilio = defineProvider({
  entry: {
    slug: 'twilio',
    name: 'Twilio',
    category: 'MESSAGING',
    summary:
      'Send SMS and WhatsApp messages about orders and deliveries, hear when they arrive and what people answer.',
    description:
      'Twilio carries short messages: order confirmations, delivery windows, one-time codes. The hub sends by SMS or WhatsApp with words or templates, reads where a message stands, takes back what is scheduled, and receives answers. Twilio’s test credentials accept messages only to its magic numbers and refuse most reading; a trial account is the better way to try.',
    authKind: 'BASIC',
    regions: ['GLOBAL', 'US', 'EU', 'AU'],
    environments: ['LIVE'],
    capabilities: ['messages.send', 'messages.get', 'messages.list', 'messages.cancel', 'templates.list'],
    fields: [
      {
        name: 'accountSid',
        label: 'Account SID',
        help: 'Twilio Console → Account info.',
        kind: 'text',
        required: true,
        placeholder: 'AC…',
        rule: {
          pattern: '^AC[0-9a-fA-F]{32}$',
          message: 'Account SIDs start with AC and have 32 digits and letters after it.',
        },
      },
      {
        name: 'authToken',
        label: 'Auth token',
        help: 'Beside the Account SID. Twilio signs its webhooks with it, so it is needed even with an API key.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^[0-9a-f]{32}$', message: 'Auth tokens have 32 digits and letters from a to f.' },
      },
      {
        name: 'apiKeySid',
        label: 'API key SID',
        help: 'Account → API keys & tokens. With a key the hub calls with it instead of the auth token.',
        kind: 'text',
        required: false,
        placeholder: 'SK…',
        hint: { pattern: '^SK[0-9a-f]{32}$', message: 'API keys start with SK.' },
      },
      {
        name: 'apiKeySecret',
        label: 'API key secret',
        help: 'Shown once, when the key is made.',
        kind: 'secret',
        required: false,
      },
      {
        name: 'from',
        label: 'Sender',
        help: 'One of your Twilio numbers, whatsapp: and a number, a messaging service (MG…) or a name where the country allows one.',
        kind: 'text',
        required: true,
        placeholder: '+15551234567',
        hint: {
          pattern: '^(\\+[1-9]\\d{6,14}|MG[0-9a-f]{32}|whatsapp:\\+\\d+|[A-Za-z0-9 ]{1,11})$',
          message: 'A number with +, whatsapp:+number, MG…, or a name of at most eleven letters.',
        },
      },
      {
        name: 'region',
        label: 'Region',
        help: 'Only for credentials made in Ireland or Australia.',
        kind: 'select',
        options: [
          { value: 'us1', label: 'United States' },
          { value: 'ie1', label: 'Ireland' },
          { value: 'au1', label: 'Australia' },
        ],
        required: false,
        default: 'us1',
      },
    ],
    permissions,
    limits: [
      {
        requests: 1,
        windowSeconds: 1,
        scope: 'messages per long code to the United States; Twilio queues the rest',
        enforced: false,
      },
    ],
    webhookEvents: ['received', 'queued', 'sent', 'delivered', 'undelivered', 'failed', 'read'],
    templates: [
      {
        key: 'ireland',
        name: 'Ireland',
        description: 'Credentials made in the region Ireland (IE1), for data that stays in Europe.',
        environment: 'LIVE',
        settings: { region: 'ie1' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'australia',
        name: 'Australia',
        description: 'Credentials made in the region Australia (AU1).',
        environment: 'LIVE',
        settings: { region: 'au1' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'whatsapp-sandbox',
        name: 'WhatsApp sandbox',
        description:
          'Sends from the number Twilio shares for trying out WhatsApp, to those who have joined your sandbox.',
        environment: 'LIVE',
        settings: { from: 'whatsapp:+14155238886' },
        probeIntervalSeconds: 900,
      },
    ],
    setupGuide: [
      {
        title: 'Get a sender',
        text: 'Buy a number, or build a messaging service. Check what the countries you send to ask for: many want names or numbers registered first.',
        url: 'https://console.twilio.com/us1/develop/phone-numbers/manage/incoming',
      },
      {
        title: 'Copy SID and token',
        text: 'Console → Account info shows Account SID and auth token. Paste both here with the sender.',
        url: 'https://console.twilio.com',
      },
      {
        title: 'Take an API key',
        text: 'Better than the token for calls: Account → API keys → Create, restricted to Messaging. It can be revoked alone.',
        url: 'https://console.twilio.com/us1/account/keys-credentials/api-keys',
      },
    ],
    pricingNotes: 'Each part of each message costs, by country and channel; numbers cost by the month.',
    docsUrl: 'https://www.twilio.com/docs/messaging/api',
    statusUrl: 'https://status.twilio.com',
    verified: true,
    logo: {
      path: 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zm0 3a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.300 7.200a2.100 2.100 0 1 0 0 4.200 2.100 2.100 0 0 0 0-4.200zm5.400 0a2.100 2.100 0 1 0 0 4.200 2.100 2.100 0 0 0 0-4.200zm-5.400 5.400a2.100 2.100 0 1 0 0 4.200 2.100 2.100 0 0 0 0-4.200zm5.400 0a2.100 2.100 0 1 0 0 4.200 2.100 2.100 0 0 0 0-4.200z',
      viewBox: '0 0 24 24',
      color: '#F22F46',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => {
    const place = regions[settings['region'] ?? ''] ?? ''
    return {
      api: `https://api.${place}twilio.com`,
      content: 'https://content.twilio.com',
      messaging: `https://messaging.${place}twilio.com`,
    }
  },
  authorize: (request, fields) => {
    const byKey = Boolean(fields['apiKeySid'] && fields['apiKeySecret'])
    const user = byKey ? fields['apiKeySid'] : fields['accountSid']
    const secret = byKey ? fields['apiKeySecret'] : fields['authToken']
    const basic = Buffer.from(`${user ?? ''}:${secret ?? ''}`).toString('base64')
    return { ...request, headers: { ...request.headers, authorization: `Basic ${basic}` } }
  },
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'message')
    const code = textAt(body, 'code')
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(answer.status === 401 ? { field: 'authToken' } : {}),
      ...(code !== undefined && aboutSender.has(code) ? { field: 'from' } : {}),
    }
  }),
  redact: ['Body', 'ContentVariables', 'body'],
  probe,
  tests: [
    connectionStep('Twilio', probe),
    permissionsByTrying(
      'Twilio',
      permissions,
      [
        // A message to nobody is refused after the permission was checked.
        {
          permission: permissions[0].name,
          request: (connection) => ({
            method: 'POST',
            path: accountPath(connection, '/Messages.json'),
            form: { Body: 'Patchbay connection test' },
            safe: true,
          }),
        },
        {
          permission: permissions[1].name,
          request: (connection) => ({
            method: 'GET',
            path: accountPath(connection, '/Messages.json'),
            query: { PageSize: 1 },
          }),
        },
      ],
      'apiKeySid',
    ),
    {
      suite: 'sample',
      name: 'Read a message',
      run: async (call, connection) => {
        const { items } = await listMessages(call, { first: 1, after: null }, connection)
        const newest =
          items[0] === undefined ? 'no message was sent yet' : `the newest message is ${items[0].vendorStatus}`
        return { ok: true, message: `Twilio answers; ${newest}.` }
      },
    },
  ],
  operations: {
    'messages.send': sendMessage,
    'messages.get': getMessage,
    'messages.list': listMessages,
    'messages.cancel': cancelMessage,
    'templates.list': listTemplates,
  },
  webhooks: twilioWebhooks,
})
