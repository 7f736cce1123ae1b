import { createHash, createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'

export const storeId = 14_523_001

export const failure = (
  status: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
) => json(status, { code: status, result: message, error: { reason, message } }, headers)

interface First {
  url: string
  types: string[]
  params: object
}

interface Second {
  default_url: string
  expires_at: string | null
  events: { type: string; url?: string }[]
  public_key: string
  /** Hex. Shown once, in the answer that made it. */
  secret_key: string
}

/** One configuration for each version of the API; a new one takes the place of the old. */
export interface PrintfulWebhookState {
  first: First | null
  second: Second | null
}
type WebhookBench = Bench<PrintfulWebhookState>

const ok = (result: unknown) => json(200, { code: 200, result, extra: [] })

function createFirst(request: LabRequest, { state }: WebhookBench): LabAnswer {
  const body = (request.json ?? {}) as Partial<Record<keyof First, unknown>>
  if (!isAddress(body.url)) return failure(400, 'BadRequest', 'Webhook URL is not valid.')
  const types = Array.isArray(body.types) ? body.types.map(String) : []
  const unknown = types.find((type) => !Object.hasOwn(firstTypes, type))
  if (types.length === 0 || unknown !== undefined)
    return failure(400, 'BadRequest', unknown === undefined ? 'types is required.' : `Unknown webhook type: ${unknown}`)
  state.first = { url: body.url, types, params: {} }
  return ok(state.first)
}

const answerSecond = (result: unknown) => json(200, { code: 200, result })
/** Version 2 speaks RFC 9457. */
const problem = (status: number, title: string, detail: string) =>
  json(status, { type: 'https://developers.printful.com/docs/v2-beta/#errors', status, title, detail })

function createSecond(request: LabRequest, { state, now, id }: WebhookBench): LabAnswer {
  const body = (request.json ?? {}) as Partial<Record<keyof Second, unknown>>
  if (!isAddress(body.default_url)) return problem(400, 'Bad Request', 'default_url must be a valid HTTPS URL.')
  const events = Array.isArray(body.events)
    ? (body.events as { readonly type?: unknown; readonly url?: unknown }[])
    : []
  const unknown = events.find(({ type }) => !secondTypes.has(String(type)))
  if (events.length === 0 || unknown !== undefined)
    return problem(400, 'Bad Request', unknown === undefined ? 'events is required.' : 'Unknown event type.')
  const expires = body.expires_at ?? null
  if (expires !== null && !(Date.parse(String(expires)) > now))
    return problem(400, 'Bad Request', 'expires_at must be in the future.')
  state.second = {
    default_url: body.default_url,
    expires_at: expires === null ? null : String(expires),
    events: events.map(({ type, url }) => ({ type: String(type), ...(isAddress(url) ? { url } : {}) })),
    public_key: id('', 12),
    secret_key: createHash('sha512').update(id('', 40)).digest('hex'),
  }
  return answerSecond(state.second)
}

const nothing = { default_url: null, expires_at: null, events: [] }

/** A configuration without its secret. */
const hidden = (config: Second | null) => {
  if (config === null) return null
  const { secret_key: _secret, ...rest } = config
  return rest
}

const isAlive = (config: Second | null, now: number): config is Second =>
  config !== null && (config.expires_at === null || Date.parse(config.expires_at) > now)

export const printfulWebhookRoutes: readonly Route<PrintfulWebhookState>[] = [
  { method: 'POST', path: '/webhooks', needs: 'webhooks', handle: createFirst },
  {
    method: 'GET',
    path: '/webhooks',
    needs: 'webhooks/read',
    handle: (_request, { state }) => ok(state.first ?? { url: null, types: [], params: {} }),
  },
  {
    method: 'DELETE',
    path: '/webhooks',
    needs: 'webhooks',
    handle: (_request, { state }) => {
      state.first = null
      return ok({ url: null, types: [], params: {} })
    },
  },
  { method: 'POST', path: '/v2/webhooks', needs: 'webhooks', handle: createSecond },
  {
    method: 'GET',
    path: '/v2/webhooks',
    needs: 'webhooks/read',
    handle: (request, { state, now }) => {
      const all = request.query.get('show_expired') === 'true'
      return all || isAlive(state.second, now) ? answerSecond(hidden(state.second) ?? nothing) : answerSecond(nothing)
    },
  },
  {
    method: 'DELETE',
    path: '/v2/webhooks',
    needs: 'webhooks',
    handle: (_request, { state }) => {
      if (state.second === null) return problem(404, 'Not Found', 'No webhook configuration.')
      state.second = null
      return { status: 204 }
    },
  },
]

/** Version 1's word for version 2's; what is missing here only version 2 tells. */
const firstTypes: Readonly<Record<string, string>> = {
  package_shipped: 'shipment_sent',
  package_returned: 'shipment_returned',
  order_created: 'order_created',
  order_updated: 'order_updated',
  order_failed: 'order_failed',
  order_canceled: 'order_canceled',
  order_put_hold: 'order_put_hold',
  order_put_hold_approval: 'order_put_hold_approval',
  order_remove_hold: 'order_remove_hold',
  order_refunded: 'order_refunded',
  product_synced: 'product_synced',
  product_updated: 'product_updated',
  product_deleted: 'product_deleted',
  stock_updated: 'catalog_stock_updated',
}
const firstTypeOf = (type: string) => Object.entries(firstTypes).find(([, other]) => other === type)?.[0] ?? null
const secondTypes = new Set([
  ...Object.values(firstTypes).filter((type) => !type.startsWith('product_')),
  'shipment_delivered',
  'shipment_out_of_stock',
  'shipment_canceled',
  'shipment_put_hold',
  'shipment_put_hold_approval',
  'shipment_remove_hold',
  'catalog_price_changed',
  'mockup_task_finished',
])

type PrintfulStage = Stage<PrintfulWebhookState>

interface Order {
  readonly id: number
  readonly external_id: string
  readonly status: string
}
interface Shipment {
  readonly id: number
  readonly status: string
  readonly tracking: string
  readonly delivered: boolean
}
interface Told {
  readonly order: Order
  readonly shipment: Shipment | null
}

function orderOf({ id, orderId, random }: PrintfulStage, status: string): Order {
  const number = Number(id('', 9, '123456789'))
  return { id: number, external_id: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}`, status }
}

const happening = (stage: PrintfulStage, type: string, data: Told): Happening => ({
  id: `${type}:${data.shipment?.id ?? data.order.id}`,
  type,
  at: stage.now,
  data,
})

const ofOrder = (type: string, status: string) => (stage: PrintfulStage) => [
  happening(stage, type, { order: orderOf(stage, status), shipment: null }),
]

function journey(stage: PrintfulStage, types: readonly string[]): readonly Happening[] {
  const order = orderOf(stage, 'fulfilled')
  const id = Number(stage.id('', 8, '123456789'))
  const tracking = stage.id('', 11, '123456789')
  return types.map((type, step) => {
    const status = type.replace('shipment_', '')
    const shipment = { id, status, tracking, delivered: status === 'delivered' }
    // A step later than the one before it.
    return { ...happening(stage, type, { order, shipment }), at: stage.now + step }
  })
}

const unix = (at: number) => Math.floor(at / 1000)
const instant = (at: number) => new Date(at).toISOString().replace(/\.\d+Z/, 'Z')

const firstBody = ({ type, at, data }: Happening, retries: number) => {
  const { order, shipment } = data as Told
  return {
    type: firstTypeOf(type),
    created: unix(at),
    retries,
    store: storeId,
    data: {
      ...(shipment === null
        ? {}
        : {
            shipment: {
              id: shipment.id,
              carrier: 'ARAMEX',
              service: 'Aramex Parcel',
              tracking_number: shipment.tracking,
              tracking_url: trackingPage(shipment),
              created: unix(at),
              ship_date: instant(at).slice(0, 10),
              shipped_at: unix(at),
              reshipment: false,
            },
          }),
      order: { id: order.id, external_id: order.external_id, store: storeId, status: order.status, updated: unix(at) },
    },
  }
}

const secondBody = ({ type, at, data }: Happening, retries: number) => {
  const { order, shipment } = data as Told
  const moment = instant(at)
  return {
    type,
    occurred_at: moment,
    retries,
    store_id: storeId,
    data: {
      ...(shipment === null
        ? {}
        : {
            shipment: {
              id: shipment.id,
              status: shipment.status,
              store_id: storeId,
              tracking_number: shipment.tracking,
              tracking_url: trackingPage(shipment),
              created_at: moment,
              ship_date: moment.slice(0, 10),
              shipped_at: moment,
              delivered_at: shipment.delivered ? moment : null,
              reshipment: false,
            },
          }),
      order: {
        id: order.id,
        external_id: order.external_id,
        status: order.status,
        store_id: storeId,
        dashboard_url: `https://www.printful.com/dashboard?order_id=${order.id}`,
        created_at: moment,
        updated_at: moment,
      },
      ...extras[type],
    },
  }
}
/** What a type tells besides the order and the parcel. */
const extras: Readonly<Record<string, object>> = {
  order_failed: { reason: 'A print file could not be downloaded.' },
  order_refunded: { amount: '41.30', currency: 'USD' },
}
const trackingPage = ({ tracking }: Shipment) => `https://track.${shop.domain}/${tracking}`

