import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { woocommercePing } from '../shared/handshakes.ts'
import { fromText, idText, onBody, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { unlessGone } from '../shared/registration.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { pathOf } from './shop.ts'

const at = (text: string | null) => (text === null ? null : fromText(/Z$/.test(text) ? text : `${text}Z`))

const on = <Shape extends z.ZodType>(shape: Shape, map: (found: z.output<Shape>) => MappedEvent): MapEvent =>
  onBody(shape, (found) => map(found))

const order = z.object({
  id: idText,
  number: someText,
  status: someText,
  currency: z.string(),
  total: z.string(),
  date_modified_gmt: someText,
  billing: z.object({ email: someText }).nullish(),
  line_items: z.array(z.object({ name: z.string(), sku: someText, quantity: z.number() })).nullish(),
})

const onOrder = (type: string) =>
  on(order, (found) => ({
    type,
    occurredAt: at(found.date_modified_gmt),
    orderKey: `order:${found.id}`,
    data: {
      id: found.id,
      number: found.number,
      status: found.status,
      total: fromDecimal(found.total, found.currency),
      customerEmail: found.billing?.email ?? null,
      items:
        found.line_items?.map(({ name, sku, quantity }) => ({
          sku,
          title: name,
          quantity: Math.max(0, Math.round(quantity)),
        })) ?? null,
    },
  }))

/** Of what was removed nothing is sent but its id. */
const removed = z.object({ id: idText })

const orderRemoved = on(removed, ({ id }) => ({
  type: 'order.cancelled',
  occurredAt: null,
  orderKey: `order:${id}`,
  data: { id, number: null, status: 'deleted', total: null, customerEmail: null, items: null, reason: 'deleted' },
}))

const product = z.object({
  id: idText,
  name: someText,
  slug: someText,
  status: someText,
  sku: someText,
  date_modified_gmt: someText,
})

const onProduct = (type: string) =>
  on(product, (found) => ({
    type,
    occurredAt: at(found.date_modified_gmt),
    orderKey: `product:${found.id}`,
    data: {
      id: found.id,
      title: found.name,
      handle: found.slug,
      status: found.status,
      // Of variations only the ids are sent.
      skus: found.sku === null ? null : [found.sku],
    },
  }))

const productRemoved = on(removed, ({ id }) => ({
  type: 'product.deleted',
  occurredAt: null,
  orderKey: `product:${id}`,
  data: { id },
}))

const customer = z.object({
  id: idText,
  email: someText,
  first_name: someText,
  last_name: someText,
  date_modified_gmt: someText,
  billing: z.object({ phone: someText }).nullish(),
})

const onCustomer = (type: string) =>
  on(customer, (found) => ({
    type,
    occurredAt: at(found.date_modified_gmt),
    orderKey: `customer:${found.id}`,
    data: {
      id: found.id,
      email: found.email,
      name: [found.first_name, found.last_name].filter((part) => part !== null).join(' ') || null,
      phone: found.billing?.phone ?? null,
    },
  }))

const events: Readonly<Record<string, MapEvent>> = {
  'order.created': onOrder('order.created'),
  'order.updated': onOrder('order.updated'),
  'order.restored': onOrder('order.updated'),
  'order.deleted': orderRemoved,
  'product.created': onProduct('product.created'),
  'product.updated': onProduct('product.updated'),
  'product.restored': onProduct('product.updated'),
  'product.deleted': productRemoved,
  'customer.created': onCustomer('customer.created'),
  'customer.updated': onCustomer('customer.updated'),
}

/** Topics that become events of the hub. */
export const woocommerceTopics = Object.keys(events)

const webhook = z.object({ id: idText, topic: z.string(), delivery_url: z.string() })

async function list(call: Call): Promise<readonly z.output<typeof webhook>[]> {
  const all: z.output<typeof webhook>[] = []
  for (let page = 1, full = true; full && page <= 20; page += 1) {
    const answer = await call({ method: 'GET', path: pathOf('webhooks'), query: { page, per_page: 100 } })
    const found = readAnswer('WooCommerce', answer, z.array(webhook), (one) => one)
    all.push(...found)
    full = found.length === 100
  }
  return all
}

const remove = (call: Call, id: string) =>
  unlessGone(call({ method: 'DELETE', path: pathOf('webhooks', id), query: { force: true } }))

/**
 * One webhook per topic. One that is there already is given the secret that holds now and switched on again, because WooCommerce
 * switches a webhook off after five failures.
 */
const registration: RegistrationSpec = {
  chooseSecret: true,
  register: async (call, { url, ids, secret }) => {
    const all = await list(call)
    const kept: string[] = []
    for (const topic of woocommerceTopics) {
      const json = { name: `Patchbay ${topic}`, topic, delivery_url: url, secret, status: 'active' }
      const found = all.find((one) => one.topic === topic && one.delivery_url === url && !kept.includes(one.id))
      const answer = await call(
        found === undefined
          ? { method: 'POST', path: pathOf('webhooks'), json }
          : { method: 'PUT', path: pathOf('webhooks', found.id), json },
      )
      kept.push(readAnswer('WooCommerce', answer, webhook, ({ id }) => id))
    }
    for (const { id, delivery_url: old } of all)
      if (!kept.includes(id) && (old === url || ids.includes(id))) await remove(call, id)
    return { ids: kept }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await remove(call, id)
  },
}

/** WooCommerce's webhooks: https://woocommerce.com/document/webhooks/ */
export const woocommerceWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'x-wc-webhook-signature', encoding: 'base64' }),
  secret: {
    from: 'source',
    label: 'Webhook secret',
    help: 'WooCommerce → Settings → Advanced → Webhooks → your webhook → Secret. The hub makes one of its own when it registers the address.',
  },
  identify: ({ headers, body }) => ({
    id: headers['x-wc-webhook-delivery-id'] || null,
    type: headers['x-wc-webhook-topic'] || null,
    occurredAt: at(z.object({ date_modified_gmt: someText }).safeParse(body).data?.date_modified_gmt ?? null),
  }),
  events,
  handshake: woocommercePing(),
  registration,
  setup: [
    'The hub does all of this by itself when the key may write.',
    'By hand: WooCommerce → Settings → Advanced → Webhooks → Add webhook, once for each topic: Status Active, the address of this source as Delivery URL, and a long random Secret that you add here too.',
    'WooCommerce sends from WordPress’s own scheduler: on a quiet shop without a real cron job events may be late.',
  ],
}
