import { canary, type Sample } from './sample.ts'

const occurredAt = '2026-11-20T08:00:00.000Z'
function event(topic: string, body: Readonly<Record<string, unknown>>, events: Sample['events']): Sample {
  const [resource = '', happened = ''] = topic.split('.')
  const id = `c1b1${topic.length}e9d3f3a0b7`
  return {
    type: topic,
    id,
    ...('date_modified_gmt' in body ? { occurredAt } : {}),
    headers: {
      'x-wc-webhook-source': 'https://shop.example.com/',
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': happened,
      'x-wc-webhook-id': '142',
      'x-wc-webhook-delivery-id': id,
    },
    body,
    events,
  }
}

const order = {
  id: 727,
  number: '727',
  order_key: `wc_order_${canary}`,
  status: 'processing',
  currency: 'AED',
  total: '29.35',
  date_modified_gmt: '2026-11-20T08:00:00',
  billing: { first_name: 'Aisha', last_name: 'Rahman', email: 'aisha@example.com' },
  line_items: [{ id: 315, name: 'Mug', sku: 'MUG-11', quantity: 2, price: 12.5 }],
}
const product = {
  id: 794,
  name: 'Mug',
  slug: 'mug',
  status: 'publish',
  sku: 'MUG-11',
  date_modified_gmt: '2026-11-20T08:00:00',
}
const customer = {
  id: 25,
  email: 'aisha@example.com',
  first_name: 'Aisha',
  last_name: 'Rahman',
  date_modified_gmt: '2026-11-20T08:00:00',
  billing: { phone: '+971500000000' },
}
const data = { id: '727', number: '727', total: { amountMinor: 2935, currency: 'AED' } }

export const woocommerceSamples: readonly Sample[] = [
  event('order.created', order, [
    { type: 'order.created', data: { ...data, items: [{ sku: 'MUG-11', title: 'Mug', quantity: 2 }] } },
  ]),
  event('order.updated', { ...order, currency: 'KWD', total: '1.500' }, [
    { type: 'order.updated', data: { total: { amountMinor: 1500, currency: 'KWD' } } },
  ]),
  event('order.restored', order, [{ type: 'order.updated', data }]),
  event('order.deleted', { id: 727 }, [{ type: 'order.cancelled', data: { id: '727', reason: 'deleted' } }]),
  event('product.created', product, [{ type: 'product.created', data: { title: 'Mug', skus: ['MUG-11'] } }]),
  event('product.updated', { ...product, sku: '' }, [{ type: 'product.updated', data: { skus: null } }]),
  event('product.restored', product, [{ type: 'product.updated' }]),
  event('product.deleted', { id: 794 }, [{ type: 'product.deleted', data: { id: '794' } }]),
  event('customer.created', customer, [{ type: 'customer.created', data: { name: 'Aisha Rahman' } }]),
  event('customer.updated', { ...customer, first_name: '', last_name: '' }, [
    { type: 'customer.updated', data: { name: null, phone: '+971500000000' } },
  ]),
]
