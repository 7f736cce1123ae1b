import type { LabCredentials } from '../credentials.ts'
import type { ParcelState, StepKind } from '../parcel.ts'
import { freshParcels, keepParcel, knownNumbers, labelPdf, stepsOf } from '../parcel.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'

const good = { apiKey: 'apLabNoorAtelier1', apiSecret: 'A^1lab$Noor@Atelier2Z', accountNumber: '455091742' }
const restricted = { apiKey: 'apLabNoorTracking', apiSecret: 'B^1lab$Noor@Tracks3Y', accountNumber: '455091742' }
const credentials = { good, restricted, missing: 'Rating' } satisfies LabCredentials

const problem = (status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { instance: '/expressapi', detail, title, message: title, status: String(status) }, headers)
const bad = (detail: string) => problem(400, 'Bad request', detail)

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const given = Buffer.from(/^Basic (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '', 'base64')
  const known = [good, restricted].find(({ apiKey, apiSecret }) => given.toString() === `${apiKey}:${apiSecret}`)
  if (known === undefined) return json(401, { reasons: [{ msg: 'Invalid Credentials' }], details: { msgId: 'Id-lab' } })
  if (known === restricted && needs !== null && needs !== 'Tracking')
    return problem(403, 'Forbidden', `The user is not authorized to use ${needs}.`)
  return null
}

interface Place {
  readonly postalCode?: unknown
  readonly cityName?: unknown
  readonly countryCode?: unknown
  readonly addressLine1?: unknown
}
interface Package {
  readonly weight?: unknown
  readonly dimensions?: Readonly<Record<string, unknown>>
}

const cities: Readonly<Record<string, readonly string[]>> = {
  AE: ['dubai', 'abu dhabi', 'sharjah', 'ajman', 'al ain', 'ras al khaimah', 'fujairah'],
  SA: ['riyadh', 'jeddah', 'dammam'],
  KW: ['kuwait city'],
  QA: ['doha'],
  DE: ['berlin', 'hamburg', 'bonn'],
}

function placeFault(name: string, place: Place | undefined): string | null {
  if (!/^[A-Z]{2}$/.test(String(place?.countryCode))) return `#/${name}: required key [countryCode] not found`
  if (typeof place?.postalCode !== 'string') return `#/${name}: required key [postalCode] not found`
  const city = String(place.cityName ?? '')
  const known = cities[String(place.countryCode)]
  return known !== undefined && !known.includes(city.toLowerCase())
    ? `1003: Invalid city ${city} for country ${String(place.countryCode)}`
    : null
}

const isSide = (value: unknown) => value === undefined || (typeof value === 'number' && value >= 1)

function packagesFault(packages: unknown): string | null {
  if (!Array.isArray(packages) || packages.length === 0) return '#/packages: minimum 1 item required'
  for (const one of packages as Package[]) {
    if (typeof one.weight !== 'number' || one.weight < 0.001) return '#/packages/0/weight: must be at least 0.001'
    if (!['length', 'width', 'height'].every((side) => isSide(one.dimensions?.[side])))
      return '#/packages/0/dimensions: must be at least 1'
  }
  return null
}

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d ?GMT[+-]\d\d:\d\d$/

function timeFault(value: unknown, now: number): string | null {
  if (!stamp.test(String(value)))
    return "998: ShipTimeStamp is not well formatted.(Expected Sample Format : '2010-02-11T17:10:09 GMT+01:00')"
  const ahead = Date.parse(String(value).replace(/ ?GMT/, '')) - now
  return ahead < 0 || ahead > 10 * 86_400_000
    ? '996: The requested product(s) not available based on your search criteria: shipping date is not within ten days'
    : null
}

const products = [
  { code: 'P', name: 'EXPRESS WORLDWIDE', first: 142.5, step: 21.75, days: 2 },
  { code: 'Y', name: 'EXPRESS 12:00', first: 188.25, step: 24.5, days: 1 },
]
const domestic = [{ code: 'N', name: 'EXPRESS DOMESTIC', first: 32.4, step: 3.1, days: 1 }]

const kilograms = (packages: readonly Package[]) => packages.reduce((sum, { weight }) => sum + Number(weight), 0)
const priceOf = ({ first, step }: (typeof products)[number], weight: number) =>
  Number((first + (Math.ceil(weight / 0.5) - 1) * step).toFixed(2))

interface RateBody {
  readonly customerDetails?: { readonly shipperDetails?: Place; readonly receiverDetails?: Place }
  readonly accounts?: readonly { readonly typeCode?: unknown; readonly number?: unknown }[]
  readonly plannedShippingDateAndTime?: unknown
  readonly unitOfMeasurement?: unknown
  readonly isCustomsDeclarable?: unknown
  readonly packages?: unknown
}

