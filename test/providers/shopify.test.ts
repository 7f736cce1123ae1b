import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShopCustomerPage, ShopOrder, ShopProduct, ShopStock } from '@patchbay/schema/capabilities/ecommerce.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { shopify } from '@patchbay/server/providers/shopify.ts'
import { atTwin } from './at-twin.ts'
import { shopify as shopifyCase } from './cases/shopify.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = () => atTwin(shopify, shopifyCase.good, lab.origin)

const variantId = 'gid://shopify/ProductVariant/44001000'
/** The mutations among what was sent. */
const changes = (sent: readonly { readonly json?: unknown }[]) =>
  sent.filter(({ json }) => /^\s*mutation/.test((json as { query?: string } | undefined)?.query ?? ''))

describe('X2: Shopify', () => {
  test('an order is sent once, however often that is said', async () => {
    const { run, sent } = await connected()
    const input = { id: '5900000043', trackingNumber: '44837412345', idempotencyKey: 'sent-43' }
    const first = await run<ShopOrder>('orders.fulfill', input)
    expect(first).toMatchObject({ number: '#1044', fulfillmentStatus: 'FULFILLED' })
    expect(await run<ShopOrder>('orders.fulfill', input)).toMatchObject({ fulfillmentStatus: 'FULFILLED' })
    expect(changes(sent)).toHaveLength(1)
    expect(changes(sent)[0]).toMatchObject({ safe: false })
  })

  test('an order is cancelled once and keeps its reason; a cancelled one cannot be sent', async () => {
    const { run, sent } = await connected()
    const input = { id: '5900000042', reason: 'STOCK', idempotencyKey: 'cancel-42' }
    const first = await run<ShopOrder>('orders.cancel', input)
    expect(first).toMatchObject({ cancelledAt: expect.any(String), providerData: { cancelReason: 'INVENTORY' } })
    const again = await run<ShopOrder>('orders.cancel', { ...input, reason: 'FRAUD' })
    expect(again).toMatchObject({ cancelledAt: first.cancelledAt, providerData: { cancelReason: 'INVENTORY' } })
    expect(changes(sent)).toHaveLength(1)
    await expect(run('orders.fulfill', { id: input.id, idempotencyKey: 'late' })).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
  })

  test('stock is set under the key of the request, at the place where the variant lies', async () => {
    const { run, sent } = await connected()
    const stock = await run<ShopStock>('inventory.set', { variantId, quantity: 7, idempotencyKey: 'count-7' })
    expect(stock).toMatchObject({ variantId, quantity: 7, locationId: 'gid://shopify/Location/905684977' })
    expect(sent.at(-1)).toMatchObject({ json: { variables: { key: 'count-7' } } })
    const { variants } = await run<ShopProduct>('products.get', { id: '8001000' })
    expect(variants[0]).toMatchObject({ id: variantId, stock: 7 })
    const elsewhere = { variantId, quantity: 1, locationId: '1', idempotencyKey: 'count-1' }
    await expect(run('inventory.set', elsewhere)).rejects.toMatchObject({ vendorCode: 'INVALID_LOCATION' })
  })

  test.each([
    ['orders.get', { id: '1' }],
    ['orders.fulfill', { id: '1', idempotencyKey: 'k' }],
    ['orders.cancel', { id: '1', idempotencyKey: 'k' }],
    ['products.get', { id: '1' }],
    ['inventory.set', { variantId: '1', quantity: 1, idempotencyKey: 'k' }],
  ])('%s: what the shop does not have is not found', async (name, input) => {
    const { run } = await connected()
    await expect(run(name, input)).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test('one order has its address and the prices of its lines; customers come page by page', async () => {
    const { run } = await connected()
    const order = await run<ShopOrder>('orders.get', { id: 'gid://shopify/Order/5900000001' })
    expect(order.items[0]?.price).toMatchObject({ currency: 'AED' })
    expect(order.shippingAddress).toMatchObject({ name: expect.any(String), country: order.shippingCountry })
    const seen: string[] = []
    for (let after: string | null = null, more = true; more && seen.length < 20; more = after !== null) {
      const page: ShopCustomerPage = await run('customers.list', { first: 3, after })
      seen.push(...page.items.map(({ id }) => id))
      after = page.nextCursor
    }
    expect(new Set(seen).size).toBe(7)
  })
})
