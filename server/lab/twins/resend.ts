import { addNewest, forgetOldest } from '../bounded.ts'
import { uuidOf } from '../chance.ts'
import { people, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import type { ResendWebhookState } from './resend/webhooks.ts'
import { failure, pageOf, resendWebhookRoutes, resendWebhooks, stamp } from './resend/webhooks.ts'

const connection = { fromEmail: shop.email, fromName: shop.name }
const credentials = {
  good: { ...connection, apiKey: 're_LabNoorAtelier_GoodKey00000000000001' },
  restricted: { ...connection, apiKey: 're_LabNoorAtelier_SendOnly0000000000001' },
  missing: 'full_access',
}

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  if ((request.headers['user-agent'] ?? '') === '')
    return failure(403, 'validation_error', 'A User-Agent header is required.')
  const key = bearer(request)
  if (key === null) return failure(401, 'missing_api_key', 'Missing API Key')
  if (key === credentials.good.apiKey) return null
  if (key !== credentials.restricted.apiKey) return failure(400, 'validation_error', 'API key is invalid')
  return needs === 'full_access'
    ? failure(401, 'restricted_api_key', 'This API key is restricted to only send emails')
    : null
}

interface Mail {
  id: string
  from: string
  to: string[]
  subject: string
  created_at: string
  last_event: string
}
interface State extends ResendWebhookState {
  mails: Mail[]
  /** What was asked with a key, and the mail it became. */
  keys: Record<string, { readonly asked: string; readonly id: string }>
}

const addressOf = (text: string) => /<([^<>]+)>$/.exec(text)?.[1] ?? text
const isMailbox = (text: unknown) =>
  typeof text === 'string' && /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(addressOf(text))
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** What happens to a mail to one of Resend's test addresses. */
const fates: Readonly<Record<string, string>> = {
  bounced: 'bounced',
  complained: 'complained',
  suppressed: 'suppressed',
}
const fateOf = (to: readonly string[]) =>
  fates[/^([a-z]+)(\+[^@]*)?@resend\.dev$/.exec(addressOf(to[0] ?? ''))?.[1] ?? ''] ?? 'delivered'

