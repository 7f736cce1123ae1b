import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Shipment } from '@patchbay/schema/capabilities/shipping.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { shipstation } from '@patchbay/server/providers/shipstation.ts'
import { statusOf } from '@patchbay/server/providers/shipstation/tracking.ts'
import { atTwin } from './at-twin.ts'
import { shipstation as shipstationCase } from './cases/shipstation.ts'
import { receiver, sender } from './parcel.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const parcel = (change: object = {}) => ({
  from: sender,
  to: receiver,
  parcels: [{ weightGrams: 333, lengthMm: 305, widthMm: 210, heightMm: 55 }],
  service: 'dhl_express_worldwide',
  reference: 'NA-1',
  contents: 'T-shirts',
  value: { amountMinor: 11_900, currency: 'AED' },
  idempotencyKey: 'p-1',
  ...change,
})

describe('F7: ShipStation', () => {
  test('all connected carriers are asked, and all parts of a price count', async () => {
    const { run, sent } = await atTwin(shipstation, shipstationCase.good, lab.origin)
    const { rates } = await run<{ rates: unknown[] }>('rates.quote', {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 333, lengthMm: 305, widthMm: 210, heightMm: 55 }],
    })
    expect(rates).toMatchObject([
      { carrier: 'aramex', service: 'aramex_priority_express', price: { amountMinor: 2_895, currency: 'USD' } },
      { carrier: 'aramex', price: { amountMinor: 2_240, currency: 'USD' }, deliveryDays: 6 },
      { carrier: 'dhl_express', name: 'DHL Express Worldwide', price: { amountMinor: 3_965, currency: 'USD' } },
    ])
    expect(sent[1]?.json).toMatchObject({
      rate_options: { carrier_ids: ['se-100001', 'se-100002'] },
      shipment: {
        packages: [
          {
            weight: { value: 333, unit: 'gram' },
            dimensions: { unit: 'centimeter', length: 30.5, width: 21, height: 5.5 },
          },
        ],
      },
    })
  })

  test('X2: a label whose answer was lost is found again, not bought again', async () => {
    let broken = false
    const { run, sent } = await atTwin(shipstation, shipstationCase.good, lab.origin, ({ method }) => {
      if (method !== 'POST' || broken) return
      broken = true
      throw new Error('cut')
    })
    await expect(run('shipments.create', parcel({ idempotencyKey: 'lost' }))).rejects.toThrow('cut')
    const again = await run<Shipment>('shipments.create', parcel({ idempotencyKey: 'lost' }))
    const third = await run<Shipment>('shipments.create', parcel({ idempotencyKey: 'lost' }))
    expect(third).toEqual(again)
    expect(again).toMatchObject({
      price: { amountMinor: 3_860, currency: 'USD' },
      label: { format: 'PDF', url: expect.stringMatching(/^https:\/\/api\.shipstation\.com\/v2\/downloads\//) },
    })
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
    const other = await run<Shipment>('shipments.create', parcel({ idempotencyKey: 'another' }))
    expect(other.id).not.toBe(again.id)
  })

  test('a used label is not taken back, a new one is', async () => {
    const { run } = await atTwin(shipstation, shipstationCase.good, lab.origin)
    const made = await run<Shipment>('shipments.create', parcel({ idempotencyKey: 'void' }))
    expect(await run('shipments.track', { trackingNumber: made.trackingNumber })).toMatchObject({ status: 'CREATED' })
    expect(await run('shipments.cancel', { id: made.id, idempotencyKey: 'c' })).toMatchObject({ cancelled: true })
    expect(await run('shipments.cancel', { id: 'se-2000010', idempotencyKey: 'c' })).toMatchObject({
      cancelled: false,
      message: 'The label was used already.',
    })
    await expect(run('shipments.track', { trackingNumber: '000000000000' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })

  test.each([
    ['IT', 'On its way', 'IN_TRANSIT'],
    ['IT', 'Out for delivery', 'OUT_FOR_DELIVERY'],
    ['DELIVERED_TO_NEIGHBOUR', '', 'DELIVERED'],
    ['NOT_DELIVERED', '', 'EXCEPTION'],
    ['NOT_YET_RECEIVED_BY_CARRIER', '', 'CREATED'],
    ['HELD_BY_CUSTOMS', '', 'EXCEPTION'],
    ['RETURN_TO_SENDER', '', 'RETURNED'],
    ['CANCELLED_BEFORE_DESPATCH', '', 'CANCELLED'],
    ['CARRIER_STATUS_NOT_MAPPED', '', 'UNKNOWN'],
  ])('%s (%s) means %s', (code, said, status) => {
    expect(statusOf(code, said)).toBe(status)
  })

  test('a carrier or service that is not connected is named before anything is bought', async () => {
    const { run, sent } = await atTwin(shipstation, shipstationCase.good, lab.origin)
    for (const [change, field] of [
      [{ carrier: 'pigeon' }, 'carrier'],
      [{ service: 'pigeon_post' }, 'service'],
    ] as const)
      await expect(run('shipments.create', parcel({ ...change, idempotencyKey: field }))).rejects.toMatchObject({
        field,
        message: expect.stringContaining('pigeon'),
      })
    expect(sent.every(({ method }) => method === 'GET')).toBe(true)
  })
})
