import { windowOf } from '../../calendar.ts'
import type { Reach } from '../reach.ts'
import { accrued } from './accrual.ts'
import { spendingOf, subscriptionsOf, totalOf, type Cost, type Spending } from './costs.ts'
import { groupingOf, type AnalyticsFilter } from './groups.ts'
import { beginningOf, rangeOf } from './range.ts'

/** What this month will have cost when it is over. */
export interface Forecast {
  readonly since: Date
  readonly until: Date
  /** So far, subscriptions included. */
  readonly spentMicros: bigint
  /** A day's calls and transactions, by the mean of the last complete days. */
  readonly dailyMeanMicros: bigint
  /** Days that mean is of; 0 when there is none yet. */
  readonly meanDays: number
  /** What subscriptions still add. */
  readonly subscriptionsToComeMicros: bigint
  readonly totalMicros: bigint
}

/** Complete days the mean is of, at most. */
const recentDays = 14
const dayMs = 86_400_000

const variable = ({ callsMicros, transactionsMicros }: Cost): bigint => callsMicros + transactionsMicros

/** Costs of this month up to now, by connection and in all. */
export function monthToDate(reach: Reach, timeZone: string, filter: AnalyticsFilter): Promise<Spending> {
  return spendingOf(reach, rangeOf({ preset: 'THIS_MONTH' }, 'DAY', { now: reach.now(), timeZone }), filter)
}

/**
 * This month so far, and for the rest of it the mean of the last 14 complete days (fewer where the first cost is younger)
 * and what subscriptions still come to. Today's rest counts by its share of the day.
 */
export async function forecastOf(reach: Reach, timeZone: string, filter: AnalyticsFilter): Promise<Forecast> {
  const now = reach.now()
  const month = windowOf('MONTH', now, timeZone)
  const today = windowOf('DAY', now, timeZone)
  const recent = beginningOf('DAY', new Date(today.start.getTime() - recentDays * dayMs + dayMs / 2), timeZone)
  const [{ totals }, before, { whole }] = await Promise.all([
    monthToDate(reach, timeZone, filter),
    spendingOf(reach, rangeOf({ since: recent, until: today.start }, 'DAY', { now, timeZone }), filter),
    groupingOf(reach, 'NONE', filter),
  ])
  const first = before.points.findIndex((point) => variable(point) !== 0n)
  const days = first === -1 ? [] : before.points.slice(first)
  const recentMicros = days.reduce((sum, point) => sum + variable(point), 0n)
  const dailyMeanMicros = days.length === 0 ? 0n : recentMicros / BigInt(days.length)
  const subscriptions = await subscriptionsOf(reach, { since: now, until: month.end }, whole.connectionIds)
  const toCome = subscriptions.reduce((sum, price) => sum + accrued(price, now, month.end, timeZone), 0n)
  const spentMicros = totalOf(totals)
  const daysLeft = (month.end.getTime() - now.getTime()) / dayMs
  const variableToCome = BigInt(Math.round(Number(dailyMeanMicros) * daysLeft))
  return {
    since: month.start,
    until: month.end,
    spentMicros,
    dailyMeanMicros,
    meanDays: days.length,
    subscriptionsToComeMicros: toCome,
    totalMicros: spentMicros + variableToCome + toCome,
  }
}
