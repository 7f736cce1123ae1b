import { canary, type Sample } from './sample.ts'

let serial = 0
function event(type: string, body: Readonly<Record<string, unknown>>, events: Sample['events']): Sample {
  serial += 1
  const id = `b54557e4-bdd9-4b37-8a5f-bf7d70bcd${String(serial).padStart(3, '0')}`
  return {
    type,
    id,
    occurredAt: '2026-11-20T08:00:00.000Z',
    headers: {
      'x-shopify-topic': type,
      'x-shopify-webhook-id': id,
      'x-shopify-event-id': '98880550-7158-44d4-b7cd-2c97c8a091b5',
      'x-shopify-shop-domain': 'your-shop.myshopify.com',
      'x-shopify-triggered-at': '2026-11-20T08:00:00.000Z',
      'x-shopify-api-version': '2026-10',
    },
    body,
    events,
  }
}

const order = {
  // Larger than a number holds exactly, as in Shopify's own test notification.
  id: Number('820982911946154508'),
  admin_graphql_api_id: 'gid://shopify/Order/820982911946154508',
  cancel_reason: null,
  confirmation_number: 'ABC',
  currency: 'AED',
  email: 'aisha@example.com',
  financial_status: 'paid',
  fulfillment_status: null,
  line_items: [{ id: 1, sku: 'MUG-11', title: 'Mug', quantity: 2, price: '62.50' }],
  name: '#1001',
  order_status_url: `https://your-shop.myshopify.com/1/orders/x/authenticate?key=${canary}`,
  token: canary,
  total_price: '125.00',
}
const product = {
  id: 632910392,
  admin_graphql_api_id: 'gid://shopify/Product/632910392',
  handle: 'mug',
  status: 'active',
  title: 'Mug',
  variants: [
    { id: 808950810, sku: 'MUG-11' },
    { id: 808950811, sku: '' },
  ],
}
const fulfillment = {
  id: 255858046,
  admin_graphql_api_id: 'gid://shopify/Fulfillment/255858046',
  order_id: 450789469,
  name: '#1001.1',
  shipment_status: null,
  status: 'success',
  tracking_company: 'Aramex',
  tracking_number: '44837412345',
  tracking_url: 'https://tracking.example/44837412345',
}
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
const orderData = { id: 'gid://shopify/Order/820982911946154508', number: '#1001', total: aed(12_500) }
const person = { id: 191167, email: 'aisha@example.com', phone: '+971500000000' }

