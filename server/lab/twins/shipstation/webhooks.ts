import { createPrivateKey, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { parcelScenarios, type ParcelTold } from '../../parcel-news.ts'
import type { Step, StepKind } from '../../parcel.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { WebhookSpec } from '../../webhook.ts'

interface Webhook {
  readonly webhook_id: string
  readonly url: string
  readonly event: string
}

export interface ShipstationWebhookState {
  webhooks: Webhook[]
  /** PEM; made when it is first needed, because that takes a while. */
  key: string | null
}

const keyId = 'lab-shipengine-1'

function keyOf(state: ShipstationWebhookState): string {
  state.key ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey
  return state.key
}

const events = new Set([
  'batch',
  'carrier_connected',
  'order_source_refresh_complete',
  'rate',
  'report_complete',
  'sales_orders_imported',
  'track',
])

export const failure = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
) =>
  json(
    status,
    {
      request_id: 'aa3d8e8e-462b-4476-9618-72db7f7b7009',
      errors: [{ error_source: 'ShipStation', error_type: 'validation', error_code: code, message }],
    },
    headers,
  )

function create(request: LabRequest, { state, id }: Bench<ShipstationWebhookState>): LabAnswer {
  const { event, url } = (request.json ?? {}) as Readonly<Record<string, unknown>>
  if (typeof event !== 'string' || !events.has(event)) return failure(400, 'invalid_field_value', 'event is not known.')
  if (!isAddress(url)) return failure(400, 'invalid_field_value', 'url must be a valid URL.')
  const made = { webhook_id: id('se-', 8, '123456789'), url, event }
  state.webhooks.push(made)
  return json(200, made)
}

export const shipstationWebhookRoutes: readonly Route<ShipstationWebhookState>[] = [
  {
    method: 'GET',
    host: 'keys',
    path: '/jwks',
    open: true,
    handle: (_request, { state }) => {
      const { n, e } = createPublicKey(createPrivateKey(keyOf(state))).export({ format: 'jwk' })
      return json(200, { keys: [{ kty: 'RSA', use: 'sig', kid: keyId, alg: 'RS256', n, e }] })
    },
  },
  {
    method: 'GET',
    path: '/v2/environment/webhooks',
    needs: 'Webhooks',
    handle: (_request, { state }) => json(200, state.webhooks),
  },
  { method: 'POST', path: '/v2/environment/webhooks', needs: 'Webhooks', handle: create },
  {
    method: 'DELETE',
    path: '/v2/environment/webhooks/:id',
    needs: 'Webhooks',
    handle: (request, { state }) => {
      const found = state.webhooks.findIndex(({ webhook_id }) => webhook_id === request.params['id'])
      if (found < 0) return failure(404, 'invalid_identifier', 'There is no such webhook.')
      state.webhooks.splice(found, 1)
      return { status: 204 }
    },
  },
]

const words: Readonly<Record<StepKind, readonly [string, string]>> = {
  CREATED: ['NY', 'Not yet in the system'],
  PICKED_UP: ['AC', 'Accepted by the carrier'],
  DEPARTED: ['IT', 'Departed from the depot'],
  OUT: ['IT', 'Out for delivery'],
  DELIVERED: ['DE', 'Delivered'],
  CANCELLED: ['EX', 'Label voided'],
}

/** A parcel as ShipStation tells it, newest event first. */
export function newsOf(number: string, carrier: string, steps: readonly Step[]) {
  const latest = steps[0]
  const [status_code, status_description] = words[latest?.kind ?? 'CREATED']
  const moment = (at: number) => new Date(at).toISOString()
  return {
    tracking_number: number,
    tracking_url: `https://tracking.example/${number}`,
    status_code,
    status_description,
    carrier_code: carrier,
    carrier_status_description: status_description,
    actual_delivery_date: latest?.kind === 'DELIVERED' ? moment(latest.at) : null,
    estimated_delivery_date: null,
    exception_description: null,
    events: steps.map(({ kind, at, city, country }) => ({
      occurred_at: moment(at),
      description: words[kind][1],
      city_locality: city,
      state_province: '',
      postal_code: '',
      country_code: country,
      event_code: kind,
      status_code: words[kind][0],
      status_description: words[kind][1],
    })),
  }
}

/** Tracking events, signed with a key that is published for everybody. */
export const shipstationWebhooks: WebhookSpec<ShipstationWebhookState> = {
  proof: ['x-shipengine-rsa-sha256-key-id', 'x-shipengine-timestamp', 'x-shipengine-rsa-sha256-signature'],
  coversBody: true,
  scenarios: parcelScenarios('ShipStation', 12),
  subscribers: ({ webhooks }) =>
    webhooks.map(({ webhook_id, url, event }) => ({ id: webhook_id, url, secret: keyId, types: [event] })),
  // Every letter is signed, with the one key of everybody.
  adopt: ({ id, url }) => ({ subscriber: { id, url, secret: keyId, types: null } }),
  // Everything that is told here is an event of the one kind `track`.
  wants: (_happening, { types }) => types === null || types.includes('track'),
  write: ({ data }, _subscriber, moment, state) => {
    const { number, steps } = data as ParcelTold
    const body = JSON.stringify({ resource_type: 'API_TRACK', data: newsOf(number, 'aramex', steps) })
    const time = new Date(moment.at).toISOString()
    return {
      headers: {
        'content-type': 'application/json',
        'x-shipengine-rsa-sha256-key-id': keyId,
        'x-shipengine-timestamp': time,
        'x-shipengine-rsa-sha256-signature': createSign('RSA-SHA256')
          .update(`${time}.${body}`)
          .sign(keyOf(state), 'base64'),
      },
      body,
    }
  },
}
