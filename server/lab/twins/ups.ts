import type { LabCredentials } from '../credentials.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import type { ParcelState } from '../parcel.ts'
import { freshParcels, keepParcel, knownNumbers, stepsOf } from '../parcel.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { clockOf, dayOf, upsWebhooks, words } from './ups/webhooks.ts'

const good = {
  clientId: 'LabNoorAtelierGoodClient000000000000000000000001',
  clientSecret: 'LabNoorAtelierGoodSecret0000000000000000000000000000000000000001',
  accountNumber: 'A9B8C7',
}
const restricted = {
  clientId: 'LabNoorAtelierFewClient0000000000000000000000002',
  clientSecret: 'LabNoorAtelierFewSecret00000000000000000000000000000000000000002',
  accountNumber: 'A9B8C7',
}
const credentials = { good, restricted, missing: 'Rating' } satisfies LabCredentials

const vendor: OAuthVendor = {
  slug: 'ups',
  name: 'UPS',
  account: 'noor-atelier@example.com',
  clients: {
    [good.clientId]: { secret: good.clientSecret, scopes: ['rating', 'shipping', 'tracking', 'addresses'] },
    [restricted.clientId]: { secret: restricted.clientSecret, scopes: ['tracking'] },
  },
  pkce: false,
  granular: false,
  rotates: false,
  grants: ['client_credentials'],
  separator: ' ',
  prefixes: { access: 'eyUps', refresh: 'eyUpr', code: 'eyUpc' },
  refreshLifetimeSeconds: null,
  extra: () => ({ issued_at: '1795000000000', status: 'approved' }),
}

type State = ParcelState & OAuthState

const failure = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { response: { errors: [{ code, message }] } }, headers)
const bad = (code: string, message: string) => failure(400, code, message)
const done = { ResponseStatus: { Code: '1', Description: 'Success' } }

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(vendor, bearer(request), bench.now)
  if (typeof scopes === 'string') return failure(401, '250002', 'Invalid Authentication Information.')
  if (!request.headers['transid'] || request.headers['transid'].length > 32 || !request.headers['transactionsrc'])
    return bad('264010', 'transId and transactionSrc are required.')
  return needs === null || scopes.includes(needs)
    ? null
    : failure(403, '250003', `The app is not authorized for the product ${needs}.`)
}

interface Party {
  readonly Name?: unknown
  readonly AttentionName?: unknown
  readonly Phone?: { readonly Number?: unknown }
  readonly ShipperNumber?: unknown
  readonly Address?: {
    readonly AddressLine?: readonly unknown[]
    readonly City?: unknown
    readonly CountryCode?: unknown
    readonly StateProvinceCode?: unknown
  }
}
interface Measured {
  readonly UnitOfMeasurement?: { readonly Code?: unknown }
  readonly Length?: unknown
  readonly Weight?: unknown
}
interface Shipment {
  readonly Shipper?: Party
  readonly ShipTo?: Party
  readonly ShipFrom?: Party
  readonly Service?: { readonly Code?: unknown }
  readonly Package?: readonly { readonly PackageWeight?: Measured; readonly Dimensions?: Measured }[]
  readonly ShipmentServiceOptions?: { readonly InternationalForms?: { readonly Product?: readonly unknown[] } }
}

function partyFault(name: string, party: Party | undefined): LabAnswer | null {
  const { Address: address } = party ?? {}
  if (!address?.AddressLine?.[0]) return bad('120201', `Missing or invalid ${name} address line 1.`)
  if (address.AddressLine.some((line) => String(line).length > 35)) return bad('120202', `${name} address is too long.`)
  if (!address.City) return bad('120203', `Missing or invalid ${name} city.`)
  if (!/^[A-Z]{2}$/.test(String(address.CountryCode))) return bad('120204', `Missing or invalid ${name} country code.`)
  return ['US', 'CA'].includes(String(address.CountryCode)) && !address.StateProvinceCode
    ? bad('120206', `Missing or invalid ${name} state province code.`)
    : null
}

function shipmentFault(shipment: Shipment | undefined): LabAnswer | null {
  if (shipment?.Shipper?.ShipperNumber !== good.accountNumber)
    return bad('120100', 'Missing or invalid shipper number.')
  const place = partyFault('Shipper', shipment.Shipper) ?? partyFault('ShipTo', shipment.ShipTo)
  if (place !== null) return place
  const unit = shipment.ShipFrom?.Address?.CountryCode === 'US' ? 'LBS' : 'KGS'
  for (const { PackageWeight: weight, Dimensions: sides } of shipment.Package ?? []) {
    if (typeof weight?.Weight !== 'string' || !/^\d{1,4}(\.\d)?$/.test(weight.Weight) || Number(weight.Weight) <= 0)
      return bad('120124', 'Missing or invalid package weight.')
    if (weight.UnitOfMeasurement?.Code !== unit) return bad('120510', `The weight of this shipment is told in ${unit}.`)
    if (sides !== undefined && !/^\d{1,3}$/.test(String(sides.Length))) return bad('120126', 'Invalid dimensions.')
  }
  return (shipment.Package?.length ?? 0) > 0 ? null : bad('120123', 'At least one package is required.')
}