const accountFault = (accounts: RateBody['accounts']): string | null =>
  accounts?.some(({ typeCode, number }) => typeCode === 'shipper' && number === good.accountNumber) === true
    ? null
    : '1001: The account number is not valid for this user'

function rates(request: LabRequest, { now }: Bench<ParcelState>): LabAnswer {
  const body = (request.json ?? {}) as RateBody
  const { shipperDetails: from, receiverDetails: to } = body.customerDetails ?? {}
  const fault =
    placeFault('customerDetails/shipperDetails', from) ??
    placeFault('customerDetails/receiverDetails', to) ??
    accountFault(body.accounts) ??
    timeFault(body.plannedShippingDateAndTime, now) ??
    packagesFault(body.packages) ??
    (body.unitOfMeasurement === 'metric' ? null : '#/unitOfMeasurement: required key not found') ??
    (typeof body.isCustomsDeclarable === 'boolean' ? null : '#/isCustomsDeclarable: required key not found')
  if (fault !== null) return bad(fault)
  const weight = kilograms(body.packages as Package[])
  const choice = from?.countryCode === to?.countryCode ? domestic : products
  return json(200, {
    products: choice.map((product) => ({
      productName: product.name,
      productCode: product.code,
      localProductCode: product.code,
      localProductCountryCode: String(from?.countryCode),
      networkTypeCode: 'TD',
      isCustomerAgreement: false,
      weight: { volumetric: 0, provided: weight, unitOfMeasurement: 'metric' },
      totalPrice: [
        { currencyType: 'BILLC', priceCurrency: 'AED', price: priceOf(product, weight) },
        { currencyType: 'BASEC', priceCurrency: 'EUR', price: Number((priceOf(product, weight) * 0.25).toFixed(2)) },
      ],
      deliveryCapabilities: { deliveryTypeCode: 'QDDC', totalTransitDays: product.days },
      pricingDate: new Date(now).toISOString().slice(0, 10),
    })),
  })
}

interface ShipBody extends RateBody {
  readonly productCode?: unknown
  readonly pickup?: { readonly isRequested?: unknown }
  readonly customerDetails?: {
    readonly shipperDetails?: {
      readonly postalAddress?: Place
      readonly contactInformation?: Readonly<Record<string, unknown>>
    }
    readonly receiverDetails?: {
      readonly postalAddress?: Place
      readonly contactInformation?: Readonly<Record<string, unknown>>
    }
  } & RateBody['customerDetails']
  readonly content?: {
    readonly packages?: unknown
    readonly isCustomsDeclarable?: unknown
    readonly declaredValue?: unknown
    readonly description?: unknown
    readonly incoterm?: unknown
    readonly exportDeclaration?: {
      readonly lineItems?: readonly unknown[]
      readonly invoice?: { readonly number?: unknown }
    }
  }
}

type Party = NonNullable<ShipBody['customerDetails']>['shipperDetails']

function partyFault(name: string, party: Party): string | null {
  const place = placeFault(`customerDetails/${name}/postalAddress`, party?.postalAddress)
  if (place !== null) return place
  if (!party?.postalAddress?.addressLine1) return `#/customerDetails/${name}: required key [addressLine1] not found`
  for (const field of ['phone', 'companyName', 'fullName'])
    if (!party.contactInformation?.[field]) return `#/customerDetails/${name}: required key [${field}] not found`
  return null
}

function ship(request: LabRequest, { state, now, id }: Bench<ParcelState>): LabAnswer {
  const body = (request.json ?? {}) as ShipBody
  const { shipperDetails: from, receiverDetails: to } = body.customerDetails ?? {}
  const { content } = body
  const abroad = from?.postalAddress?.countryCode !== to?.postalAddress?.countryCode
  const fault =
    partyFault('shipperDetails', from) ??
    partyFault('receiverDetails', to) ??
    accountFault(body.accounts) ??
    timeFault(body.plannedShippingDateAndTime, now) ??
    packagesFault(content?.packages) ??
    (typeof body.pickup?.isRequested === 'boolean' ? null : '#/pickup: required key [isRequested] not found') ??
    (content?.description && content.incoterm ? null : '#/content: required key [description] not found') ??
    (content?.isCustomsDeclarable === abroad ? null : '1005: isCustomsDeclarable does not fit the countries') ??
    (!abroad || (content?.exportDeclaration?.lineItems?.length ?? 0) > 0
      ? null
      : '1006: exportDeclaration is required for a dutiable shipment')
  if (fault !== null) return bad(fault)
  const product = [...products, ...domestic].find(({ code }) => code === body.productCode)
  if (product === undefined || (abroad ? products : domestic).includes(product) === false)
    return problem(422, 'Unprocessable entity', '7009: The requested product is not available between these places')
  const number = id('', 10, '123456789')
  keepParcel(state, number, now)
  const packages = content?.packages as Package[]
  return json(201, {
    url: `https://express.api.dhl.com/mydhlapi/shipments/${number}`,
    shipmentTrackingNumber: number,
    trackingUrl: `https://express.api.dhl.com/mydhlapi/shipments/${number}/tracking`,
    packages: packages.map((_, index) => ({
      referenceNumber: index + 1,
      trackingNumber: `JD01460000${number}${index + 1}`,
    })),
    documents: [
      { imageFormat: 'PDF', content: labelPdf(['DHL Express (simulated)', product.name, number]), typeCode: 'label' },
    ],
    shipmentCharges: [
      { currencyType: 'BILLC', priceCurrency: 'AED', price: priceOf(product, kilograms(packages)) },
      { currencyType: 'PULCL', priceCurrency: 'AED', price: priceOf(product, kilograms(packages)) },
    ],
  })
}

