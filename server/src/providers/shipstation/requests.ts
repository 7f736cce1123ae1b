import type { CreateShipment, Parcel } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address, Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'
import { centimetres, crossesBorder, declarationOf, sides } from '../shared/parcel.ts'

/** An amount as ShipStation writes it: a number, and the currency in small letters. */
export const amount = z.object({ currency: z.string(), amount: z.number() })
export const toMoney = (found: z.output<typeof amount>): Money =>
  fromDecimal(found.amount, found.currency.toUpperCase())
const toAmount = (money: Money) => ({ currency: money.currency.toLowerCase(), amount: Number(toDecimal(money)) })

export const toAddress = (address: Address) => ({
  name: address.name ?? address.company ?? '',
  phone: address.phone ?? '',
  ...(address.email ? { email: address.email } : {}),
  ...(address.company ? { company_name: address.company } : {}),
  address_line1: address.line1 ?? '',
  ...(address.line2 ? { address_line2: address.line2 } : {}),
  city_locality: address.city ?? '',
  // Never empty by the vendor's description; where a country has no states, the city says as much.
  state_province: address.state ?? address.city ?? '',
  postal_code: address.postalCode ?? '',
  country_code: address.country,
  address_residential_indicator: 'unknown',
})

/** ShipStation takes grams and centimetres as they are. */
export function toPackage(parcel: Parcel) {
  const measured = sides(parcel)
  const [length, width, height] = (measured ?? []).map((mm) => Number(centimetres(mm)))
  return {
    weight: { value: parcel.weightGrams, unit: 'gram' },
    ...(measured === null ? {} : { dimensions: { unit: 'centimeter', length, width, height } }),
  }
}

/** The customs declaration, which hangs at the first parcel; nothing within a customs border. */
export function toCustoms(input: CreateShipment) {
  if (!crossesBorder(input.from.country, input.to.country)) return { customs: {}, products: {} }
  return {
    customs: { customs: { contents: 'merchandise', non_delivery: 'return_to_sender' } },
    products: {
      products: declarationOf(input).lines.map((line) => ({
        description: line.description,
        quantity: line.quantity,
        value: toAmount(line.price),
        weight: { value: line.weightGrams, unit: 'gram' },
        ...(line.hsCode === undefined ? {} : { harmonized_tariff_code: line.hsCode }),
        country_of_origin: line.originCountry,
      })),
    },
  }
}

const carriers = z.object({
  carriers: z.array(
    z.object({
      carrier_id: z.string(),
      carrier_code: z.string(),
      friendly_name: z.string().nullish(),
      primary: z.boolean().nullish(),
      disabled_by_billing_plan: z.boolean().nullish(),
      services: z.array(z.object({ service_code: z.string(), name: z.string().nullish() })).nullish(),
    }),
  ),
})
export type Carrier = z.output<typeof carriers>['carriers'][number]

/** Carriers connected to the account that its plan lets it use. Throws ProviderCallError where there are none. */
export async function carriersOf(call: Call): Promise<readonly [Carrier, ...Carrier[]]> {
  const answer = await call({ method: 'GET', path: '/v2/carriers' })
  const [first, ...rest] = readAnswer('ShipStation', answer, carriers, ({ carriers: found }) =>
    found.filter(({ disabled_by_billing_plan }) => disabled_by_billing_plan !== true),
  )
  if (first !== undefined) return [first, ...rest]
  throw cannotSend(
    'No carrier is connected to this ShipStation account.',
    'Connect one in ShipStation: Settings → Shipping → Carriers.',
  )
}

/** The carrier asked for by code or id, or the one that has the service; its first account where it has several. */
export function chooseCarrier(found: readonly Carrier[], wanted: string | undefined, service: string): Carrier {
  const fits = found.filter((one) =>
    wanted === undefined
      ? one.services?.some(({ service_code }) => service_code === service) === true
      : one.carrier_id === wanted || one.carrier_code === wanted,
  )
  const chosen = fits.find(({ primary }) => primary === true) ?? fits[0]
  if (chosen !== undefined) return chosen
  throw cannotSend(
    wanted === undefined
      ? `None of the connected carriers has the service ${service}.`
      : `The carrier ${wanted} is not connected to this ShipStation account.`,
    `Connected are: ${found.map(({ carrier_code }) => carrier_code).join(', ')}.`,
    wanted === undefined ? 'service' : 'carrier',
  )
}
