import type { QuoteRates, RateQuote } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'
import { accountOf, chargesTo, toPackage, toParty, version } from './requests.ts'

/** UPS tells numbers; these are their names. */
const services: Readonly<Record<string, string>> = {
  '01': 'UPS Next Day Air',
  '02': 'UPS 2nd Day Air',
  '03': 'UPS Ground',
  '07': 'UPS Worldwide Express',
  '08': 'UPS Worldwide Expedited',
  '11': 'UPS Standard',
  '12': 'UPS 3 Day Select',
  '13': 'UPS Next Day Air Saver',
  '14': 'UPS Next Day Air Early',
  '54': 'UPS Worldwide Express Plus',
  '59': 'UPS 2nd Day Air A.M.',
  '65': 'UPS Worldwide Saver',
  '70': 'UPS Access Point Economy',
  '96': 'UPS Worldwide Express Freight',
}

/** An amount as UPS writes it. */
export const charge = z.object({ CurrencyCode: z.string(), MonetaryValue: z.string() })
export const toMoney = ({ CurrencyCode, MonetaryValue }: z.output<typeof charge>) =>
  fromDecimal(MonetaryValue, CurrencyCode)

const rated = z.object({
  Service: z.object({ Code: z.string(), Description: z.string().nullish() }),
  TotalCharges: charge,
  NegotiatedRateCharges: z.object({ TotalCharge: charge.nullish() }).nullish(),
  GuaranteedDelivery: z.object({ BusinessDaysInTransit: z.string().nullish() }).nullish(),
})
const rates = z.object({
  // Old versions answer with one thing where there is only one.
  RateResponse: z.object({ RatedShipment: z.union([z.array(rated), rated.transform((one) => [one])]) }),
})

/** Prices of every service UPS has on that way: the account's own where UPS tells them, in the currency it is billed in. */
export async function quoteRates(call: Call, input: QuoteRates, connection: ConnectionFacts): Promise<RateQuote> {
  const { from, to, parcels, value } = input
  const shipper = toParty(from)
  const answer = await call({
    method: 'POST',
    path: `/rating/${version}/Shop`,
    safe: true,
    json: {
      RateRequest: {
        Request: { RequestOption: 'Shop', TransactionReference: { CustomerContext: 'rates' } },
        PickupType: { Code: '01' },
        Shipment: {
          Shipper: { Name: shipper.Name, ShipperNumber: accountOf(connection), Address: shipper.Address },
          ShipTo: { Name: toParty(to).Name, Address: toParty(to).Address },
          ShipFrom: { Name: shipper.Name, Address: shipper.Address },
          PaymentDetails: chargesTo(connection),
          ShipmentRatingOptions: { NegotiatedRatesIndicator: 'Y' },
          NumOfPieces: String(parcels.length),
          ...(value === undefined
            ? {}
            : { InvoiceLineTotal: { CurrencyCode: value.currency, MonetaryValue: toDecimal(value) } }),
          Package: parcels.map((parcel) => ({
            PackagingType: { Code: '02', Description: 'Customer Supplied Package' },
            ...toPackage(parcel, from),
          })),
        },
      },
    },
  })
  return readAnswer('UPS', answer, rates, ({ RateResponse }) => ({
    rates: RateResponse.RatedShipment.map((found) => {
      const days = Number(found.GuaranteedDelivery?.BusinessDaysInTransit ?? Number.NaN)
      return {
        service: found.Service.Code,
        name: services[found.Service.Code] ?? (found.Service.Description || `UPS ${found.Service.Code}`),
        price: toMoney(found.NegotiatedRateCharges?.TotalCharge ?? found.TotalCharges),
        deliveryDays: Number.isSafeInteger(days) ? days : null,
      }
    }),
  }))
}
