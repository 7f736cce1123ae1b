import { createSign, generateKeyPairSync } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { pick, uuidOf } from '../../chance.ts'
import { people } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Happening, Stage, Subscriber, WebhookSpec } from '../../webhook.ts'

export const failure = (
  status: number,
  message: string,
  field: string | null = null,
  headers: Readonly<Record<string, string>> = {},
) => json(status, { errors: [{ message, field, help: null }] }, headers)

/** The switches of a webhook, and the events each lets through. */
const switches = {
  processed: 'processed',
  deferred: 'deferred',
  delivered: 'delivered',
  bounce: 'bounce',
  dropped: 'dropped',
  open: 'open',
  click: 'click',
  spam_report: 'spamreport',
  unsubscribe: 'unsubscribe',
  group_unsubscribe: 'group_unsubscribe',
  group_resubscribe: 'group_resubscribe',
  account_status_change: 'account_status_change',
} as const
type Switch = keyof typeof switches
const switchNames = Object.keys(switches) as Switch[]

/** ECDSA P-256: SPKI and PKCS #8, both DER in base64. */
interface Keys {
  readonly publicKey: string
  readonly privateKey: string
}

interface Webhook {
  id: string
  enabled: boolean
  url: string
  friendly_name: string | null
  on: Record<Switch, boolean>
  /** Null while signing is switched off. */
  keys: Keys | null
  created_date: string
  updated_date: string
}

export interface SendGridWebhookState {
  webhooks: Webhook[]
}
type WebhookBench = Bench<SendGridWebhookState>

const webhooksAtMost = 5

function makeKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { publicKey: publicKey.toString('base64'), privateKey: privateKey.toString('base64') }
}

const shown = ({ on, keys, ...webhook }: Webhook) => ({
  ...webhook,
  ...on,
  ...(keys === null ? {} : { public_key: keys.publicKey }),
})

type Body = Readonly<Record<string, unknown>>
const bodyOf = (request: LabRequest) => (request.json ?? {}) as Body
const instant = (now: number) => new Date(now).toISOString().replace(/\.\d+Z/, 'Z')

/** What is wrong with an address; null when nothing is. */
function addressFault(url: unknown, state: SendGridWebhookState, own: string | null): LabAnswer | null {
  if (!isAddress(url)) return json(400, { errors: [{ message: `'${String(url)}' is not a valid url` }] })
  const other = state.webhooks.find((webhook) => webhook.url === url && webhook.id !== own)
  if (other === undefined) return null
  const message = `Webhook at '${url}' already exists. Please provide a unique URL.`
  return json(400, { errors: [{ id: other.id, message, url }] })
}

function create(request: LabRequest, { state, now, id }: WebhookBench): LabAnswer {
  const body = bodyOf(request)
  const fault = addressFault(body['url'], state, null)
  if (fault !== null) return fault
  if (state.webhooks.length >= webhooksAtMost)
    return json(400, { errors: [{ message: 'You have reached the maximum number of webhooks allowed.' }] })
  const made: Webhook = {
    id: uuidOf(id('webhook', 20)),
    enabled: body['enabled'] === true,
    url: String(body['url']),
    friendly_name: typeof body['friendly_name'] === 'string' ? body['friendly_name'] : null,
    on: Object.fromEntries(switchNames.map((name) => [name, body[name] === true])) as Record<Switch, boolean>,
    keys: null,
    created_date: instant(now),
    updated_date: instant(now),
  }
  state.webhooks.push(made)
  return json(201, shown(made))
}

const withWebhook =
  (handle: (webhook: Webhook, request: LabRequest, bench: WebhookBench) => LabAnswer) =>
  (request: LabRequest, bench: WebhookBench): LabAnswer => {
    const webhook = bench.state.webhooks.find(({ id }) => id === request.params['id'])
    return webhook === undefined
      ? json(404, { errors: [{ message: 'Invalid id provided.' }] })
      : handle(webhook, request, bench)
  }

function update(webhook: Webhook, request: LabRequest, { state, now }: WebhookBench): LabAnswer {
  const body = bodyOf(request)
  const fault = body['url'] === undefined ? null : addressFault(body['url'], state, webhook.id)
  if (fault !== null) return fault
  if (body['url'] !== undefined) webhook.url = String(body['url'])
  if (typeof body['enabled'] === 'boolean') webhook.enabled = body['enabled']
  if (typeof body['friendly_name'] === 'string') webhook.friendly_name = body['friendly_name']
  for (const name of switchNames) if (typeof body[name] === 'boolean') webhook.on[name] = body[name]
  webhook.updated_date = instant(now)
  return json(200, shown(webhook))
}

/** Switching signing on makes a new key; switching it on again leaves the one there is. */
function sign(webhook: Webhook, request: LabRequest): LabAnswer {
  const { enabled } = bodyOf(request)
  if (typeof enabled !== 'boolean') return failure(400, 'enabled is required', 'enabled')
  webhook.keys = enabled ? (webhook.keys ?? makeKeys()) : null
  return signature(webhook)
}
const signature = ({ id, keys }: Webhook) => json(200, { id, public_key: keys?.publicKey ?? '' })

const path = '/v3/user/webhooks/event/settings'
const scope = 'user.webhooks.event.settings'
export const webhookScopes = ['create', 'read', 'update', 'delete'].map((right) => `${scope}.${right}`)

