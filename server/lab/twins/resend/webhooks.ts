import { createHash, createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { pick, uuidOf } from '../../chance.ts'
import { people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Stage, WebhookSpec } from '../../webhook.ts'

export const failure = (
  status: number,
  name: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
) => json(status, { statusCode: status, name, message }, headers)

const types = [
  'email.sent',
  'email.scheduled',
  'email.delivered',
  'email.delivery_delayed',
  'email.complained',
  'email.bounced',
  'email.opened',
  'email.clicked',
  'email.failed',
  'email.suppressed',
  'email.received',
  'contact.created',
  'contact.updated',
  'contact.deleted',
  'domain.created',
  'domain.updated',
  'domain.deleted',
]

interface Webhook {
  id: string
  endpoint: string
  events: string[]
  status: 'enabled' | 'disabled'
  created_at: string
  signing_secret: string
}
export interface ResendWebhookState {
  webhooks: Webhook[]
}
type WebhookBench = Bench<ResendWebhookState>
type Body = Readonly<Record<string, unknown>>

/** As Resend writes moments: "2023-10-06 23:47:56.678+00". */
export const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '+00')

const secretOf = (id: string) => `whsec_${createHash('sha256').update(`resend:${id}`).digest('base64').slice(0, 32)}`

/** One page of a list; the next begins after an id. */
export function pageOf<Item extends { readonly id: string }>(request: LabRequest, items: readonly Item[]): LabAnswer {
  const limit = Number(request.query.get('limit') ?? '20')
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    return failure(422, 'validation_error', 'The `limit` must be between 1 and 100.')
  const after = request.query.get('after')
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1
  if (after !== null && start === 0) return failure(422, 'validation_error', 'The `after` cursor is invalid.')
  const data = items.slice(start, start + limit)
  return json(200, { object: 'list', has_more: start + limit < items.length, data })
}

function faultOf({ endpoint, events }: Body): LabAnswer | null {
  if (endpoint !== undefined && !isAddress(endpoint))
    return failure(422, 'validation_error', 'The `endpoint` must be a valid URL.')
  const known = Array.isArray(events) && events.length > 0 && events.every((type) => types.includes(String(type)))
  return events === undefined || known ? null : failure(422, 'validation_error', 'Invalid `events` field.')
}

function create(request: LabRequest, { state, now, id }: WebhookBench): LabAnswer {
  const body = (request.json ?? {}) as Body
  if (body['endpoint'] === undefined || body['events'] === undefined)
    return failure(422, 'missing_required_field', 'Missing `endpoint` or `events` field.')
  const fault = faultOf(body)
  if (fault !== null) return fault
  const webhookId = uuidOf(id('webhook', 20))
  const made: Webhook = {
    id: webhookId,
    endpoint: String(body['endpoint']),
    events: (body['events'] as string[]).slice(),
    status: 'enabled',
    created_at: stamp(now),
    signing_secret: secretOf(webhookId),
  }
  state.webhooks.push(made)
  return json(201, { object: 'webhook', id: made.id, signing_secret: made.signing_secret })
}

const withWebhook =
  (handle: (webhook: Webhook, request: LabRequest, state: ResendWebhookState) => LabAnswer) =>
  (request: LabRequest, { state }: WebhookBench): LabAnswer => {
    const webhook = state.webhooks.find(({ id }) => id === request.params['id'])
    return webhook === undefined ? failure(404, 'not_found', 'Webhook not found') : handle(webhook, request, state)
  }

function update(webhook: Webhook, request: LabRequest): LabAnswer {
  const body = (request.json ?? {}) as Body
  const fault = faultOf(body)
  if (fault !== null) return fault
  if (body['endpoint'] !== undefined) webhook.endpoint = String(body['endpoint'])
  if (Array.isArray(body['events'])) webhook.events = body['events'].map(String)
  if (body['status'] === 'enabled' || body['status'] === 'disabled') webhook.status = body['status']
  return json(200, { object: 'webhook', id: webhook.id })
}

const needs = 'full_access'
export const resendWebhookRoutes: readonly Route<ResendWebhookState>[] = [
  { method: 'POST', path: '/webhooks', needs, handle: create },
  {
    method: 'GET',
    path: '/webhooks',
    needs,
    handle: (request, { state }) =>
      pageOf(
        request,
        state.webhooks.map(({ signing_secret: _secret, ...webhook }) => webhook),
      ),
  },
  {
    method: 'GET',
    path: '/webhooks/:id',
    needs,
    handle: withWebhook((webhook) => json(200, { object: 'webhook', ...webhook })),
  },
  { method: 'PATCH', path: '/webhooks/:id', needs, handle: withWebhook(update) },
  {
    method: 'DELETE',
    path: '/webhooks/:id',
    needs,
    handle: withWebhook((webhook, _request, state) => {
      state.webhooks.splice(state.webhooks.indexOf(webhook), 1)
      return json(200, { object: 'webhook', id: webhook.id, deleted: true })
    }),
  },
]

const happen =
  (type: string, more: object = {}) =>
  ({ id, now, orderId, random }: Stage<ResendWebhookState>) => [
    {
      id: `msg_${id('', 27)}`,
      type,
      at: now,
      data: {
        email_id: uuidOf(id('email', 20)),
        from: `${shop.name} <${shop.email}>`,
        to: [pick(random, people).email],
        subject: 'Your order',
        created_at: new Date(now).toISOString(),
        tags: { reference: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}` },
        ...more,
      },
    },
  ]

const reader = { ipAddress: '192.0.2.44', userAgent: 'Mozilla/5.0 (lab)' }

/** One event a letter, signed as Standard Webhooks with Svix’ names. */
export const resendWebhooks: WebhookSpec<ResendWebhookState> = {
  proof: ['svix-timestamp', 'svix-signature'],
  coversBody: true,
  scenarios: {
    'email.delivered': { description: 'A mail reached its reader.', make: happen('email.delivered') },
    'email.bounced': {
      description: 'A mail came back.',
      make: happen('email.bounced', {
        bounce: { message: 'The mailbox does not exist.', type: 'Permanent', subType: 'General' },
      }),
    },
    'email.opened': { description: 'A mail was opened.', make: happen('email.opened', { open: reader }) },
    'email.clicked': {
      description: 'A link in a mail was followed.',
      make: happen('email.clicked', { click: { ...reader, link: `https://${shop.domain}/orders` } }),
    },
    'email.complained': { description: 'A mail was marked as spam.', make: happen('email.complained') },
  },
  subscribers: ({ webhooks }) =>
    webhooks
      .filter(({ status }) => status === 'enabled')
      .map(({ id, endpoint, signing_secret: secret, events }) => ({ id, url: endpoint, secret, types: events })),
  // Resend chooses the secret: whoever pastes the address is shown it.
  adopt: ({ id, url, secret }) => {
    const chosen = secret ?? secretOf(id)
    return { subscriber: { id, url, secret: chosen, types: null }, told: { signingSecret: chosen } }
  },
  write: ({ id, type, data }, { secret }, moment) => {
    const at = (data as { readonly created_at: string }).created_at
    const body = JSON.stringify({ type, created_at: at, data })
    if (secret === null) return { headers: { 'content-type': 'application/json' }, body }
    const time = String(Math.floor(moment.at / 1000))
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
    return {
      headers: {
        'content-type': 'application/json',
        'svix-id': id,
        'svix-timestamp': time,
        'svix-signature': `v1,${signature}`,
      },
      body,
    }
  },
}
