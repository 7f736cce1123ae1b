import { createSign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { isAddress } from '../../address.ts'
import { pick } from '../../chance.ts'
import type { Signer } from '../../certificate.ts'
import { makeSigner } from '../../certificate.ts'
import { goods } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Order } from './orders.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'

const debugId = 'f1ab0000000000'
export const failure = (
  status: number,
  name: string,
  message: string,
  details: readonly Readonly<Record<string, string>>[] = [],
  headers: Readonly<Record<string, string>> = {},
) => json(status, { name, message, debug_id: debugId, details, links: [] }, { 'paypal-debug-id': debugId, ...headers })

export const webhooksScope = 'https://uri.paypal.com/services/applications/webhooks'

interface Webhook {
  id: string
  url: string
  event_types: { name: string }[]
}

export interface PayPalWebhookState {
  /** Newest first. */
  orders: Order[]
  webhooks: Webhook[]
  /** Made when it is first needed. */
  signer: Signer | null
}
type WebhookBench = Bench<PayPalWebhookState>

const webhooksAtMost = 10
const path = '/v1/notifications/webhooks'
const certificates = '/v1/notifications/certs'
export const capitals = 'ABCDEFGHJKLMNPRSTUVWXY0123456789'

const making = new WeakMap<PayPalWebhookState, Promise<Signer>>()

/** The one key of these data: letters that are written at the same time wait for the same one. */
async function signerOf(state: PayPalWebhookState): Promise<Signer> {
  if (state.signer !== null) return state.signer
  const made = making.get(state) ?? makeSigner('messageverificationcerts.sandbox.paypal.example')
  making.set(state, made)
  state.signer = await made
  return state.signer
}

const shown = (webhook: Webhook) => ({
  ...webhook,
  event_types: webhook.event_types.map(({ name }) => ({ name, description: name, status: 'ENABLED' })),
  links: ['self', 'update', 'delete'].map((rel) => ({
    href: `https://api-m.sandbox.paypal.com${path}/${webhook.id}`,
    rel,
    method: rel === 'self' ? 'GET' : rel === 'update' ? 'PATCH' : 'DELETE',
  })),
})

const invalid = (field: string, issue: string) =>
  failure(400, 'VALIDATION_ERROR', 'Invalid data provided', [{ field, issue, location: 'body' }])

const namesOf = (types: unknown): readonly string[] =>
  Array.isArray(types)
    ? types.map((type) => (type as { name?: unknown } | null)?.name).filter((name) => typeof name === 'string')
    : []

function create(request: LabRequest, { state, id }: WebhookBench): LabAnswer {
  const body = (request.json ?? {}) as { readonly url?: unknown; readonly event_types?: unknown }
  if (!isAddress(body.url)) return invalid('url', 'Not a valid webhook URL')
  const names = namesOf(body.event_types)
  if (names.length === 0) return invalid('event_types', 'Required field is missing')
  if (state.webhooks.some(({ url }) => url === body.url))
    return failure(400, 'WEBHOOK_URL_ALREADY_EXISTS', 'Webhook URL already exists')
  if (state.webhooks.length >= webhooksAtMost)
    return failure(400, 'WEBHOOK_NUMBER_LIMIT_EXCEEDED', `Only ${webhooksAtMost} webhooks are allowed`)
  const webhook = { id: id('', 17, capitals), url: body.url, event_types: names.map((name) => ({ name })) }
  state.webhooks.push(webhook)
  return json(201, shown(webhook))
}

const withWebhook =
  (handle: (webhook: Webhook, state: PayPalWebhookState, request: LabRequest) => LabAnswer) =>
  (request: LabRequest, { state }: WebhookBench): LabAnswer => {
    const webhook = state.webhooks.find(({ id }) => id === request.params['id'])
    return webhook === undefined
      ? failure(404, 'INVALID_RESOURCE_ID', 'Resource id is invalid')
      : handle(webhook, state, request)
  }

