import { addNewest } from '../../bounded.ts'
import { pick } from '../../chance.ts'
import { goods } from '../../shop.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import type { Order } from './orders.ts'
import { move, movement, newOrder, outlet } from './orders.ts'

export interface NiWebhookState {
  /** Newest first. */
  orders: Order[]
}
type NiStage = Stage<NiWebhookState>

const happening = (stage: NiStage, type: string, order: Order): Happening => ({
  id: stage.id('', 32, '0123456789abcdef'),
  type,
  at: stage.now,
  data: structuredClone(order),
})

/** The order that is paid right now: the one asked for where it waits, else a new one. */
function paidOrder(stage: NiStage, state: 'CAPTURED' | 'FAILED'): Order {
  const { id, now, orderId, random, state: kept } = stage
  const waits = kept.orders.find(
    ({ reference, merchantOrderReference, _embedded: { payment } }) =>
      payment[0]?.state === 'STARTED' && orderId !== null && [reference, merchantOrderReference].includes(orderId),
  )
  const item = pick(random, goods)
  const order =
    waits ??
    newOrder(id, now, {
      action: 'SALE',
      amount: { currencyCode: 'AED', value: item.price },
      merchantOrderReference: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}`,
      emailAddress: 'layla@example.com',
    })
  const [payment] = order._embedded.payment
  if (payment !== undefined) {
    if (state === 'CAPTURED')
      payment._embedded = { 'cnp:capture': [movement(order, payment, 'captures', order.amount, stage)] }
    move(order, payment, state)
  }
  if (waits === undefined) addNewest(kept.orders, order, 12)
  return order
}

function refunded(stage: NiStage): Order {
  const { orderId, random, state } = stage
  const done = state.orders.filter(({ _embedded: { payment } }) => payment[0]?.state === 'CAPTURED')
  const order = structuredClone(
    done.find(({ reference, merchantOrderReference }) =>
      [reference, merchantOrderReference].includes(orderId ?? '-'),
    ) ?? pick(random, done),
  )
  const [payment] = order._embedded.payment
  if (payment !== undefined) {
    payment._embedded = {
      ...payment._embedded,
      'cnp:refund': [movement(order, payment, 'refunds', order.amount, stage)],
    }
    move(order, payment, 'REFUNDED')
  }
  return order
}

/** Events of an outlet: proven by a header that was set in the portal, sent once. */
export const niWebhooks: WebhookSpec<NiWebhookState> = {
  proof: ['x-webhook-secret'],
  coversBody: false,
  scenarios: {
    'payment.succeeded': {
      description: 'A payment was captured: of the order asked for, where it waits for its payer.',
      make: (stage) => [happening(stage, 'CAPTURED', paidOrder(stage, 'CAPTURED'))],
    },
    'payment.failed': {
      description: 'A card was declined.',
      make: (stage) => [happening(stage, 'DECLINED', paidOrder(stage, 'FAILED'))],
    },
    'payment.refunded': {
      description: 'A payment was refunded in full.',
      make: (stage) => [happening(stage, 'REFUNDED', refunded(stage))],
    },
  },
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, data }, { secret }) => ({
    headers: { 'content-type': 'application/json', ...(secret === null ? {} : { 'x-webhook-secret': secret }) },
    body: JSON.stringify({
      outletId: outlet,
      eventId: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
      eventName: type,
      order: data,
    }),
  }),
}
