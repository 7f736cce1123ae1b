import type { Sample } from './sample.ts'

let serial = 0
function event(type: string, resource: Readonly<Record<string, unknown>>, events: Sample['events']): Sample {
  serial += 1
  const id = `653b6be8-2ff7-4ab5-a7a6-${String(serial).padStart(12, '0')}`
  return {
    type,
    id,
    occurredAt: '2026-11-20T08:00:00.000Z',
    body: { id, type, created_at: '2026-11-20 08:00:00+00:00', resource },
    events,
  }
}

const product = { id: '5cb87a8cd490a2ccb256cec4', type: 'product', data: { shop_id: 815256 } }
const order = { id: '5a96f649b2439217d070f507', type: 'order', data: { shop_id: 815256 } }
const carrier = { code: 'USPS', tracking_number: '94001116990', tracking_url: 'https://tracking.example/94001116990' }
const skus = ['MUG-11']

export const printifySamples: readonly Sample[] = [
  event('shop:disconnected', { id: 815256, type: 'shop', data: null }, [
    { type: 'connection.uninstalled', data: { account: '815256' } },
  ]),
  event('product:created', product, [{ type: 'product.created', data: { id: product.id } }]),
  event('product:updated', product, [{ type: 'product.updated' }]),
  event('product:deleted', product, [{ type: 'product.deleted' }]),
  event(
    'product:publish:started',
    { ...product, data: { shop_id: 815256, action: 'create', out_of_stock_publishing: 0 } },
    [{ type: 'product.publish_requested' }],
  ),
  event('order:created', order, [{ type: 'order.created', data: { id: order.id, items: null } }]),
  event('order:updated', { ...order, data: { shop_id: 815256, status: 'in-production' } }, [
    { type: 'order.updated', data: { status: 'in-production' } },
  ]),
  event('order:updated', { ...order, data: { shop_id: 815256, status: 'canceled' } }, [{ type: 'order.cancelled' }]),
  event('order:sent-to-production', order, [{ type: 'order.updated', data: { status: 'sent-to-production' } }]),
  event(
    'order:shipment:created',
    { ...order, data: { shop_id: 815256, shipped_at: '2026-11-20 08:00:00', carrier, skus } },
    [{ type: 'shipment.in_transit', data: { orderId: order.id, carrier: 'USPS', trackingNumber: '94001116990' } }],
  ),
  event(
    'order:shipment:delivered',
    { ...order, data: { shop_id: 815256, delivered_at: '2026-11-24 10:15:00+00:00', carrier, skus } },
    [{ type: 'shipment.delivered', data: { deliveredAt: '2026-11-24T10:15:00.000Z' } }],
  ),
]
