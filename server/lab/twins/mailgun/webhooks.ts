import { createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { pick } from '../../chance.ts'
import { people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Stage, WebhookSpec } from '../../webhook.ts'

export const domain = `mg.${shop.domain}`
const signingKey = '1ab0000000000000000000000000cafe'

const types = [
  'accepted',
  'clicked',
  'opened',
  'unsubscribed',
  'delivered',
  'permanent_fail',
  'temporary_fail',
  'complained',
] as const

export interface MailgunWebhookState {
  /** Addresses by type, at most three each. */
  webhooks: Record<string, string[]>
}
type WebhookBench = Bench<MailgunWebhookState>

export const inDomain = (request: LabRequest, handle: () => LabAnswer): LabAnswer =>
  request.params['domain'] === domain ? handle() : json(404, { message: 'Domain not found' })

const shown = ({ webhooks }: MailgunWebhookState) =>
  json(200, {
    webhooks: Object.fromEntries(types.map((type) => [type, webhooks[type]?.length ? { urls: webhooks[type] } : null])),
  })

const drop = (state: MailgunWebhookState, url: string): void => {
  for (const type of types) state.webhooks[type] = (state.webhooks[type] ?? []).filter((kept) => kept !== url)
}

function put(request: LabRequest, { state }: WebhookBench): LabAnswer {
  const url = request.form.get('url')
  const asked = request.form.getAll('event_types')
  if (!isAddress(url)) return json(400, { Reason: `invalid parameters: ${String(url)} is not a valid url` })
  const unknown = asked.find((type) => !types.some((known) => known === type))
  if (asked.length === 0 || unknown !== undefined)
    return json(400, { Reason: `invalid parameters: unknown event type '${unknown ?? ''}'` })
  const taken = asked.find((type) => state.webhooks[type]?.includes(url))
  if (request.method === 'POST' && taken !== undefined)
    return json(400, { Reason: `Webhook for event type '${taken}' with URL '${url}' already exists` })
  const known = Object.values(state.webhooks).some((urls) => urls.includes(url))
  if (request.method === 'PUT' && !known) return json(404, { Description: 'Webhook not found' })
  if (request.method === 'PUT') drop(state, url)
  const full = asked.find((type) => (state.webhooks[type] ?? []).length >= 3)
  if (full !== undefined) return json(400, { Reason: `Event type '${full}' has three URLs already` })
  for (const type of asked) state.webhooks[type] = [...(state.webhooks[type] ?? []), url]
  return shown(state)
}

const path = '/v4/domains/:domain/webhooks'
export const mailgunWebhookRoutes: readonly Route<MailgunWebhookState>[] = [
  {
    method: 'GET',
    path: '/v3/domains/:domain/webhooks',
    needs: 'Webhooks',
    handle: (request, { state }) => inDomain(request, () => shown(state)),
  },
  { method: 'POST', path, needs: 'Webhooks', handle: (request, bench) => inDomain(request, () => put(request, bench)) },
  { method: 'PUT', path, needs: 'Webhooks', handle: (request, bench) => inDomain(request, () => put(request, bench)) },
  {
    method: 'DELETE',
    path,
    needs: 'Webhooks',
    handle: (request, { state }) =>
      inDomain(request, () => {
        const url = request.query.get('url')
        if (url === null) return json(400, { Field: 'url' })
        drop(state, url)
        return shown(state)
      }),
  },
  {
    method: 'GET',
    path: '/v5/accounts/http_signing_key',
    needs: 'Webhooks',
    handle: () => json(200, { message: 'success', http_signing_key: signingKey }),
  },
]

type MailgunStage = Stage<MailgunWebhookState>
const happen =
  (type: string, event: string, more: object = {}) =>
  ({ id, now, orderId, random }: MailgunStage) => {
    const eventId = id('', 22)
    return [
      {
        id: eventId,
        type,
        at: now,
        data: {
          event,
          id: eventId,
          timestamp: now / 1000,
          'log-level': event === 'failed' ? 'error' : 'info',
          recipient: pick(random, people).email,
          message: { headers: { 'message-id': `${id('', 20)}@${domain}`, from: shop.email, subject: 'Your order' } },
          tags: ['order'],
          'user-variables': { reference: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}` },
          ...more,
        },
      },
    ]
  }

const client = { 'client-type': 'browser', 'device-type': 'desktop', 'user-agent': 'Mozilla/5.0 (lab)', bot: '' }
const refused = {
  severity: 'permanent',
  reason: 'bounce',
  'delivery-status': { code: 550, 'enhanced-code': '5.1.1', 'attempt-no': 1, message: '5.1.1 No such user' },
}
const signed = (key: string, timestamp: string, token: string) =>
  createHmac('sha256', key)
    .update(timestamp + token)
    .digest('hex')

/** One event a letter; time and token are signed, inside the body. */
export const mailgunWebhooks: WebhookSpec<MailgunWebhookState> = {
  proof: [],
  coversBody: false,
  forge: (body, how) => {
    const { signature, ...rest } = JSON.parse(body) as { readonly signature: { readonly signature: string } }
    if (how === 'missing') return JSON.stringify(rest)
    return JSON.stringify({ ...rest, signature: { ...signature, signature: how.other(signature.signature) } })
  },
  scenarios: {
    'email.delivered': {
      description: 'A mail reached its reader.',
      make: happen('delivered', 'delivered', { 'delivery-status': { code: 250, message: 'OK', 'attempt-no': 1 } }),
    },
    'email.bounced': { description: 'A mail came back.', make: happen('permanent_fail', 'failed', refused) },
    'email.opened': { description: 'A mail was opened.', make: happen('opened', 'opened', { 'client-info': client }) },
    'email.clicked': {
      description: 'A link in a mail was followed.',
      make: happen('clicked', 'clicked', { 'client-info': client, url: `https://${shop.domain}/orders` }),
    },
    'email.complained': { description: 'A mail was marked as spam.', make: happen('complained', 'complained') },
  },
  subscribers: ({ webhooks }) =>
    [...new Set(Object.values(webhooks).flat())].map((url) => ({
      id: url,
      url,
      secret: signingKey,
      types: types.filter((type) => webhooks[type]?.includes(url)),
    })),
  // One key signs for the whole account: whoever pastes the address is shown it.
  adopt: ({ id, url, secret }) => ({
    subscriber: { id, url, secret: secret ?? signingKey, types: null },
    told: { signingKey },
  }),
  write: (happening, subscriber, moment) => {
    const timestamp = String(Math.floor(moment.at / 1000))
    const token = createHmac('sha256', 'token').update(`${happening.id}:${moment.number}`).digest('hex').slice(0, 50)
    const proof = { timestamp, token, signature: signed(subscriber.secret ?? '', timestamp, token) }
    return {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...(subscriber.secret === null ? {} : { signature: proof }),
        'event-data': happening.data,
      }),
    }
  },
}
