import { ProviderCallError } from '@patchbay/schema/errors.ts'

/** Amounts differ from ISO 4217 in three currencies: https://docs.stripe.com/currencies#special-cases */
const amountExponents: Readonly<Record<string, { readonly iso: number; readonly stripe: number }>> = {
  ISK: { iso: 0, stripe: 2 },
  UGX: { iso: 0, stripe: 2 },
  MGA: { iso: 2, stripe: 0 },
}
const threeDecimals = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/** ISO minor units as the integer Stripe takes. Throws ProviderCallError where Stripe cannot hold the amount. */
export function toStripeAmount(amountMinor: number, currency: string): number {
  const special = amountExponents[currency]
  const shift = special === undefined ? 0 : special.stripe - special.iso
  const amount = shift < 0 ? amountMinor / 10 ** -shift : amountMinor * 10 ** shift
  const step = threeDecimals.has(currency) ? 10 : 1
  if (!Number.isSafeInteger(amount) || amount % step !== 0)
    throw new ProviderCallError({
      errorClass: 'INVALID_REQUEST',
      message: `Stripe cannot charge ${amountMinor} minor units of ${currency} exactly.`,
      advice: `Round the amount: Stripe takes ${currency} ${step === 10 ? 'in steps of 10 minor units' : 'in whole units'}.`,
      field: 'amount',
    })
  return amount
}

/** The integer Stripe sends as ISO minor units. `currency` in capitals. */
export function fromStripeAmount(amount: number, currency: string): number {
  const special = amountExponents[currency]
  if (special === undefined) return amount
  const shift = special.iso - special.stripe
  return shift < 0 ? Math.round(amount / 10 ** -shift) : amount * 10 ** shift
}
