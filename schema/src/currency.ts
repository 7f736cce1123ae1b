/**
 * Currencies whose minor unit is not a hundredth, ISO 4217 (SIX list one). Intl is no source for this: its data rounds
 * several currencies (IQD, AFN, LBP …) to what people pay in cash.
 */
const exponents: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}
const byCurrency = new Map(
  Object.entries(exponents).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
)

/** Decimal places of a currency's minor unit: AED 2, KWD 3, JPY 0. Throws RangeError for what is not a currency code. */
export function exponentOf(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`${currency} is not an ISO 4217 currency code`)
  return byCurrency.get(currency) ?? 2
}

/** Millionths of a currency in one of its minor units: AED 10,000, KWD 1,000, JPY 1,000,000. */
export const microsPerMinor = (currency: string): bigint => 10n ** BigInt(6 - exponentOf(currency))

/** Millionths of a currency as whole minor units, rounded half away from zero. */
export function minorOfMicros(micros: bigint, currency: string): bigint {
  const unit = microsPerMinor(currency)
  const half = micros < 0n ? -unit / 2n : unit / 2n
  return (micros + half) / unit
}
