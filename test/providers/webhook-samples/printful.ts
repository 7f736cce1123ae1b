import type { Sample } from './sample.ts'

const event = (type: string, data: unknown, events: Sample['events']): Sample => ({
  type,
  occurredAt: '2026-11-20T08:00:00.000Z',
  body: { type, occurred_at: '2026-11-20T08:00:00Z', retries: 0, store_id: 12, data },
  events,
})

const order = {
  id: 9001,
  external_id: '1001',
  status: 'inprocess',
  store_id: 12,
  dashboard_url: 'https://www.printful.com/dashboard?order_id=9001',
  created_at: '2026-11-20T07:00:00Z',
  updated_at: '2026-11-20T08:00:00Z',
}
const shipment = {
  id: 77,
  status: 'shipped',
  store_id: 12,
  tracking_number: '44837412345',
  tracking_url: 'https://tracking.example/44837412345',
  created_at: '2026-11-20T07:00:00Z',
  ship_date: '2026-11-20',
  shipped_at: '2026-11-20T08:00:00Z',
  delivered_at: null,
  reshipment: false,
}
const parcel = { id: '77', orderId: '9001', orderNumber: '1001', trackingNumber: '44837412345' }

export const printfulSamples: readonly Sample[] = [
  event('shipment_sent', { shipment, order }, [{ type: 'shipment.in_transit', data: parcel }]),
  event('shipment_delivered', { shipment: { ...shipment, delivered_at: '2026-11-24T10:15:00Z' }, order }, [
    { type: 'shipment.delivered', data: { ...parcel, deliveredAt: '2026-11-24T10:15:00.000Z' } },
  ]),
  event('shipment_returned', { reason: 'Wrong address', shipment, order }, [
    { type: 'shipment.returned', data: { ...parcel, reason: 'Wrong address' } },
  ]),
  event('shipment_out_of_stock', { is_out_of_stock: true, shipment, order }, [
    { type: 'shipment.failed', data: { reason: 'Out of stock.' } },
  ]),
  event('shipment_out_of_stock', { is_out_of_stock: false, shipment, order }, []),
  event('shipment_canceled', { reason: 'By the customer', shipment, order }, [
    { type: 'shipment.failed', data: { reason: 'By the customer' } },
  ]),
  event('shipment_put_hold', { reason: 'Address', details: 'No flat number', shipment, order }, [
    { type: 'shipment.failed', data: { reason: 'Address' } },
  ]),
  event('order_created', { order }, [{ type: 'order.created', data: { id: '9001', number: '1001' } }]),
  event('order_updated', { order }, [{ type: 'order.updated', data: { status: 'inprocess' } }]),
  event('order_failed', { reason: 'The card was declined', order }, [
    { type: 'order.failed', data: { reason: 'The card was declined' } },
  ]),
  event('order_canceled', { reason: 'By the customer', order }, [{ type: 'order.cancelled' }]),
  event('order_put_hold', { reason: 'Low resolution', order }, [
    { type: 'order.on_hold', data: { reason: 'Low resolution' } },
  ]),
  event('order_refunded', { order, amount: '13.60', currency: 'USD' }, [
    { type: 'order.refunded', data: { id: '9001', refunded: { amountMinor: 1360, currency: 'USD' } } },
  ]),
  event(
    'catalog_stock_updated',
    [
      { catalog_product_id: 71, catalog_variant_id: 4011, techniques: ['dtg'], availability: 'out of stock' },
      { catalog_product_id: 71, catalog_variant_id: 4012, techniques: ['dtg'], availability: 'unknown' },
    ],
    [
      { type: 'stock.changed', data: { itemId: '4011', inStock: false } },
      { type: 'stock.changed', data: { itemId: '4012', inStock: null } },
    ],
  ),
  event('catalog_price_changed', { catalog_product_ids: [71, 72] }, [
    { type: 'product.price_changed', data: { id: '71' } },
    { type: 'product.price_changed', data: { id: '72' } },
  ]),
]
