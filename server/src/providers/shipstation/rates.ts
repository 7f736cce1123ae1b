import type { QuoteRates, RateQuote } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { amount, carriersOf, toAddress, toMoney, toPackage } from './requests.ts'

const rates = z.object({
  rate_response: z.object({
    rates: z.array(
      z.object({
        service_code: z.string(),
        service_type: z.string().nullish(),
        carrier_code: z.string(),
        carrier_friendly_name: z.string().nullish(),
        shipping_amount: amount,
        insurance_amount: amount.nullish(),
        confirmation_amount: amount.nullish(),
        other_amount: amount.nullish(),
        delivery_days: z.int().nullish(),
        estimated_delivery_date: z.string().nullish(),
      }),
    ),
  }),
})

/** Prices of every connected carrier, all parts added up; those a carrier refuses are left out. */
export async function quoteRates(call: Call, input: QuoteRates): Promise<RateQuote> {
  const found = await carriersOf(call)
  const answer = await call({
    method: 'POST',
    path: '/v2/rates',
    safe: true,
    json: {
      shipment: {
        ship_from: toAddress(input.from),
        ship_to: toAddress(input.to),
        ...(input.shipDate === undefined ? {} : { ship_date: `${input.shipDate}T12:00:00Z` }),
        packages: input.parcels.map(toPackage),
      },
      rate_options: {
        carrier_ids: found.map(({ carrier_id }) => carrier_id),
        ...(input.currency === undefined ? {} : { preferred_currency: input.currency.toLowerCase() }),
      },
    },
  })
  return readAnswer('ShipStation', answer, rates, ({ rate_response }) => ({
    rates: rate_response.rates.map((rate) => {
      const parts = [rate.shipping_amount, rate.insurance_amount, rate.confirmation_amount, rate.other_amount]
        .flatMap((part) => part ?? [])
        .map(toMoney)
      const currency = toMoney(rate.shipping_amount).currency
      const same = parts.filter((part) => part.currency === currency)
      return {
        service: rate.service_code,
        name: [rate.carrier_friendly_name, rate.service_type ?? rate.service_code].filter(Boolean).join(' '),
        price: { amountMinor: same.reduce((sum, part) => sum + part.amountMinor, 0), currency },
        carrier: rate.carrier_code,
        deliveryDays: rate.delivery_days ?? null,
        deliveredBy: /T.*(Z|[+-]\d\d:\d\d)$/.test(rate.estimated_delivery_date ?? '')
          ? (rate.estimated_delivery_date ?? null)
          : null,
      }
    }),
  }))
}
