import type { AnalyticsGrain } from '#lib/graphql/generated/graphql.ts'
import { dayMs } from '#lib/i18n/day.ts'
import { format } from '#lib/i18n/format.svelte.ts'
import { wallClockOf } from '#lib/i18n/wall-clock.ts'

const shares: Readonly<Record<Exclude<AnalyticsGrain, 'AUTO' | 'MONTH'>, number>> = {
  MINUTE: 60_000 / dayMs,
  HOUR: 3_600_000 / dayMs,
  DAY: 1,
  WEEK: 7,
}

const daysInMonth = (at: string): number => {
  const [year = 2000, month = 1] = wallClockOf(at, format.region.timeZone).split(/[-T]/).map(Number)
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** What each point may cost for a month to come out at its budget exactly. */
export const paceOf = (monthlyMicros: string, points: readonly string[], grain: AnalyticsGrain): number[] =>
  points.map((at) => {
    const monthly = Number(monthlyMicros)
    return grain === 'MONTH' || grain === 'AUTO' ? monthly : (monthly / daysInMonth(at)) * shares[grain]
  })
