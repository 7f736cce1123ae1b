import type { ChartPlace } from '#lib/components/ui/chart/series.ts'
import type { AnalyticsGrain } from '#lib/graphql/generated/graphql.ts'
import { format } from '#lib/i18n/format.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { isolate } from '#lib/i18n/isolate.ts'
import { spanOf } from './drill.ts'

/** Points in time as an axis names them: short along it, in full for who reads one. */
export function placesOf(
  points: readonly { readonly at: string }[],
  { grain, until }: { readonly grain: AnalyticsGrain; readonly until: string },
): ChartPlace[] {
  const first = points[0]?.at
  const last = points.at(-1)?.at
  const oneDay = first !== undefined && last !== undefined && format.date(first) === format.date(last)
  const named = points.map(({ at }): ChartPlace => {
    switch (grain) {
      case 'MINUTE':
      case 'HOUR':
        return {
          label: oneDay || grain === 'MINUTE' ? format.hour(at) : `${isolate(format.day(at))} ${format.hour(at)}`,
          title: `${format.date(at)} ${format.hour(at)} ${format.zone}`,
        }
      case 'MONTH':
        return { label: isolate(format.month(at)) }
      default:
        return { label: isolate(format.day(at)), title: format.date(at) }
    }
  })
  // The last point of a span that goes on is smaller than the others for no other reason.
  const tail = named.at(-1)
  const { to } = spanOf(points, points.length - 1, { grain, until: '9' })
  if (tail !== undefined && to > until)
    named[named.length - 1] = { ...tail, title: `${tail.title ?? tail.label} (${i18n.t.charts.soFar})`, open: true }
  return named
}
