import type { Parcel } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import type { ConnectionFacts } from '../provider.ts'
import { centimetres, inches, kilograms, pounds, sides } from '../shared/parcel.ts'

/** Version of UPS's Rating and Shipping APIs that the requests are written for. */
export const version = 'v2409'

export const accountOf = (connection: ConnectionFacts) => connection.settings['accountNumber'] ?? ''

/** Text in lines of 35 characters, at most three, as UPS takes streets. */
const linesOf = (address: Address) =>
  [address.line1 ?? '', address.line2 ?? ''].flatMap((line) => line.match(/.{1,35}/gu) ?? []).slice(0, 3)

export const toAddress = (address: Address) => ({
  AddressLine: linesOf(address),
  City: (address.city ?? '').slice(0, 30),
  ...(address.state ? { StateProvinceCode: address.state.slice(0, 5) } : {}),
  ...(address.postalCode ? { PostalCode: address.postalCode.slice(0, 9) } : {}),
  CountryCode: address.country,
})

export const toParty = (address: Address) => ({
  Name: (address.company ?? address.name ?? '').slice(0, 35),
  AttentionName: (address.name ?? address.company ?? '').slice(0, 35),
  ...(address.phone ? { Phone: { Number: address.phone.replace(/\D/g, '').slice(0, 15) } } : {}),
  Address: toAddress(address),
})

/** The shipper pays for the way; the receiver for duties. */
export const chargesTo = (connection: ConnectionFacts) => ({
  ShipmentCharge: [{ Type: '01', BillShipper: { AccountNumber: accountOf(connection) } }],
})

/** UPS weighs what leaves the United States in pounds and inches, all else in kilograms and centimetres. */
const imperial = (from: Pick<Address, 'country'>) => from.country === 'US' || from.country === 'PR'

/** A weight with one digit, rounded up. */
export function toWeight(grams: number, from: Pick<Address, 'country'>) {
  return imperial(from)
    ? { UnitOfMeasurement: { Code: 'LBS', Description: 'Pounds' }, Weight: pounds(grams) }
    : { UnitOfMeasurement: { Code: 'KGS', Description: 'Kilograms' }, Weight: kilograms(grams, 1) }
}

/** A parcel in whole centimetres or inches, rounded up; a weight alone where it was not measured. */
export function toPackage(parcel: Parcel, from: Pick<Address, 'country'>) {
  const measured = sides(parcel)
  const [Length, Width, Height] = (measured ?? []).map((mm) => (imperial(from) ? inches(mm) : centimetres(mm, 0)))
  const UnitOfMeasurement = imperial(from)
    ? { Code: 'IN', Description: 'Inches' }
    : { Code: 'CM', Description: 'Centimeters' }
  return {
    ...(measured === null ? {} : { Dimensions: { UnitOfMeasurement, Length, Width, Height } }),
    PackageWeight: toWeight(parcel.weightGrams, from),
  }
}

/** `2026-11-23` as 20261123. */
export const toDay = (day: string) => day.replaceAll('-', '')
