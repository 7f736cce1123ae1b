import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import { cannotSend } from '../shared/failure.ts'
import { exponentOf, fromDecimal, toDecimal } from '../shared/money.ts'

/** Transaction currencies: https://developer.paypal.com/reference/currency-codes/. AED and its neighbours are not among them. */
const currencies = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(' '),
)
/** These take no decimals at PayPal, whatever ISO 4217 says. */
const wholeOnly = new Set(['HUF', 'JPY', 'TWD'])

/** An amount as PayPal writes it: decimals as text. */
export const amount = z.object({ currency_code: z.string(), value: z.string() })
export type Amount = z.output<typeof amount>

/** Throws ProviderCallError where PayPal cannot hold the amount. */
export function toAmount(money: Money): Amount {
  const { amountMinor, currency } = money
  if (!currencies.has(currency))
    throw cannotSend(
      `PayPal cannot take ${currency}.`,
      'Convert the amount first, for example to USD, or use a provider that takes this currency.',
      'amount',
    )
  const unit = wholeOnly.has(currency) ? 10 ** exponentOf(currency) : 1
  if (amountMinor % unit !== 0)
    throw cannotSend(`PayPal takes ${currency} in whole units only.`, 'Round the amount.', 'amount')
  return { currency_code: currency, value: wholeOnly.has(currency) ? String(amountMinor / unit) : toDecimal(money) }
}

export const toMoney = (found: Amount): Money => fromDecimal(found.value, found.currency_code)

/** All of them together; null for none. */
export function sumOf(amounts: readonly Amount[]): Money | null {
  const [first, ...rest] = amounts.map(toMoney)
  if (first === undefined) return null
  return rest.reduce((sum, { amountMinor }) => ({ ...sum, amountMinor: sum.amountMinor + amountMinor }), first)
}

/** ISO 8601 in UTC of a time PayPal writes, also as `2026-11-21T08:00:00+0000`; null for none. */
export function momentOf(text: string | null | undefined): string | null {
  const at = new Date(text ?? NaN)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}