const abroad = ({ Shipper, ShipTo }: Shipment) => Shipper?.Address?.CountryCode !== ShipTo?.Address?.CountryCode
const tariff = [
  { code: '65', first: 124.9, step: 18.45, days: '2' },
  { code: '08', first: 101.3, step: 15.1, days: '5' },
]
const inland = [{ code: '11', first: 26.75, step: 2.4, days: '1' }]

function priceOf({ first, step }: (typeof tariff)[number], { Package: packages = [] }: Shipment) {
  const weight = packages.reduce((sum, one) => sum + Number(one.PackageWeight?.Weight), 0)
  const list = first + (Math.ceil(weight / 0.5) - 1) * step
  const charge = (amount: number) => ({ CurrencyCode: 'AED', MonetaryValue: amount.toFixed(2) })
  return {
    weight: { UnitOfMeasurement: { Code: 'KGS', Description: 'Kilograms' }, Weight: weight.toFixed(1) },
    list: charge(list),
    negotiated: charge(list * 0.8),
    nothing: charge(0),
  }
}

function rates(request: LabRequest): LabAnswer {
  const { RateRequest } = (request.json ?? {}) as { readonly RateRequest?: { readonly Shipment?: Shipment } }
  const shipment = RateRequest?.Shipment
  const fault = shipmentFault(shipment)
  if (fault !== null || shipment === undefined) return fault ?? bad('111100', 'The request is empty.')
  return json(200, {
    RateResponse: {
      Response: done,
      RatedShipment: (abroad(shipment) ? tariff : inland).map((one) => {
        const price = priceOf(one, shipment)
        return {
          Service: { Code: one.code, Description: `UPS service ${one.code}` },
          BillingWeight: price.weight,
          TransportationCharges: price.list,
          ServiceOptionsCharges: price.nothing,
          TotalCharges: price.list,
          NegotiatedRateCharges: { TotalCharge: price.negotiated },
          GuaranteedDelivery: { BusinessDaysInTransit: one.days },
          RatedPackage: (shipment.Package ?? []).map(() => ({ Weight: price.weight.Weight })),
        }
      }),
    },
  })
}

