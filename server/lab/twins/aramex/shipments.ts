import { addNewest } from '../../bounded.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { accept, addressFault, bodyOf, cities, refuse, type Address } from './answers.ts'

interface Waybill {
  readonly ID: string
  readonly madeAt: number
  readonly kilograms: number
}

export interface AramexShipmentState {
  made: Waybill[]
}

/** `/Date(1722924060000+0400)/`, as WCF writes moments. */
export const wcf = (time: number) => `/Date(${time}+0400)/`

interface Party {
  readonly AccountNumber?: unknown
  readonly PartyAddress?: Address & { readonly Line1?: unknown }
  readonly Contact?: Readonly<Record<string, unknown>>
}
interface Money {
  readonly CurrencyCode?: unknown
  readonly Value?: unknown
}
interface Shipment {
  readonly Reference1?: unknown
  readonly Shipper?: Party
  readonly Consignee?: Party
  readonly ShippingDateTime?: unknown
  readonly Details?: {
    readonly ActualWeight?: { readonly Unit?: unknown; readonly Value?: unknown }
    readonly NumberOfPieces?: unknown
    readonly ProductGroup?: unknown
    readonly ProductType?: unknown
    readonly PaymentType?: unknown
    readonly Services?: unknown
    readonly DescriptionOfGoods?: unknown
    readonly CashOnDeliveryAmount?: Money | null
    readonly CustomsValueAmount?: Money | null
  }
}

const products: Readonly<Record<string, readonly string[]>> = {
  DOM: ['OND', 'CDS', 'ONP'],
  EXP: ['PDX', 'PPX', 'PLX', 'DDX', 'DPX', 'GDX', 'GPX', 'EPX'],
}

function partyFault(name: string, party: Party | undefined): string | null {
  const address = addressFault(name, party?.PartyAddress)
  if (address !== null) return address
  if (!party?.PartyAddress?.Line1) return `${name} - Line1 is required`
  for (const field of ['PersonName', 'CompanyName', 'PhoneNumber1', 'CellPhone', 'EmailAddress'])
    if (!party.Contact?.[field]) return `${name} - ${field} is required`
  return null
}

/** What Aramex objects to in a shipment, by its own code; null for nothing. */
function faultOf(shipment: Shipment): readonly [string, string] | null {
  const shipper = partyFault('Shipper', shipment.Shipper)
  if (shipper !== null) return ['ERR52', shipper]
  const consignee = partyFault('Consignee', shipment.Consignee)
  if (consignee !== null) return ['ERR52', consignee]
  if (!/^\/Date\(\d+([+-]\d{4})?\)\/$/.test(String(shipment.ShippingDateTime)))
    return ['ERR20', 'ShippingDateTime is invalid']
  const details = shipment.Details ?? {}
  if (!(Number(details.ActualWeight?.Value) > 0) || details.ActualWeight?.Unit !== 'KG')
    return ['REQ12', 'ShipmentDetails - ActualWeight is required in KG']
  if (!Number.isInteger(details.NumberOfPieces)) return ['REQ13', 'ShipmentDetails - NumberOfPieces is required']
  const domestic = shipment.Shipper?.PartyAddress?.CountryCode === shipment.Consignee?.PartyAddress?.CountryCode
  const group = domestic ? 'DOM' : 'EXP'
  if (details.ProductGroup !== group) return ['ERR53', `ShipmentDetails - ProductGroup must be ${group}`]
  if (products[group]?.includes(String(details.ProductType)) !== true)
    return ['ERR54', `ShipmentDetails - ProductType ${String(details.ProductType)} is invalid`]
  if (!details.DescriptionOfGoods) return ['REQ14', 'ShipmentDetails - DescriptionOfGoods is required']
  if (!domestic && !(Number(details.CustomsValueAmount?.Value) > 0))
    return ['ERR61', 'ShipmentDetails - CustomsValueAmount is required']
  const collects = String(details.Services).includes('CODS')
  return collects !== Number(details.CashOnDeliveryAmount?.Value) > 0
    ? ['ERR62', 'ShipmentDetails - CashOnDeliveryAmount and the service CODS belong together']
    : null
}

function create(request: LabRequest, { state, now, id }: Bench<AramexShipmentState>): LabAnswer {
  const body = bodyOf(request)
  const shipments = body['Shipments']
  if (!Array.isArray(shipments) || shipments.length === 0)
    return refuse(body, 'REQ01', 'Shipments - At least one shipment is required')
  const processed = (shipments as Shipment[]).map((shipment) => {
    const fault = faultOf(shipment)
    const references = { Reference1: shipment.Reference1 ?? '', Reference2: '', Reference3: '', ForeignHAWB: '' }
    if (fault !== null)
      return {
        ID: null,
        ...references,
        HasErrors: true,
        Notifications: [{ Code: fault[0], Message: fault[1] }],
        ShipmentLabel: null,
      }
    const ID = id('', 11, '123456789')
    const weight = Number(shipment.Details?.ActualWeight?.Value)
    addNewest(state.made, { ID, madeAt: now, kilograms: weight }, 0)
    return {
      ID,
      ...references,
      HasErrors: false,
      Notifications: [],
      ShipmentLabel: { LabelURL: `https://files.${shop.domain}/aramex/${ID}.pdf`, LabelFileContents: [] },
    }
  })
  const failed = processed.some(({ HasErrors }) => HasErrors)
  return accept(body, { HasErrors: failed, Shipments: processed })
}

function validate(request: LabRequest): LabAnswer {
  const body = bodyOf(request)
  const address = body['Address'] as Address | null | undefined
  if (typeof address !== 'object' || address === null) return refuse(body, 'REQ02', 'Address - is required')
  const fault = addressFault('Address', address)
  if (fault === null) return accept(body, { SuggestedAddresses: [] })
  const known = cities[String(address.CountryCode)] ?? []
  const first = String(address.City ?? '')
    .toLowerCase()
    .slice(0, 3)
  const near = known.filter((city) => city.startsWith(first))
  return refuse(body, 'ERR06', fault, {
    SuggestedAddresses: near.map((City) => ({ City, PostCode: '', CountryCode: address.CountryCode })),
  })
}

export const aramexShipmentRoutes: readonly Route<AramexShipmentState>[] = [
  { method: 'POST', path: '/Shipping/Service_1_0.svc/json/CreateShipments', needs: 'Shipping', handle: create },
  { method: 'POST', path: '/Location/Service_1_0.svc/json/ValidateAddress', needs: 'Location', handle: validate },
]
