import { createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { addNewest } from '../../bounded.ts'
import { pick } from '../../chance.ts'
import type { Intent } from './intents.ts'
import { firstDay, newIntent, order } from './intents.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { failure, stripeVersion } from './reply.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'

interface Endpoint {
  id: string
  object: 'webhook_endpoint'
  api_version: string | null
  created: number
  description: string | null
  enabled_events: string[]
  livemode: false
  metadata: Record<string, string>
  status: 'enabled' | 'disabled'
  url: string
  /** Shown once, in the answer that made it. */
  secret: string
}

export interface StripeWebhookState {
  /** Newest first. */
  intents: Intent[]
  webhooks: Endpoint[]
}
type WebhookBench = Bench<StripeWebhookState>

const endpointsAtMost = 16

const shown = ({ secret: _secret, ...endpoint }: Endpoint) => endpoint
const eventsOf = (form: URLSearchParams) =>
  [...form].filter(([name]) => /^enabled_events\[\d*\]$/.test(name)).map(([, value]) => value)
const badAddress = (url: string) =>
  failure(400, { code: 'url_invalid', message: `Invalid URL: ${url}. URLs must be publicly accessible.`, param: 'url' })

function create(request: LabRequest, { state, now, id }: WebhookBench): LabAnswer {
  const { form } = request
  const url = form.get('url')
  const events = eventsOf(form)
  if (url === null || events.length === 0) {
    const param = url === null ? 'url' : 'enabled_events'
    return failure(400, { code: 'parameter_missing', message: `Missing required param: ${param}.`, param })
  }
  if (!isAddress(url)) return badAddress(url)
  if (state.webhooks.length >= endpointsAtMost)
    return failure(400, { message: `You have reached the maximum of ${endpointsAtMost} test webhook endpoints.` })
  const endpoint: Endpoint = {
    id: id('we_1', 24),
    object: 'webhook_endpoint',
    api_version: form.get('api_version'),
    created: Math.floor(now / 1000),
    description: form.get('description'),
    enabled_events: events,
    livemode: false,
    metadata: {},
    status: 'enabled',
    url,
    secret: id('whsec_', 32),
  }
  state.webhooks.unshift(endpoint)
  return json(200, endpoint)
}

const withEndpoint =
  (handle: (endpoint: Endpoint, request: LabRequest, bench: WebhookBench) => LabAnswer) =>
  (request: LabRequest, bench: WebhookBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const endpoint = bench.state.webhooks.find((candidate) => candidate.id === id)
    return endpoint === undefined
      ? failure(404, {
          code: 'resource_missing',
          message: `No such webhook endpoint: '${id}'`,
          param: 'webhook_endpoint',
        })
      : handle(endpoint, request, bench)
  }

function update(endpoint: Endpoint, { form }: LabRequest): LabAnswer {
  const url = form.get('url')
  if (url !== null && !isAddress(url)) return badAddress(url)
  const events = eventsOf(form)
  if (url !== null) endpoint.url = url
  if (events.length > 0) endpoint.enabled_events = events
  if (form.has('disabled')) endpoint.status = form.get('disabled') === 'true' ? 'disabled' : 'enabled'
  return json(200, shown(endpoint))
}

const path = '/v1/webhook_endpoints'
const [read, write] = ['rak_webhook_read', 'rak_webhook_write']

export const stripeWebhookRoutes: readonly Route<StripeWebhookState>[] = [
  { method: 'POST', path, needs: write, handle: create },
  {
    method: 'GET',
    path,
    needs: read,
    handle: (request, { state }) => {
      const limit = Number(request.query.get('limit') ?? '10')
      if (!Number.isInteger(limit) || limit < 1 || limit > 100)
        return failure(400, { message: `Invalid limit: ${limit}`, param: 'limit' })
      const after = request.query.get('starting_after')
      const start = after === null ? 0 : state.webhooks.findIndex(({ id }) => id === after) + 1
      const data = state.webhooks.slice(start, start + limit).map(shown)
      return json(200, { object: 'list', data, has_more: start + limit < state.webhooks.length, url: path })
    },
  },
  { method: 'GET', path: `${path}/:id`, needs: read, handle: withEndpoint((endpoint) => json(200, shown(endpoint))) },
  { method: 'POST', path: `${path}/:id`, needs: write, handle: withEndpoint(update) },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    needs: write,
    handle: withEndpoint((endpoint, _request, { state }) => {
      state.webhooks.splice(state.webhooks.indexOf(endpoint), 1)
      return json(200, { id: endpoint.id, object: 'webhook_endpoint', deleted: true })
    }),
  },
]