/** A label of one white dot: enough to be a picture. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=='

function ship(request: LabRequest, { state, now, id }: Bench<State>): LabAnswer {
  const { ShipmentRequest } = (request.json ?? {}) as { readonly ShipmentRequest?: { readonly Shipment?: Shipment } }
  const shipment = ShipmentRequest?.Shipment
  const fault = shipmentFault(shipment)
  if (fault !== null || shipment === undefined) return fault ?? bad('120001', 'The request is empty.')
  const service = (abroad(shipment) ? tariff : inland).find(({ code }) => code === shipment.Service?.Code)
  if (service === undefined)
    return bad('121210', 'The requested service is unavailable between the selected locations.')
  if (abroad(shipment) && !shipment.ShipTo?.Phone?.Number)
    return bad('120217', 'Missing or invalid ShipTo phone number.')
  if (abroad(shipment) && (shipment.ShipmentServiceOptions?.InternationalForms?.Product?.length ?? 0) === 0)
    return bad('128049', 'InternationalForms with at least one product are required.')
  const price = priceOf(service, shipment)
  const numbers = (shipment.Package ?? []).map(() => id('1Z', 16, '123456789'))
  for (const number of numbers) keepParcel(state, number, now)
  return json(200, {
    ShipmentResponse: {
      Response: done,
      ShipmentResults: {
        ShipmentCharges: {
          TransportationCharges: price.list,
          ServiceOptionsCharges: price.nothing,
          TotalCharges: price.list,
        },
        NegotiatedRateCharges: { TotalCharge: price.negotiated },
        BillingWeight: price.weight,
        ShipmentIdentificationNumber: numbers[0],
        PackageResults: numbers.map((TrackingNumber) => ({
          TrackingNumber,
          ShippingLabel: { ImageFormat: { Code: 'PNG', Description: 'PNG' }, GraphicImage: dot },
        })),
      },
    },
  })
}

function cancel(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const parcel = state.made.find(({ number }) => number === request.params['id'])
  if (parcel === undefined) return bad('190102', 'No shipment found within the allowed void period.')
  if (parcel.cancelled) return bad('190117', 'The shipment has already been voided.')
  parcel.cancelled = true
  return json(200, {
    VoidShipmentResponse: {
      Response: done,
      SummaryResult: { Status: { Code: '1', Description: 'Voided' } },
      PackageLevelResults: [{ TrackingNumber: parcel.number, Status: { Code: '1', Description: 'Voided' } }],
    },
  })
}

const known = knownNumbers('ups', 16).map((number) => `1Z${number}`)

function track(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const number = request.params['number'] ?? ''
  if (!/^1Z[0-9A-Z]{16}$/.test(number)) return bad('TV1002', 'Invalid inquiry number.')
  const steps = stepsOf('ups', known, number, state)
  if (steps === null)
    return json(200, {
      trackResponse: {
        shipment: [
          { inquiryNumber: number, warnings: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] },
        ],
      },
    })
  const statusOf = (kind: keyof typeof words) => {
    const [type, code, description] = words[kind]
    return { type, code, description, statusCode: type === 'D' ? '011' : '005' }
  }
  return json(200, {
    trackResponse: {
      shipment: [
        {
          inquiryNumber: number,
          package: [
            {
              trackingNumber: number,
              currentStatus: statusOf(steps[0]?.kind ?? 'CREATED'),
              service: { code: '065', description: 'UPS Worldwide Saver', levelCode: '065' },
              activity: steps.map(({ kind, at, city, country }) => ({
                date: dayOf(at + 4 * 3_600_000),
                time: clockOf(at + 4 * 3_600_000),
                gmtDate: dayOf(at),
                gmtTime: clockOf(at),
                gmtOffset: '+04:00',
                location: { address: { city, countryCode: country, country } },
                status: statusOf(kind),
              })),
            },
          ],
        },
      ],
    },
  })
}

function validate(request: LabRequest): LabAnswer {
  const { XAVRequest } = (request.json ?? {}) as {
    readonly XAVRequest?: { readonly AddressKeyFormat?: Readonly<Record<string, unknown>> }
  }
  const asked = XAVRequest?.AddressKeyFormat
  if (!['US', 'PR'].includes(String(asked?.['CountryCode']))) return bad('9264030', 'The country is not supported.')
  const known = /^\d/.test(String((asked?.['AddressLine'] as readonly unknown[] | undefined)?.[0]))
  const kind = { Code: known ? '1' : '0', Description: known ? 'Commercial' : 'Unknown' }
  return json(200, {
    XAVResponse: {
      Response: done,
      ...(known ? { ValidAddressIndicator: '' } : { NoCandidatesIndicator: '' }),
      AddressClassification: kind,
      ...(known
        ? {
            Candidate: [
              {
                AddressClassification: kind,
                AddressKeyFormat: {
                  AddressLine: asked?.['AddressLine'],
                  PoliticalDivision2: String(asked?.['PoliticalDivision2']).toUpperCase(),
                  PostcodePrimaryLow: asked?.['PostcodePrimaryLow'] ?? '30005',
                  PostcodeExtendedLow: '1234',
                  CountryCode: asked?.['CountryCode'],
                },
              },
            ],
          }
        : {}),
    },
  })
}

/** UPS, simulated. */
export const ups = defineTwin<State>({
  slug: 'ups',
  name: 'UPS',
  hosts: ['api', 'auth'],
  credentials,
  calm: { tokenLifetimeSeconds: 14_399 },
  create: (now) => ({ ...freshParcels(now), used: {} }),
  guard,
  webhooks: upsWebhooks,
  faults: {
    unavailable: () => failure(503, '503001', 'Service Unavailable'),
    failure: () => failure(500, '500001', 'Internal server error'),
    tooMany: (seconds) => failure(429, '10429', 'Too Many Requests', { 'retry-after': String(seconds) }),
    unknown: () => failure(404, '404001', 'The requested resource was not found.'),
  },
  routes: [
    {
      method: 'POST',
      host: 'auth',
      path: '/security/v1/oauth/token',
      open: true,
      handle: tokenEndpoint(vendor, readBasic),
    },
    { method: 'POST', path: '/rating/v2409/Shop', needs: 'rating', handle: rates },
    { method: 'POST', path: '/shipments/v2409/ship', needs: 'shipping', handle: ship },
    { method: 'DELETE', path: '/shipments/v2409/void/cancel/:id', needs: 'shipping', handle: cancel },
    { method: 'GET', path: '/track/v1/details/:number', needs: 'tracking', handle: track },
    { method: 'POST', path: '/addressvalidation/v2/3', needs: 'addresses', handle: validate },
  ],
})

/** A parcel that was delivered, for tests and the demo. */
export const labDelivered = known[4] ?? ''
