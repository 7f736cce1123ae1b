import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { plannedTime } from '@patchbay/server/providers/dhl-express/rates.ts'
import { dhlExpress } from '@patchbay/server/providers/dhl-express.ts'
import { crossesBorder } from '@patchbay/server/providers/shared/parcel.ts'
import { atTwin } from './at-twin.ts'
import { dhlExpress as dhlCase } from './cases/dhl-express.ts'
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
  service: 'P',
  reference: 'NA-1',
  contents: 'T-shirts',
  value: { amountMinor: 11_900, currency: 'AED' },
  idempotencyKey: 'p-1',
  ...change,
})
const connected = () => atTwin(dhlExpress, dhlCase.good, lab.origin)

describe('F7: DHL Express', () => {
  test('a label comes back as a file, with its price, and is tracked', async () => {
    const { run, sent } = await connected()
    const made = await run<{ trackingNumber: string; label: { base64: string } }>('shipments.create', parcel())
    expect(made).toMatchObject({ status: 'CREATED', service: 'P', price: { amountMinor: 14_250, currency: 'AED' } })
    expect(Buffer.from(made.label.base64, 'base64').toString('latin1')).toMatch(/^%PDF-/)
    expect(sent[0]?.json).toMatchObject({
      content: {
        packages: [{ weight: 0.333, dimensions: { length: 30.5, width: 21, height: 5.5 } }],
        isCustomsDeclarable: true,
        declaredValue: 119,
        declaredValueCurrency: 'AED',
        exportDeclaration: { lineItems: [{ description: 'T-shirts', price: 119 }] },
      },
    })
    const tracked = await run('shipments.track', { trackingNumber: made.trackingNumber })
    expect(tracked).toMatchObject({ status: 'CREATED', deliveredAt: null })
  })

  test('local times of checkpoints become moments, newest first', async () => {
    const { run } = await connected()
    const number = (dhlCase.inputs['shipments.track'] as { trackingNumber: string }).trackingNumber
    const { events, deliveredAt } = await run<{ events: { at: string; status: string }[]; deliveredAt: string }>(
      'shipments.track',
      { trackingNumber: number },
    )
    expect(events.map(({ status }) => status)).toEqual([
      'DELIVERED',
      'OUT_FOR_DELIVERY',
      'IN_TRANSIT',
      'IN_TRANSIT',
      'CREATED',
    ])
    expect(events.map(({ at }) => at)).toEqual(
      events
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    )
    expect(Date.parse(deliveredAt)).toBeLessThan(Date.now())
    await expect(run('shipments.track', { trackingNumber: '0000000000' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })

  test('what DHL cannot do, or customs cannot read, is refused before anything is sent', async () => {
    const { run, sent } = await connected()
    for (const [change, field] of [
      [{ cashOnDelivery: { amountMinor: 100, currency: 'AED' } }, 'cashOnDelivery'],
      [{ value: undefined }, 'value'],
      [
        { items: [{ description: 'T', quantity: 1, price: { amountMinor: 1, currency: 'USD' }, weightGrams: 1 }] },
        'items',
      ],
    ] as const)
      await expect(run('shipments.create', parcel(change))).rejects.toMatchObject({ field, status: null })
    expect(sent).toHaveLength(0)
  })

  test('a place it does not serve is an answer; a wrong request keeps DHL’s number', async () => {
    const { run } = await connected()
    const address = { city: 'Dubay', country: 'AE' }
    expect(await run('addresses.validate', { address })).toMatchObject({
      deliverable: false,
      messages: [expect.stringContaining('Dubay')],
    })
    await expect(
      run('rates.quote', { from: sender, to: { ...receiver, city: 'Riyad' }, parcels: [{ weightGrams: 500 }] }),
    ).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', vendorCode: '1003' })
  })

  test('a shipment is never planned in the past, and declared only across a customs border', () => {
    const now = Date.UTC(2026, 10, 21, 19, 30)
    expect(plannedTime('2026-11-23', now, now)).toBe('2026-11-23T12:00:00 GMT+00:00')
    expect(plannedTime('2026-11-21', now, now)).toBe('2026-11-21T20:30:00 GMT+00:00')
    expect(plannedTime(undefined, now, now)).toBe('2026-11-21T20:30:00 GMT+00:00')
    expect([crossesBorder('AE', 'AE'), crossesBorder('DE', 'FR'), crossesBorder('DE', 'CH')]).toEqual([
      false,
      false,
      true,
    ])
  })
})
