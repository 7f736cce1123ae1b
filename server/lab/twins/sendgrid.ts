import { addNewest } from '../bounded.ts'
import { labCredentials } from '../credentials.ts'
import type { SentMail } from './sendgrid/activity.ts'
import { activityScope, sendgridActivityRoutes } from './sendgrid/activity.ts'
import { sendgridSuppressionRoutes, suppressionScope } from './sendgrid/suppressions.ts'
import type { SendGridWebhookState } from './sendgrid/webhooks.ts'
import { failure, sendgridWebhookRoutes, sendgridWebhooks, webhookScopes } from './sendgrid/webhooks.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const { good, restricted } = labCredentials.sendgrid
const rights = new Map<string, readonly string[]>([
  [
    good.apiKey,
    [
      'mail.send',
      'mail.batch.read',
      'templates.read',
      activityScope,
      suppressionScope,
      'sender_verification_eligible',
      '2fa_required',
      ...webhookScopes,
    ],
  ],
  [restricted.apiKey, ['templates.read', 'sender_verification_eligible', '2fa_required']],
])

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const granted = rights.get(bearer(request) ?? '')
  if (granted === undefined) return failure(401, 'The provided authorization grant is invalid, expired, or revoked')
  return needs === null || granted.includes(needs) ? null : failure(403, 'access forbidden')
}

interface State extends SendGridWebhookState {
  /** Ids of accepted mails and who they went to. */
  sent: SentMail[]
}

interface Mail {
  readonly personalizations?: readonly {
    readonly to?: readonly { readonly email?: unknown }[]
    readonly cc?: readonly { readonly email?: unknown }[]
    readonly bcc?: readonly { readonly email?: unknown }[]
    readonly subject?: unknown
  }[]
  readonly from?: { readonly email?: unknown }
  readonly subject?: unknown
  readonly content?: readonly { readonly type?: unknown; readonly value?: unknown }[]
  readonly template_id?: unknown
  readonly mail_settings?: { readonly sandbox_mode?: { readonly enable?: unknown } }
}

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function sendMail(request: LabRequest, bench: Bench<State>): LabAnswer {
  const mail = request.json as Mail | undefined
  if (mail === undefined || typeof mail !== 'object') return failure(400, 'Bad Request')
  const first = mail.personalizations?.[0]
  if (first === undefined)
    return failure(
      400,
      'The personalizations field is required and must have at least one personalization.',
      'personalizations',
    )
  const to = (first.to ?? []).map((person) => String(person.email))
  if (to.length === 0)
    return failure(
      400,
      'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
      'personalizations.0.to',
    )
  const bad = to.findIndex((email) => !address.test(email))
  if (bad >= 0) return failure(400, 'Does not contain a valid address.', `personalizations.0.to.${bad}.email`)
  for (const name of ['cc', 'bcc'] as const)
    if (first[name]?.length === 0)
      return failure(400, `The ${name} array, when used, must have at least one email.`, `personalizations.0.${name}`)
  const all = [...to, ...[...(first.cc ?? []), ...(first.bcc ?? [])].map((person) => String(person.email))]
  if (new Set(all.map((email) => email.toLowerCase())).size !== all.length)
    return failure(
      400,
      'Each email address in the personalization block should be unique between to, cc, and bcc.',
      'personalizations',
    )
  const from = String(mail.from?.email ?? '')
  if (!address.test(from))
    return failure(
      400,
      'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.',
      'from.email',
    )
  if (!from.endsWith(`@${shop.domain}`))
    return failure(
      403,
      'The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.',
      'from',
    )
  const templated = typeof mail.template_id === 'string'
  if (!templated && typeof mail.subject !== 'string' && typeof first.subject !== 'string')
    return failure(
      400,
      'The subject is required. You can get around this requirement if you use a template with a subject defined.',
      'subject',
    )
  if (!templated && (mail.content ?? []).length === 0)
    return failure(400, 'Unless a valid template_id is provided, the content parameter is required.', 'content')
  if (mail.content?.[1]?.type === 'text/plain')
    return failure(
      400,
      'If present, text/plain must be first, followed by text/html, followed by any other content.',
      'content',
    )
  if (mail.mail_settings?.sandbox_mode?.enable === true) return { status: 200 }
  const id = bench.id('', 22)
  const subject = typeof mail.subject === 'string' ? mail.subject : null
  addNewest(bench.state.sent, { id, to, subject, at: bench.now }, 0)
  return { status: 202, headers: { 'x-message-id': id } }
}

const templates = [
  'Order confirmed',
  'Order shipped',
  'Out for delivery',
  'Delivered',
  'Refund issued',
  'Welcome',
  'Password reset',
].map((name, index) => ({
  id: `d-1ab0000000000000000000000000000${index}`,
  name,
  generation: 'dynamic',
  updated_at: `2026-10-${String(10 + index)} 09:30:00`,
  versions: [
    {
      id: `0c3141${index}`,
      active: 1,
      name: `${name} v2`,
      subject: `{{shop}}: ${name.toLowerCase()}`,
      updated_at: `2026-10-${String(10 + index)} 09:30:00`,
    },
  ],
}))

/** SendGrid, simulated. Mails are counted and go nowhere. */
export const sendgrid = defineTwin<State>({
  slug: 'sendgrid',
  name: 'SendGrid',
  hosts: ['api'],
  credentials: labCredentials.sendgrid,
  create: () => ({ sent: [], webhooks: [] }),
  guard,
  webhooks: sendgridWebhooks,
  faults: {
    unavailable: () => failure(503, 'Service Unavailable'),
    failure: () => failure(500, 'Internal Server Error'),
    tooMany: (seconds) => failure(429, 'too many requests', null, { 'retry-after': String(seconds) }),
    unknown: () => failure(404, 'resource not found'),
  },
  routes: [
    ...sendgridWebhookRoutes,
    ...sendgridActivityRoutes,
    ...sendgridSuppressionRoutes,
    {
      method: 'GET',
      path: '/v3/scopes',
      handle: (request) => json(200, { scopes: rights.get(bearer(request) ?? '') ?? [] }),
    },
    { method: 'POST', path: '/v3/mail/send', needs: 'mail.send', handle: sendMail },
    {
      method: 'GET',
      path: '/v3/templates',
      needs: 'templates.read',
      handle: (request) => {
        const size = Number(request.query.get('page_size'))
        if (!Number.isInteger(size) || size < 1 || size > 200)
          return failure(400, 'page_size must be between 1 and 200')
        const token = request.query.get('page_token') ?? 'tok0'
        if (!/^tok\d+$/.test(token)) return failure(400, 'invalid page_token')
        const start = Number(token.slice('tok'.length))
        const chosen = request.query.get('generations') === 'dynamic' ? templates : []
        const next =
          start + size < chosen.length
            ? { next: `https://api.sendgrid.com/v3/templates?page_size=${size}&page_token=tok${start + size}` }
            : {}
        return json(200, {
          result: chosen.slice(start, start + size),
          _metadata: { self: 'https://api.sendgrid.com/v3/templates', count: chosen.length, ...next },
        })
      },
    },
  ],
})
