import type { QuoteRates, RateQuote } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromDecimal } from '../shared/money.ts'
import { crossesBorder, totalGrams } from '../shared/parcel.ts'
import { fromFedex, toFedex } from './currency.ts'
import { accountOf, toAddress, toAmount, toCommodity, toLineItem } from './requests.ts'

const price = z.object({
  rateType: z.string().nullish(),
  totalNetCharge: z.number(),
  currency: z.string().nullish(),
  shipmentRateDetail: z.object({ currency: z.string().nullish() }).nullish(),
})
type Price = z.output<typeof price>

const rates = z.object({
  output: z.object({
    rateReplyDetails: z.array(
      z.object({
        serviceType: z.string(),
        serviceName: z.string().nullish(),
        ratedShipmentDetails: z.array(price),
        operationalDetail: z.object({ transitTime: z.string().nullish() }).nullish(),
      }),
    ),
  }),
})

const words = 'ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN'.split(' ')

/** `TWO_DAYS` as 2; null for what is no number of days. */
function daysOf(transit: string | null | undefined): number | null {
  const at = words.indexOf(/^([A-Z]+)_DAYS?$/.exec(transit ?? '')?.[1] ?? '')
  return at < 0 ? null : at + 1
}

const currencyOf = (found: Price) => fromFedex(found.currency ?? found.shipmentRateDetail?.currency ?? '')

/** What the account pays, in the currency asked for where FedEx converts; the list price where there is no other. */
function choose(prices: readonly Price[], currency: string | undefined): Price | undefined {
  const known = prices.filter((one) => currencyOf(one) !== '')
  const wanted = known.filter((one) => currencyOf(one) === currency)
  const among = wanted.length > 0 ? wanted : known
  return among.find(({ rateType }) => rateType?.includes('ACCOUNT') === true) ?? among[0]
}

/** Prices of every service FedEx has on that way, for a parcel it is brought. */
export async function quoteRates(call: Call, input: QuoteRates, connection: ConnectionFacts): Promise<RateQuote> {
  const { from, to, parcels, value, currency } = input
  const place = (address: QuoteRates['from']) => {
    const { streetLines: _lines, ...rest } = toAddress(address)
    return { address: rest }
  }
  const goods = {
    description: input.contents ?? 'Goods',
    quantity: 1,
    price: value ?? { amountMinor: 0, currency: 'USD' },
    weightGrams: totalGrams(parcels),
    hsCode: undefined,
    originCountry: from.country,
  }
  const answer = await call({
    method: 'POST',
    path: '/rate/v1/rates/quotes',
    safe: true,
    json: {
      accountNumber: accountOf(connection),
      rateRequestControlParameters: { returnTransitTimes: true },
      requestedShipment: {
        shipper: place(from),
        recipient: place(to),
        ...(currency === undefined ? {} : { preferredCurrency: toFedex(currency) }),
        ...(input.shipDate === undefined ? {} : { shipDateStamp: input.shipDate }),
        pickupType: 'DROPOFF_AT_FEDEX_LOCATION',
        rateRequestType: currency === undefined ? ['ACCOUNT'] : ['ACCOUNT', 'PREFERRED'],
        requestedPackageLineItems: parcels.map(toLineItem),
        ...(crossesBorder(from.country, to.country) && value !== undefined
          ? { customsClearanceDetail: { commodities: [{ ...toCommodity(goods), customsValue: toAmount(value) }] } }
          : {}),
      },
    },
  })
  return readAnswer('FedEx', answer, rates, ({ output }) => ({
    rates: output.rateReplyDetails.flatMap((found) => {
      const chosen = choose(found.ratedShipmentDetails, currency)
      return chosen === undefined
        ? []
        : [
            {
              service: found.serviceType,
              name: found.serviceName ?? found.serviceType,
              price: fromDecimal(chosen.totalNetCharge, currencyOf(chosen)),
              deliveryDays: daysOf(found.operationalDetail?.transitTime),
            },
          ]
    }),
  }))
}
