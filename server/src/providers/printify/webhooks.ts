import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer, textAt } from '../shared/failure.ts'
import { fromText, idText, iso, onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'

const resource = z.object({
  id: idText,
  data: z
    .object({
      status: someText,
      reason: someText,
      delivered_at: someText,
      carrier: z.object({ code: someText, tracking_number: someText, tracking_url: someText }).nullish(),
    })
    .nullish(),
})
type Resource = z.output<typeof resource>

const on = (map: (found: Resource) => Omit<MappedEvent, 'occurredAt'>): MapEvent =>
  onBody(z.object({ created_at: someText, resource }), (event) => ({
    ...map(event.resource),
    occurredAt: fromText(event.created_at),
  }))

/** Printify sends the id and at most a status: the rest is read by API. */
const toOrder = (
  type: string,
  found: Resource,
  status: string | null,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  type,
  orderKey: `order:${found.id}`,
  data: { id: found.id, number: null, status, total: null, customerEmail: null, items: null, ...more },
})

const orderUpdated = on((found) => {
  const status = found.data?.status ?? null
  return status === 'canceled'
    ? toOrder('order.cancelled', found, status, { reason: found.data?.reason ?? null })
    : toOrder('order.updated', found, status)
})

const onShipment = (type: string, status: string) =>
  on((found) => ({
    type,
    orderKey: `order:${found.id}`,
    data: {
      // The order is all that has an id.
      id: null,
      orderId: found.id,
      orderNumber: null,
      carrier: found.data?.carrier?.code ?? null,
      trackingNumber: found.data?.carrier?.tracking_number ?? null,
      trackingUrl: found.data?.carrier?.tracking_url ?? null,
      status,
      ...(type === 'shipment.delivered' ? { deliveredAt: iso(fromText(found.data?.delivered_at)) } : {}),
    },
  }))

const onProduct = (type: string, status: string | null = null) =>
  on((found) => ({
    type,
    orderKey: `product:${found.id}`,
    data:
      type === 'product.deleted' ? { id: found.id } : { id: found.id, title: null, handle: null, status, skus: null },
  }))

const events: Readonly<Record<string, MapEvent>> = {
  'shop:disconnected': on((found) => ({ type: 'connection.uninstalled', data: { account: found.id } })),
  'product:created': onProduct('product.created'),
  'product:updated': onProduct('product.updated'),
  'product:deleted': onProduct('product.deleted'),
  'product:publish:started': onProduct('product.publish_requested', 'publishing'),
  'order:created': on((found) => toOrder('order.created', found, found.data?.status ?? null)),
  'order:updated': orderUpdated,
  'order:sent-to-production': on((found) => toOrder('order.updated', found, 'sent-to-production')),
  'order:shipment:created': onShipment('shipment.in_transit', 'shipped'),
  'order:shipment:delivered': onShipment('shipment.delivered', 'delivered'),
}

const pathOf = (connection: ConnectionFacts, rest: string) =>
  `/shops/${encodeURIComponent(connection.settings['shopId'] ?? '')}/webhooks${rest}.json`
const webhook = z.object({ id: idText, topic: z.string(), url: z.string() })

async function list(call: Call, connection: ConnectionFacts) {
  const answer = await call({ method: 'GET', path: pathOf(connection, '') })
  return readAnswer('Printify', answer, z.array(webhook), (found) => found)
}

const remove = (call: Call, found: z.output<typeof webhook>, connection: ConnectionFacts) =>
  unlessGone(
    call({
      method: 'DELETE',
      path: pathOf(connection, `/${encodeURIComponent(found.id)}`),
      // Printify asks for the host once more, so that nothing is removed by mistake.
      query: { host: URL.parse(found.url)?.host },
    }),
  )

/**
 * One webhook per topic and address, and the list does not say with which secret it was made. So each topic is made anew
 * with the secret that holds now, and one that a killed registration left behind goes first.
 */
const registration: RegistrationSpec = {
  chooseSecret: true,
  register: async (call, { url, ids, secret }, connection) => {
    const old = await list(call, connection)
    const made: string[] = []
    for (const topic of Object.keys(events)) {
      for (const found of old.filter((one) => one.topic === topic && one.url === url))
        await remove(call, found, connection)
      const json = { topic, url, ...(secret === null ? {} : { secret }) }
      const answer = await call({ method: 'POST', path: pathOf(connection, ''), json })
      made.push(readAnswer('Printify', answer, webhook, ({ id }) => id))
    }
    for (const found of old) if (ids.includes(found.id) && found.url !== url) await remove(call, found, connection)
    return { ids: made }
  },
  unregister: async (call, ids, connection) => {
    for (const found of await list(call, connection)) if (ids.includes(found.id)) await remove(call, found, connection)
  },
}

/** Printify's webhooks: https://developers.printify.com/#webhooks */
export const printifyWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'x-pfy-signature', encoding: 'hex', prefix: 'sha256=' }),
  secret: {
    from: 'source',
    label: 'Webhook secret',
    help: 'The `secret` you gave when you made the webhook. The hub makes one of its own when it registers the address.',
  },
  identify: ({ body }) => ({
    id: textAt(body, 'id') ?? null,
    type: textAt(body, 'type') ?? null,
    occurredAt: fromText(textAt(body, 'created_at')),
  }),
  events,
  registration,
  setup: [
    'The hub does all of this by itself when the token has the scopes webhooks.read and webhooks.write.',
    'By hand: Printify has no page for webhooks. Choose a long random secret, add it here, and send POST /v1/shops/{shop}/webhooks.json with topic, url (the address of this source) and secret, once for every event listed on the provider’s page.',
  ],
}
