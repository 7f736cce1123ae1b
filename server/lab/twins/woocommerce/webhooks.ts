import { createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { pick, uuidOf } from '../../chance.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import { invalidId, numberOf, paged, refuse, root } from './answers.ts'
import { customers, products, stamp } from './data.ts'
import { ordersNow, type WooShop } from './shop.ts'

interface Webhook {
  id: number
  name: string
  status: string
  topic: string
  delivery_url: string
  /** Never shown. */
  secret: string
}

export interface WooWebhookState extends WooShop {
  webhooks: Webhook[]
}
type HookBench = Bench<WooWebhookState>

const topicRule = /^(order|product|customer|coupon)\.(created|updated|deleted|restored)$|^action\.\w+$/
const shown = ({ secret: _secret, ...webhook }: Webhook) => ({
  ...webhook,
  resource: webhook.topic.split('.')[0],
  event: webhook.topic.split('.')[1],
  hooks: [],
})

/** What is wrong with a webhook; null when it is well. */
function fault({ topic, delivery_url: url }: Partial<Webhook>): LabAnswer | null {
  if (topic !== undefined && !topicRule.test(topic))
    return refuse(400, 'woocommerce_rest_shop_webhook_invalid_topic', 'Webhook topic must be valid.')
  if (url !== undefined && !isAddress(url))
    return refuse(
      400,
      'woocommerce_rest_shop_webhook_invalid_delivery_url',
      'Webhook delivery URL must be a valid URL starting with http:// or https://.',
    )
  return null
}

function create(request: LabRequest, { state, id }: HookBench): LabAnswer {
  const body = (request.json ?? {}) as Partial<Webhook>
  if (body.topic === undefined || body.delivery_url === undefined)
    return refuse(400, 'rest_missing_callback_param', 'Missing parameter(s): topic, delivery_url')
  const wrong = fault(body)
  if (wrong !== null) return wrong
  const made: Webhook = {
    id: Number(id('', 6, '123456789')),
    name: body.name ?? '',
    status: body.status ?? 'active',
    topic: body.topic,
    delivery_url: body.delivery_url,
    secret: body.secret ?? '',
  }
  state.webhooks.push(made)
  return json(201, shown(made))
}

const withWebhook =
  (handle: (webhook: Webhook, request: LabRequest, bench: HookBench) => LabAnswer) =>
  (request: LabRequest, bench: HookBench): LabAnswer => {
    const found = bench.state.webhooks.find(({ id }) => id === numberOf(request))
    return found === undefined ? invalidId('shop_webhook') : handle(found, request, bench)
  }

const path = `${root}/webhooks`

export const webhookRoutes: readonly Route<WooWebhookState>[] = [
  {
    method: 'GET',
    path,
    needs: 'read',
    handle: (request, { state }) => paged(state.webhooks.map(shown), request),
  },
  { method: 'POST', path, needs: 'write', handle: create },
  {
    method: 'PUT',
    path: `${path}/:id`,
    needs: 'write',
    handle: withWebhook((webhook, request) => {
      const body = (request.json ?? {}) as Partial<Webhook>
      const wrong = fault(body)
      if (wrong !== null) return wrong
      const { name, status, topic, delivery_url, secret } = { ...webhook, ...body }
      Object.assign(webhook, { name, status, topic, delivery_url, secret })
      return json(200, shown(webhook))
    }),
  },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    needs: 'write',
    handle: withWebhook((webhook, request, { state }) => {
      if (request.query.get('force') !== 'true')
        return refuse(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.')
      state.webhooks.splice(state.webhooks.indexOf(webhook), 1)
      return json(200, shown(webhook))
    }),
  },
]

type WooStage = Stage<WooWebhookState>

const happening = ({ id, now }: WooStage, type: string, data: object): Happening => ({
  id: uuidOf(id('delivery', 20)).replaceAll('-', ''),
  type,
  at: now,
  data,
})

function orderOf({ state, orderId, random, now }: WooStage) {
  const orders = ordersNow(state)
  const asked = orders.find(({ id, number }) => orderId !== null && [String(id), number].includes(orderId))
  return { ...(asked ?? pick(random, orders)), date_modified_gmt: stamp(now) }
}

/** Events of a shop, one webhook for each topic, signed with the webhook's own secret. */
export const woocommerceWebhooks: WebhookSpec<WooWebhookState> = {
  proof: ['x-wc-webhook-signature'],
  coversBody: true,
  scenarios: {
    'order.created': {
      description: 'A customer placed an order.',
      make: (stage) => [happening(stage, 'order.created', { ...orderOf(stage), status: 'processing' })],
    },
    'order.updated': {
      description: 'An order changed.',
      make: (stage) => [happening(stage, 'order.updated', orderOf(stage))],
    },
    'order.cancelled': {
      description: 'An order was removed.',
      make: (stage) => [happening(stage, 'order.deleted', { id: orderOf(stage).id })],
    },
    'product.updated': {
      description: 'A product changed.',
      make: (stage) => [happening(stage, 'product.updated', pick(stage.random, products))],
    },
    'customer.created': {
      description: 'A customer opened an account.',
      make: (stage) => [happening(stage, 'customer.created', pick(stage.random, customers))],
    },
  },
  subscribers: (state) =>
    state.webhooks.flatMap(({ id, delivery_url: url, secret, topic, status }) =>
      status === 'active' ? [{ id: String(id), url, secret, types: [topic] }] : [],
    ),
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, data }, subscriber) => {
    const body = JSON.stringify(data)
    const [resource = '', event = ''] = type.split('.')
    const headers = {
      'content-type': 'application/json',
      'x-wc-webhook-source': `https://${shop.domain}/`,
      'x-wc-webhook-topic': type,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-id': subscriber.id,
      'x-wc-webhook-delivery-id': id,
    }
    if (subscriber.secret === null) return { headers, body }
    const signature = createHmac('sha256', subscriber.secret).update(body).digest('base64')
    return { headers: { ...headers, 'x-wc-webhook-signature': signature }, body }
  },
}