export const sendgridWebhookRoutes: readonly Route<SendGridWebhookState>[] = [
  { method: 'POST', path, needs: `${scope}.create`, handle: create },
  {
    method: 'GET',
    path: `${path}/all`,
    needs: `${scope}.read`,
    handle: (_request, { state }) =>
      json(200, { max_allowed: webhooksAtMost, webhooks: state.webhooks.map((webhook) => shown(webhook)) }),
  },
  { method: 'GET', path: `${path}/signed/:id`, needs: `${scope}.read`, handle: withWebhook(signature) },
  { method: 'PATCH', path: `${path}/signed/:id`, needs: `${scope}.update`, handle: withWebhook(sign) },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: `${scope}.read`,
    handle: withWebhook((webhook) => json(200, shown(webhook))),
  },
  { method: 'PATCH', path: `${path}/:id`, needs: `${scope}.update`, handle: withWebhook(update) },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    needs: `${scope}.delete`,
    handle: withWebhook((webhook, _request, { state }) => {
      state.webhooks.splice(state.webhooks.indexOf(webhook), 1)
      return { status: 204 }
    }),
  },
]

type SendGridStage = Stage<SendGridWebhookState>
interface Item {
  readonly event: string
}

/** Starts a mail and tells of it; several items of one mail share its message id. */
function mail(stage: SendGridStage): (event: string, more?: object) => Item {
  const { id, now, orderId, random } = stage
  const person = pick(random, people)
  const messageId = id('', 22)
  const reference = orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}`
  return (event, more = {}) => ({
    email: person.email,
    timestamp: Math.floor(now / 1000),
    'smtp-id': `<${messageId}@geopod-ismtpd-lab>`,
    event,
    category: ['order'],
    sg_event_id: Buffer.from(id('', 24)).toString('base64url').slice(0, 32),
    sg_message_id: `${messageId}.recvd-lab-1-0`,
    reference,
    ...more,
  })
}

const accepted = { response: '250 2.0.0 OK', ip: '192.0.2.10', tls: 1 }
const opened = { useragent: 'Mozilla/5.0 (lab)', ip: '192.0.2.44', sg_machine_open: false }
const bounced = {
  reason: '550 5.1.1 The email account does not exist',
  status: '5.1.1',
  type: 'bounce',
  ip: '192.0.2.10',
}

const batch = (stage: SendGridStage, items: readonly Item[]): Happening => ({
  id: (items[0] as { sg_event_id?: string } | undefined)?.sg_event_id ?? stage.id('', 22),
  type: [...new Set(items.map(({ event }) => event))].join('+'),
  at: stage.now,
  data: items,
})

const one = (event: string, more: object) => (stage: SendGridStage) => [batch(stage, [mail(stage)(event, more)])]

const itemsFor = ({ data }: Happening, { types }: Subscriber) =>
  (data as readonly Item[]).filter(({ event }) => types === null || types.includes(event))

/** Events of sent mail in batches, signed with ECDSA once signing is switched on. */
export const sendgridWebhooks: WebhookSpec<SendGridWebhookState> = {
  proof: ['x-twilio-email-event-webhook-timestamp', 'x-twilio-email-event-webhook-signature'],
  coversBody: true,
  scenarios: {
    'email.delivered': { description: 'A mail reached its reader.', make: one('delivered', accepted) },
    'email.bounced': { description: 'A mail came back.', make: one('bounce', bounced) },
    'email.opened': { description: 'A mail was opened.', make: one('open', opened) },
    'email.batch': {
      description:
        'A batch: three mails processed and delivered, two of them opened, one link clicked, one more bounced.',
      make: (stage) => {
        const mails = Array.from({ length: 3 }, () => mail(stage))
        const clicked = { ...opened, url: 'https://noor-atelier.example/orders' }
        return [
          batch(stage, [
            ...mails.flatMap((tell) => [tell('processed'), tell('delivered', accepted)]),
            ...mails.slice(0, 2).map((tell) => tell('open', opened)),
            ...mails.slice(0, 1).map((tell) => tell('click', clicked)),
            mail(stage)('bounce', bounced),
          ]),
        ]
      },
    },
  },
  subscribers: (state) =>
    state.webhooks
      .filter(({ enabled }) => enabled)
      .map(({ id, url, keys, on }) => ({
        id,
        url,
        secret: keys?.privateKey ?? null,
        types: switchNames.filter((name) => on[name]).map((name) => switches[name]),
      })),
  // SendGrid chooses the key: whoever pastes the address is shown the public half.
  adopt: ({ id, url }) => {
    const { publicKey, privateKey } = makeKeys()
    return { subscriber: { id, url, secret: privateKey, types: null }, told: { publicKey } }
  },
  wants: (happening, subscriber) => itemsFor(happening, subscriber).length > 0,
  write: (happening, subscriber, moment) => {
    const body = JSON.stringify(itemsFor(happening, subscriber))
    const headers = { 'content-type': 'application/json' }
    if (subscriber.secret === null) return { headers, body }
    const timestamp = String(Math.floor(moment.at / 1000))
    const key = { key: Buffer.from(subscriber.secret, 'base64'), format: 'der', type: 'pkcs8' } as const
    return {
      headers: {
        ...headers,
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': createSign('sha256')
          .update(timestamp + body)
          .sign(key, 'base64'),
      },
      body,
    }
  },
}