export const shopifySamples: readonly Sample[] = [
  event('orders/create', order, [
    { type: 'order.created', data: { ...orderData, items: [{ sku: 'MUG-11', title: 'Mug', quantity: 2 }] } },
  ]),
  event('orders/updated', { ...order, currency: 'KWD', total_price: '1.500' }, [
    { type: 'order.updated', data: { total: { amountMinor: 1500, currency: 'KWD' } } },
  ]),
  event('orders/paid', order, [{ type: 'order.paid', data: { ...orderData, status: 'paid' } }]),
  event('orders/cancelled', { ...order, cancel_reason: 'customer' }, [
    { type: 'order.cancelled', data: { reason: 'customer' } },
  ]),
  event('orders/fulfilled', { ...order, fulfillment_status: 'fulfilled' }, [
    { type: 'order.shipped', data: { status: 'fulfilled' } },
  ]),
  event(
    'refunds/create',
    {
      id: 890088186047,
      admin_graphql_api_id: 'gid://shopify/Refund/890088186047',
      order_id: 450789469,
      note: 'Damaged on the way',
      transactions: [
        { id: 1, kind: 'refund', status: 'success', amount: '41.94', currency: 'AED' },
        { id: 2, kind: 'refund', status: 'failure', amount: '41.94', currency: 'AED' },
        { id: 3, kind: 'refund', status: 'success', amount: '0.06', currency: 'AED' },
      ],
    },
    [
      {
        type: 'order.refunded',
        data: { id: 'gid://shopify/Order/450789469', refunded: aed(4200), reason: 'Damaged on the way' },
      },
    ],
  ),
  event('products/create', product, [{ type: 'product.created', data: { title: 'Mug', skus: ['MUG-11'] } }]),
  event('products/update', product, [{ type: 'product.updated', data: { id: 'gid://shopify/Product/632910392' } }]),
  event('products/delete', { id: 632910392 }, [
    { type: 'product.deleted', data: { id: 'gid://shopify/Product/632910392' } },
  ]),
  event('inventory_levels/update', { inventory_item_id: 39072856, location_id: 487838322, available: 6 }, [
    { type: 'stock.changed', data: { itemId: 'gid://shopify/InventoryItem/39072856', available: 6, inStock: true } },
  ]),
  event('inventory_levels/update', { inventory_item_id: 39072856, location_id: 487838322, available: null }, [
    { type: 'stock.changed', data: { available: null, inStock: null } },
  ]),
  event('customers/create', { ...person, first_name: 'Aisha', last_name: 'Rahman', admin_graphql_api_id: null }, [
    { type: 'customer.created', data: { id: 'gid://shopify/Customer/191167', name: 'Aisha Rahman' } },
  ]),
  event('fulfillments/create', fulfillment, [
    {
      type: 'shipment.in_transit',
      data: { orderId: 'gid://shopify/Order/450789469', orderNumber: '#1001', carrier: 'Aramex' },
    },
  ]),
  event('fulfillments/create', { ...fulfillment, shipment_status: 'label_printed' }, [
    { type: 'shipment.label_created' },
  ]),
  event('fulfillments/update', { ...fulfillment, shipment_status: 'out_for_delivery' }, [
    { type: 'shipment.out_for_delivery' },
  ]),
  event('fulfillments/update', { ...fulfillment, shipment_status: 'delivered' }, [{ type: 'shipment.delivered' }]),
  event('fulfillments/update', { ...fulfillment, shipment_status: 'failure' }, [{ type: 'shipment.failed' }]),
  event('customers/update', { ...person, first_name: null, last_name: null }, [
    { type: 'customer.updated', data: { name: null, email: 'aisha@example.com' } },
  ]),
  event(
    'disputes/create',
    {
      id: 285332461,
      order_id: 450789469,
      type: 'chargeback',
      amount: '11.50',
      currency: 'CAD',
      reason: 'fraudulent',
      network_reason_code: '4837',
      status: 'needs_response',
      evidence_due_by: '2026-12-01T00:00:00.000Z',
      initiated_at: '2026-11-20T08:00:00.000Z',
    },
    [{ type: 'payment.disputed', data: { amount: { amountMinor: 1150, currency: 'CAD' } } }],
  ),
  event('app/uninstalled', { id: 548380009, name: 'Your shop', myshopify_domain: 'your-shop.myshopify.com' }, [
    { type: 'connection.uninstalled', data: { account: 'your-shop.myshopify.com' } },
  ]),
  event(
    'customers/data_request',
    {
      shop_id: 954889,
      shop_domain: 'your-shop.myshopify.com',
      orders_requested: [299938, 280263],
      customer: person,
      data_request: { id: 9999 },
    },
    [
      {
        type: 'customer.data_requested',
        data: { orderIds: ['gid://shopify/Order/299938', 'gid://shopify/Order/280263'] },
      },
    ],
  ),
  event(
    'customers/redact',
    { shop_id: 954889, shop_domain: 'your-shop.myshopify.com', customer: person, orders_to_redact: [299938] },
    [{ type: 'customer.erasure_requested', data: { customerId: 'gid://shopify/Customer/191167' } }],
  ),
  event('shop/redact', { shop_id: 954889, shop_domain: 'your-shop.myshopify.com' }, [
    { type: 'connection.erasure_requested', data: { account: 'your-shop.myshopify.com' } },
  ]),
]
