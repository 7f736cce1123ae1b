import type { LabCredentials } from '../credentials.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import type { ParcelState } from '../parcel.ts'
import { freshParcels, keepParcel, knownNumbers, labelPdf, stepsOf } from '../parcel.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { fedexWebhooks, resultOf } from './fedex/webhooks.ts'

const good = {
  apiKey: 'l7aab00000000000000000000000000001',
  secretKey: 'lab-fedex-noor-atelier-secret-0001',
  accountNumber: '740561073',
}
const restricted = {
  apiKey: 'l7aab00000000000000000000000000002',
  secretKey: 'lab-fedex-noor-atelier-secret-0002',
  accountNumber: '740561073',
}
const credentials = { good, restricted, missing: 'Rates and Transit Times API' } satisfies LabCredentials

const vendor: OAuthVendor = {
  slug: 'fedex',
  name: 'FedEx',
  account: 'noor-atelier@example.com',
  clients: {
    [good.apiKey]: { secret: good.secretKey, scopes: ['CXS', 'rate', 'ship', 'track', 'address'] },
    [restricted.apiKey]: { secret: restricted.secretKey, scopes: ['CXS', 'track'] },
  },
  pkce: false,
  granular: false,
  rotates: false,
  grants: ['client_credentials'],
  separator: ' ',
  prefixes: { access: 'eyFdx', refresh: 'eyFdr', code: 'eyFdc' },
  refreshLifetimeSeconds: null,
  extra: () => ({ scope: 'CXS' }),
}

type State = ParcelState & OAuthState

const transactionId = '624deea6-b709-470c-8c39-4b5511281492'
const failure = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { transactionId, errors: [{ code, message }] }, headers)
const bad = (code: string, message: string) => failure(400, code, message)
const ok = (output: unknown) => json(200, { transactionId, output })

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(vendor, bearer(request), bench.now)
  if (typeof scopes === 'string')
    return failure(
      401,
      'NOT.AUTHORIZED.ERROR',
      'Access token expired or invalid. Please modify your request and try again.',
    )
  return needs === null || scopes.includes(needs)
    ? null
    : failure(
        403,
        'FORBIDDEN.ERROR',
        'We could not authorize your credentials. Please check your permissions and try again',
      )
}

interface Address {
  readonly streetLines?: readonly unknown[]
  readonly city?: unknown
  readonly postalCode?: unknown
  readonly countryCode?: unknown
}
interface Party {
  readonly address?: Address
  readonly contact?: Readonly<Record<string, unknown>>
}
interface Line {
  readonly weight?: { readonly units?: unknown; readonly value?: unknown }
  readonly dimensions?: Readonly<Record<string, unknown>>
}
interface Body {
  readonly accountNumber?: { readonly value?: unknown }
  readonly trackingNumber?: unknown
  readonly labelResponseOptions?: unknown
  readonly requestedShipment?: {
    readonly shipper?: Party
    readonly recipient?: Party
    readonly recipients?: readonly Party[]
    readonly serviceType?: unknown
    readonly pickupType?: unknown
    readonly preferredCurrency?: unknown
    readonly rateRequestType?: readonly unknown[]
    readonly shipDatestamp?: unknown
    readonly requestedPackageLineItems?: readonly Line[]
    readonly customsClearanceDetail?: {
      readonly commodities?: readonly Readonly<Record<string, unknown>>[]
      readonly commercialInvoice?: unknown
    }
  }
}
const bodyOf = (request: LabRequest): Body => (request.json ?? {}) as Body

function accountFault({ accountNumber }: Body): LabAnswer | null {
  if (accountNumber?.value === undefined) return bad('ACCOUNT.NUMBER.EMPTY', 'Account number is required.')
  return accountNumber.value === good.accountNumber
    ? null
    : bad('ACCOUNT.NUMBER.MISMATCH', 'Account number does not belong to this project.')
}

