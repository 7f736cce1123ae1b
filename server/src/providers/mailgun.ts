import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { getEmail, listSuppressions, listTemplates, pathOf, sendEmail } from './mailgun/mail.ts'
import { mailgunWebhooks } from './mailgun/webhooks.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Messages', why: 'sending mail', required: true },
  { name: 'Events', why: 'telling what became of a mail', required: false },
  { name: 'Templates', why: 'listing your templates', required: false },
  { name: 'Suppressions', why: 'listing bounced and unsubscribed addresses', required: false },
  { name: 'Webhooks', why: 'registering the address of a source by itself', required: false },
] as const

const domainAnswer = z.object({ domain: z.object({ name: z.string(), state: z.string() }) })

/** Reads the sending domain: shows in one request that the key is right, the region too, and the domain is its own. */
async function readDomain(call: Call, connection: ConnectionFacts): Promise<string> {
  const path = `/v4/domains/${encodeURIComponent(connection.settings['domain'] ?? '')}`
  return readAnswer('Mailgun', await call({ method: 'GET', path }), domainAnswer, ({ domain }) => domain.state)
}

const probe = async (call: Call, connection: ConnectionFacts): Promise<void> =>
  void (await readDomain(call, connection))

/** Mailgun sends no Retry-After: the end of the window stands in a header, in milliseconds since 1970, or in its words. */
function untilReset(answer: CallAnswer, words: string | undefined): number | undefined {
  if (answer.status !== 429) return undefined
  const said = /after (\d+) seconds/.exec(words ?? '')?.[1]
  if (said !== undefined) return Number(said) * 1000
  const wait = Number(answer.headers['x-ratelimit-reset']) - Date.parse(answer.headers['date'] ?? '')
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

/**
 * Mailgun, API v3 and v4: https://documentation.mailgun.com/docs/mailgun/api-reference
 *
 * Sends have no idempotency at Mailgun. What a domain sending key is answered beyond sending is not documented; the hub
 * asks for an account key.
 */
export const mailgun = defineProvider({
  entry: {
    slug: 'mailgun',
    name: 'Mailgun',
    category: 'EMAIL',
    summary:
      'Send order mails from your own domain in the US or the EU, and follow each one to delivery, open or bounce.',
    description:
      'Mailgun delivers the mails your shop sends one by one and keeps a log of every one. The hub sends with your templates, looks up what became of a mail, lists addresses that bounced, complained or unsubscribed, and registers its webhooks by itself.',
    authKind: 'BASIC',
    regions: ['US', 'EU'],
    environments: ['LIVE'],
    capabilities: ['emails.send', 'emails.get', 'templates.list', 'suppressions.list'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'Mailgun → Account settings → API Security → Add new key. A domain sending key can only send and is not enough.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^(key-)?[0-9a-f]{32}(-[0-9a-f]{8}-[0-9a-f]{8})?$',
          message: 'Mailgun keys are 32 hexadecimal digits, mostly with two groups of eight behind them.',
        },
      },
      {
        name: 'domain',
        label: 'Sending domain',
        help: 'Mailgun → Send → Sending → Domains. The name as it stands there, such as mg.your-shop.example.',
        kind: 'text',
        required: true,
        placeholder: 'mg.your-shop.example',
        rule: {
          pattern: '^(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$',
          message: 'A domain name only, without https:// and without @.',
        },
      },
      {
        name: 'fromEmail',
        label: 'Sender',
        help: 'The address mails come from, at the sending domain.',
        kind: 'email',
        required: true,
        placeholder: 'orders@mg.your-shop.example',
      },
      {
        name: 'fromName',
        label: 'Sender name',
        help: 'What people see beside the address.',
        kind: 'text',
        required: false,
      },
      {
        name: 'region',
        label: 'Region',
        help: 'Where the domain was made: Mailgun shows US or EU beside it. A domain exists in one region only.',
        kind: 'select',
        options: [
          { value: 'us', label: 'United States' },
          { value: 'eu', label: 'European Union' },
        ],
        required: false,
        default: 'us',
      },
    ],
    permissions,
    limits: [],
    webhookEvents: [
      'accepted',
      'delivered',
      'opened',
      'clicked',
      'unsubscribed',
      'complained',
      'permanent_fail',
      'temporary_fail',
    ],
    templates: [
      {
        key: 'eu',
        name: 'European Union',
        description: 'A sending domain that was made in the region EU, where its mails stay.',
        environment: 'LIVE',
        settings: { region: 'eu' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Verify your domain',
        text: 'Send → Sending → Domains → Add new domain, then set the DNS records Mailgun shows. The sandbox domain works too, for recipients you authorised.',
        url: 'https://app.mailgun.com/mg/sending/domains',
      },
      {
        title: 'Create an API key',
        text: 'Account settings → API Security → Add new key, with the role Developer (or Admin).',
        url: 'https://app.mailgun.com/settings/api_security',
      },
      { title: 'Copy the key once', text: 'Mailgun shows it only now. Paste it here with the domain and its region.' },
    ],
    pricingNotes:
      'Plans by mails per month; the hub adds nothing. A dry run uses Mailgun’s test mode, which delivers nothing and is charged like a mail. How long events are kept depends on the plan.',
    docsUrl: 'https://documentation.mailgun.com/docs/mailgun/api-reference',
    statusUrl: 'https://status.mailgun.com',
    verified: true,
    logo: {
      path: 'M11.837 0c6.602 0 11.984 5.381 11.984 11.994-.017 2.99-3.264 4.84-5.844 3.331a3.805 3.805 0 0 1-.06-.035l-.055-.033-.022.055c-2.554 4.63-9.162 4.758-11.894.232-2.732-4.527.46-10.313 5.746-10.416a6.868 6.868 0 0 1 7.002 6.866 1.265 1.265 0 0 0 2.52 0c0-5.18-4.197-9.38-9.377-9.387C4.611 2.594.081 10.41 3.683 16.673c3.238 5.632 11.08 6.351 15.289 1.402l1.997 1.686A11.95 11.95 0 0 1 11.837 24C2.6 23.72-2.87 13.543 1.992 5.684A12.006 12.006 0 0 1 11.837 0Zm0 7.745c-3.276-.163-5.5 3.281-4.003 6.2a4.26 4.26 0 0 0 4.014 2.31c3.276-.171 5.137-3.824 3.35-6.575a4.26 4.26 0 0 0-3.36-1.935Zm0 2.53c1.324 0 2.152 1.433 1.49 2.58a1.72 1.72 0 0 1-1.49.86 1.72 1.72 0 1 1 0-3.44Z',
      viewBox: '0 0 24 24',
      color: '#F06B66',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => ({
    api: settings['region'] === 'eu' ? 'https://api.eu.mailgun.net' : 'https://api.mailgun.net',
  }),
  authorize: (request, fields) => ({
    ...request,
    headers: {
      ...request.headers,
      authorization: `Basic ${Buffer.from(`api:${fields['apiKey'] ?? ''}`).toString('base64')}`,
    },
  }),
  judge: judgeWith((body, answer) => {
    const message =
      textAt(body, 'message') ?? textAt(body, 'Reason') ?? textAt(body, 'Description') ?? textAt(body, 'Error')
    // A wrong key is answered with the bare word.
    const bare = answer.status === 401 && answer.text.trim() === 'Forbidden' ? 'Forbidden' : undefined
    const wait = untilReset(answer, message)
    const words = message ?? bare
    const field =
      answer.status === 401 || answer.status === 403
        ? 'apiKey'
        : answer.status === 404 && /domain/i.test(words ?? '')
          ? 'domain'
          : undefined
    return {
      ...(words === undefined ? {} : { message: words }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(field === undefined ? {} : { field }),
    }
  }),
  redact: ['text', 'html', 't:variables', 'http_signing_key', 'smtp_password'],
  probe,
  tests: [
    connectionStep('Mailgun', probe),
    permissionsByTrying(
      'Mailgun',
      permissions,
      [
        // Without any field it is refused, after the key was judged.
        {
          permission: 'Messages',
          request: (connection) => ({
            method: 'POST',
            path: pathOf(connection, 'messages'),
            form: { from: '' },
            safe: true,
          }),
        },
        {
          permission: 'Events',
          request: (connection) => ({ method: 'GET', path: pathOf(connection, 'events'), query: { limit: 1 } }),
        },
        {
          permission: 'Templates',
          request: (connection) => ({ method: 'GET', path: pathOf(connection, 'templates'), query: { limit: 1 } }),
        },
        {
          permission: 'Suppressions',
          request: (connection) => ({ method: 'GET', path: pathOf(connection, 'bounces'), query: { limit: 1 } }),
        },
        {
          permission: 'Webhooks',
          request: ({ settings }) => ({
            method: 'GET',
            path: `/v3/domains/${encodeURIComponent(settings['domain'] ?? '')}/webhooks`,
          }),
        },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'Look at the sending domain',
      run: async (call, connection) => {
        const state = await readDomain(call, connection)
        const name = connection.settings['domain'] ?? ''
        return state === 'active'
          ? { ok: true, message: `Mailgun sends for ${name}.` }
          : {
              ok: false,
              message: `Mailgun knows ${name} as “${state}”: finish its DNS records there.`,
              field: 'domain',
            }
      },
    },
  ],
  operations: {
    'emails.send': sendEmail,
    'emails.get': getEmail,
    'templates.list': listTemplates,
    'suppressions.list': listSuppressions,
  },
  webhooks: mailgunWebhooks,
})
