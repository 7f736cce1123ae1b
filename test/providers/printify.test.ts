import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FulfillmentOrder } from '@patchbay/schema/capabilities/fulfillment.ts'
import { alphanumeric } from '@patchbay/server/lab/chance.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { printify } from '@patchbay/server/providers/printify.ts'
import { atTwin } from './at-twin.ts'
import { printify as printifyCase } from './cases/printify.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const productId = alphanumeric('printify:NA-MUG-SKY', 24, '0123456789abcdef')
const order = (externalId: string, change: object = {}) => ({
  externalId,
  recipient: { name: 'Omar bin Haddad', line1: 'Corniche 4', city: 'Abu Dhabi', country: 'AE' },
  items: [{ productId, variantId: '17020', quantity: 2 }],
  idempotencyKey: `order-${externalId}`,
  ...change,
})

describe('F2: Printify', () => {
  test('an order waits until it is sent to production, and costs what its parts cost', async () => {
    const { run, sent } = await atTwin(printify, printifyCase.good, lab.origin)
    const made = await run<FulfillmentOrder>('orders.create', order('NA-Q1', { shippingMethod: 'priority' }))
    expect(made).toMatchObject({ status: 'ON_HOLD', vendorStatus: 'on-hold', externalId: 'NA-Q1' })
    expect(made.total?.amountMinor).toBeGreaterThan(made.shipping?.amountMinor ?? 0)
    expect(sent.find(({ method }) => method === 'POST')?.json).toMatchObject({
      shipping_method: 2,
      send_shipping_notification: false,
      address_to: { first_name: 'Omar', last_name: 'bin Haddad' },
    })
    const confirmed = await run('orders.confirm', { id: made.id, idempotencyKey: 'c' })
    expect(confirmed).toMatchObject({ status: 'IN_PRODUCTION' })
    await expect(run('orders.cancel', { id: made.id, idempotencyKey: 'x' })).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
  })

  test('X2: an order whose answer was lost is found again, not made again', async () => {
    let broken = false
    const first = await atTwin(printify, printifyCase.good, lab.origin, ({ method }) => {
      if (method !== 'POST' || broken) return
      broken = true
      throw new Error('cut')
    })
    await expect(first.run('orders.create', order('NA-Q2'))).rejects.toThrow('cut')
    const again = await first.run<FulfillmentOrder>('orders.create', order('NA-Q2', { confirm: true }))
    expect(again.status).toBe('IN_PRODUCTION')
    expect(first.sent.filter(({ method, path }) => method === 'POST' && path.endsWith('/orders.json'))).toHaveLength(1)
    // Nothing is charged twice either.
    await first.run('orders.create', order('NA-Q2', { confirm: true }))
    expect(first.sent.filter(({ path }) => path.endsWith('/send_to_production.json'))).toHaveLength(1)
  })

  test('another order under a number that is taken is not sent', async () => {
    const { run, sent } = await atTwin(printify, printifyCase.good, lab.origin)
    await run('orders.create', order('NA-Q3'))
    const other = order('NA-Q3', { items: [{ productId, variantId: '17021', quantity: 1 }] })
    await expect(run('orders.create', other)).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test('what arrived is delivered; an unknown shipping method is named before anything is sent', async () => {
    const { run, sent } = await atTwin(printify, printifyCase.good, lab.origin)
    const wrong = order('NA-Q4', { shippingMethod: 'pigeon' })
    await expect(run('orders.create', wrong)).rejects.toMatchObject({ field: 'shippingMethod', status: null })
    expect(sent).toHaveLength(0)
    const all: FulfillmentOrder[] = []
    for (let after: string | null = null, more = true; more;) {
      const page: { items: FulfillmentOrder[]; nextCursor: string | null } = await run('orders.list', {
        first: 3,
        after,
      })
      all.push(...page.items)
      after = page.nextCursor
      more = after !== null
    }
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(all.map(({ status }) => status)).toEqual(expect.arrayContaining(['DELIVERED', 'SHIPPED', 'CANCELLED']))
  })
})
