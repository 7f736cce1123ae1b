import type { LabCredentials } from '../credentials.ts'
import type { ParcelState, StepKind } from '../parcel.ts'
import { freshParcels, keepParcel, knownNumbers, labelPdf, stepsOf } from '../parcel.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'

const good = { apiKey: '1ab5a10000000000000000000000cafe' }
const restricted = { apiKey: '1ab5a10000000000000000000000beef' }
const credentials = { good, restricted, missing: 'B2C shipments' } satisfies LabCredentials

const text = (status: number, words: string): LabAnswer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  text: words,
})

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const key = request.headers['apikey']
  if (key !== good.apiKey && key !== restricted.apiKey) return text(401, 'Invalid API Key')
  return key === restricted.apiKey && needs === 'B2C shipments'
    ? text(403, 'This API key may not create shipments')
    : null
}

const cities: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  SA: [
    ['Riyadh', 'RUH'],
    ['Jeddah', 'JED'],
    ['Dammam', 'DMM'],
    ['Madinah', 'MED'],
    ['Al Khobar', 'KHB'],
  ],
  AE: [
    ['Dubai', 'DXB'],
    ['Abu Dhabi', 'AUH'],
    ['Sharjah', 'SHJ'],
  ],
  KW: [['Kuwait City', 'KWI']],
}

interface Address {
  readonly ContactName?: unknown
  readonly ContactPhoneNumber?: unknown
  readonly AddressLine1?: unknown
  readonly City?: unknown
  readonly Country?: unknown
}
interface Body {
  readonly ConsigneeAddress?: Address
  readonly ShipperAddress?: Address
  readonly OrderNumber?: unknown
  readonly DeclaredValue?: unknown
  readonly CODAmount?: unknown
  readonly Parcels?: unknown
  readonly ShipDate?: unknown
  readonly ShipmentCurrency?: unknown
  readonly Weight?: unknown
  readonly WeightUnit?: unknown
  readonly ContentDescription?: unknown
  readonly WaybillType?: unknown
  readonly ServiceCode?: unknown
}

const within = (value: unknown, least: number, most: number) =>
  typeof value === 'string' && value.length >= least && value.length <= most

/** What SMSA objects to, by field, as its framework writes it. */
function faultsOf(body: Body): Readonly<Record<string, readonly string[]>> {
  const faults: Record<string, string[]> = {}
  const demand = (ok: boolean, field: string, words: string) => {
    if (!ok) faults[field] = [words]
  }
  for (const side of ['ConsigneeAddress', 'ShipperAddress'] as const) {
    const address = body[side]
    demand(within(address?.ContactName, 5, 150), `${side}.ContactName`, 'Must be 5 to 150 characters.')
    demand(within(address?.AddressLine1, 10, 100), `${side}.AddressLine1`, 'Must be 10 to 100 characters.')
    demand(within(address?.ContactPhoneNumber, 5, 30), `${side}.ContactPhoneNumber`, 'Is required.')
    demand(within(address?.City, 3, 50), `${side}.City`, 'Must be 3 to 50 characters.')
    demand(/^[A-Z]{2}$/.test(String(address?.Country)), `${side}.Country`, 'Is not a country.')
  }
  demand(within(body.OrderNumber, 1, 50), 'OrderNumber', 'Is required.')
  demand(Number(body.DeclaredValue) >= 0.1, 'DeclaredValue', 'Must be at least 0.1.')
  demand(typeof body.CODAmount === 'number', 'CODAmount', 'Is required.')
  demand(Number.isInteger(body.Parcels) && Number(body.Parcels) > 0, 'Parcels', 'Is required.')
  demand(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(String(body.ShipDate)), 'ShipDate', 'Is not a date.')
  demand(/^[A-Z]{3}$/.test(String(body.ShipmentCurrency)), 'ShipmentCurrency', 'Is not a currency.')
  demand(Number(body.Weight) > 0 && body.WeightUnit === 'KG', 'Weight', 'Is required.')
  demand(within(body.ContentDescription, 1, 200), 'ContentDescription', 'Is required.')
  demand(['EDDL', 'EIDL'].includes(String(body.ServiceCode)), 'ServiceCode', 'Is not a service of this account.')
  return faults
}