function addressFault(name: string, address: Address | undefined): LabAnswer | null {
  if (!/^[A-Z]{2}$/.test(String(address?.countryCode)))
    return bad(`${name}.COUNTRYCODE.INVALID`, `${name.toLowerCase()} country code is missing or invalid.`)
  return typeof address?.postalCode === 'string'
    ? null
    : bad(`${name}.POSTALCODE.REQUIRED`, `${name.toLowerCase()} postal code is required.`)
}

function linesFault(lines: readonly Line[] | undefined): LabAnswer | null {
  if (!Array.isArray(lines) || lines.length === 0)
    return bad('REQUESTEDPACKAGELINEITEMS.REQUIRED', 'requestedPackageLineItems is required.')
  for (const { weight, dimensions } of lines as readonly Line[]) {
    if (!(Number(weight?.value) > 0) || weight?.units !== 'KG')
      return bad('PACKAGE.WEIGHT.INVALID', 'Package weight is missing or invalid.')
    const whole = ['length', 'width', 'height'].every((side) => Number.isInteger(dimensions?.[side]))
    if (dimensions !== undefined && !whole) return bad('PACKAGE.DIMENSIONS.INVALID', 'Dimensions are whole numbers.')
  }
  return null
}

const perDirham: Readonly<Record<string, number>> = { DHS: 1, USD: 0.2723, SAR: 1.0211, KUD: 0.0836, UKL: 0.2134 }
const services = [
  ['INTERNATIONAL_PRIORITY', 'FedEx International Priority®', 118.4, 17.35, 'TWO_DAYS'],
  ['INTERNATIONAL_ECONOMY', 'FedEx International Economy®', 96.15, 14.2, 'FOUR_DAYS'],
] as const
const domestic = [['PRIORITY_OVERNIGHT', 'FedEx Priority Overnight®', 28.9, 2.8, 'ONE_DAY']] as const

function rates(request: LabRequest): LabAnswer {
  const body = bodyOf(request)
  const asked = body.requestedShipment ?? {}
  const from = asked.shipper?.address
  const to = asked.recipient?.address
  const fault =
    accountFault(body) ??
    addressFault('SHIPPER', from) ??
    addressFault('RECIPIENT', to) ??
    linesFault(asked.requestedPackageLineItems) ??
    (asked.pickupType ? null : bad('PICKUPTYPE.REQUIRED', 'pickupType is required.'))
  if (fault !== null) return fault
  const abroad = from?.countryCode !== to?.countryCode
  if (abroad && (asked.customsClearanceDetail?.commodities?.length ?? 0) === 0)
    return bad('COMMODITIES.REQUIRED', 'Commodities are required between these countries.')
  const weight = (asked.requestedPackageLineItems ?? []).reduce((sum, line) => sum + Number(line.weight?.value), 0)
  const preferred = String(asked.preferredCurrency ?? 'DHS')
  const factor = perDirham[preferred]
  if (factor === undefined) return bad('CURRENCY.TYPE.INVALID', `Preferred currency ${preferred} is not supported.`)
  const price = (type: string, currency: string, amount: number) => ({
    rateType: type,
    totalNetCharge: Number(amount.toFixed(currency === 'KUD' ? 3 : 2)),
    currency,
    shipmentRateDetail: { currency },
  })
  return ok({
    rateReplyDetails: (abroad ? services : domestic).map(([serviceType, serviceName, first, step, transitTime]) => {
      const dirhams = first + (Math.ceil(weight / 0.5) - 1) * step
      return {
        serviceType,
        serviceName,
        packagingType: 'YOUR_PACKAGING',
        ratedShipmentDetails: [
          price('ACCOUNT', 'DHS', dirhams),
          ...(asked.rateRequestType?.includes('PREFERRED') === true
            ? [price('PREFERRED_ACCOUNT_SHIPMENT', preferred, dirhams * factor)]
            : []),
        ],
        operationalDetail: { transitTime },
      }
    }),
    quoteDate: '2026-11-21',
    encoded: false,
  })
}

