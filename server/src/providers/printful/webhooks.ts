import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer, textAt } from '../shared/failure.ts'
import { fromText, idText, iso, onBody, readPart, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { addressTaken, unlessGone } from '../shared/registration.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'

/** A map for events with one kind of `data`. */
function on<Shape extends z.ZodType>(
  data: Shape,
  map: (data: z.output<Shape>) => readonly Omit<MappedEvent, 'occurredAt'>[],
): MapEvent {
  return onBody(z.object({ occurred_at: someText, data: z.unknown() }), (event) =>
    map(readPart(data, event.data, 'data')).map((mapped) => ({ ...mapped, occurredAt: fromText(event.occurred_at) })),
  )
}

const order = z.object({ id: idText, external_id: someText, status: someText })
const aboutOrder = z.object({ order, reason: someText })
const toOrder = (found: z.output<typeof order>) => ({
  id: found.id,
  number: found.external_id,
  status: found.status,
  total: null,
  customerEmail: null,
  items: null,
})

const onOrder = (type: string, more: readonly 'reason'[] = []) =>
  on(aboutOrder, (data) => [
    {
      type,
      orderKey: `order:${data.order.id}`,
      data: { ...toOrder(data.order), ...(more.includes('reason') ? { reason: data.reason } : {}) },
    },
  ])

const orderRefunded = on(aboutOrder.extend({ amount: z.string(), currency: z.string() }), (data) => [
  {
    type: 'order.refunded',
    orderKey: `order:${data.order.id}`,
    data: {
      id: data.order.id,
      number: data.order.external_id,
      refundId: null,
      refunded: fromDecimal(data.amount, data.currency),
      reason: data.reason,
    },
  },
])

const shipment = z.object({
  shipment: z.object({
    id: idText,
    status: someText,
    tracking_number: someText,
    tracking_url: someText,
    delivered_at: someText,
  }),
  order,
  reason: someText,
  is_out_of_stock: z.boolean().nullish(),
})
type About = z.output<typeof shipment>

const toShipment = (type: string, about: About, more: Readonly<Record<string, unknown>> = {}) => ({
  type,
  orderKey: `order:${about.order.id}`,
  data: {
    id: about.shipment.id,
    orderId: about.order.id,
    orderNumber: about.order.external_id,
    carrier: null,
    trackingNumber: about.shipment.tracking_number,
    trackingUrl: about.shipment.tracking_url,
    status: about.shipment.status,
    ...more,
  },
})

const stock = z.array(z.object({ catalog_product_id: idText, catalog_variant_id: idText, availability: z.string() }))
/** "unknown" says neither. */
const sellable: Readonly<Record<string, boolean>> = {
  'in stock': true,
  'on demand': true,
  'out of stock': false,
  'not fulfilled': false,
  discontinued: false,
}

const events: Readonly<Record<string, MapEvent>> = {
  shipment_sent: on(shipment, (about) => [toShipment('shipment.in_transit', about)]),
  shipment_delivered: on(shipment, (about) => [
    toShipment('shipment.delivered', about, { deliveredAt: iso(fromText(about.shipment.delivered_at)) }),
  ]),
  shipment_returned: on(shipment, (about) => [toShipment('shipment.returned', about, { reason: about.reason })]),
  // The same type says that stock is back; then there is no failure to tell.
  shipment_out_of_stock: on(shipment, (about) =>
    about.is_out_of_stock === false
      ? []
      : [toShipment('shipment.failed', about, { reason: about.reason ?? 'Out of stock.' })],
  ),
  shipment_canceled: on(shipment, (about) => [toShipment('shipment.failed', about, { reason: about.reason })]),
  shipment_put_hold: on(shipment, (about) => [toShipment('shipment.failed', about, { reason: about.reason })]),
  order_created: onOrder('order.created'),
  order_updated: onOrder('order.updated'),
  order_failed: onOrder('order.failed', ['reason']),
  order_canceled: onOrder('order.cancelled', ['reason']),
  order_put_hold: onOrder('order.on_hold', ['reason']),
  order_refunded: orderRefunded,
  catalog_stock_updated: on(stock, (variants) =>
    variants.map((variant) => ({
      type: 'stock.changed',
      orderKey: `stock:${variant.catalog_variant_id}`,
      data: {
        itemId: variant.catalog_variant_id,
        productId: variant.catalog_product_id,
        locationId: null,
        available: null,
        inStock: sellable[variant.availability] ?? null,
        status: variant.availability,
      },
    })),
  ),
  catalog_price_changed: on(z.object({ catalog_product_ids: z.array(idText) }), ({ catalog_product_ids: ids }) =>
    ids.map((id) => ({ type: 'product.price_changed', orderKey: `product:${id}`, data: { id } })),
  ),
}

const path = '/v2/webhooks'
const configuration = z.object({ default_url: someText, public_key: someText })
/** The OpenAPI text wraps these answers in `result`; v2's other resources use `data`. Both are read. */
const unwrapped = z
  .object({ result: z.unknown(), data: z.unknown() })
  .partial()
  .transform(({ result, data }) => result ?? data)
const made = z.object({ public_key: z.string(), secret_key: z.string().min(1) })

/** What is registered now; Printful answers 404 for nothing. */
async function current(call: Call): Promise<z.output<typeof configuration> | null> {
  try {
    return readAnswer('Printful', await call({ method: 'GET', path }), unwrapped.pipe(configuration), (found) => found)
  } catch (error) {
    if (error instanceof ProviderCallError && error.errorClass === 'NOT_FOUND') return null
    throw error
  }
}

/** One configuration per token: a new one replaces it and brings a new pair of keys, so a repeat is safe. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const before = await current(call)
    const ours = before === null || before.default_url === url || ids.includes(before.public_key ?? '')
    if (!ours && before.default_url !== null) throw addressTaken('Printful', before.default_url)
    const answer = await call({
      method: 'POST',
      path,
      // Stock can only be watched product by product, so it is left to a person.
      json: {
        default_url: url,
        events: Object.keys(events)
          .filter((type) => type !== 'catalog_stock_updated')
          .map((type) => ({ type })),
      },
    })
    const { public_key: id, secret_key: secret } = readAnswer(
      'Printful',
      answer,
      unwrapped.pipe(made),
      (found) => found,
    )
    return { ids: [id], secrets: [secret] }
  },
  unregister: async (call, ids) => {
    const now = await current(call)
    if (now !== null && ids.includes(now.public_key ?? '')) await unlessGone(call({ method: 'DELETE', path }))
  },
}

/** Printful sends no id, and counts `retries` up inside the body: everything else is the same for every repeat. */
function digestOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { retries: _retries, ...rest } = body as Readonly<Record<string, unknown>>
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex')
}

/** Printful's webhooks, version 2, the one that signs: https://developers.printful.com/docs/v2-beta/#tag/Webhook-v2 */
export const printfulWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'x-pf-webhook-signature', encoding: 'hex', key: 'hex' }),
  secret: {
    from: 'source',
    label: 'Secret key',
    help: 'The `secret_key` of Printful’s answer when the webhook was made; it is shown only then.',
    hint: { pattern: '^([0-9a-f]{2}){16,}$', message: 'Printful’s secret keys are hexadecimal.' },
  },
  identify: ({ body }) => ({
    id: digestOf(body),
    type: textAt(body, 'type') ?? null,
    occurredAt: fromText(textAt(body, 'occurred_at')),
  }),
  events,
  registration,
  setup: [
    'The hub does all of this by itself when the token has the permission “webhooks”.',
    'By hand: send POST /v2/webhooks with `default_url` (the address of this source) and the events listed on the provider’s page. Version 1 of Printful’s webhooks is not signed and is refused.',
    'Copy `secret_key` from the answer and add it here: Printful never shows it again.',
  ],
}
