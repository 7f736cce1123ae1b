import { createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { addNewest } from '../../bounded.ts'
import { pick } from '../../chance.ts'
import { goods } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import type { Payment } from './first-payments.ts'
import { firstDay, newPayment } from './first-payments.ts'
import { bodyOf, instant, invalid, merchantId, missing, pageOf } from './reply.ts'

interface WebhookSubscription {
  id: string
  name: string
  enabled: boolean
  event_types: string[]
  notification_url: string
  api_version: string
  signature_key: string
  created_at: string
  updated_at: string
}

export interface SquareWebhookState {
  /** Newest first. */
  payments: Payment[]
  webhooks: WebhookSubscription[]
}
type WebhookBench = Bench<SquareWebhookState>

const path = '/v2/webhooks/subscriptions'
const atMost = 100

interface Given {
  readonly name?: string
  readonly enabled?: boolean
  readonly event_types?: readonly string[]
  readonly notification_url?: unknown
  readonly api_version?: string
}
const givenOf = (request: LabRequest) => (bodyOf(request)['subscription'] ?? {}) as Given

function create(request: LabRequest, { state, now, id }: WebhookBench): LabAnswer {
  const { api_version: version, event_types: types = [], name = 'Webhook', notification_url: url } = givenOf(request)
  if (!isAddress(url)) return invalid('INVALID_VALUE', 'The URL must be https.', 'subscription.notification_url')
  if (types.length === 0) return invalid('MISSING_REQUIRED_PARAMETER', 'Field must be set', 'subscription.event_types')
  if (state.webhooks.length >= atMost) return invalid('BAD_REQUEST', 'Too many webhook subscriptions.')
  const at = instant(now)
  const made = {
    id: `wbhk_${id('', 32, '0123456789abcdef')}`,
    name,
    enabled: true,
    event_types: [...types],
    notification_url: url,
    api_version: version ?? '2026-09-16',
    signature_key: id('', 22),
    created_at: at,
    updated_at: at,
  }
  state.webhooks.push(made)
  return json(200, { subscription: made })
}

const withWebhook =
  (handle: (webhook: WebhookSubscription, request: LabRequest, bench: WebhookBench) => LabAnswer) =>
  (request: LabRequest, bench: WebhookBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const webhook = bench.state.webhooks.find((candidate) => candidate.id === id)
    return webhook === undefined ? missing('webhook subscription', id) : handle(webhook, request, bench)
  }

function update(webhook: WebhookSubscription, request: LabRequest, { now }: WebhookBench): LabAnswer {
  const { enabled, event_types: types, notification_url: url } = givenOf(request)
  if (url !== undefined && !isAddress(url))
    return invalid('INVALID_VALUE', 'The URL must be https.', 'subscription.notification_url')
  Object.assign(webhook, {
    updated_at: instant(now),
    ...(url === undefined ? {} : { notification_url: url }),
    ...(types === undefined ? {} : { event_types: [...types] }),
    ...(enabled === undefined ? {} : { enabled }),
  })
  const { signature_key: _key, ...shown } = webhook
  return json(200, { subscription: shown })
}

export const squareWebhookRoutes: readonly Route<SquareWebhookState>[] = [
  { method: 'POST', path, handle: create },
  {
    method: 'GET',
    path,
    handle: ({ query }, { state }) =>
      pageOf(
        'subscriptions',
        state.webhooks.map(({ signature_key: _key, ...shown }) => shown),
        { cursor: query.get('cursor'), limit: Number(query.get('limit') ?? '100') },
      ),
  },
  { method: 'GET', path: `${path}/:id`, handle: withWebhook((webhook) => json(200, { subscription: webhook })) },
  { method: 'PUT', path: `${path}/:id`, handle: withWebhook(update) },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    handle: withWebhook((webhook, _request, { state }) => {
      state.webhooks.splice(state.webhooks.indexOf(webhook), 1)
      return json(200, {})
    }),
  },
]

type SquareStage = Stage<SquareWebhookState>
const happening = (stage: SquareStage, type: string, object: object): Happening => ({
  id: stage.id('', 32, '0123456789abcdef'),
  type,
  at: stage.now,
  data: structuredClone(object),
})

