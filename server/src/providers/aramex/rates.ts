import type { QuoteRates, RateQuote } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromDecimal } from '../shared/money.ts'
import { kilograms, totalGrams } from '../shared/parcel.ts'
import { paths, toAddress, toDimensions } from './paths.ts'

const rateAnswer = z.object({ TotalAmount: z.object({ CurrencyCode: z.string(), Value: z.number() }) })

/** One price, for the service Aramex sells on that way: domestic, or its parcel express. */
export async function quoteRates(call: Call, input: QuoteRates): Promise<RateQuote> {
  const domestic = input.from.country === input.to.country
  const service = domestic
    ? { group: 'DOM', type: 'OND', name: 'Domestic' }
    : { group: 'EXP', type: 'PPX', name: 'Priority Parcel Express' }
  const answer = await call({
    method: 'POST',
    path: paths.rate,
    safe: true,
    json: {
      OriginAddress: toAddress(input.from),
      DestinationAddress: toAddress(input.to),
      ShipmentDetails: {
        Dimensions: toDimensions(input.parcels),
        ActualWeight: { Unit: 'KG', Value: Number(kilograms(totalGrams(input.parcels))) },
        ChargeableWeight: null,
        DescriptionOfGoods: input.contents ?? 'Goods',
        GoodsOriginCountry: input.from.country,
        NumberOfPieces: input.parcels.length,
        ProductGroup: service.group,
        ProductType: service.type,
        PaymentType: 'P',
        PaymentOptions: '',
        Services: '',
      },
      PreferredCurrencyCode: input.currency ?? 'AED',
    },
  })
  return readAnswer('Aramex', answer, rateAnswer, ({ TotalAmount }) => ({
    rates: [
      { service: service.type, name: service.name, price: fromDecimal(TotalAmount.Value, TotalAmount.CurrencyCode) },
    ],
  }))
}
