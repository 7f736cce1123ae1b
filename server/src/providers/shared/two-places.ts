import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { cannotSend } from './failure.ts'
import { toDecimal } from './money.ts'

/**
 * Decimal text for books that keep two places and round what has more, so that 12.347 BHD would be entered as 12.35.
 * @throws ProviderCallError INVALID_REQUEST for such a sum; nothing was sent
 */
export function toTwoPlaces(vendor: string, money: Money, field: string): string {
  const text = toDecimal(money)
  const point = text.indexOf('.')
  if (point < 0 || text.length - point <= 3) return text
  if (/[1-9]/.test(text.slice(point + 3)))
    throw cannotSend(
      `${vendor} keeps two decimal places, and ${text} ${money.currency} has more.`,
      'Round the amount to two places: what is rounded in the books no longer fits what was paid.',
      field,
    )
  return text.slice(0, point + 3)
}
