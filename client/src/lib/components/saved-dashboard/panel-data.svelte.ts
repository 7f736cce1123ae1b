import { placesOf } from '#lib/components/analytics/places.ts'
import { groupName } from '#lib/components/analytics/words.ts'
import type { Group } from '#lib/components/analytics/drill.ts'
import { faultOfCard, freshMs } from '#lib/components/analytics/figures.svelte.ts'
import type { ChartPlace, ChartSeries } from '#lib/components/ui/chart/series.ts'
import type { Fault } from '#lib/graphql/fault.ts'
import {
  AnalyticsBusinessDocument,
  AnalyticsCostsDocument,
  AnalyticsTrafficDocument,
  PanelFiguresDocument,
  type AnalyticsFilter,
  type AnalyticsGrain,
  type CostGroupBy,
  type PanelLineFragment,
} from '#lib/graphql/generated/graphql.ts'
import { Query } from '#lib/graphql/query.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { every } from '#lib/state/every.svelte.ts'
import { measures, needsGroups, type Measure } from './measures.ts'

/** A group of a panel and what it comes to. */
export interface PanelGroup {
  readonly key: string
  readonly label: string
  readonly value: number | null
  readonly values: readonly (number | null)[]
  readonly group: Group | null
}

interface Points {
  readonly at: readonly { readonly at: string }[]
  readonly values: readonly (number | null)[]
  readonly before: readonly (number | null)[] | null
  readonly total: number | null
  readonly totalBefore: number | null
  readonly span: { readonly since: string; readonly until: string; readonly grain: AnalyticsGrain }
}

