import type {
  EmailTemplatePage,
  ListEmailTemplates,
  SendEmail,
  SentEmail,
} from '@patchbay/schema/capabilities/email.ts'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { senderOf } from './shared/sender.ts'
import { connectionStep, permissionsByList } from './shared/steps.ts'
import { getEmail } from './sendgrid/activity.ts'
import { listSuppressions } from './sendgrid/suppressions.ts'
import { sendgridWebhooks } from './sendgrid/webhooks.ts'

const permissions = [
  { name: 'mail.send', why: 'sending mail', required: true },
  { name: 'templates.read', why: 'listing your templates', required: true },
  { name: 'email_activity.read', why: 'telling what became of a mail, with the add-on for it', required: false },
  { name: 'suppression.read', why: 'listing bounced and unsubscribed addresses', required: false },
] as const

/** Any valid key may ask what it may do. */
async function grantedScopes(call: Call): Promise<string[]> {
  const answer = await call({ method: 'GET', path: '/v3/scopes' })
  return readAnswer('SendGrid', answer, z.object({ scopes: z.array(z.string()) }), ({ scopes }) => scopes)
}

const probe = async (call: Call): Promise<void> => void (await grantedScopes(call))

async function sendEmail(call: Call, input: SendEmail, connection: ConnectionFacts): Promise<SentEmail> {
  const from = senderOf(input, connection)
  // SendGrid wants plain text before HTML.
  const content = [
    ...(input.text === undefined ? [] : [{ type: 'text/plain', value: input.text }]),
    ...(input.html === undefined ? [] : [{ type: 'text/html', value: input.html }]),
  ]
  const answer = await call({
    method: 'POST',
    path: '/v3/mail/send',
    idempotencyKey: input.idempotencyKey,
    json: {
      personalizations: [
        {
          to: input.to,
          // SendGrid refuses empty lists.
          ...(input.cc?.length ? { cc: input.cc } : {}),
          ...(input.bcc?.length ? { bcc: input.bcc } : {}),
          ...(input.variables === undefined ? {} : { dynamic_template_data: input.variables }),
          // Comes back in every event of this mail; SendGrid has no idempotency of its own.
          custom_args: { patchbay_key: input.idempotencyKey },
        },
      ],
      from,
      reply_to: input.replyTo,
      subject: input.subject,
      ...(content.length === 0 ? {} : { content }),
      template_id: input.templateId,
      ...(input.dryRun ? { mail_settings: { sandbox_mode: { enable: true } } } : {}),
    },
  })
  return { messageId: answer.headers['x-message-id'] ?? null, status: answer.status === 202 ? 'ACCEPTED' : 'CHECKED' }
}

const templateList = z.object({
  result: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      updated_at: z.string().nullish(),
      versions: z.array(z.object({ active: z.int(), subject: z.string().nullish() })).default([]),
    }),
  ),
  _metadata: z.object({ next: z.string().nullish() }).default({}),
})

