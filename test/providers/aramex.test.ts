import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { createShipment } from '@patchbay/server/providers/aramex/shipments.ts'
import { aramex } from '@patchbay/server/providers/aramex.ts'
import { centimetres, kilograms } from '@patchbay/server/providers/shared/parcel.ts'
import { atTwin } from './at-twin.ts'
import { aramex as aramexCase } from './cases/aramex.ts'
import { receiver, sender } from './parcel.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const parcel = (change: object = {}) => ({
  from: sender,
  to: receiver,
  parcels: [{ weightGrams: 333, lengthMm: 305, widthMm: 210, heightMm: 55 }],
  service: 'PPX',
  reference: 'NA-1',
  contents: 'T-shirts',
  value: { amountMinor: 11_900, currency: 'AED' },
  idempotencyKey: 'p-1',
  ...change,
})
const connected = () => atTwin(aramex, aramexCase.good, lab.origin)

describe('weights and sides leave by digits', () => {
  test.each([
    [600, 3, '0.6'],
    [1, 3, '0.001'],
    [1_000, 3, '1'],
    [1_251, 1, '1.3'],
    [1_200, 1, '1.2'],
    [70_000, 0, '70'],
    [70_001, 0, '71'],
    [999_999, 2, '1000'],
  ])('%i g with %i digits are %s kg', (grams, keep, said) => {
    expect(kilograms(grams, keep)).toBe(said)
  })
  test.each([
    [305, 1, '30.5'],
    [305, 0, '31'],
    [300, 0, '30'],
    [1, 1, '0.1'],
  ])('%i mm with %i digits are %s cm', (mm, keep, said) => {
    expect(centimetres(mm, keep)).toBe(said)
  })
})

describe('F7: Aramex makes waybills', () => {
  test('a parcel is measured in kilograms and centimetres, paid at the door in minor units', async () => {
    const { run, sent } = await connected()
    const made = await run<{ trackingNumber: string }>(
      'shipments.create',
      parcel({ cashOnDelivery: { amountMinor: 1_547, currency: 'KWD' }, shipDate: '2026-11-23' }),
    )
    expect(made).toMatchObject({
      status: 'CREATED',
      label: { format: 'PDF', url: expect.stringMatching(/^https:\/\/.*\.pdf$/), base64: null },
    })
    expect(sent[0]?.json).toMatchObject({
      Shipments: [
        {
          ShippingDateTime: `/Date(${Date.UTC(2026, 10, 23, 12)})/`,
          Details: {
            ActualWeight: { Unit: 'KG', Value: 0.333 },
            Dimensions: { Length: 30.5, Width: 21, Height: 5.5, Unit: 'CM' },
            CashOnDeliveryAmount: { CurrencyCode: 'KWD', Value: 1.547 },
            Services: 'CODS',
            ProductGroup: 'EXP',
          },
        },
      ],
    })
    expect(await run('shipments.track', { trackingNumber: made.trackingNumber })).toMatchObject({ status: 'CREATED' })
  })

  test('what is wrong with one shipment is told in its words', async () => {
    const { run } = await connected()
    await expect(run('shipments.create', parcel({ value: undefined }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: 'ERR61',
      message: expect.stringContaining('CustomsValueAmount'),
    })
  })

  test('without a day it is handed over today; bytes of a label become base64', async () => {
    const answer = {
      HasErrors: false,
      Shipments: [{ ID: '44837412345', ShipmentLabel: { LabelURL: '', LabelFileContents: [37, 80, 68, 70] } }],
    }
    const sent: unknown[] = []
    const facts = { id: 'c', environment: 'LIVE' as const, settings: { accountNumber: '6001742' }, baseUrl: null }
    const made = await createShipment(
      (request) => {
        sent.push(request.json)
        return Promise.resolve(answerOf('Aramex', 200, {}, JSON.stringify(answer)))
      },
      parcel() as never,
      facts,
      () => Date.UTC(2026, 10, 21, 19),
    )
    expect(made.label).toEqual({ format: 'PDF', url: null, base64: Buffer.from('%PDF').toString('base64') })
    expect(sent[0]).toMatchObject({ Shipments: [{ ShippingDateTime: `/Date(${Date.UTC(2026, 10, 21, 12)})/` }] })
  })

  test('an unknown city is no failure but an answer, with the nearest names', async () => {
    const { run } = await connected()
    const asked = (city: string) => ({ address: { line1: 'Al Quoz 3', city, country: 'AE' } })
    expect(await run('addresses.validate', asked('Dubai'))).toMatchObject({ deliverable: true, city: 'Dubai' })
    expect(await run('addresses.validate', asked('Dubay'))).toMatchObject({
      deliverable: false,
      city: null,
      messages: [expect.stringContaining('Dubay')],
      providerData: { SuggestedCities: ['dubai'] },
    })
  })
})
