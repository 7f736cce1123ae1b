import type { Parcel } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import { centimetres, sides } from '../shared/parcel.ts'

const service = (name: string, operation: string) => `/${name}/Service_1_0.svc/json/${operation}`

/** The four services of ShippingAPI V2, as far as the hub asks them. */
export const paths = {
  rate: service('RateCalculator', 'CalculateRate'),
  track: service('Tracking', 'TrackShipments'),
  create: service('Shipping', 'CreateShipments'),
  validate: service('Location', 'ValidateAddress'),
} as const

/** An address as all of them write it. */
export const toAddress = (address: Address) => ({
  Line1: address.line1 ?? '',
  Line2: address.line2 ?? '',
  Line3: '',
  City: address.city ?? '',
  StateOrProvinceCode: address.state ?? '',
  PostCode: address.postalCode ?? '',
  CountryCode: address.country,
})

/** Aramex measures a shipment, not its parcels: sides are told where there is one. */
export function toDimensions(parcels: readonly Parcel[]) {
  const measured = parcels[0] !== undefined && parcels.length === 1 ? sides(parcels[0]) : null
  if (measured === null) return null
  const [Length, Width, Height] = measured.map((mm) => Number(centimetres(mm)))
  return { Length, Width, Height, Unit: 'CM' }
}