function faultOf(mail: Readonly<Record<string, unknown>>): LabAnswer | null {
  const { from, to, template, tags } = mail
  if (from === undefined || to === undefined)
    return failure(422, 'missing_required_field', 'Missing `from` or `to` field.')
  const people = [...listed(to), ...listed(mail['cc']), ...listed(mail['bcc'])]
  if (!isMailbox(from) || listed(to).length === 0 || !people.every(isMailbox))
    return failure(
      422,
      'validation_error',
      'Invalid `to` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.',
    )
  if (listed(to).length > 50) return failure(422, 'validation_error', 'The `to` field must have at most 50 items.')
  if (!addressOf(String(from)).endsWith(`@${shop.domain}`))
    return failure(
      403,
      'validation_error',
      `The ${addressOf(String(from)).split('@')[1]} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
    )
  const chosen = (template as { readonly id?: unknown } | undefined)?.id
  if (template === undefined && (typeof mail['subject'] !== 'string' || (!mail['text'] && !mail['html'])))
    return failure(422, 'missing_required_field', 'Missing `subject`, `html` or `text` field.')
  if (template !== undefined && !templates.some(({ id, alias }) => id === chosen || alias === chosen))
    return failure(404, 'not_found', 'Template not found')
  if (template !== undefined && (mail['text'] || mail['html']))
    return failure(422, 'validation_error', 'You cannot use `template` together with `html` or `text`.')
  const fits = listed(tags).every((tag) => /^[\w-]{1,256}$/.test(String((tag as { readonly value?: unknown }).value)))
  return fits
    ? null
    : failure(422, 'validation_error', 'Tags should only contain ASCII letters, numbers, underscores, or dashes.')
}

function send(request: LabRequest, { state, id, now }: Bench<State>): LabAnswer {
  const mail = request.json as Readonly<Record<string, unknown>> | undefined
  if (typeof mail !== 'object') return failure(400, 'validation_error', 'Request body is not JSON.')
  const key = request.headers['idempotency-key']
  if (key !== undefined && (key === '' || key.length > 256))
    return failure(400, 'invalid_idempotency_key', 'The idempotency key must be between 1-256 characters.')
  const before = key === undefined ? undefined : state.keys[`key:${key}`]
  if (before !== undefined)
    return before.asked === request.text
      ? json(200, { id: before.id }, { 'idempotent-replayed': 'true' })
      : failure(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.')
  const fault = faultOf(mail)
  if (fault !== null) return fault
  const mailId = uuidOf(id('mail', 20))
  const to = listed(mail['to']).map(String)
  const made = { from: String(mail['from']), to, subject: String(mail['subject'] ?? ''), created_at: stamp(now) }
  addNewest(state.mails, { id: mailId, ...made, last_event: fateOf(to) }, 0)
  if (key !== undefined) state.keys[`key:${key}`] = { asked: request.text, id: mailId }
  forgetOldest(state.keys)
  return json(200, { id: mailId })
}

const at = (day: number) => stamp(Date.UTC(2026, 9, day, 8))
const templates = ['Order confirmed', 'Order shipped', 'Delivered', 'Refund issued', 'Welcome'].map((name, index) => ({
  id: uuidOf(`resend-template-${index}`),
  name,
  status: 'published',
  published_at: at(3 + index),
  created_at: at(2 + index),
  updated_at: at(3 + index),
  alias: name.toLowerCase().replaceAll(' ', '-'),
}))
const suppressions = people.map(({ email }, index) => ({
  id: uuidOf(`resend-suppression-${index}`),
  email,
  origin: ['bounce', 'bounce', 'complaint', 'manual'][index % 4] ?? 'bounce',
  source_id: index % 4 === 3 ? null : uuidOf(`resend-source-${index}`),
  created_at: at(20 - index),
}))

/** Resend, simulated. Mails are counted and go nowhere. */
export const resend = defineTwin<State>({
  slug: 'resend',
  name: 'Resend',
  hosts: ['api'],
  credentials,
  create: () => ({ mails: [], keys: {}, webhooks: [] }),
  guard,
  webhooks: resendWebhooks,
  faults: {
    unavailable: () => failure(503, 'service_unavailable', 'Service unavailable.'),
    failure: () => failure(500, 'internal_server_error', 'An unexpected error occurred.'),
    tooMany: (seconds) =>
      failure(429, 'rate_limit_exceeded', 'Too many requests. You can only make 2 requests per second.', {
        'retry-after': String(seconds),
        'ratelimit-limit': '2',
        'ratelimit-remaining': '0',
        'ratelimit-reset': String(seconds),
      }),
    unknown: () => failure(404, 'not_found', 'The requested endpoint does not exist'),
  },
  routes: [
    ...resendWebhookRoutes,
    {
      method: 'GET',
      path: '/domains',
      needs: 'full_access',
      handle: () =>
        json(200, {
          object: 'list',
          has_more: false,
          data: [
            {
              id: uuidOf('resend-domain'),
              name: shop.domain,
              status: 'verified',
              created_at: at(1),
              region: 'eu-west-1',
              capabilities: { sending: 'enabled', receiving: 'disabled' },
            },
          ],
        }),
    },
    { method: 'POST', path: '/emails', handle: send },
    {
      method: 'GET',
      path: '/emails/:id',
      needs: 'full_access',
      handle: ({ params }, { state }) => {
        const mail = state.mails.find(({ id }) => id === params['id'])
        return mail === undefined
          ? failure(404, 'not_found', 'Email not found')
          : json(200, { object: 'email', ...mail, cc: [], bcc: [], reply_to: [] })
      },
    },
    { method: 'GET', path: '/templates', needs: 'full_access', handle: (request) => pageOf(request, templates) },
    {
      method: 'GET',
      path: '/suppressions',
      needs: 'full_access',
      handle: (request) => {
        const origin = request.query.get('origin')
        return pageOf(
          request,
          suppressions.filter((one) => origin === null || one.origin === origin),
        )
      },
    },
  ],
})
