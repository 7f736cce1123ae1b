import { alphanumeric, seeded } from '../chance.ts'
import { labCredentials } from '../credentials.ts'
import { people, shop } from '../shop.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin } from '../twin.ts'
import type { Address, ClientInfo } from './aramex/answers.ts'
import { accept, addressFault, bodyOf, refuse } from './aramex/answers.ts'
import type { AramexShipmentState } from './aramex/shipments.ts'
import { aramexShipmentRoutes, wcf } from './aramex/shipments.ts'

const { good, restricted } = labCredentials.aramex

function holds(info: ClientInfo, account: typeof good | typeof restricted): boolean {
  return (
    info.UserName === account.username &&
    info.Password === account.password &&
    info.AccountNumber === account.accountNumber &&
    info.AccountPin === account.accountPin &&
    info.AccountEntity === account.accountEntity &&
    info.AccountCountryCode === account.accountCountryCode
  )
}

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  // Broken JSON never reaches the service: the gateway answers with its fault page.
  if (request.json === undefined)
    return {
      status: 400,
      headers: { 'content-type': 'text/html' },
      text: '<html><body><h1>Request Error</h1></body></html>',
    }
  const body = bodyOf(request)
  const info = body.ClientInfo ?? {}
  if (holds(info, good)) return null
  if (!holds(info, restricted))
    return refuse(
      body,
      'ERR01',
      'ClientInfo - Invalid username or password, or the account number, PIN, entity and country do not belong together',
    )
  return needs === 'Tracking' ? null : refuse(body, 'ERR82', `Account is not authorized to use ${needs}`)
}

interface Details {
  readonly ActualWeight?: { readonly Unit?: unknown; readonly Value?: unknown }
  readonly NumberOfPieces?: unknown
  readonly ProductGroup?: unknown
}

function calculateRate(request: LabRequest): LabAnswer {
  const body = bodyOf(request)
  for (const name of ['OriginAddress', 'DestinationAddress']) {
    const fault = addressFault(name, body[name])
    if (fault !== null) return refuse(body, 'ERR52', fault, { TotalAmount: { CurrencyCode: '', Value: 0 } })
  }
  const details = (body['ShipmentDetails'] ?? {}) as Details
  const weight = Number(details.ActualWeight?.Value)
  if (!(weight > 0) || details.ActualWeight?.Unit !== 'KG')
    return refuse(body, 'REQ12', 'ShipmentDetails - ActualWeight is required in KG')
  const domestic =
    (body['OriginAddress'] as Address).CountryCode === (body['DestinationAddress'] as Address).CountryCode
  if (details.ProductGroup !== (domestic ? 'DOM' : 'EXP'))
    return refuse(body, 'ERR53', `ShipmentDetails - ProductGroup must be ${domestic ? 'DOM' : 'EXP'}`)
  const currency =
    typeof body['PreferredCurrencyCode'] === 'string' && body['PreferredCurrencyCode'] !== ''
      ? body['PreferredCurrencyCode']
      : 'AED'
  const perDirham = { AED: 1, USD: 0.2723, SAR: 1.0211, KWD: 0.0836 }[currency]
  if (perDirham === undefined) return refuse(body, 'ERR60', `PreferredCurrencyCode - ${currency} is not supported`)
  const steps = Math.ceil(weight / 0.5)
  const dirhams = domestic ? 18.5 + (steps - 1) * 2.25 : 96 + (steps - 1) * 17.75
  return accept(body, { TotalAmount: { CurrencyCode: currency, Value: Number((dirhams * perDirham).toFixed(3)) } })
}

interface State extends AramexShipmentState {
  /** When the data was made; journeys are counted from here. */
  readonly madeAt: number
}

const journey = [
  ['SH014', 'Record created.', 0, shop.city],
  ['SH047', 'Received at Origin Facility.', 5, shop.city],
  ['SH001', 'Departed Origin Facility.', 11, shop.city],
  ['SH003', 'Out for Delivery.', 26, null],
  ['SH005', 'Delivered.', 31, null],
] as const

