import { fileName, save } from '#lib/components/ui/chart/picture.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { csvOf } from './csv.ts'
import type { Figures } from './figures.svelte.ts'
import { groupName } from './words.ts'

type Totals = NonNullable<Figures['summary']>['totals']

const headings = () => {
  const words = i18n.t.analytics.figures
  return [
    ...[words.calls, words.errors, words.errorRate, words.p50, words.p95, words.p99],
    ...[words.sent, words.received, words.callCost, words.retries, words.cached, words.limited],
  ]
}
/** Shares as fractions, spans in milliseconds, money in units of its currency: what a spreadsheet counts with. */
const cells = (figures: Totals): (number | null)[] => [
  ...[figures.calls, figures.errors, figures.errorRate, figures.p50Ms, figures.p95Ms, figures.p99Ms],
  ...[Number(figures.requestBytes), Number(figures.responseBytes), Number(figures.costMicros) / 1_000_000],
  ...[figures.retries, figures.cached, figures.limited],
]

function hand(name: string, rows: readonly (readonly (string | number | null)[])[]): void {
  save(fileName(name, 'csv'), new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }))
}

/** Saves the figures of the page point by point. */
export function exportPoints({ summary }: Figures): void {
  if (summary === null) return
  const words = i18n.t.analytics
  hand(`${words.title} ${summary.since.slice(0, 16)}`, [
    [i18n.t.charts.time, ...headings()],
    ...summary.points.map((point) => [point.at, ...cells(point)]),
    [words.total, ...cells(summary.totals)],
  ])
}

/** Saves them group by group. */
export function exportGroups({ groups, view }: Figures): void {
  if (groups === null) return
  const words = i18n.t.analytics
  const by = words.groups[view.group === 'NONE' ? 'PROVIDER' : view.group]
  hand(`${words.title} ${by} ${groups.since.slice(0, 16)}`, [
    [by, ...headings()],
    ...groups.series.map((group) => [groupName(group), ...cells(group.totals)]),
  ])
}