function create(request: LabRequest, { state, now, id }: Bench<ParcelState>): LabAnswer {
  const body = (request.json ?? {}) as Body
  const errors = faultsOf(body)
  if (Object.keys(errors).length > 0)
    return json(400, { title: 'One or more validation errors occurred.', status: 400, errors })
  const waybills = Array.from({ length: Number(body.Parcels) }, () => id('29', 10, '123456789'))
  for (const awb of waybills) keepParcel(state, awb, now)
  return json(200, {
    sawb: waybills[0],
    createDate: new Date(now).toISOString().slice(0, 19),
    shipmentParcelsCount: waybills.length,
    waybills: waybills.map((awb) => ({
      awb,
      awbFile: labelPdf(['SMSA Express (simulated)', String(body.ServiceCode), awb]),
    })),
  })
}

const known = knownNumbers('smsa-express', 10).map((number) => `29${number}`)
const words: Readonly<Record<StepKind, readonly [string, string]>> = {
  CREATED: ['DR', 'Shipment data received'],
  PICKED_UP: ['PU', 'Picked up from shipper'],
  DEPARTED: ['DF', 'Departed origin facility'],
  OUT: ['OD', 'Out for delivery'],
  DELIVERED: ['DL', 'Delivered'],
  CANCELLED: ['CX', 'Shipment cancelled'],
}

function track(request: LabRequest, { state }: Bench<ParcelState>): LabAnswer {
  const number = request.params['awb'] ?? ''
  const steps = stepsOf('smsa-express', known, number, state)
  if (steps === null) return text(404, 'AWB not found')
  return json(200, {
    AWB: number,
    Reference: 'NA-1001',
    Pieces: 1,
    CODAmount: 0,
    ContentDesc: 'T-shirts',
    RecipientName: 'Sara Al Otaibi',
    OriginCity: shop.city,
    OriginCountry: 'AE',
    DesinationCity: 'Riyadh',
    DesinationCountry: 'SA',
    isDelivered: steps[0]?.kind === 'DELIVERED',
    Scans: steps.map(({ kind, at, city }) => ({
      ScanType: words[kind][0],
      ScanDescription: words[kind][1],
      ScanDateTime: new Date(at + 3 * 3_600_000).toISOString().slice(0, 19),
      ScanTimeZone: '+03:00',
      City: city,
    })),
  })
}

/** SMSA Express, simulated. */
export const smsaExpress = defineTwin<ParcelState>({
  slug: 'smsa-express',
  name: 'SMSA Express',
  hosts: ['api'],
  credentials,
  create: freshParcels,
  guard,
  faults: {
    unavailable: () => text(503, 'Service Unavailable'),
    failure: () => text(500, 'An error occurred while processing the request.'),
    tooMany: (seconds) => ({ ...text(429, 'Too many requests'), headers: { 'retry-after': String(seconds) } }),
    unknown: () => text(404, 'Not Found'),
  },
  routes: [
    {
      method: 'GET',
      path: '/api/lookUp/ServiceTypes',
      handle: () =>
        json(200, [
          {
            serviceDescription: 'ECOM Delivery Lite',
            serviceCode: 'EDDL',
            serviceType: 'B2C',
            destination: 'Domestic',
          },
          {
            serviceDescription: 'ECOM International Lite',
            serviceCode: 'EIDL',
            serviceType: 'B2C',
            destination: 'International',
          },
        ]),
    },
    {
      method: 'GET',
      path: '/api/lookup/cities/:country',
      handle: ({ params }) =>
        json(
          200,
          (cities[params['country'] ?? ''] ?? []).map(([cityName, cityCode]) => ({
            cityName,
            cityCode,
            countryCode: params['country'],
          })),
        ),
    },
    { method: 'POST', path: '/api/shipment/b2c/new', needs: 'B2C shipments', handle: create },
    { method: 'GET', path: '/api/track/single/:awb', needs: 'Tracking', handle: track },
  ],
})

/** A parcel that was delivered, for tests and the demo. */
export const labDelivered = known[4] ?? ''