/** PayPal lets the address and the types be replaced, nothing else. */
function update(webhook: Webhook, _state: PayPalWebhookState, request: LabRequest): LabAnswer {
  const steps = Array.isArray(request.json) ? (request.json as readonly Patch[]) : []
  if (steps.length === 0) return invalid('patch_request', 'Required field is missing')
  for (const { op, path: at, value } of steps) {
    if (op !== 'replace') return invalid('op', 'Only replace is supported')
    if (at === '/url' && isAddress(value)) webhook.url = value
    else if (at === '/event_types' && namesOf(value).length > 0)
      webhook.event_types = namesOf(value).map((name) => ({ name }))
    else return invalid(String(at), 'Invalid value')
  }
  return json(200, shown(webhook))
}
interface Patch {
  readonly op?: unknown
  readonly path?: unknown
  readonly value?: unknown
}

export const paypalWebhookRoutes: readonly Route<PayPalWebhookState>[] = [
  { method: 'POST', path, needs: webhooksScope, handle: create },
  {
    method: 'GET',
    path,
    needs: webhooksScope,
    handle: (_request, { state }) => json(200, { webhooks: state.webhooks.map(shown) }),
  },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: webhooksScope,
    handle: withWebhook((webhook) => json(200, shown(webhook))),
  },
  { method: 'PATCH', path: `${path}/:id`, needs: webhooksScope, handle: withWebhook(update) },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    needs: webhooksScope,
    handle: withWebhook((webhook, state) => {
      state.webhooks.splice(state.webhooks.indexOf(webhook), 1)
      return { status: 204 }
    }),
  },
  {
    method: 'GET',
    path: `${certificates}/:mark`,
    open: true,
    handle: async (request, { state }) => {
      const { mark, certificate } = await signerOf(state)
      return request.params['mark'] === `CERT-${mark}`
        ? { status: 200, headers: { 'content-type': 'application/x-pem-file' }, text: certificate }
        : failure(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.')
    },
  },
]

type PayPalStage = Stage<PayPalWebhookState>

export const instant = (at: number) => new Date(at).toISOString().replace(/\.\d+Z/, 'Z')

interface Told {
  readonly type: string
  readonly resourceType: string
  readonly summary: string
  readonly resource: object
}

const happening = (stage: PayPalStage, { type, ...told }: Told): Happening => ({
  id: `WH-${stage.id('', 17, capitals)}-${stage.id('', 17, capitals)}`,
  type,
  at: stage.now,
  data: told,
})

const reference = ({ orderId, random }: PayPalStage) => orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}`
const dollars = ({ random }: PayPalStage) => ({
  currency_code: 'USD',
  value: ((pick(random, goods).price * 0.2723) / 100).toFixed(2),
})

function capture(stage: PayPalStage, status: 'COMPLETED' | 'DECLINED') {
  const id = stage.id('', 17, capitals)
  return {
    id,
    status,
    amount: dollars(stage),
    final_capture: true,
    custom_id: reference(stage),
    seller_protection: { status: 'ELIGIBLE', dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'] },
    supplementary_data: { related_ids: { order_id: stage.id('', 17, capitals) } },
    create_time: instant(stage.now),
    update_time: instant(stage.now),
    links: [{ href: `https://api-m.sandbox.paypal.com/v2/payments/captures/${id}`, rel: 'self', method: 'GET' }],
  }
}

function refund(stage: PayPalStage) {
  const id = stage.id('', 17, capitals)
  const links = [
    ['self', `refunds/${id}`],
    ['up', `captures/${stage.id('', 17, capitals)}`],
  ] as const
  return {
    id,
    status: 'COMPLETED',
    amount: dollars(stage),
    custom_id: reference(stage),
    create_time: instant(stage.now),
    update_time: instant(stage.now),
    links: links.map(([rel, end]) => ({
      href: `https://api-m.sandbox.paypal.com/v2/payments/${end}`,
      rel,
      method: 'GET',
    })),
  }
}

const dispute = (stage: PayPalStage) => ({
  dispute_id: `PP-R-${stage.id('', 3, 'ABCDEFGH')}-${stage.id('', 8, '123456789')}`,
  create_time: instant(stage.now),
  update_time: instant(stage.now),
  disputed_transactions: [
    { seller_transaction_id: stage.id('', 17, capitals), custom: reference(stage), seller: { name: 'Noor Atelier' } },
  ],
  reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
  status: 'OPEN',
  dispute_amount: dollars(stage),
  dispute_life_cycle_stage: 'INQUIRY',
})

