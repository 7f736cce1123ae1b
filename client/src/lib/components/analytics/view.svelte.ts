import { globalId } from '#lib/components/connection/path.ts'
import type {
  AnalyticsCompare,
  AnalyticsFilter,
  AnalyticsGroupBy,
  AnalyticsPreset,
  AnalyticsRange,
  Category,
  ConnectionFilter,
  CostGroupBy,
  Environment,
} from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

/** Spans to choose from; `custom` takes its ends from the address. */
export const spans = ['hour', 'day', 'week', 'month', 'quarter', 'custom'] as const
export type Span = (typeof spans)[number]
export const groups = ['NONE', 'CONNECTION', 'PROVIDER', 'CATEGORY', 'OPERATION', 'API_KEY'] as const
export const compares = ['PREVIOUS', 'YEAR', 'NONE'] as const
export const categories: readonly Category[] = [
  ...(['PAYMENT', 'FULFILLMENT', 'SHIPPING', 'ECOMMERCE', 'ACCOUNTING', 'EMAIL'] as const),
  ...(['MARKETING', 'CRM', 'ANALYTICS', 'SOCIAL', 'MESSAGING', 'CALENDAR'] as const),
]
export const environments: readonly Environment[] = ['LIVE', 'SANDBOX']

const presets: Readonly<Record<Exclude<Span, 'custom'>, AnalyticsPreset>> = {
  hour: 'HOUR',
  day: 'DAY',
  week: 'WEEK',
  month: 'MONTH',
  quarter: 'QUARTER',
}
const instant = (text: string): string => (Number.isNaN(Date.parse(text)) ? '' : new Date(text).toISOString())

/** Which figures the page shows, from its address. */
export class AnalyticsView {
  readonly filters = new UrlFilters(['connection', 'provider', 'category', 'environment'])
  readonly #place = new UrlFilters(['span', 'from', 'to', 'compare', 'group'])

  /** A span of one's own counts once it has a beginning. */
  get span(): Span {
    const span = this.#place.oneOf('span', spans) ?? 'day'
    return span === 'custom' && this.from === '' ? 'day' : span
  }
  /** The choice itself, also while it has no beginning yet. */
  get choosing(): boolean {
    return this.#place.get('span') === 'custom'
  }
  get from(): string {
    return instant(this.#place.get('from'))
  }
  get to(): string {
    return instant(this.#place.get('to'))
  }
  get compare(): AnalyticsCompare {
    return this.#place.oneOf('compare', compares) ?? 'PREVIOUS'
  }
  get group(): AnalyticsGroupBy {
    return this.#place.oneOf('group', groups) ?? 'NONE'
  }
  /** Uuid. */
  get connection(): string {
    return this.filters.get('connection')
  }
  /** Slug. */
  get provider(): string {
    return this.filters.get('provider')
  }
  get category(): Category | null {
    return this.filters.oneOf('category', categories)
  }
  get environment(): Environment | null {
    return this.filters.oneOf('environment', environments)
  }

  get range(): AnalyticsRange {
    const { span } = this
    return span === 'custom' ? { since: this.from, until: this.to || null } : { preset: presets[span] }
  }
  /** The span as a saved dashboard keeps it; one of one's own stands still, and a dashboard does not. */
  get preset(): AnalyticsPreset {
    const { span } = this
    return span === 'custom' ? 'MONTH' : presets[span]
  }
  get filter(): AnalyticsFilter {
    return {
      ...(this.connection && { connectionIds: [globalId('Connection', this.connection)] }),
      ...(this.provider && { providers: [this.provider] }),
      ...(this.category && { categories: [this.category] }),
      ...(this.environment && { environment: this.environment }),
    }
  }
  /** The same for lists of connections, which know no single one. */
  get connections(): ConnectionFilter {
    return {
      ...(this.provider && { provider: [this.provider] }),
      ...(this.category && { category: [this.category] }),
      ...(this.environment && { environment: [this.environment] }),
    }
  }
  /** What costs can be told apart by, as near as may be. */
  get costGroup(): CostGroupBy {
    return this.group === 'PROVIDER' || this.group === 'CATEGORY' ? this.group : 'CONNECTION'
  }

  useSpan(span: Span): void {
    this.#place.set({ span: span === 'day' ? '' : span, ...(span !== 'custom' && { from: '', to: '' }) })
  }
  useEnds(ends: { readonly from?: string; readonly to?: string }): void {
    this.#place.set({ span: 'custom', ...ends })
  }
  useCompare(compare: AnalyticsCompare): void {
    this.#place.set({ compare: compare === 'PREVIOUS' ? '' : compare })
  }
  useGroup(group: AnalyticsGroupBy): void {
    this.#place.set({ group: group === 'NONE' ? '' : group })
  }
}
