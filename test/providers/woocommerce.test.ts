import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShopOrder, ShopProduct, ShopProductPage, ShopStock } from '@patchbay/schema/capabilities/ecommerce.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { storeBase, storeRule } from '@patchbay/server/providers/shared/store-address.ts'
import { woocommerce } from '@patchbay/server/providers/woocommerce.ts'
import { atTwin } from './at-twin.ts'
import { woocommerce as woocommerceCase } from './cases/woocommerce.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = () => atTwin(woocommerce, woocommerceCase.good, lab.origin)
const changes = (sent: readonly { readonly method: string }[]) => sent.filter(({ method }) => method !== 'GET')

describe('X1: a shop on its owner’s host', () => {
  test.each([
    'https://shop.example.com',
    'https://example.com/shop',
    'https://a.example.co.uk/a/b_c~d/',
    'https://x.ae',
  ])('%s is an address', (text) => {
    expect(new RegExp(storeRule.pattern).test(text)).toBe(true)
    expect(storeBase(text)).toBe(text.replace(/\/$/, ''))
  })

  test.each([
    'http://shop.example.com',
    'https://user:pass@shop.example.com',
    'https://shop.example.com@evil.example',
    'https://shop.example.com:8443',
    'https://shop.example.com/?x=1',
    'https://shop.example.com/#x',
    'https://shop.example.com/../admin',
    'https://shop.example.com/a//b',
    'https://shop.example.com\\@evil.example',
    'https://shop.example.com\n',
    'https://localhost',
    'https://127.0.0.1',
    'https://[::1]',
    'https://shop.example.com/%2e%2e/x',
    'https://-shop.example.com',
    'javascript:alert(1)',
    '',
  ])('%j is none', (text) => {
    expect(new RegExp(storeRule.pattern).test(text)).toBe(false)
    expect(storeBase(text)).toBe('https://no-shop.invalid')
  })
})

describe('X2: WooCommerce', () => {
  test('an order is sent once, and its parcel noted once', async () => {
    const { run, sent } = await connected()
    const input = { id: '7021', trackingNumber: '44837412345', carrier: 'Aramex', idempotencyKey: 'k' }
    expect(await run<ShopOrder>('orders.fulfill', input)).toMatchObject({ fulfillmentStatus: 'FULFILLED' })
    expect(changes(sent).map(({ method }) => method)).toEqual(['PUT', 'POST'])
    expect(await run<ShopOrder>('orders.fulfill', input)).toMatchObject({ fulfillmentStatus: 'FULFILLED' })
    expect(changes(sent)).toHaveLength(2)
    expect(sent.findLast(({ method }) => method === 'POST')?.json).toEqual({
      note: 'Sent: Aramex 44837412345',
      customer_note: true,
    })
  })

  test('killed between status and note, a repeat writes what is missing and no more', async () => {
    const dying = await atTwin(woocommerce, woocommerceCase.good, lab.origin, ({ method }) => {
      if (method === 'PUT') throw new Error('killed')
    })
    const input = { id: '7014', trackingNumber: '1', idempotencyKey: 'k' }
    await expect(dying.run('orders.fulfill', input)).rejects.toThrow('killed')
    const { run, sent } = await connected()
    await run('orders.fulfill', input)
    expect(changes(sent).map(({ method }) => method)).toEqual(['POST'])
  })

  test('an order is cancelled once; what WooCommerce cannot leave out is refused', async () => {
    const { run, sent } = await connected()
    const input = { id: '7022', reason: 'STOCK', idempotencyKey: 'k' }
    const first = await run<ShopOrder>('orders.cancel', input)
    expect(first).toMatchObject({ paymentStatus: 'VOIDED', cancelledAt: expect.any(String) })
    await run('orders.cancel', input)
    expect(changes(sent)).toHaveLength(2)
    await expect(run('orders.cancel', { ...input, restock: false })).rejects.toMatchObject({ field: 'restock' })
    await expect(run('orders.fulfill', { id: '7022', idempotencyKey: 'k' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })

  test('variations lie below their product, and are found without its number', async () => {
    const { run } = await connected()
    const product = await run<ShopProduct>('products.get', { id: '100' })
    expect(product.variants.map(({ title }) => title)).toEqual(['S', 'M', 'L', 'XL'])
    const variantId = product.variants[2]?.id ?? ''
    const stock = await run<ShopStock>('inventory.set', { variantId, quantity: 3, idempotencyKey: 'k' })
    expect(stock).toMatchObject({ variantId, quantity: 3 })
    expect((await run<ShopProduct>('products.get', { id: '100' })).variants[2]?.stock).toBe(3)
    const simple = await run<ShopProduct>('products.get', { id: '108' })
    expect(simple.variants).toMatchObject([{ id: '108', title: 'Default' }])
    await run('inventory.set', { variantId: '108', quantity: 9, idempotencyKey: 'k' })
    expect((await run<ShopProduct>('products.get', { id: '108' })).variants[0]?.stock).toBe(9)
  })

  test('refunds in part, and the time zone WooCommerce leaves out', async () => {
    const { run } = await connected()
    expect(await run<ShopOrder>('orders.get', { id: '7001' })).toMatchObject({
      paymentStatus: 'PARTIALLY_REFUNDED',
      createdAt: expect.stringMatching(/Z$/),
    })
  })

  test.each(['orders.get', 'products.get'])(
    '%s: what is not there is not found, and no id leads elsewhere',
    async (name) => {
      const { run } = await connected()
      for (const id of ['1', '7001/notes', '1?force=true'])
        await expect(run(name, { id })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    },
  )

  test('S1: lists page to their end', async () => {
    const { run } = await connected()
    for (const [name, total] of [
      ['orders.list', 23],
      ['products.list', 12],
      ['customers.list', 7],
    ] as const) {
      const seen: string[] = []
      for (let after: string | null = null, more = true; more && seen.length < 200; more = after !== null) {
        const page: ShopProductPage = await run(name, { first: 5, after })
        seen.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      }
      expect(new Set(seen).size, name).toBe(total)
      expect(seen).toHaveLength(total)
      await expect(run(name, { after: 'bm90LW91cnM' })).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    }
  })
})
