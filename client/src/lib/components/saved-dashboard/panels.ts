import type { AnalyticsView } from '#lib/components/analytics/view.svelte.ts'
import { globalId } from '#lib/components/connection/path.ts'
import type { DashboardPanelInput, PanelLineFragment } from '#lib/graphql/generated/graphql.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** The most panels of a dashboard. */
export const mostPanels = 24

/** A panel as it is sent: without what the hub adds to an answer. */
export const inputOf = (panel: PanelLineFragment): DashboardPanelInput => ({
  title: panel.title,
  chart: panel.chart,
  measure: panel.measure,
  preset: panel.preset,
  grain: panel.grain,
  groupBy: panel.groupBy,
  compare: panel.compare,
  top: panel.top,
  width: panel.width,
  connectionIds: panel.connectionIds,
  providers: panel.providers,
  categories: panel.categories,
  environment: panel.environment,
})

/** A new panel, to be changed by whoever adds it. */
export const blank = (): PanelLineFragment => ({
  title: '',
  chart: 'LINE',
  measure: 'CALLS',
  preset: 'WEEK',
  grain: 'AUTO',
  groupBy: 'NONE',
  compare: 'PREVIOUS',
  top: 8,
  width: 6,
  connectionIds: [],
  providers: [],
  categories: [],
  environment: null,
})

/** What the page of analytics shows, as panels. */
export function panelsOf(view: AnalyticsView): DashboardPanelInput[] {
  const { measures } = i18n.t.dashboards
  const words = i18n.t.analytics
  const common = {
    preset: view.preset,
    compare: view.compare,
    connectionIds: view.connection ? [globalId('Connection', view.connection)] : [],
    providers: view.provider ? [view.provider] : [],
    categories: view.category ? [view.category] : [],
    environment: view.environment,
  }
  const by = view.group === 'NONE' ? ('PROVIDER' as const) : view.group
  const number = (measure: DashboardPanelInput['measure']) =>
    ({ ...common, title: measures[measure], chart: 'NUMBER', measure, width: 3 }) as const
  return [
    ...(['CALLS', 'ERROR_RATE', 'LATENCY_P95', 'COST'] as const).map(number),
    { ...common, title: words.volume, chart: 'LINE', measure: 'CALLS', groupBy: view.group, width: 12 },
    { ...common, title: measures.LATENCY_P95, chart: 'BAR', measure: 'LATENCY_P95', groupBy: by, width: 4 },
    { ...common, title: words.errorTrend, chart: 'BAR', measure: 'ERRORS', width: 4 },
    { ...common, title: words.shares[by], chart: 'DOUGHNUT', measure: 'CALLS', groupBy: by, width: 4 },
    { ...common, title: words.cost, chart: 'BAR', measure: 'COST', width: 6 },
    { ...common, title: words.uptime, chart: 'TABLE', measure: 'UPTIME', width: 6 },
  ]
}
