import type { ChartPlace } from '#lib/components/ui/chart/series.ts'
import type { AnalyticsGrain } from '#lib/graphql/generated/graphql.ts'
import { format } from '#lib/i18n/format.svelte.ts'

/** Points in time as an axis names them: short along it, in full for who reads one. */
export function placesOf(points: readonly { readonly at: string }[], grain: AnalyticsGrain): ChartPlace[] {
  const first = points[0]?.at
  const last = points.at(-1)?.at
  const oneDay = first !== undefined && last !== undefined && format.date(first) === format.date(last)
  return points.map(({ at }) => {
    switch (grain) {
      case 'MINUTE':
      case 'HOUR':
        return {
          label: oneDay || grain === 'MINUTE' ? format.hour(at) : `${format.day(at)} ${format.hour(at)}`,
          title: `${format.date(at)} ${format.hour(at)} ${format.zone}`,
        }
      case 'MONTH':
        return { label: format.month(at) }
      default:
        return { label: format.day(at), title: format.date(at) }
    }
  })
}
