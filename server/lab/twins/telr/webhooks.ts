import { createHash } from 'node:crypto'
import { addNewest } from '../../bounded.ts'
import { pick } from '../../chance.ts'
import { goods } from '../../shop.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import type { Order } from './orders.ts'
import { firstDay, newOrder, pay } from './orders.ts'

export interface TelrWebhookState {
  /** Newest first. */
  orders: Order[]
}
type TelrStage = Stage<TelrWebhookState>

/** What is hashed, in Telr's order; `tran_order` stands before the currency. */
const hashed = [
  'tran_store',
  'tran_type',
  'tran_class',
  'tran_test',
  'tran_ref',
  'tran_prevref',
  'tran_firstref',
  'tran_order',
  'tran_currency',
  'tran_amount',
  'tran_cartid',
  'tran_desc',
  'tran_status',
  'tran_authcode',
  'tran_authmessage',
]

function advice(stage: TelrStage, order: Order, type: string): Happening {
  const { transaction } = order
  const first = transaction?.ref ?? ''
  const ref = type === 'refund' ? stage.id('0300', 12, '0123456789') : first
  return {
    id: `${ref}:${type}`,
    type,
    at: stage.now,
    data: {
      tran_store: '25301',
      tran_type: type,
      tran_class: 'ecom',
      tran_test: String(order.test),
      tran_ref: ref,
      tran_prevref: ref === first ? '' : first,
      tran_firstref: first,
      tran_order: order.ref,
      tran_currency: order.currency,
      tran_amount: order.amount,
      tran_cartid: order.cartid,
      tran_desc: order.description,
      tran_status: type === 'refund' ? 'A' : (transaction?.status ?? 'A'),
      tran_authcode: transaction?.code ?? '',
      tran_authmessage: transaction?.message ?? '',
      bill_email: order.email,
    },
  }
}

/** The order that is paid right now: the one asked for where it waits, else a new one. */
function paid(stage: TelrStage, status: 'A' | 'D'): Order {
  const { id, orderId, random, state } = stage
  const waits = state.orders.find(
    ({ cartid, ref, status: code }) => code === 1 && orderId !== null && [ref, cartid].includes(orderId),
  )
  const item = pick(random, goods)
  const order =
    waits ??
    newOrder(id, {
      cartid: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}`,
      amount: (item.price / 100).toFixed(2),
      currency: 'AED',
      description: item.title,
      test: 1,
      trantype: 'sale',
      email: 'layla@example.com',
    })
  pay(id, order, status)
  if (waits === undefined) addNewest(state.orders, order, firstDay)
  return order
}

/** Transaction advice of a store: a form with a SHA-1 over its fields. */
export const telrWebhooks: WebhookSpec<TelrWebhookState> = {
  proof: [],
  coversBody: true,
  forge: (body, how) => {
    const form = new URLSearchParams(body)
    const check = form.get('tran_check') ?? ''
    form.delete('tran_check')
    if (how !== 'missing') form.set('tran_check', how.other(check))
    return form.toString()
  },
  scenarios: {
    'payment.succeeded': {
      description: 'A payer paid: the order asked for, where it waits for its payer.',
      make: (stage) => {
        const order = paid(stage, 'A')
        return [advice(stage, order, order.trantype)]
      },
    },
    'payment.failed': {
      description: 'A card was declined.',
      make: (stage) => [advice(stage, paid(stage, 'D'), 'sale')],
    },
    'payment.refunded': {
      description: 'A payment was refunded in full.',
      make: (stage) => {
        const done = stage.state.orders.filter(({ status }) => status === 3)
        const asked = done.find(({ cartid, ref }) => [ref, cartid].includes(stage.orderId ?? '-'))
        return [advice(stage, asked ?? pick(stage.random, done), 'refund')]
      },
    },
  },
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ data }, { secret }) => {
    const fields = data as Readonly<Record<string, string>>
    const check = createHash('sha1')
      .update([secret, ...hashed.map((name) => (fields[name] ?? '').trim())].join(':'))
      .digest('hex')
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...fields, ...(secret === null ? {} : { tran_check: check }) }).toString(),
    }
  },
}
