import { windowOf, type WindowSpan } from '../../calendar.ts'

/** A price that is paid by the month, for as long as it holds. */
export interface Subscription {
  readonly amountMicros: bigint
  readonly since: Date
  readonly until: Date | null
}

/**
 * What a subscription comes to between two instants, in millionths: each month's amount is spread evenly over its days by
 * the calendar of the time zone, each day's over its hours. A whole month is exactly its amount, however it was cut into
 * parts.
 */
export function accrued(price: Subscription, from: Date, to: Date, timeZone: string): bigint {
  const begin = price.since > from ? price.since : from
  const end = price.until !== null && price.until < to ? price.until : to
  let sum = 0n
  for (let at = begin; at < end;) {
    const month = windowOf('MONTH', at, timeZone)
    const last = month.end < end ? month.end : end
    sum += share(price.amountMicros, month, last, timeZone) - share(price.amountMicros, month, at, timeZone)
    at = last
  }
  return sum
}

/** What of a month's amount falls before an instant of it. */
function share(amountMicros: bigint, month: WindowSpan, at: Date, timeZone: string): bigint {
  if (at <= month.start) return 0n
  if (at >= month.end) return amountMicros
  const day = windowOf('DAY', at, timeZone)
  const dayMs = BigInt(day.end.getTime() - day.start.getTime())
  const doneMs = BigInt(dayCount(month.start, day.start)) * dayMs + BigInt(at.getTime() - day.start.getTime())
  return (amountMicros * doneMs) / (BigInt(dayCount(month.start, month.end)) * dayMs)
}

/** Days between two midnights: clocks that change in between make it a little more or less than a multiple of 24 hours. */
const dayCount = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 86_400_000)
