import type { Parcel } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address, Money } from '@patchbay/schema/capabilities/values.ts'
import type { ConnectionFacts } from '../provider.ts'
import { toDecimal } from '../shared/money.ts'
import { centimetres, kilograms, sides, type DeclaredLine } from '../shared/parcel.ts'
import { toFedex } from './currency.ts'

export const accountOf = (connection: ConnectionFacts) => ({ value: connection.settings['accountNumber'] ?? '' })

/** Text in lines of 35 characters, broken between words where there are any. */
function linesOf(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).flatMap((long) => long.match(/.{1,35}/gu) ?? [])) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < 35) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

export const toAddress = (address: Address) => ({
  // FedEx takes three lines of 35 characters.
  streetLines: [...linesOf(address.line1 ?? ''), ...linesOf(address.line2 ?? '')].slice(0, 3),
  city: (address.city ?? '').slice(0, 35),
  ...(address.state ? { stateOrProvinceCode: address.state } : {}),
  postalCode: address.postalCode ?? '',
  countryCode: address.country,
})

export const toParty = (address: Address) => ({
  address: toAddress(address),
  contact: {
    personName: address.name ?? address.company ?? '',
    ...(address.company ? { companyName: address.company } : {}),
    phoneNumber: address.phone ?? '',
    ...(address.email ? { emailAddress: address.email } : {}),
  },
})

/** FedEx weighs with two digits, rounded up. */
export const toWeight = (grams: number) => ({ units: 'KG', value: Number(kilograms(grams, 2)) })

/** FedEx measures in whole centimetres, rounded up. */
export function toLineItem(parcel: Parcel) {
  const measured = sides(parcel)
  const [length, width, height] = (measured ?? []).map((mm) => Number(centimetres(mm, 0)))
  return {
    weight: toWeight(parcel.weightGrams),
    ...(measured === null ? {} : { dimensions: { length, width, height, units: 'CM' } }),
  }
}

export const toAmount = (money: Money) => ({ amount: Number(toDecimal(money)), currency: toFedex(money.currency) })

export const toCommodity = (line: DeclaredLine) => ({
  description: line.description,
  quantity: line.quantity,
  quantityUnits: 'PCS',
  numberOfPieces: 1,
  weight: toWeight(line.weightGrams * line.quantity),
  unitPrice: toAmount(line.price),
  customsValue: toAmount({ ...line.price, amountMinor: line.price.amountMinor * line.quantity }),
  countryOfManufacture: line.originCountry,
  ...(line.hsCode === undefined ? {} : { harmonizedCode: line.hsCode }),
})

export const senderPays = (connection: ConnectionFacts) => ({
  paymentType: 'SENDER',
  payor: { responsibleParty: { accountNumber: accountOf(connection) } },
})