/** A payment that is being made right now, about the order that was asked for. */
function pay({ id, now, orderId, random, state }: SquareStage, given: Partial<Payment> = {}): Payment {
  const item = pick(random, goods)
  const payment = newPayment({
    id: `${id('', 20)}ZY`,
    amount_money: { amount: Math.round(item.price * 0.27), currency: 'USD' },
    created_at: instant(now),
    order_id: id('', 22),
    reference_id: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}`,
    note: item.title,
    ...given,
  })
  addNewest(state.payments, payment, firstDay)
  return payment
}

/** A payment that went through: the one asked for (by its id or its order), else any. */
function paid({ orderId, random, state }: SquareStage): Payment {
  const done = state.payments.filter(({ status }) => status === 'COMPLETED')
  return (
    done.find(({ id, reference_id: reference }) => orderId !== null && [id, reference].includes(orderId)) ??
    pick(random, done)
  )
}

/** Events of a Square application, signed over address and body. */
export const squareWebhooks: WebhookSpec<SquareWebhookState> = {
  proof: ['x-square-hmacsha256-signature'],
  coversBody: true,
  scenarios: {
    'payment.succeeded': {
      description: 'A card payment went through.',
      make: (stage) => [happening(stage, 'payment.updated', { payment: pay(stage) })],
    },
    'payment.failed': {
      description: 'A card was declined.',
      make: (stage) => {
        const error = {
          category: 'PAYMENT_METHOD_ERROR',
          code: 'GENERIC_DECLINE',
          detail: "Authorization error: 'GENERIC_DECLINE'",
        }
        const card = { status: 'FAILED', card: { card_brand: 'VISA' as const, last_4: '1111' }, errors: [error] }
        return [happening(stage, 'payment.updated', { payment: pay(stage, { status: 'FAILED', card_details: card }) })]
      },
    },
    'payment.refunded': {
      description: 'A payment was refunded in full.',
      make: (stage) => {
        const payment = paid(stage)
        const at = instant(stage.now)
        const refund = {
          id: `${payment.id}_${stage.id('', 20)}`,
          status: 'COMPLETED',
          amount_money: payment.amount_money,
          payment_id: payment.id,
          order_id: payment.order_id,
          location_id: payment.location_id,
          created_at: at,
          updated_at: at,
        }
        return [happening(stage, 'refund.updated', { refund })]
      },
    },
    'payment.disputed': {
      description: 'A cardholder disputes a payment.',
      make: (stage) => {
        const payment = paid(stage)
        const id = stage.id('D', 20)
        const dispute = {
          id,
          dispute_id: id,
          amount_money: payment.amount_money,
          reason: 'NO_KNOWLEDGE',
          state: 'EVIDENCE_REQUIRED',
          due_at: instant(stage.now + 7 * 86_400_000),
          disputed_payment: { payment_id: payment.id },
          card_brand: 'VISA',
          created_at: instant(stage.now),
          location_id: payment.location_id,
        }
        return [happening(stage, 'dispute.created', { dispute })]
      },
    },
  },
  subscribers: (state) =>
    state.webhooks
      .filter(({ enabled }) => enabled)
      .map(({ id, notification_url: url, signature_key: secret, event_types: types }) => ({ id, url, secret, types })),
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, at, data }, { secret, url }, moment) => {
    const [name = ''] = Object.keys(data as object)
    const object = data as Readonly<Record<string, { readonly id?: string }>>
    const body = JSON.stringify({
      merchant_id: merchantId,
      type,
      event_id: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
      created_at: new Date(at).toISOString(),
      data: { type: name, id: object[name]?.id, object },
    })
    const headers = {
      'content-type': 'application/json',
      'square-environment': 'Sandbox',
      'square-initial-delivery-timestamp': new Date(at).toISOString(),
      ...(moment.number > 1 ? { 'square-retry-number': String(moment.number - 1) } : {}),
    }
    if (secret === null) return { headers, body }
    const signature = createHmac('sha256', secret).update(url).update(body).digest('base64')
    return { headers: { ...headers, 'x-square-hmacsha256-signature': signature }, body }
  },
}
