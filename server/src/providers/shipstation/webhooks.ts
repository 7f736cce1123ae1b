import { z } from 'zod'
import type { Call } from '../provider.ts'
import { at, readAnswer, textAt } from '../shared/failure.ts'
import { fromText, iso, onBody } from '../shared/message.ts'
import { parcelEvents } from '../shared/parcel-event.ts'
import { unlessGone } from '../shared/registration.ts'
import { rsaKeySet } from '../shared/signatures/rsa-key-set.ts'
import type { MapEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { statusOf, tracked } from './tracking.ts'

const news = z.object({ data: tracked.extend({ tracking_number: z.string().min(1) }) })

const moved: MapEvent = onBody(news, ({ data }) => {
  const [latest] = data.events ?? []
  return parcelEvents({
    status: statusOf(data.status_code, latest?.description ?? data.carrier_status_description),
    carrier: data.carrier_code ?? null,
    trackingNumber: data.tracking_number,
    trackingUrl: data.tracking_url ?? null,
    vendorStatus: data.status_description ?? data.status_code,
    deliveredAt: iso(fromText(data.actual_delivery_date)),
    reason: data.exception_description ?? latest?.description ?? null,
    occurredAt: fromText(latest?.occurred_at),
  })
})

/** Tells where the label is and no more: its id is the last part of the address. */
const labelled: MapEvent = onBody(z.object({ resource_url: z.url() }), ({ resource_url }) => {
  const id = /\/labels\/(se-[\w-]+)/.exec(resource_url)?.[1] ?? null
  return {
    type: 'shipment.label_created',
    occurredAt: null,
    data: {
      id,
      orderId: null,
      orderNumber: null,
      carrier: null,
      trackingNumber: null,
      trackingUrl: null,
      status: 'label_created',
    },
  }
})

const webhook = z.object({ webhook_id: z.string(), url: z.string(), event: z.string() })
const path = '/v2/environment/webhooks'

const list = async (call: Call) =>
  readAnswer('ShipStation', await call({ method: 'GET', path }), z.array(webhook), (found) => found)

const remove = (call: Call, id: string) =>
  unlessGone(call({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }))

/** One webhook for the event `track`; what a killed registration left behind is found by its address and kept. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const old = await list(call)
    const [standing, ...doubles] = old.filter((one) => one.url === url && one.event === 'track')
    const id =
      standing?.webhook_id ??
      readAnswer(
        'ShipStation',
        await call({ method: 'POST', path, json: { event: 'track', url } }),
        webhook,
        ({ webhook_id }) => webhook_id,
      )
    const gone = old.filter((one) => one.webhook_id !== id && (ids.includes(one.webhook_id) || doubles.includes(one)))
    for (const one of gone) await remove(call, one.webhook_id)
    return { ids: [id] }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await remove(call, id)
  },
}

/**
 * ShipStation's webhooks: https://docs.shipstation.com/webhooks. Signed with keys that it publishes for everybody
 * (that host is told by public verifiers, not by ShipStation's own description).
 */
export const shipstationWebhooks: WebhookSpec = {
  verify: rsaKeySet({
    keyId: 'x-shipengine-rsa-sha256-key-id',
    signature: 'x-shipengine-rsa-sha256-signature',
    timestamp: 'x-shipengine-timestamp',
    keySetUrl: ({ hostUrl }) => `${hostUrl('keys')}/jwks`,
  }),
  secret: { from: 'vendor' },
  identify: ({ body }) => {
    const number = textAt(body, 'data', 'tracking_number')
    const moment = textAt(body, 'data', 'events', 0, 'occurred_at')
    const status = textAt(body, 'data', 'status_code')
    const url = at(body, 'resource_url')
    return {
      // The same parcel, status and moment are the same news; so is the same thing that is ready to be read.
      id:
        number !== undefined
          ? [number, status ?? '', moment ?? ''].join(':')
          : typeof url === 'string' && url !== ''
            ? url.slice(0, 500)
            : null,
      type: textAt(body, 'resource_type') ?? null,
      occurredAt: fromText(moment),
    }
  },
  events: { API_TRACK: moved, LABEL_CREATED_V2: labelled },
  ignore: [
    'API_BATCH',
    'API_RATE',
    'API_CARRIER_CONNECTED',
    'API_REPORT_COMPLETE',
    'API_ORDER_SOURCE_REFRESH_COMPLETE',
    'API_SALES_ORDERS_IMPORTED',
    'FULFILLMENT_CREATED_V2',
    'FULFILLMENT_UPDATED_V2',
    'FULFILLMENT_SHIPPED_V2',
    'FULFILLMENT_REJECTED_V2',
    'FULFILLMENT_CANCELED_V2',
    'SHIPMENT_CREATED_V2',
  ],
  registration,
  setup: [
    'The hub does this by itself: it registers the address of this source for tracking events.',
    'By hand: send POST /v2/environment/webhooks with event “track” and the address of this source, or use ShipStation → Settings → Account → API Settings.',
  ],
}
