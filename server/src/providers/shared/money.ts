import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { exponentOf } from '@patchbay/schema/currency.ts'

export { exponentOf }

/** Integer minor units as the decimal string vendors take: 1050 AED is "10.50". `exponent` is for vendors that deviate from ISO. */
export function toDecimal(money: Money, exponent = exponentOf(money.currency)): string {
  if (!Number.isSafeInteger(money.amountMinor))
    throw new RangeError(`${money.amountMinor} is not a whole number of minor units`)
  const sign = money.amountMinor < 0 ? '-' : ''
  const digits = String(Math.abs(money.amountMinor)).padStart(exponent + 1, '0')
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/**
 * A vendor's decimal ("10.5", 10.5) as integer minor units, by digits and never by floating point. Places beyond the minor
 * unit are rounded half away from zero: quotes carry them, charges never do. Throws RangeError for anything that is not a
 * plain decimal or leaves the safe integers.
 */
export function fromDecimal(value: string | number, currency: string, exponent = exponentOf(currency)): Money {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(String(value).trim())
  if (match === null) throw new RangeError(`${String(value).slice(0, 40)} is not a decimal amount`)
  const [, sign, whole = '', fraction = ''] = match
  const kept = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'))
  const rounded = kept + ((fraction[exponent] ?? '0') >= '5' ? 1n : 0n)
  const amountMinor = Number(sign === '-' ? -rounded : rounded)
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError(`${String(value).slice(0, 40)} ${currency} is too large`)
  // Not -0: it is a different value to a strict comparison.
  return { amountMinor: amountMinor === 0 ? 0 : amountMinor, currency }
}
