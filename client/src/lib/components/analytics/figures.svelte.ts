import type { AnyVariables } from '@urql/core'
import {
  AnalyticsGroupsDocument,
  AnalyticsSummaryDocument,
  type AnalyticsGroupsQuery,
  type AnalyticsSummaryQuery,
} from '#lib/graphql/generated/graphql.ts'
import type { Fault } from '#lib/graphql/fault.ts'
import { Query } from '#lib/graphql/query.svelte.ts'
import { every } from '#lib/state/every.svelte.ts'
import { behindGroup, callsPath, type Behind, type Group } from './drill.ts'
import type { AnalyticsView } from './view.svelte.ts'

/** Figures are asked for again this often while somebody looks at a span that goes on. */
export const freshMs = 30_000

/** Groups told apart in charts: as many as there are looks. */
const shownGroups = 8

/** What a card needs to know of a question, whatever was asked. */
export type Asked<Data> = Pick<Query<Data, AnyVariables>, 'data' | 'loading' | 'fault' | 'trouble' | 'refetch'>
type Question = Omit<Asked<never>, 'data'>

/** Why a card has nothing to show; null while it waits, and where it has something. */
export const faultOfCard = (asked: Question, shown: unknown): Fault | null =>
  shown === null && !asked.loading ? (asked.fault ?? asked.trouble) : null

/** What several cards of the page read: all calls of the span, and the same by group. */
export class Figures {
  readonly view: AnalyticsView
  readonly #summary = new Query(AnalyticsSummaryDocument, () => ({
    range: this.view.range,
    filter: this.view.filter,
    compare: this.view.compare,
  }))
  readonly #groups = new Query(AnalyticsGroupsDocument, () => ({
    range: this.view.range,
    filter: this.view.filter,
    groupBy: this.view.group === 'NONE' ? 'PROVIDER' : this.view.group,
    top: shownGroups,
  }))

  constructor(view: AnalyticsView) {
    this.view = view
    every(freshMs, this.refetch)
  }

  get summary(): NonNullable<AnalyticsSummaryQuery['analytics']> | null {
    return this.#summary.data?.analytics ?? null
  }
  /** By what the page is grouped by, else by provider. */
  get groups(): NonNullable<AnalyticsGroupsQuery['analytics']> | null {
    return this.#groups.data?.analytics ?? null
  }
  get loading(): boolean {
    return this.#summary.loading || this.#groups.loading
  }
  /** Why there are no figures, if there are none: a span that is too long, a hub that is gone. */
  get fault(): Fault | null {
    return faultOfCard(this.#summary, this.summary) ?? faultOfCard(this.#groups, this.groups)
  }
  /** There was never anything to count. */
  get nothing(): boolean {
    return this.summary !== null && this.summary.totals.calls === 0 && !this.view.filters.any
  }
  refetch = (): void => {
    this.#summary.refetch()
    this.#groups.refetch()
  }

  /** Address of the calls behind a figure of the page; of a category, the page narrowed to it. */
  pathOf = (group: Group | null, behind: Behind): string => {
    const { view } = this
    const own = { connection: view.connection, provider: view.provider, ...behind }
    if (group === null) return callsPath(own)
    if (group.category !== null) {
      const address = new URL(location.href)
      address.searchParams.set('category', group.category)
      address.searchParams.delete('group')
      return `${address.pathname}${address.search}`
    }
    return callsPath({ ...own, ...(behindGroup(group) ?? {}) })
  }
  /** The whole span, for what is not told apart by time. */
  get ends(): { readonly from: string; readonly to: string } | Record<string, never> {
    const { summary } = this
    return summary === null ? {} : { from: summary.since, to: summary.until }
  }
}
