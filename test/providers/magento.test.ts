import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShopOrder, ShopProduct, ShopProductPage, ShopStock } from '@patchbay/schema/capabilities/ecommerce.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { magento } from '@patchbay/server/providers/magento.ts'
import { atTwin } from './at-twin.ts'
import { magento as magentoCase } from './cases/magento.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = () => atTwin(magento, magentoCase.good, lab.origin)
const posts = (sent: readonly { readonly method: string }[]) => sent.filter(({ method }) => method === 'POST')

describe('X2: Magento', () => {
  test('an order is sent once, whole, with its parcel', async () => {
    const { run, sent } = await connected()
    const input = { id: '8', trackingNumber: '44837412345', carrier: 'Aramex', notify: false, idempotencyKey: 'k' }
    expect(await run<ShopOrder>('orders.fulfill', input)).toMatchObject({ fulfillmentStatus: 'FULFILLED' })
    expect(await run<ShopOrder>('orders.fulfill', input)).toMatchObject({ fulfillmentStatus: 'FULFILLED' })
    expect(posts(sent)).toHaveLength(1)
    expect(posts(sent)[0]).toMatchObject({
      path: '/V1/order/8/ship',
      json: { notify: false, tracks: [{ track_number: '44837412345', title: 'Aramex', carrier_code: 'custom' }] },
    })
    await expect(run('orders.fulfill', { id: '7', idempotencyKey: 'k' })).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
  })

  test('what was billed cannot be cancelled; what is cancelled stays so', async () => {
    const { run, sent } = await connected()
    const input = { id: '21', reason: 'STOCK', idempotencyKey: 'k' }
    expect(await run<ShopOrder>('orders.cancel', input)).toMatchObject({ paymentStatus: 'VOIDED' })
    expect(await run<ShopOrder>('orders.cancel', input)).toMatchObject({ cancelledAt: expect.any(String) })
    expect(posts(sent).map(({ method }) => method)).toHaveLength(2)
    await expect(run('orders.cancel', { ...input, id: '2' })).rejects.toMatchObject({ errorClass: 'CONFLICT' })
    await expect(run('orders.cancel', { ...input, restock: false })).rejects.toMatchObject({ field: 'restock' })
  })

  test('an order knows its money, its guest’s name and its time zone', async () => {
    const { run } = await connected()
    expect(await run<ShopOrder>('orders.get', { id: '2' })).toMatchObject({
      paymentStatus: 'PARTIALLY_REFUNDED',
      createdAt: expect.stringMatching(/Z$/),
    })
    expect(await run<ShopOrder>('orders.get', { id: '5' })).toMatchObject({ paymentStatus: 'REFUNDED' })
    expect(await run<ShopOrder>('orders.get', { id: '1' })).toMatchObject({ customerName: 'Layla Al Mansoori' })
  })

  test('articles are named by their number, and counted in one question for a page', async () => {
    const { run, sent } = await connected()
    const stock = await run<ShopStock>('inventory.set', { variantId: 'NA-TEE-CAL-3', quantity: 4, idempotencyKey: 'k' })
    expect(stock).toMatchObject({ variantId: 'NA-TEE-CAL-3', quantity: 4, locationId: 'default' })
    const { variants } = await run<ShopProduct>('products.get', { id: 'NA-TEE-CAL' })
    expect(variants.map(({ id }) => id)).toEqual(['NA-TEE-CAL-1', 'NA-TEE-CAL-2', 'NA-TEE-CAL-3', 'NA-TEE-CAL-4'])
    expect(variants[2]?.stock).toBe(4)
    const before = sent.length
    await run('products.list', { first: 12 })
    expect(sent.slice(before).filter(({ path }) => path.endsWith('source-items'))).toHaveLength(1)
    const elsewhere = { variantId: 'NA-TEE-CAL-3', quantity: 1, locationId: 'moon', idempotencyKey: 'k' }
    await expect(run('inventory.set', elsewhere)).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: expect.stringContaining('moon'),
    })
  })

  test.each(['orders.get', 'products.get'])(
    '%s: what is not there is not found, and no id leads elsewhere',
    async (name) => {
      const { run } = await connected()
      for (const id of ['999', '1/comments', '1?x=1', 'a/../../store/storeConfigs'])
        await expect(run(name, { id })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    },
  )

  test.each(['../all', 'default/V1/x?', 'a b', '1x', ''])('X1: %j is no store view', (storeCode) => {
    const settings = { storeUrl: 'https://shop.example.com/', storeCode }
    const { api } = magento.hosts({ id: 'c', environment: 'LIVE', settings, baseUrl: null })
    expect(api).toBe('https://shop.example.com/rest/default')
  })

  test('S1: lists page to their end, past which Magento repeats the last page', async () => {
    const { run } = await connected()
    for (const [name, total] of [
      ['orders.list', 22],
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
