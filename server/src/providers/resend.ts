import { z } from 'zod'
import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { getEmail, listSuppressions, listTemplates, sendEmail } from './resend/mail.ts'
import { resendWebhooks } from './resend/webhooks.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByList } from './shared/steps.ts'

const permissions = [
  { name: 'sending_access', why: 'sending mail', required: true },
  { name: 'full_access', why: 'following mails, templates, suppressions and registering webhooks', required: true },
] as const

const domainList = z.object({ data: z.array(z.object({ name: z.string(), status: z.string() })) })

/** Resend says that a key may only send in its refusal, which shows that the key is right. */
async function grantedAccess(call: Call): Promise<string[]> {
  try {
    const answer = await call({ method: 'GET', path: '/domains' })
    return readAnswer('Resend', answer, domainList, () => ['sending_access', 'full_access'])
  } catch (error) {
    if (error instanceof ProviderCallError && error.vendorCode === 'restricted_api_key') return ['sending_access']
    throw error
  }
}

const probe = async (call: Call): Promise<void> => void (await grantedAccess(call))

/** What the names of Resend's errors mean where the status alone would mislead. */
const classes: Readonly<Record<string, CallErrorClass>> = {
  missing_api_key: 'AUTHENTICATION',
  invalid_api_key: 'AUTHENTICATION',
  restricted_api_key: 'PERMISSION',
  invalid_idempotency_key: 'INVALID_REQUEST',
  invalid_idempotent_request: 'CONFLICT',
  concurrent_idempotent_requests: 'CONFLICT',
  daily_quota_exceeded: 'RATE_LIMITED',
  monthly_quota_exceeded: 'RATE_LIMITED',
}

/** Resend: https://resend.com/docs/api-reference */
export const resend = defineProvider({
  entry: {
    slug: 'resend',
    name: 'Resend',
    category: 'EMAIL',
    summary:
      'Send order mails from your own domain with idempotent sends: a repeated request never mails a customer twice.',
    description:
      'Resend delivers the mails your shop sends one by one. The hub sends with your templates, hands on its own idempotency key so that nothing goes out twice within a day, tells what became of each mail, lists addresses that get none, and registers its webhooks by itself.',
    authKind: 'API_KEY',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: ['emails.send', 'emails.get', 'templates.list', 'suppressions.list'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'Resend → API Keys → Create API Key, with full access. It is shown once.',
        kind: 'secret',
        required: true,
        placeholder: 're_…',
        hint: { pattern: '^re_[A-Za-z0-9_]+$', message: 'Resend’s keys start with re_.' },
      },
      {
        name: 'fromEmail',
        label: 'Sender',
        help: 'The address mails come from, at a domain that Resend shows as verified.',
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
    ],
    permissions,
    limits: [{ requests: 2, windowSeconds: 1, scope: 'all keys of a team, by default; some plans allow more' }],
    webhookEvents: [
      'email.delivered',
      'email.delivery_delayed',
      'email.bounced',
      'email.failed',
      'email.suppressed',
      'email.opened',
      'email.clicked',
      'email.complained',
      'email.sent',
      'email.scheduled',
    ],
    setupGuide: [
      {
        title: 'Verify your domain',
        text: 'Domains → Add Domain, then set the DNS records Resend shows.',
        url: 'https://resend.com/domains',
      },
      {
        title: 'Create a key',
        text: 'API Keys → Create API Key with full access. A key that may only send works for sending alone.',
        url: 'https://resend.com/api-keys',
      },
      { title: 'Copy the key once', text: 'Resend shows it only now. Paste it here together with your sender.' },
    ],
    pricingNotes:
      'Free up to a daily and a monthly number of mails, then plans by mails per month; the hub adds nothing. A dry run is a mail to Resend’s test address and counts as one.',
    docsUrl: 'https://resend.com/docs/api-reference',
    statusUrl: 'https://resend-status.com',
    verified: true,
    logo: {
      path: 'M14.679 0c4.648 0 7.413 2.765 7.413 6.434s-2.765 6.434-7.413 6.434H12.33L24 24h-8.245l-8.88-8.44c-.636-.588-.93-1.273-.93-1.86 0-.831.587-1.565 1.713-1.883l4.574-1.224c1.737-.465 2.936-1.81 2.936-3.572 0-2.153-1.761-3.4-3.939-3.4H0V0z',
      viewBox: '0 0 24 24',
      color: '#000000',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.resend.com' }),
  // Resend refuses requests without a User-Agent.
  authorize: (request, fields) => ({
    ...request,
    headers: { 'user-agent': 'Patchbay', ...request.headers, authorization: `Bearer ${fields['apiKey'] ?? ''}` },
  }),
  idempotencyHeader: 'idempotency-key',
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'message')
    const name = textAt(body, 'name')
    // A key it does not know is a validation error at some of its doors.
    const isKey = answer.status >= 400 && /API key is (invalid|missing)/i.test(message ?? '')
    const errorClass = isKey ? 'AUTHENTICATION' : answer.status >= 400 ? classes[name ?? ''] : undefined
    const unverified = answer.status === 403 && /domain .*not verified|verify a domain/i.test(message ?? '')
    const quota = name === 'daily_quota_exceeded' || name === 'monthly_quota_exceeded'
    const field = unverified
      ? 'fromEmail'
      : errorClass === 'AUTHENTICATION' || errorClass === 'PERMISSION' || answer.status === 401
        ? 'apiKey'
        : undefined
    return {
      ...(message === undefined ? {} : { message }),
      ...(name === undefined ? {} : { vendorCode: name }),
      ...(errorClass === undefined ? {} : { errorClass }),
      ...(field === undefined ? {} : { field }),
      // A used up quota is not there again in a minute.
      ...(quota ? { retry: false } : {}),
      ...(name === 'concurrent_idempotent_requests' ? { retry: true } : {}),
    }
  }),
  redact: ['text', 'html', 'template.variables', 'signing_secret', 'attachments'],
  probe,
  tests: [
    connectionStep('Resend', probe),
    permissionsByList('Resend', permissions, grantedAccess, 'apiKey'),
    {
      suite: 'sample',
      name: 'Send a mail to nobody',
      run: async (call, connection) => {
        const email = connection.settings['fromEmail'] ?? ''
        await sendEmail(
          call,
          {
            to: [{ email }],
            subject: 'Patchbay connection test',
            text: 'Sent to Resend’s test address.',
            dryRun: true,
            // Another sender is another mail.
            idempotencyKey: `test:${email}:${connection.settings['fromName'] ?? ''}`.slice(0, 150),
          },
          connection,
        )
        return { ok: true, message: `Resend takes mails from ${email}; this one went to its test address.` }
      },
    },
  ],
  operations: {
    'emails.send': sendEmail,
    'emails.get': getEmail,
    'templates.list': listTemplates,
    'suppressions.list': listSuppressions,
  },
  webhooks: resendWebhooks,
})
