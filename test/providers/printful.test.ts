import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  FulfillmentOrder,
  FulfillmentOrderPage,
  FulfillmentProduct,
  ShippingQuote,
} from '@patchbay/schema/capabilities/fulfillment.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { printful } from '@patchbay/server/providers/printful.ts'
import { atTwin } from './at-twin.ts'
import { printful as printfulCase } from './cases/printful.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const recipient = {
  name: 'Omar Haddad',
  line1: 'Corniche 4',
  city: 'Abu Dhabi',
  country: 'AE',
  phone: '+971501112233',
}
const order = (externalId: string, change: object = {}) => ({
  externalId,
  recipient,
  items: [{ variantId: '@NA-MUG-SKY-1', quantity: 2 }],
  idempotencyKey: `order-${externalId}`,
  ...change,
})
const connected = () => atTwin(printful, printfulCase.good, lab.origin)

describe('F2: Printful', () => {
  test('a variant keeps one id from the product to the quote and the order', async () => {
    const { run } = await connected()
    const product = await run<FulfillmentProduct>('products.get', { id: '371400100' })
    const variantId = product.variants?.[0]?.id ?? ''
    expect(product).toMatchObject({ priceFrom: { amountMinor: 11_900, currency: 'AED' }, variants: { length: 4 } })
    const items = [{ variantId, quantity: 1 }]
    const quote = await run<ShippingQuote>('shippingRates.quote', { recipient, items, currency: 'AED' })
    expect(quote.rates.length).toBeGreaterThan(0)
    const made = await run<FulfillmentOrder>('orders.create', order('NA-P1', { items }))
    expect(made).toMatchObject({ status: 'DRAFT', externalId: 'NA-P1', total: { currency: 'AED' } })
  })

  test('X2: the same order twice is one order; another under its number is refused', async () => {
    const { run, sent } = await connected()
    const first = await run<FulfillmentOrder>('orders.create', order('NA-P2'))
    const again = await run<FulfillmentOrder>('orders.create', order('NA-P2'))
    expect(again.id).toBe(first.id)
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /orders',
      'POST /orders',
      'GET /orders/%40NA-P2',
    ])
    const other = order('NA-P2', { items: [{ variantId: '@NA-MUG-SKY-2', quantity: 2 }] })
    await expect(run('orders.create', other)).rejects.toMatchObject({ errorClass: 'CONFLICT' })
  })

  test('X2: an order whose confirmation was cut is confirmed by its repeat, and charged once', async () => {
    const { run } = await connected()
    await run('orders.create', order('NA-P3'))
    const made = await run<FulfillmentOrder>('orders.create', order('NA-P3', { confirm: true }))
    expect(made.status).toBe('PENDING')
    const change = { id: made.id, idempotencyKey: 'again' }
    expect(await run('orders.confirm', change)).toMatchObject({ status: 'PENDING' })
    expect(await run('orders.cancel', change)).toMatchObject({ status: 'CANCELLED' })
    expect(await run('orders.cancel', change)).toMatchObject({ status: 'CANCELLED' })
    await expect(run('orders.confirm', change)).rejects.toMatchObject({ errorClass: 'CONFLICT' })
  })

  test('what is in production is not cancelled', async () => {
    const { run } = await connected()
    const page = await run<{ items: FulfillmentOrder[] }>('orders.list', { first: 100 })
    const made = page.items.find(({ status }) => status === 'IN_PRODUCTION')
    await expect(run('orders.cancel', { id: made?.id, idempotencyKey: 'late' })).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
    expect(page.items.find(({ vendorStatus }) => vendorStatus === 'fulfilled')).toMatchObject({
      status: 'SHIPPED',
      shipments: [{ carrier: 'ARAMEX', shippedAt: expect.any(String) }],
    })
  })

  test('S1: orders page to their end, each once', async () => {
    const { run } = await connected()
    const ids: string[] = []
    let after: string | null = null
    do {
      const page: FulfillmentOrderPage = await run<FulfillmentOrderPage>('orders.list', { first: 4, after })
      expect(page.items.length).toBeLessThanOrEqual(4)
      ids.push(...page.items.map(({ id }) => id))
      after = page.nextCursor
    } while (after !== null && ids.length < 100)
    expect(ids.length).toBeGreaterThanOrEqual(9)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('an id is never a way to another path', async () => {
    const { run, sent } = await connected()
    await expect(run('orders.get', { id: '../stores' })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    expect(sent[0]?.path).toBe('/orders/..%2Fstores')
    const strange = order('NA-P9', { items: [{ variantId: 'x', quantity: 1 }] })
    await expect(run('orders.create', strange)).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', status: null })
  })
})
