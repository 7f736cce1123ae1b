import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Shipment } from '@patchbay/schema/capabilities/shipping.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { smsaExpress } from '@patchbay/server/providers/smsa-express.ts'
import { atTwin } from './at-twin.ts'
import { smsaExpress as smsaCase } from './cases/smsa-express.ts'
import { receiver, sender } from './parcel.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const parcel = (change: object = {}) => ({
  from: sender,
  to: receiver,
  parcels: [{ weightGrams: 333 }, { weightGrams: 250 }],
  service: 'EIDL',
  reference: 'NA-1',
  contents: 'T-shirts',
  value: { amountMinor: 11_900, currency: 'SAR' },
  shipDate: '2026-11-23',
  idempotencyKey: 'p-1',
  ...change,
})
const connected = () => atTwin(smsaExpress, smsaCase.good, lab.origin)

describe('F7: SMSA Express', () => {
  test('a shipment has a label for each parcel, and its weight by digits', async () => {
    const { run, sent } = await connected()
    const made = await run<Shipment>('shipments.create', parcel())
    expect(sent[0]?.json).toMatchObject({
      Weight: 0.583,
      Parcels: 2,
      CODAmount: 0,
      DeclaredValue: 119,
      ShipmentCurrency: 'SAR',
      ShipDate: '2026-11-23T08:00:00',
      SMSARetailID: '0',
      // Too short by itself for SMSA.
      ShipperAddress: { AddressLine1: 'Al Quoz 3, Dubai' },
    })
    expect(Buffer.from(made.label?.base64 ?? '', 'base64').toString('latin1')).toMatch(/^%PDF-/)
    expect(made.providerData?.['waybills']).toHaveLength(1)
    expect(await run('shipments.track', { trackingNumber: made.trackingNumber })).toMatchObject({ status: 'CREATED' })
  })

  test('F3: money is collected in the currency of the land, or not at all', async () => {
    const { run, sent } = await connected()
    const kuwait = { ...receiver, city: 'Kuwait City', country: 'KW' }
    const dinars = { amountMinor: 1_547, currency: 'KWD' }
    await run('shipments.create', parcel({ to: kuwait, cashOnDelivery: dinars }))
    expect(sent[0]?.json).toMatchObject({ CODAmount: 1.547 })
    await expect(run('shipments.create', parcel({ cashOnDelivery: dinars }))).rejects.toMatchObject({
      field: 'cashOnDelivery',
      status: null,
    })
    await expect(run('shipments.create', parcel({ to: { ...receiver, name: 'Bo' } }))).rejects.toMatchObject({
      field: 'to',
      status: null,
    })
  })

  test('what SMSA objects to is named by field, or in its one sentence', async () => {
    const { run } = await connected()
    await expect(run('shipments.create', parcel({ service: 'NONE' }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: 'SMSA Express: ServiceCode: Is not a service of this account.',
    })
    await expect(run('shipments.track', { trackingNumber: '000000000000' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
      message: 'SMSA Express: AWB not found',
    })
  })

  test('a scan without a zone is Riyadh’s; a delivered parcel has its moment', async () => {
    const { run } = await connected()
    const found = await run<{ events: { at: string; status: string }[]; deliveredAt: string }>(
      'shipments.track',
      smsaCase.inputs['shipments.track'] as object,
    )
    expect(found).toMatchObject({ status: 'DELIVERED', events: { length: 5 } })
    expect(found.events[0]?.at).toBe(found.deliveredAt)
    expect(found.events.map(({ status }) => status)).toContain('OUT_FOR_DELIVERY')
  })

  test('a city is served by SMSA’s own list, however it is written', async () => {
    const { run } = await connected()
    const asked = (city: string) => run('addresses.validate', { address: { city, country: 'SA' } })
    expect(await asked('al-khobar')).toMatchObject({ deliverable: true, city: 'Al Khobar' })
    expect(await asked('Riyadd')).toMatchObject({ deliverable: false, providerData: { near: ['Riyadh'] } })
  })
})
