/** A price kept at the simulated Stripe. */
export interface Price {
  readonly id: string
  readonly object: 'price'
  readonly active: true
  readonly billing_scheme: 'per_unit'
  readonly created: number
  readonly currency: string
  readonly livemode: false
  readonly metadata: Readonly<Record<string, string>>
  readonly nickname: string
  readonly product: string
  readonly recurring: {
    readonly interval: 'month' | 'year'
    readonly interval_count: 1
    readonly usage_type: 'licensed'
  }
  readonly type: 'recurring'
  readonly unit_amount: number
  readonly unit_amount_decimal: string
}

const price = (id: string, nickname: string, unit_amount: number, interval: 'month' | 'year'): Price => ({
  id,
  object: 'price',
  active: true,
  billing_scheme: 'per_unit',
  created: 1_788_220_800,
  currency: 'aed',
  livemode: false,
  metadata: {},
  nickname,
  product: 'prod_LabNoorClub',
  recurring: { interval, interval_count: 1, usage_type: 'licensed' },
  type: 'recurring',
  unit_amount,
  unit_amount_decimal: String(unit_amount),
})

/** What Noor Atelier's club costs. */
export const prices: readonly Price[] = [
  price('price_1LabNoorClubMonth', 'Noor Club, monthly', 4_900, 'month'),
  price('price_1LabNoorClubYear', 'Noor Club, yearly', 49_000, 'year'),
]

export const priceOf = (id: string): Price | undefined => prices.find((candidate) => candidate.id === id)
