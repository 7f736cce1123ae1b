import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RateQuote } from '@patchbay/schema/capabilities/shipping.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { fedex } from '@patchbay/server/providers/fedex.ts'
import { fromFedex, toFedex } from '@patchbay/server/providers/fedex/currency.ts'
import { atTwin } from './at-twin.ts'
import { fedex as fedexCase } from './cases/fedex.ts'
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
  service: 'INTERNATIONAL_PRIORITY',
  reference: 'NA-1',
  contents: 'T-shirts',
  value: { amountMinor: 11_900, currency: 'AED' },
  idempotencyKey: 'p-1',
  ...change,
})
const connected = () => atTwin(fedex, fedexCase.good, lab.origin)

describe('F7: FedEx', () => {
  test('F3: its own names of currencies never reach the hub', async () => {
    const { run, sent } = await connected()
    const asked = {
      from: sender,
      to: receiver,
      parcels: [{ weightGrams: 500 }],
      value: { amountMinor: 100, currency: 'AED' },
    }
    const plain = await run<RateQuote>('rates.quote', asked)
    expect(plain.rates).toMatchObject([
      { service: 'INTERNATIONAL_PRIORITY', price: { amountMinor: 11_840, currency: 'AED' }, deliveryDays: 2 },
      { price: { amountMinor: 9_615, currency: 'AED' }, deliveryDays: 4 },
    ])
    const dinars = await run<RateQuote>('rates.quote', { ...asked, currency: 'KWD' })
    expect(dinars.rates[0]?.price).toEqual({ amountMinor: 9_898, currency: 'KWD' })
    expect(sent[1]?.json).toMatchObject({
      requestedShipment: {
        preferredCurrency: 'KUD',
        customsClearanceDetail: { commodities: [{ customsValue: { amount: 1, currency: 'DHS' } }] },
      },
    })
    for (const code of ['AED', 'GBP', 'JPY', 'USD', 'SAR']) expect(fromFedex(toFedex(code))).toBe(code)
  })

  test('a label is made, tracked and taken back; twice is once', async () => {
    const { run, sent } = await connected()
    const made = await run<{ id: string; label: { base64: string } }>('shipments.create', parcel())
    expect(Buffer.from(made.label.base64, 'base64').toString('latin1')).toMatch(/^%PDF-/)
    expect(sent[0]?.json).toMatchObject({
      requestedShipment: {
        totalWeight: 0.34,
        requestedPackageLineItems: [
          { weight: { units: 'KG', value: 0.34 }, dimensions: { length: 31, width: 21, height: 6, units: 'CM' } },
        ],
      },
    })
    expect(await run('shipments.track', { trackingNumber: made.id })).toMatchObject({ status: 'CREATED' })
    const taken = { id: made.id, idempotencyKey: 'c' }
    expect(await run('shipments.cancel', taken)).toMatchObject({ cancelled: true })
    expect(await run('shipments.cancel', taken)).toMatchObject({ cancelled: true })
    expect(await run('shipments.track', { trackingNumber: made.id })).toMatchObject({ status: 'CANCELLED' })
  })

  test('a long street goes on in the next line, at most three', async () => {
    const { run, sent } = await connected()
    const line1 = 'Building 7, Floor 12, Office 1204, Al Quoz Industrial Area 3, Sheikh Zayed Road, opposite the mall'
    await run('shipments.create', parcel({ from: { ...sender, line1, line2: 'Gate B' } }))
    const { streetLines } = (
      sent[0]?.json as { requestedShipment: { shipper: { address: { streetLines: string[] } } } }
    ).requestedShipment.shipper.address
    expect(streetLines).toHaveLength(3)
    for (const line of streetLines) expect(line.length).toBeLessThanOrEqual(35)
  })

  test('an error inside a success is an error', async () => {
    const { run } = await connected()
    await expect(run('shipments.track', { trackingNumber: '000000000000' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
      vendorCode: 'TRACKING.TRACKINGNUMBER.NOTFOUND',
    })
    expect(await run('addresses.validate', { address: { city: 'Dubay', country: 'AE' } })).toMatchObject({
      deliverable: false,
      messages: ['The city Dubay was not found.'],
    })
  })
})