/** Events of a PayPal app, signed with RSA; the certificate is at an address of the twin. */
export const paypalWebhooks: WebhookSpec<PayPalWebhookState> = {
  proof: [
    'paypal-auth-algo',
    'paypal-cert-url',
    'paypal-transmission-id',
    'paypal-transmission-time',
    'paypal-transmission-sig',
  ],
  coversBody: true,
  scenarios: {
    'payment.succeeded': {
      description: 'A payment was captured.',
      make: (stage) => {
        const resource = capture(stage, 'COMPLETED')
        const { value, currency_code: currency } = resource.amount
        const summary = `Payment completed for $ ${value} ${currency}`
        return [happening(stage, { type: 'PAYMENT.CAPTURE.COMPLETED', resourceType: 'capture', summary, resource })]
      },
    },
    'checkout.approved': {
      description: 'A payer agreed on PayPal’s page to an order that waits for it: the newest, or the one asked for.',
      make: (stage) => {
        const waits = ({ status }: Order) => status === 'CREATED' || status === 'PAYER_ACTION_REQUIRED'
        const isAsked = ({ id, purchase_units: [unit] }: Order) =>
          stage.orderId === null || [id, unit?.custom_id].includes(stage.orderId)
        const resource = stage.state.orders.find((order) => waits(order) && isAsked(order))
        if (resource === undefined) return []
        resource.status = 'APPROVED'
        const summary = 'An order has been approved by buyer'
        return [
          happening(stage, {
            type: 'CHECKOUT.ORDER.APPROVED',
            resourceType: 'checkout-order',
            summary,
            resource: structuredClone(resource),
          }),
        ]
      },
    },
    'payment.failed': {
      description: 'A capture was declined.',
      make: (stage) => [
        happening(stage, {
          type: 'PAYMENT.CAPTURE.DECLINED',
          resourceType: 'capture',
          summary: 'A payment capture was declined.',
          resource: capture(stage, 'DECLINED'),
        }),
      ],
    },
    'payment.refunded': {
      description: 'A captured payment was refunded.',
      make: (stage) => [
        happening(stage, {
          type: 'PAYMENT.CAPTURE.REFUNDED',
          resourceType: 'refund',
          summary: 'A payment capture was refunded.',
          resource: refund(stage),
        }),
      ],
    },
    'payment.disputed': {
      description: 'A buyer opened a dispute.',
      make: (stage) => [
        happening(stage, {
          type: 'CUSTOMER.DISPUTE.CREATED',
          resourceType: 'dispute',
          summary: 'A new dispute opened.',
          resource: dispute(stage),
        }),
      ],
    },
  },
  subscribers: (state) =>
    state.webhooks.map(({ id, url, event_types: types }) => ({
      id,
      url,
      secret: id,
      types: types.some(({ name }) => name === '*') ? null : types.map(({ name }) => name),
    })),
  // The webhook's id is what the signature holds besides the body.
  adopt: ({ id, url, secret }) => {
    const webhookId = secret ?? id
    return { subscriber: { id, url, secret: webhookId, types: null }, told: { webhookId } }
  },
  write: async ({ id, type, at, data }, { secret }, moment, state) => {
    const { resourceType, summary, resource } = data as Omit<Told, 'type'>
    const body = JSON.stringify({
      id,
      event_version: '1.0',
      create_time: new Date(at).toISOString(),
      resource_type: resourceType,
      resource_version: '2.0',
      event_type: type,
      summary,
      resource,
      links: [
        { href: `https://api.sandbox.paypal.com/v1/notifications/webhooks-events/${id}`, rel: 'self', method: 'GET' },
      ],
    })
    const signer = await signerOf(state)
    const transmission = `${id.slice(3, 11).toLowerCase()}-lab-${moment.number}`
    const time = instant(moment.at)
    const signature = createSign('sha256')
      .update(`${transmission}|${time}|${secret ?? ''}|${crc32(body)}`)
      .sign(signer.privateKey, 'base64')
    return {
      headers: {
        'content-type': 'application/json',
        'paypal-auth-algo': 'SHA256withRSA',
        'paypal-cert-url': `${moment.origin}/api${certificates}/CERT-${signer.mark}`,
        'paypal-transmission-id': transmission,
        'paypal-transmission-time': time,
        'paypal-transmission-sig': signature,
      },
      body,
    }
  },
}