/** What one panel shows, whichever question answers its measure. */
export class PanelData {
  readonly #panel: () => PanelLineFragment
  readonly #calls = new Query(PanelFiguresDocument, () => {
    const { grain, compare } = this.panel
    if (this.measure.origin !== 'calls') return null
    const { grouped } = this
    return {
      ...this.#asked,
      grain,
      groupBy: grouped ? this.groupBy : 'NONE',
      compare,
      top: this.panel.top,
      grouped,
      compared: compare !== 'NONE',
    }
  })
  readonly #costs = new Query(AnalyticsCostsDocument, () => {
    if (this.measure.origin !== 'costs') return null
    const by = this.groupBy
    const groupBy: CostGroupBy = by === 'PROVIDER' || by === 'CATEGORY' ? by : 'CONNECTION'
    return { ...this.#asked, groupBy }
  })
  readonly #traffic = new Query(AnalyticsTrafficDocument, () =>
    this.measure.origin === 'webhooks' || this.measure.origin === 'deliveries' ? this.#asked : null,
  )
  readonly #business = new Query(AnalyticsBusinessDocument, () =>
    this.measure.origin === 'business' ? this.#asked : null,
  )

  constructor(panel: () => PanelLineFragment) {
    this.#panel = panel
    every(freshMs, this.refetch)
  }

  get panel(): PanelLineFragment {
    return this.#panel()
  }
  get measure(): Measure {
    return measures[this.panel.measure]
  }
  /** Told apart by groups: where it was chosen, and where the chart cannot do without. */
  get grouped(): boolean {
    const { groupBy, chart } = this.panel
    return chart !== 'NUMBER' && (groupBy !== 'NONE' || needsGroups(chart))
  }
  get groupBy(): PanelLineFragment['groupBy'] {
    return this.panel.groupBy === 'NONE' ? 'PROVIDER' : this.panel.groupBy
  }
  get filter(): AnalyticsFilter {
    const { connectionIds, providers, categories, environment } = this.panel
    return {
      ...(connectionIds.length > 0 && { connectionIds }),
      ...(providers.length > 0 && { providers }),
      ...(categories.length > 0 && { categories }),
      ...(environment !== null && { environment }),
    }
  }
  get #asked() {
    return { range: { preset: this.panel.preset }, filter: this.filter }
  }
  get #query() {
    const queries = {
      calls: this.#calls,
      costs: this.#costs,
      webhooks: this.#traffic,
      deliveries: this.#traffic,
      business: this.#business,
      uptime: null,
    }
    return queries[this.measure.origin]
  }

  get loading(): boolean {
    return this.#query?.loading ?? false
  }
  get fault(): Fault | null {
    const query = this.#query
    return query === null ? null : faultOfCard(query, this.points === null && this.groups.length === 0 ? null : true)
  }
  refetch = (): void => this.#query?.refetch()

  /** By point, all together; null while nothing is known, and where groups were asked for. */
  readonly points: Points | null = $derived.by(() => this.#points())
  #points(): Points | null {
    const { measure } = this
    const { read } = measure
    const calls = this.#calls.data?.analytics
    if (read !== null && calls) {
      const before = calls.previous ?? null
      return {
        at: calls.points ?? [],
        values: (calls.points ?? []).map(read),
        before: before === null ? null : (calls.points ?? []).map((_, n) => orNull(before.points?.[n], read)),
        total: read(calls.totals),
        totalBefore: before === null ? null : read(before.totals),
        span: calls,
      }
    }
    const costs = this.#costs.data?.costs
    if (measure.origin === 'costs' && costs)
      return {
        at: costs.points,
        values: costs.points.map(({ totalMicros }) => Number(totalMicros)),
        before: null,
        total: Number(costs.totals.totalMicros),
        totalBefore: this.panel.compare === 'PREVIOUS' ? Number(costs.previousTotals.totalMicros) : null,
        span: costs,
      }
    const traffic = this.#traffic.data?.analytics
    const alone = { before: null, totalBefore: null }
    if (measure.origin === 'webhooks' && traffic?.webhooks) {
      const { points, totals } = traffic.webhooks
      return {
        ...alone,
        at: points,
        values: points.map((each) => each.received),
        total: totals.received,
        span: traffic,
      }
    }
    if (measure.origin === 'deliveries' && traffic?.deliveries) {
      const { points, totals } = traffic.deliveries
      return {
        ...alone,
        at: points,
        values: points.map((each) => each.delivered),
        total: totals.delivered,
        span: traffic,
      }
    }
    const figures = this.#business.data?.analytics
    if (measure.origin === 'business' && figures?.business) {
      const { points, orders, transactions } = figures.business
      const key = this.panel.measure === 'ORDERS' ? 'orders' : 'transactions'
      return {
        ...alone,
        at: points,
        values: points.map((each) => each[key]),
        total: key === 'orders' ? orders : transactions,
        // Events are counted by the hour and wider.
        span: { ...figures, grain: figures.grain === 'MINUTE' ? 'HOUR' : figures.grain },
      }
    }
    return null
  }

  /** By group, largest first as the hub sorts them. */
  readonly groups: readonly PanelGroup[] = $derived.by(() => {
    const { read, origin } = this.measure
    if (read !== null)
      return (this.#calls.data?.analytics?.series ?? []).map((group) => ({
        key: group.key,
        label: groupName(group),
        value: read(group.totals),
        values: group.points.map(read),
        group,
      }))
    if (origin !== 'costs') return []
    return (this.#costs.data?.costs?.items ?? []).map(({ key, label, category, totalMicros }) => ({
      key,
      label: category === null ? label : i18n.t.state.category[category],
      value: Number(totalMicros),
      values: [],
      group: null,
    }))
  })
  get places(): ChartPlace[] {
    const grouped = this.#calls.data?.analytics?.series?.[0]?.points
    const span = this.points?.span
    if (span === undefined) return []
    return placesOf(grouped ?? this.points?.at ?? [], span)
  }
  /** Beginnings of the points, to open what is behind one. */
  get at(): readonly { readonly at: string }[] {
    return this.#calls.data?.analytics?.series?.[0]?.points ?? this.points?.at ?? []
  }
  /** As lines or bars over time. */
  get series(): ChartSeries[] {
    const { panel, points, measure } = this
    if (this.grouped && measure.read !== null)
      return this.groups.map(({ key, label, values }) => ({ key, label, values }))
    if (points === null) return []
    const tone = measure.bad ? { tone: 'bad' as const } : {}
    return [
      { key: 'now', label: i18n.t.dashboards.measures[panel.measure], values: points.values, ...tone },
      ...(points.before === null
        ? []
        : [{ key: 'before', label: i18n.t.dashboards.before, values: points.before, kind: 'reference' as const }]),
    ]
  }
}

const orNull = <Row>(row: Row | undefined, read: (row: Row) => number | null): number | null =>
  row === undefined ? null : read(row)