function partyFault(name: string, party: Party | undefined): LabAnswer | null {
  if (!party?.address?.streetLines?.[0]) return bad(`${name}.STREETLINES.REQUIRED`, `${name} street is required.`)
  if (party.address.streetLines.some((line) => String(line).length > 35) || party.address.streetLines.length > 3)
    return bad(`${name}.STREETLINES.TOOLONG`, `${name} street lines have at most 35 characters.`)
  if (!party.address.city) return bad(`${name}.CITY.REQUIRED`, `${name} city is required.`)
  if (!party.contact?.['phoneNumber'] || !party.contact['personName'])
    return bad(`${name}.CONTACT.REQUIRED`, `${name} name and phone number are required.`)
  return addressFault(name, party.address)
}

function ship(request: LabRequest, { state, now, id }: Bench<State>): LabAnswer {
  const body = bodyOf(request)
  const asked = body.requestedShipment ?? {}
  const recipient = asked.recipients?.[0]
  const fault =
    accountFault(body) ??
    partyFault('SHIPPER', asked.shipper) ??
    partyFault('RECIPIENT', recipient) ??
    linesFault(asked.requestedPackageLineItems)
  if (fault !== null) return fault
  const abroad = asked.shipper?.address?.countryCode !== recipient?.address?.countryCode
  const found = (abroad ? services : domestic).find(([type]) => type === asked.serviceType)
  if (found === undefined)
    return bad('SERVICETYPE.NOT.ALLOWED', 'This service type is not allowed between these places.')
  if (abroad && (asked.customsClearanceDetail?.commodities?.length ?? 0) === 0)
    return bad('COMMODITIES.REQUIRED', 'Commodities are required between these countries.')
  if (
    !/^\d{4}-\d\d-\d\d$/.test(String(asked.shipDatestamp)) ||
    Date.parse(String(asked.shipDatestamp)) < now - 86_400_000
  )
    return bad('SHIPDATESTAMP.INVALID', 'Shipping date is in the past or not valid.')
  if (body.labelResponseOptions !== 'LABEL')
    return bad('LABELRESPONSEOPTIONS.INVALID', 'labelResponseOptions is required.')
  const number = id('79', 10, '123456789')
  keepParcel(state, number, now)
  return ok({
    transactionShipments: [
      {
        serviceType: found[0],
        serviceName: found[1],
        shipDatestamp: asked.shipDatestamp,
        masterTrackingNumber: number,
        pieceResponses: (asked.requestedPackageLineItems ?? []).map((_, index) => ({
          masterTrackingNumber: number,
          trackingNumber: index === 0 ? number : id('79', 10, '123456789'),
          packageSequenceNumber: index + 1,
          packageDocuments: [
            {
              contentType: 'LABEL',
              copiesToPrint: 1,
              docType: 'PDF',
              encodedLabel: labelPdf(['FedEx (simulated)', found[0], number]),
            },
          ],
        })),
      },
    ],
  })
}

function cancel(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const body = bodyOf(request)
  const fault = accountFault(body)
  if (fault !== null) return fault
  const parcel = state.made.find(({ number }) => number === body.trackingNumber)
  if (parcel === undefined) return bad('TRACKINGNUMBER.NOT.FOUND', 'Invalid tracking number; it cannot be cancelled.')
  const before = parcel.cancelled
  parcel.cancelled = true
  return ok({
    cancelledShipment: true,
    cancelledHistory: true,
    message: before ? 'Shipment is already cancelled' : 'Shipment is successfully cancelled',
  })
}

const known = knownNumbers('fedex', 12)

interface TrackBody {
  readonly includeDetailedScans?: unknown
  readonly trackingInfo?: readonly { readonly trackingNumberInfo?: { readonly trackingNumber?: unknown } }[]
}