/** Waybills of the shop; each is somewhere else on its way. */
const waybills = Array.from({ length: 14 }, (_, index) => alphanumeric(`aramex:${index}`, 11, '123456789'))

function eventsOf(waybill: string, madeAt: number) {
  const index = waybills.indexOf(waybill)
  if (index < 0) return null
  const random = seeded(`aramex:${waybill}`)
  const steps = 1 + (index % journey.length)
  const to = people[index % people.length]
  const start = madeAt - (steps * 8 + Math.floor(random() * 6)) * 3_600_000
  return journey
    .slice(0, steps)
    .map(([code, description, hours, location]) => ({
      WaybillNumber: waybill,
      UpdateCode: code,
      UpdateDescription: description,
      UpdateDateTime: wcf(start + hours * 3_600_000),
      UpdateLocation: `${location ?? to?.city ?? ''}, ${location === null ? (to?.country ?? '') : 'AE'}`,
      Comments: '',
      ProblemCode: '',
      GrossWeight: '0.6',
      ChargeableWeight: '1',
      WeightUnit: 'KG',
    }))
    .toReversed()
}

/** A waybill made by API has its record and no more. */
function eventsOfMade(waybill: string, { made }: State) {
  const found = made.find(({ ID }) => ID === waybill)
  if (found === undefined) return null
  return [
    {
      WaybillNumber: waybill,
      UpdateCode: 'SH014',
      UpdateDescription: 'Record created.',
      UpdateDateTime: wcf(found.madeAt),
      UpdateLocation: `${shop.city}, AE`,
      Comments: '',
      ProblemCode: '',
      GrossWeight: String(found.kilograms),
      ChargeableWeight: String(found.kilograms),
      WeightUnit: 'KG',
    },
  ]
}

const service = (name: string, operation: string) => `/${name}/Service_1_0.svc/json/${operation}`

/** Aramex, simulated. */
export const aramex = defineTwin<State>({
  slug: 'aramex',
  name: 'Aramex',
  hosts: ['api'],
  credentials: labCredentials.aramex,
  create: (now) => ({ madeAt: now, made: [] }),
  guard,
  faults: {
    unavailable: () => ({
      status: 503,
      headers: { 'content-type': 'text/html' },
      text: '<html><body><h2>503 - Service Unavailable</h2></body></html>',
    }),
    failure: () => ({
      status: 500,
      headers: { 'content-type': 'text/html' },
      text: '<html><body><p>The server encountered an error processing the request.</p></body></html>',
    }),
    tooMany: (seconds) => ({
      status: 429,
      headers: { 'retry-after': String(seconds), 'content-type': 'text/plain' },
      text: 'Too many requests',
    }),
    unknown: () => ({
      status: 404,
      headers: { 'content-type': 'text/html' },
      text: '<html><body><p>Endpoint not found.</p></body></html>',
    }),
  },
  routes: [
    ...aramexShipmentRoutes,
    {
      method: 'POST',
      path: service('RateCalculator', 'CalculateRate'),
      needs: 'RateCalculator',
      handle: calculateRate,
    },
    {
      method: 'POST',
      path: service('Tracking', 'TrackShipments'),
      needs: 'Tracking',
      handle: (request, { state }) => {
        const body = bodyOf(request)
        const asked = body['Shipments']
        if (!Array.isArray(asked) || asked.length === 0)
          return refuse(body, 'REQ01', 'Shipments - At least one waybill number is required')
        const numbers = asked.map(String)
        const lastOnly = body['GetLastTrackingUpdateOnly'] === true
        const found = numbers.flatMap((number) => {
          const events = eventsOf(number, state.madeAt) ?? eventsOfMade(number, state)
          return events === null ? [] : [{ Key: number, Value: lastOnly ? events.slice(0, 1) : events }]
        })
        const known = new Set(found.map((result) => result.Key))
        return accept(body, {
          TrackingResults: found,
          NonExistingWaybills: numbers.filter((number) => !known.has(number)),
        })
      },
    },
  ],
})

/** A waybill that was delivered and one still on its way, for tests and the demo. */
export const labWaybills = { delivered: waybills[4] ?? '', created: waybills[0] ?? '' } as const