/** "2026-11-20 12:00:09", in UTC, as ISO 8601. */
function toMoment(text: string | null | undefined): string | null {
  const time = text ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

async function listTemplates(call: Call, input: ListEmailTemplates): Promise<EmailTemplatePage> {
  const answer = await call({
    method: 'GET',
    path: '/v3/templates',
    query: { generations: 'dynamic', page_size: input.first, page_token: input.after ?? undefined },
  })
  return readAnswer('SendGrid', answer, templateList, ({ result, _metadata }) => ({
    items: result.map((template) => ({
      id: template.id,
      name: template.name,
      updatedAt: toMoment(template.updated_at),
      subject: template.versions.find((version) => version.active === 1)?.subject ?? null,
    })),
    nextCursor: _metadata.next
      ? new URL(_metadata.next, 'https://api.sendgrid.com').searchParams.get('page_token')
      : null,
  }))
}

/** SendGrid sends no Retry-After: the window's end stands in a header of its own, in seconds since 1970. */
function untilReset(answer: CallAnswer): number | undefined {
  const reset = Number(answer.headers['x-ratelimit-reset'])
  const wait = reset * 1000 - Date.parse(answer.headers['date'] ?? '')
  return answer.status === 429 && Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

/** SendGrid, API v3: https://www.twilio.com/docs/sendgrid/api-reference */
export const sendgrid = defineProvider({
  entry: {
    slug: 'sendgrid',
    name: 'SendGrid',
    category: 'EMAIL',
    summary:
      'Send order confirmations, shipping notices and sign-in mails from your own domain, with opens and bounces reported.',
    description:
      'Twilio SendGrid delivers the mails your shop sends one by one: receipts, shipping notices, password resets. The hub sends with your templates, keeps the message id, can check a mail without delivering it, and lists addresses that bounced, complained or unsubscribed.',
    authKind: 'API_KEY',
    regions: ['GLOBAL', 'EU'],
    environments: ['LIVE'],
    capabilities: ['emails.send', 'emails.get', 'templates.list', 'suppressions.list'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'SendGrid → Settings → API Keys → Create API Key → Restricted Access.',
        kind: 'secret',
        required: true,
        placeholder: 'SG.…',
        hint: {
          pattern: '^SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{20,}$',
          message: 'SendGrid keys start with SG. and have two dots. What is called “API Key ID” is not the key.',
        },
      },
      {
        name: 'fromEmail',
        label: 'Verified sender',
        help: 'The address mails come from. Its domain, or the address itself, must be verified under Settings → Sender Authentication.',
        kind: 'email',
        required: true,
        placeholder: 'orders@your-shop.example',
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
        help: 'EU only for keys of a subuser that is pinned to the European Union.',
        kind: 'select',
        options: [
          { value: 'global', label: 'Global' },
          { value: 'eu', label: 'European Union' },
        ],
        required: false,
        default: 'global',
      },
    ],
    permissions,
    limits: [{ requests: 600, windowSeconds: 60, scope: 'most requests, per key; sending mail allows far more' }],
    webhookEvents: [
      'processed',
      'deferred',
      'delivered',
      'bounce',
      'dropped',
      'open',
      'click',
      'spamreport',
      'unsubscribe',
      'group_unsubscribe',
      'group_resubscribe',
    ],
    templates: [
      {
        key: 'eu',
        name: 'European Union',
        description: 'A key of a subuser that is pinned to the European Union, where its mails are kept and processed.',
        environment: 'LIVE',
        settings: { region: 'eu' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Verify your sender',
        text: 'Settings → Sender Authentication. Authenticate your domain with the DNS records SendGrid shows; for a first try, a single verified address is enough.',
        url: 'https://app.sendgrid.com/settings/sender_auth',
      },
      {
        title: 'Create a restricted key',
        text: 'Settings → API Keys → Create API Key. Choose Restricted Access, set Mail Send to full, Template Engine to read and Suppressions to read.',
        url: 'https://app.sendgrid.com/settings/api_keys',
      },
      {
        title: 'Copy the key once',
        text: 'SendGrid shows it only now. Paste it here together with the verified sender.',
      },
    ],
    pricingNotes:
      'Paid plans by mails per month; the hub adds nothing. Checking a mail without sending it is free; following one by its id needs SendGrid’s add-on for email activity.',
    docsUrl: 'https://www.twilio.com/docs/sendgrid/api-reference',
    statusUrl: 'https://status.sendgrid.com',
    verified: true,
    logo: {
      path: 'M1 8.500h7.300v7.200H1zM8.300 15.700h7.300V23H8.300zM8.300 1h7.300v7.500H8.300zM15.600 8.500H23v7.200h-7.400z',
      viewBox: '0 0 24 24',
      color: '#1A82E2',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api: connection.settings['region'] === 'eu' ? 'https://api.eu.sendgrid.com' : 'https://api.sendgrid.com',
  }),
  authorize: (request, fields) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${fields['apiKey'] ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'errors', 0, 'message')
    const field = textAt(body, 'errors', 0, 'field')
    const wait = untilReset(answer)
    return {
      ...(message === undefined ? {} : { message }),
      ...(field === undefined ? {} : { vendorCode: field }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(field?.startsWith('from')
        ? { field: 'fromEmail' }
        : answer.status === 401 || answer.status === 403
          ? { field: 'apiKey' }
          : {}),
    }
  }),
  redact: ['content', 'personalizations.*.dynamic_template_data', 'attachments'],
  probe,
  tests: [
    connectionStep('SendGrid', probe),
    permissionsByList('SendGrid', permissions, grantedScopes, 'apiKey'),
    {
      suite: 'sample',
      name: 'Check a mail without sending it',
      run: async (call, connection) => {
        const to = connection.settings['fromEmail'] ?? ''
        await sendEmail(
          call,
          {
            to: [{ email: to }],
            subject: 'Patchbay connection test',
            text: 'Checked, never delivered.',
            dryRun: true,
            idempotencyKey: 'connection-test',
          },
          connection,
        )
        return { ok: true, message: `SendGrid would accept a mail from ${to}; nothing was sent.` }
      },
    },
  ],
  operations: {
    'emails.send': sendEmail,
    'emails.get': getEmail,
    'templates.list': listTemplates,
    'suppressions.list': listSuppressions,
  },
  webhooks: sendgridWebhooks,
})