/** Events of a print shop: version 2 signs with a key in hex, version 1 signs nothing. */
export const printfulWebhooks: WebhookSpec<PrintfulWebhookState> = {
  proof: ['x-pf-webhook-public-key', 'x-pf-webhook-signature'],
  coversBody: true,
  scenarios: {
    'order.created': { description: 'An order came in.', make: ofOrder('order_created', 'pending') },
    'order.updated': { description: 'An order went into production.', make: ofOrder('order_updated', 'inprocess') },
    'order.shipped': {
      description: 'A parcel left the print house.',
      make: (stage) => journey(stage, ['shipment_sent']),
    },
    'order.failed': { description: 'An order could not be made.', make: ofOrder('order_failed', 'failed') },
    'payment.refunded': { description: 'An order was refunded.', make: ofOrder('order_refunded', 'canceled') },
    'shipment.moving': {
      description: 'A parcel in two steps: sent, delivered (version 1 tells the first only).',
      make: (stage) => journey(stage, ['shipment_sent', 'shipment_delivered']),
    },
  },
  subscribers: ({ first, second: config }, now) => [
    ...(first === null ? [] : [{ id: 'v1', url: first.url, secret: null, types: first.types }]),
    ...(isAlive(config, now)
      ? config.events.map(({ type, url }) => ({
          id: `v2:${type}`,
          url: url ?? config.default_url,
          secret: config.secret_key,
          types: [type],
        }))
      : []),
  ],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  wants: ({ type }, { secret, types }) => {
    const name = secret === null ? firstTypeOf(type) : type
    return name !== null && (types === null || types.includes(name))
  },
  write: (happened, { secret }, moment, state) => {
    const headers = { 'content-type': 'application/json' }
    const retries = moment.number - 1
    if (secret === null) return { headers, body: JSON.stringify(firstBody(happened, retries)) }
    const body = JSON.stringify(secondBody(happened, retries))
    const signature = createHmac('sha256', Buffer.from(secret, 'hex')).update(body).digest('hex')
    return {
      headers: {
        ...headers,
        'x-pf-webhook-public-key': Buffer.from(state.second?.public_key ?? 'pasted').toString('base64'),
        'x-pf-webhook-signature': signature,
      },
      body,
    }
  },
}