type StripeStage = Stage<StripeWebhookState>

const happening = ({ id, now }: StripeStage, type: string, object: object): Happening => ({
  id: id('evt_1', 24),
  type,
  at: now,
  data: object,
})

/** A payment that is being made right now, about the order that was asked for. */
function pay({ state, now, id, orderId, random }: StripeStage, outcome: Partial<Intent>): Intent {
  const { amount, description } = order(random)
  const name = id('pi_3', 24)
  const intent = newIntent({
    id: name,
    amount,
    client_secret: id(`${name}_secret_`, 25),
    created: Math.floor(now / 1000),
    currency: 'aed',
    description,
    metadata: { reference: orderId ?? `NA-${1100 + Math.floor(random() * 8_900)}` },
    ...(outcome.status === 'succeeded' ? { amount_received: amount, latest_charge: id('ch_3', 24) } : {}),
    ...outcome,
  })
  addNewest(state.intents, intent, firstDay)
  return intent
}

/** A payment that went through: the one asked for (by its id or its order), else any. */
function paid({ state, orderId, random }: StripeStage): Intent {
  const done = state.intents.filter((intent) => intent.status === 'succeeded')
  return (
    done.find((intent) => orderId !== null && [intent.id, intent.metadata['reference']].includes(orderId)) ??
    pick(random, done)
  )
}

function refund(stage: StripeStage): Happening {
  const intent = paid(stage)
  return happening(stage, 'charge.refunded', {
    id: intent.latest_charge,
    object: 'charge',
    amount: intent.amount,
    amount_captured: intent.amount,
    amount_refunded: intent.amount,
    captured: true,
    created: intent.created,
    currency: intent.currency,
    description: intent.description,
    disputed: false,
    livemode: false,
    metadata: intent.metadata,
    paid: true,
    payment_intent: intent.id,
    refunded: true,
    status: 'succeeded',
  })
}

function dispute(stage: StripeStage): Happening {
  const intent = paid(stage)
  return happening(stage, 'charge.dispute.created', {
    id: stage.id('dp_1', 24),
    object: 'dispute',
    amount: intent.amount,
    charge: intent.latest_charge,
    created: Math.floor(stage.now / 1000),
    currency: intent.currency,
    evidence_details: { due_by: Math.floor(stage.now / 1000) + 604_800, has_evidence: false, past_due: false },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: intent.id,
    reason: 'fraudulent',
    status: 'needs_response',
  })
}

/** Events of a payment account, signed as `t=…,v1=…`. */
export const stripeWebhooks: WebhookSpec<StripeWebhookState> = {
  proof: ['stripe-signature'],
  coversBody: true,
  scenarios: {
    'payment.succeeded': {
      description: 'A card payment went through.',
      make: (stage) => [happening(stage, 'payment_intent.succeeded', pay(stage, { status: 'succeeded' }))],
    },
    'payment.failed': {
      description: 'A card was declined.',
      make: (stage) => [
        happening(stage, 'payment_intent.payment_failed', {
          ...pay(stage, { status: 'requires_payment_method' }),
          last_payment_error: {
            type: 'card_error',
            code: 'card_declined',
            decline_code: 'insufficient_funds',
            message: 'Your card has insufficient funds.',
          },
        }),
      ],
    },
    'payment.refunded': { description: 'A payment was refunded in full.', make: (stage) => [refund(stage)] },
    'payment.disputed': { description: 'A cardholder disputes a payment.', make: (stage) => [dispute(stage)] },
  },
  subscribers: (state) =>
    state.webhooks
      .filter(({ status }) => status === 'enabled')
      .map(({ id, url, secret, enabled_events: types }) => ({
        id,
        url,
        secret,
        types: types.includes('*') ? null : types,
      })),
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, at, data }, { secret }, moment) => {
    const body = JSON.stringify({
      id,
      object: 'event',
      api_version: stripeVersion,
      created: Math.floor(at / 1000),
      data: { object: data },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    })
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    if (secret === null) return { headers, body }
    const timestamp = Math.floor(moment.at / 1000)
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
    return { headers: { ...headers, 'stripe-signature': `t=${timestamp},v1=${signature}` }, body }
  },
}
