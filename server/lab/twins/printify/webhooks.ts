import { createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { alphanumeric, uuidOf } from '../../chance.ts'
import { labCredentials } from '../../credentials.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'

const { shopId } = labCredentials.printify.good

export const failure = (
  status: number,
  code: number,
  message: string,
  reason = message,
  headers: Readonly<Record<string, string>> = {},
) => json(status, { status: 'error', code, message, errors: { reason, code } }, headers)

/** Every path below a shop asks for the shop first. */
export const inShop = (request: LabRequest, handle: () => LabAnswer): LabAnswer =>
  request.params['shop'] === shopId
    ? handle()
    : failure(404, 10404, 'Resource not found.', `Shop ${request.params['shop']} does not exist.`)

interface Webhook {
  id: string
  topic: string
  url: string
  shop_id: string
  /** Chosen by the caller; null signs nothing. Never shown. */
  secret: string | null
}

export interface PrintifyWebhookState {
  webhooks: Webhook[]
}
type WebhookBench = Bench<PrintifyWebhookState>

const topics = new Set([
  'shop:disconnected',
  'product:created',
  'product:updated',
  'product:deleted',
  'product:publish:started',
  'order:created',
  'order:updated',
  'order:sent-to-production',
  'order:shipment:created',
  'order:shipment:delivered',
])

const shown = ({ secret: _secret, ...webhook }: Webhook) => webhook
const invalid = (reason: string) => failure(400, 8150, 'Validation failed.', reason)

function create(request: LabRequest, { state, id }: WebhookBench): LabAnswer {
  const { topic, url, secret } = (request.json ?? {}) as Readonly<Record<string, unknown>>
  if (typeof topic !== 'string' || !topics.has(topic)) return invalid('topic: The value you selected is not valid.')
  if (!isAddress(url)) return invalid('url: This value is not a valid URL.')
  if (secret !== undefined && secret !== null && typeof secret !== 'string') return invalid('secret: Not a string.')
  if (state.webhooks.some((webhook) => webhook.topic === topic && webhook.url === url))
    return invalid('topic: A webhook for this topic and URL exists already.')
  const made = { id: id('', 24, '0123456789abcdef'), topic, url, shop_id: shopId, secret: secret || null }
  state.webhooks.push(made)
  return json(200, shown(made))
}

const withWebhook =
  (handle: (webhook: Webhook, request: LabRequest, bench: WebhookBench) => LabAnswer) =>
  (request: LabRequest, bench: WebhookBench): LabAnswer =>
    inShop(request, () => {
      const webhook = bench.state.webhooks.find(({ id }) => id === request.params['id'])
      return webhook === undefined ? failure(404, 10404, 'Resource not found.') : handle(webhook, request, bench)
    })

function remove(webhook: Webhook, request: LabRequest, { state }: WebhookBench): LabAnswer {
  const host = request.query.get('host')
  if (host === null) return invalid('host: This value should not be blank.')
  if (![new URL(webhook.url).host, new URL(webhook.url).hostname].includes(host))
    return invalid('host: The webhook belongs to another host.')
  state.webhooks.splice(state.webhooks.indexOf(webhook), 1)
  return json(200, { id: webhook.id })
}

const path = '/shops/:shop/webhooks'

export const printifyWebhookRoutes: readonly Route<PrintifyWebhookState>[] = [
  {
    method: 'GET',
    path: `${path}.json`,
    needs: 'webhooks.read',
    handle: (request, { state }) => inShop(request, () => json(200, state.webhooks.map(shown))),
  },
  {
    method: 'POST',
    path: `${path}.json`,
    needs: 'webhooks.write',
    handle: (request, bench) => inShop(request, () => create(request, bench)),
  },
  {
    method: 'PUT',
    path: `${path}/:id.json`,
    needs: 'webhooks.write',
    handle: withWebhook((webhook, request) => {
      const { url } = (request.json ?? {}) as Readonly<Record<string, unknown>>
      if (!isAddress(url)) return invalid('url: This value is not a valid URL.')
      webhook.url = url
      return json(200, shown(webhook))
    }),
  },
  { method: 'DELETE', path: `${path}/:id.json`, needs: 'webhooks.write', handle: withWebhook(remove) },
]

type PrintifyStage = Stage<PrintifyWebhookState>

const stamp = (at: number) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}+00:00`

const happening = (
  { id, now }: PrintifyStage,
  type: string,
  resource: { readonly id: string; readonly kind: string; readonly data: object },
): Happening => ({
  id: uuidOf(id('event', 20)),
  type,
  at: now,
  data: { id: resource.id, type: resource.kind, data: { shop_id: Number(shopId), ...resource.data } },
})

/** Printify's own id of an order: the same for the same order of the shop. */
const orderOf = ({ id, orderId }: PrintifyStage) =>
  orderId === null ? id('', 24, '0123456789abcdef') : alphanumeric(`printify:${orderId}`, 24, '0123456789abcdef')

const ofOrder =
  (type: string, data: object = {}) =>
  (stage: PrintifyStage) => [happening(stage, type, { id: orderOf(stage), kind: 'order', data })]

function journey(stage: PrintifyStage, steps: readonly ('created' | 'delivered')[]): readonly Happening[] {
  const id = orderOf(stage)
  const code = stage.id('', 11, '123456789')
  const carrier = { code: 'ARAMEX', tracking_number: code, tracking_url: `https://track.${shop.domain}/${code}` }
  const moment = stamp(stage.now)
  return steps.map((step) =>
    happening(stage, `order:shipment:${step}`, {
      id,
      kind: 'order',
      data: { [step === 'created' ? 'shipped_at' : 'delivered_at']: moment, carrier, skus: ['NA-MUG-SKY-1'] },
    }),
  )
}

/** Events of a Printify shop, signed with the secret its owner chose. */
export const printifyWebhooks: WebhookSpec<PrintifyWebhookState> = {
  proof: ['x-pfy-signature'],
  coversBody: true,
  scenarios: {
    'order.created': { description: 'An order came in.', make: ofOrder('order:created') },
    'order.updated': {
      description: 'An order went into production.',
      make: ofOrder('order:updated', { status: 'in-production' }),
    },
    'order.shipped': {
      description: 'A parcel left the print house.',
      make: (stage) => journey(stage, ['created']),
    },
    'shipment.moving': {
      description: 'A parcel in two steps: sent, delivered.',
      make: (stage) => journey(stage, ['created', 'delivered']),
    },
    'app.uninstalled': {
      description: 'The shop was disconnected.',
      make: (stage) => [happening(stage, 'shop:disconnected', { id: shopId, kind: 'shop', data: {} })],
    },
  },
  subscribers: (state) => state.webhooks.map(({ id, url, topic, secret }) => ({ id, url, secret, types: [topic] })),
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, at, data }, { secret }) => {
    const body = JSON.stringify({ id, type, created_at: stamp(at), resource: data })
    const headers = { 'content-type': 'application/json;charset=utf-8' }
    if (secret === null) return { headers, body }
    const signature = createHmac('sha256', secret).update(body).digest('hex')
    return { headers: { ...headers, 'x-pfy-signature': `sha256=${signature}` }, body }
  },
}
