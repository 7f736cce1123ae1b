import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { inches, pounds } from '@patchbay/server/providers/shared/parcel.ts'
import { ups } from '@patchbay/server/providers/ups.ts'
import { momentOf } from '@patchbay/server/providers/ups/tracking.ts'
import { atTwin } from './at-twin.ts'
import { ups as upsCase } from './cases/ups.ts'
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
  service: '65',
  reference: 'NA-1',
  contents: 'T-shirts',
  value: { amountMinor: 11_900, currency: 'AED' },
  idempotencyKey: 'p-1',
  ...change,
})
const connected = () => atTwin(ups, upsCase.good, lab.origin)

describe('F7: UPS', () => {
  test('the account’s own price counts; weights are texts with one digit, rounded up', async () => {
    const { run, sent } = await connected()
    const { rates } = await run<{ rates: unknown[] }>('rates.quote', {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 333, lengthMm: 305, widthMm: 210, heightMm: 55 }],
    })
    expect(rates).toEqual([
      { service: '65', name: 'UPS Worldwide Saver', price: { amountMinor: 9_992, currency: 'AED' }, deliveryDays: 2 },
      {
        service: '08',
        name: 'UPS Worldwide Expedited',
        price: { amountMinor: 8_104, currency: 'AED' },
        deliveryDays: 5,
      },
    ])
    expect(sent[0]?.json).toMatchObject({
      RateRequest: {
        Shipment: {
          Package: [
            {
              PackageWeight: { Weight: '0.4', UnitOfMeasurement: { Code: 'KGS' } },
              Dimensions: { Length: '31', Width: '21', Height: '6' },
            },
          ],
        },
      },
    })
  })

  test('what leaves the United States is weighed in pounds', async () => {
    const { run, sent } = await connected()
    const home = { ...sender, city: 'Alpharetta', state: 'GA', postalCode: '30005', country: 'US' }
    await run('rates.quote', { from: home, to: { ...home, city: 'Atlanta' }, parcels: [{ weightGrams: 1_000 }] })
    expect(sent[0]?.json).toMatchObject({
      RateRequest: {
        Shipment: { Package: [{ PackageWeight: { Weight: '2.3', UnitOfMeasurement: { Code: 'LBS' } } }] },
      },
    })
    expect([454, 453, 907, 1, 1_000_000].map(pounds)).toEqual(['1.1', '1', '2', '0.1', '2204.7'])
    expect([254, 255, 1, 305].map(inches)).toEqual(['10', '11', '1', '13'])
  })

  test('every parcel has its label; a shipment is taken back, and twice is once', async () => {
    const { run } = await connected()
    const parcels = [{ weightGrams: 500 }, { weightGrams: 700 }]
    const made = await run<{ id: string; providerData: { PackageResults: unknown[] } }>(
      'shipments.create',
      parcel({ parcels }),
    )
    expect(made).toMatchObject({ label: { format: 'PNG', base64: expect.stringMatching(/^iVBOR/) }, status: 'CREATED' })
    expect(made.providerData.PackageResults).toHaveLength(1)
    const taken = { id: made.id, idempotencyKey: 'c' }
    expect(await run('shipments.cancel', taken)).toMatchObject({ cancelled: true })
    expect(await run('shipments.cancel', taken)).toMatchObject({ cancelled: true })
    expect(await run('shipments.cancel', { ...taken, id: '1Z9999999999999999' })).toMatchObject({ cancelled: false })
    expect(await run('shipments.track', { trackingNumber: made.id })).toMatchObject({ status: 'CANCELLED' })
  })

  test('the last van is not the door, and an unknown number is not found', async () => {
    const { run } = await connected()
    const { trackingNumber } = upsCase.inputs['shipments.track'] as { trackingNumber: string }
    const found = await run<{ events: { status: string }[] }>('shipments.track', { trackingNumber })
    expect(found.events.map(({ status }) => status).slice(0, 2)).toEqual(['DELIVERED', 'OUT_FOR_DELIVERY'])
    await expect(run('shipments.track', { trackingNumber: '1Z9999999999999999' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
    expect(momentOf('20261120', '74700')?.toISOString()).toBe('2026-11-20T07:47:00.000Z')
    expect(momentOf('2026-11-20', '07:47:00')?.toISOString()).toBe('2026-11-20T07:47:00.000Z')
    expect(momentOf('', '')).toBeNull()
  })

  test('addresses are checked where UPS can', async () => {
    const { run } = await connected()
    const address = {
      line1: '26601 Aliso Creek Road',
      city: 'Aliso Viejo',
      state: 'CA',
      postalCode: '92656',
      country: 'US',
    }
    expect(await run('addresses.validate', { address })).toMatchObject({ deliverable: true, postalCode: '92656-1234' })
    expect(await run('addresses.validate', { address: { ...address, line1: 'Nowhere' } })).toMatchObject({
      deliverable: false,
      messages: ['There is no such address.'],
    })
    await expect(run('addresses.validate', { address: sender })).rejects.toMatchObject({ status: null })
  })
})
