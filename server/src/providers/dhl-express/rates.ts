import type { Parcel, QuoteRates, RateQuote } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'
import { centimetres, crossesBorder, kilograms, sides } from '../shared/parcel.ts'

/** The account that pays, as every request names it. */
export const accountsOf = (connection: ConnectionFacts) => [
  { typeCode: 'shipper', number: connection.settings['accountNumber'] ?? '' },
]

/** An address in the words of DHL, cut where its fields end. */
export const toPostal = (address: Address) => ({
  postalCode: (address.postalCode ?? '').slice(0, 12),
  cityName: (address.city ?? '').slice(0, 45),
  countryCode: address.country,
  ...(address.state ? { provinceCode: address.state.slice(0, 35) } : {}),
  ...(address.line1 ? { addressLine1: address.line1.slice(0, 45) } : {}),
  // What does not fit the first line goes on in the second.
  ...(address.line2 || (address.line1?.length ?? 0) > 45
    ? { addressLine2: (address.line2 ?? address.line1?.slice(45) ?? '').slice(0, 45) }
    : {}),
})

/** A parcel in kilograms and centimetres, to the gram and the millimetre. */
export function toPackage(parcel: Parcel) {
  const measured = sides(parcel)
  const [length, width, height] = (measured ?? []).map((mm) => Number(centimetres(mm)))
  return {
    weight: Number(kilograms(parcel.weightGrams)),
    ...(measured === null ? {} : { dimensions: { length, width, height } }),
  }
}

const hour = 3_600_000

/** The moment of handing over as DHL writes it: on the day asked for at noon in UTC, and never in the past. */
export function plannedTime(day: string | undefined, fallback: number, now: number): string {
  const wanted = day === undefined ? fallback : Date.parse(`${day}T12:00:00Z`)
  return `${new Date(Math.max(wanted, now + hour)).toISOString().slice(0, 19)} GMT+00:00`
}

const rates = z.object({
  products: z.array(
    z.object({
      productName: z.string().nullish(),
      productCode: z.string(),
      totalPrice: z.array(
        z.object({ currencyType: z.string().nullish(), priceCurrency: z.string().nullish(), price: z.number() }),
      ),
      deliveryCapabilities: z.object({ totalTransitDays: z.coerce.number().int().nullish() }).nullish(),
    }),
  ),
})

/** Prices of every product, in the currency the account is billed in; DHL quotes no other. */
export async function quoteRates(
  call: Call,
  input: QuoteRates,
  connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<RateQuote> {
  const { from, to, value } = input
  const answer = await call({
    method: 'POST',
    path: '/rates',
    safe: true,
    json: {
      customerDetails: { shipperDetails: toPostal(from), receiverDetails: toPostal(to) },
      accounts: accountsOf(connection),
      plannedShippingDateAndTime: plannedTime(input.shipDate, now() + 24 * hour, now()),
      unitOfMeasurement: 'metric',
      isCustomsDeclarable: crossesBorder(from.country, to.country),
      ...(value === undefined
        ? {}
        : {
            monetaryAmount: [{ typeCode: 'declaredValue', value: Number(toDecimal(value)), currency: value.currency }],
          }),
      nextBusinessDay: true,
      packages: input.parcels.map(toPackage),
    },
  })
  return readAnswer('DHL Express', answer, rates, ({ products }) => ({
    rates: products.flatMap((product) => {
      const billed = product.totalPrice.find(({ currencyType }) => currencyType === 'BILLC') ?? product.totalPrice[0]
      if (!billed?.priceCurrency) return []
      return [
        {
          service: product.productCode,
          name: product.productName ?? product.productCode,
          price: fromDecimal(billed.price, billed.priceCurrency),
          deliveryDays: product.deliveryCapabilities?.totalTransitDays ?? null,
        },
      ]
    }),
  }))
}
