import type { DashboardChart, DashboardMeasure, FigureSetFragment } from '#lib/graphql/generated/graphql.ts'
import type { Kind } from '#lib/i18n/change.ts'
import { format } from '#lib/i18n/format.svelte.ts'

/** Which question answers a measure. */
export type Origin = 'calls' | 'costs' | 'webhooks' | 'deliveries' | 'business' | 'uptime'

export interface Measure {
  readonly origin: Origin
  readonly write: (value: number) => string
  readonly tick: (value: number) => string
  /** How it moves: by a part of itself, or by points. */
  readonly kind: Kind
  /** Charts that can show it, the usual one first. */
  readonly charts: readonly DashboardChart[]
  /** From figures of calls; null for other origins. */
  readonly read: ((figures: FigureSetFragment) => number | null) | null
  /** Failures are red. */
  readonly bad?: boolean
}

const counted: readonly DashboardChart[] = ['LINE', 'BAR', 'STACK', 'DOUGHNUT', 'NUMBER', 'TABLE']
/** What is no part of a whole has no shares and does not add up. */
const measured: readonly DashboardChart[] = ['LINE', 'BAR', 'NUMBER', 'TABLE']
const overTime: readonly DashboardChart[] = ['BAR', 'LINE', 'NUMBER']

const time = (value: number) => format.duration(Math.round(value))
const count = { write: format.number, tick: format.compact, kind: 'measure', charts: counted } as const
const span = { write: time, tick: time, kind: 'measure', charts: measured } as const
const money = (value: number) => format.micros(Math.round(value))

/** What a panel can show. */
export const measures: Readonly<Record<DashboardMeasure, Measure>> = {
  CALLS: { ...count, origin: 'calls', read: ({ calls }) => calls },
  ERRORS: { ...count, origin: 'calls', read: ({ errors }) => errors, bad: true },
  ERROR_RATE: {
    origin: 'calls',
    write: format.percent,
    tick: format.percent,
    kind: 'share',
    charts: measured,
    read: ({ errorRate }) => errorRate,
    bad: true,
  },
  LATENCY_P50: { ...span, origin: 'calls', read: ({ p50Ms }) => p50Ms },
  LATENCY_P95: { ...span, origin: 'calls', read: ({ p95Ms }) => p95Ms },
  LATENCY_P99: { ...span, origin: 'calls', read: ({ p99Ms }) => p99Ms },
  BYTES: {
    ...count,
    write: format.bytes,
    tick: format.bytes,
    origin: 'calls',
    read: ({ requestBytes, responseBytes }) => Number(requestBytes) + Number(responseBytes),
  },
  COST: {
    origin: 'costs',
    write: money,
    tick: (value) => format.microsShort(Math.round(value)),
    kind: 'measure',
    charts: ['BAR', 'LINE', 'DOUGHNUT', 'NUMBER', 'TABLE'],
    read: null,
  },
  RETRIES: { ...count, origin: 'calls', read: ({ retries }) => retries },
  CACHED: { ...count, origin: 'calls', read: ({ cached }) => cached },
  LIMITED: { ...count, origin: 'calls', read: ({ limited }) => limited },
  WEBHOOKS: { ...count, charts: overTime, origin: 'webhooks', read: null },
  DELIVERIES: { ...count, charts: overTime, origin: 'deliveries', read: null },
  ORDERS: { ...count, charts: overTime, origin: 'business', read: null },
  TRANSACTIONS: { ...count, charts: overTime, origin: 'business', read: null },
  UPTIME: { ...count, charts: ['TABLE'], origin: 'uptime', read: null },
}
export const measureNames = Object.keys(measures) as DashboardMeasure[]

/** Whether a chart tells groups apart, and cannot do without. */
export const needsGroups = (chart: DashboardChart): boolean =>
  chart === 'DOUGHNUT' || chart === 'TABLE' || chart === 'STACK'