function track(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const { includeDetailedScans, trackingInfo } = (request.json ?? {}) as TrackBody
  if (!Array.isArray(trackingInfo) || trackingInfo.length === 0 || typeof includeDetailedScans !== 'boolean')
    return bad('TRACKING.TRACKINGNUMBER.EMPTY', 'Please provide tracking number.')
  if (trackingInfo.length > 30)
    return bad('TRACKING.TRACKINGNUMBERS.EXCEED', 'Please limit your inquiry to 30 references.')
  return ok({
    completeTrackResults: trackingInfo.map(({ trackingNumberInfo }: NonNullable<TrackBody['trackingInfo']>[number]) => {
      const trackingNumber = String(trackingNumberInfo?.trackingNumber ?? '')
      const steps = stepsOf('fedex', known, trackingNumber, state)
      const unknown = {
        trackingNumberInfo: { trackingNumber },
        error: {
          code: 'TRACKING.TRACKINGNUMBER.NOTFOUND',
          message: 'Tracking number cannot be found. Please correct the tracking number and try again.',
        },
      }
      return { trackingNumber, trackResults: [steps === null ? unknown : resultOf(trackingNumber, steps)] }
    }),
  })
}

function resolve(request: LabRequest): LabAnswer {
  const { addressesToValidate: asked } = (request.json ?? {}) as {
    readonly addressesToValidate?: readonly { readonly address?: Address }[]
  }
  const address = asked?.[0]?.address
  if (!/^[A-Z]{2}$/.test(String(address?.countryCode))) return bad('COUNTRY.CODE.INVALID', 'Country code is invalid.')
  const real = !String(address?.city ?? '').startsWith('Dubay')
  return ok({
    resolvedAddresses: [
      {
        streetLinesToken: address?.streetLines ?? [],
        city: String(address?.city ?? '').toUpperCase(),
        postalCodeToken: { changed: false, value: address?.postalCode ?? '' },
        countryCode: address?.countryCode,
        classification: real ? 'BUSINESS' : 'UNKNOWN',
        customerMessages: real
          ? []
          : [{ code: 'CITY.NOT.FOUND', message: `The city ${String(address?.city)} was not found.` }],
        attributes: { Resolved: String(real), Matched: String(real), DPV: 'false' },
      },
    ],
  })
}

/** FedEx, simulated. */
export const fedex = defineTwin<State>({
  slug: 'fedex',
  name: 'FedEx',
  hosts: ['api'],
  credentials,
  create: (now) => ({ ...freshParcels(now), used: {} }),
  guard,
  webhooks: fedexWebhooks,
  faults: {
    unavailable: () =>
      failure(
        503,
        'SERVICE.UNAVAILABLE.ERROR',
        'The service is currently unavailable and we are working to resolve the issue.',
      ),
    failure: () =>
      failure(500, 'INTERNAL.SERVER.ERROR', 'We encountered an unexpected error and are working to resolve the issue.'),
    tooMany: (seconds) =>
      failure(429, 'TOO.MANY.REQUESTS', 'Too many requests. Please try again later.', {
        'retry-after': String(seconds),
      }),
    unknown: () => failure(404, 'NOT.FOUND.ERROR', 'The resource you requested is no longer available.'),
  },
  routes: [
    { method: 'POST', path: '/oauth/token', open: true, handle: tokenEndpoint(vendor, readForm) },
    { method: 'POST', path: '/rate/v1/rates/quotes', needs: 'rate', handle: rates },
    { method: 'POST', path: '/ship/v1/shipments', needs: 'ship', handle: ship },
    { method: 'PUT', path: '/ship/v1/shipments/cancel', needs: 'ship', handle: cancel },
    { method: 'POST', path: '/track/v1/trackingnumbers', needs: 'track', handle: track },
    { method: 'POST', path: '/address/v1/addresses/resolve', needs: 'address', handle: resolve },
  ],
})

/** A parcel that was delivered, for tests and the demo. */
export const labDelivered = known[4] ?? ''