const known = knownNumbers('dhl-express', 10)
const words: Readonly<Record<StepKind, readonly [string, string]>> = {
  CREATED: ['SA', 'Shipment information received'],
  PICKED_UP: ['PU', 'Shipment picked up'],
  DEPARTED: ['DF', 'Shipment has departed from a DHL facility'],
  OUT: ['WC', 'Shipment is out with courier for delivery'],
  DELIVERED: ['OK', 'Delivered'],
  CANCELLED: ['CI', 'Shipment information voided'],
}

function track(request: LabRequest, { state }: Bench<ParcelState>): LabAnswer {
  const number = request.params['number'] ?? ''
  const steps = stepsOf('dhl-express', known, number, state)
  if (steps === null) return problem(404, 'Not data found', 'No data found')
  return json(200, {
    shipments: [
      {
        shipmentTrackingNumber: number,
        status: 'Success',
        productCode: 'P',
        description: 'T-shirts',
        events: steps
          .map(({ kind, at, city, country }) => {
            // Dubai's time, as DHL tells it.
            const local = new Date(at + 4 * 3_600_000).toISOString()
            return {
              date: local.slice(0, 10),
              time: local.slice(11, 19),
              GMTOffset: '+04:00',
              typeCode: words[kind][0],
              description: words[kind][1],
              serviceArea: [{ code: 'DXB', description: `${city}-${country}` }],
            }
          })
          // Oldest first, unlike the hub.
          .toReversed(),
        numberOfPieces: 1,
      },
    ],
  })
}

/** DHL Express, simulated. */
export const dhlExpress = defineTwin<ParcelState>({
  slug: 'dhl-express',
  name: 'DHL Express',
  hosts: ['api'],
  credentials,
  create: freshParcels,
  guard,
  faults: {
    unavailable: () => problem(503, 'Service Unavailable', 'The service is temporarily unavailable.'),
    failure: () => problem(500, 'Internal Server Error', 'Process failure occurred.'),
    tooMany: (seconds) =>
      problem(429, 'Too Many Requests', 'Too many requests within defined time period, please try again later.', {
        'retry-after': String(seconds),
      }),
    unknown: () => problem(404, 'Not Found', 'The requested resource was not found.'),
  },
  routes: [
    {
      method: 'GET',
      path: '/address-validate',
      handle: ({ query }) => {
        const countryCode = query.get('countryCode') ?? ''
        const city = query.get('cityName') ?? ''
        if (!['pickup', 'delivery'].includes(query.get('type') ?? '') || !/^[A-Z]{2}$/.test(countryCode))
          return bad('Mandatory parameters missing or not having correct format: type, countryCode')
        if (cities[countryCode]?.includes(city.toLowerCase()) === false)
          return bad(`8010: The city ${city} is not served in ${countryCode}.`)
        return json(200, {
          warnings: [],
          address: [
            {
              countryCode,
              postalCode: query.get('postalCode') ?? '',
              cityName: city.toUpperCase(),
              serviceArea: { code: 'DXB', description: `${city.toUpperCase()}-${countryCode}`, GMTOffset: '+04:00' },
            },
          ],
        })
      },
    },
    { method: 'POST', path: '/rates', needs: 'Rating', handle: rates },
    { method: 'POST', path: '/shipments', needs: 'Shipment', handle: ship },
    { method: 'GET', path: '/shipments/:number/tracking', needs: 'Tracking', handle: track },
  ],
})

/** A parcel that was delivered, for tests and the demo. */
export const labDelivered = known[4] ?? ''
