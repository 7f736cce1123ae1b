import { builder } from './builder.ts'
import { EnvironmentEnum, CategoryEnum } from './enums.ts'
import type { AnalyticsFilter } from './load/analytics/groups.ts'
import type { Figures } from './load/analytics/rows.ts'
import { rowId } from './node.ts'

// What figures and costs have in common.

export const GrainEnum = builder.enumType('AnalyticsGrain', {
  description: 'Width of a point. Days, weeks and months are those of the organization’s time zone.',
  values: {
    AUTO: {
      description:
        'The one that shows the span in about 200 points (360 minutes); months instead of weeks for groups and filters.',
    },
    MINUTE: { description: 'Kept for 8 days.' },
    HOUR: { description: 'Kept for 400 days.' },
    DAY: { description: 'Kept for five years.' },
    WEEK: { description: 'Monday to Sunday.' },
    MONTH: { description: 'By the calendar.' },
  },
})

export const PresetEnum = builder.enumType('AnalyticsPreset', {
  description: 'A span that ends now, but for LAST_MONTH.',
  values: {
    HOUR: { description: 'The last 60 minutes.' },
    DAY: { description: 'The last 24 hours.' },
    WEEK: { description: 'The last 7 days, today included.' },
    MONTH: { description: 'The last 30 days.' },
    QUARTER: { description: 'The last 90 days.' },
    YEAR: { description: 'The last 365 days.' },
    TODAY: { description: 'Since midnight.' },
    THIS_WEEK: { description: 'Since Monday.' },
    THIS_MONTH: { description: 'Since the first of the month.' },
    THIS_QUARTER: { description: 'Since the first of January, April, July or October.' },
    THIS_YEAR: { description: 'Since the first of January.' },
    LAST_MONTH: { description: 'The whole month before this one.' },
  },
})

export const CompareEnum = builder.enumType('AnalyticsCompare', {
  description: 'What a span is compared with.',
  values: {
    NONE: { description: 'Nothing.' },
    PREVIOUS: { description: 'The span just before it, as long.' },
    YEAR: { description: 'The same a year earlier.' },
  },
})

export const GroupByEnum = builder.enumType('AnalyticsGroupBy', {
  description: 'What figures are told apart by.',
  values: {
    NONE: { description: 'Nothing: one series.' },
    CONNECTION: { description: 'Connection.' },
    PROVIDER: { description: 'Provider.' },
    CATEGORY: { description: 'What providers are for.' },
    OPERATION: { description: 'Operation of a connection; by the hour and wider.' },
    API_KEY: { description: 'API key that made the calls; by the hour and wider.' },
  },
})

export const RangeInputType = builder.inputType('AnalyticsRange', {
  description: 'A span: a preset, or instants. A span may reach five years back and not into the future.',
  fields: (t) => ({
    preset: t.field({ type: PresetEnum, description: 'A span that ends now.' }),
    since: t.field({ type: 'DateTime', description: 'Beginning, in whole minutes.' }),
    until: t.field({ type: 'DateTime', description: 'End. Default now.' }),
  }),
})

export const AnalyticsFilterInput = builder.inputType('AnalyticsFilter', {
  description: 'Which connections to count. Everything given must hold; within a list any may.',
  fields: (t) => ({
    connectionIds: t.idList({ description: 'These connections.' }),
    providers: t.stringList({ description: 'Those to one of these providers (slugs).' }),
    categories: t.field({ type: [CategoryEnum], description: 'Those to providers for one of these.' }),
    environment: t.field({ type: EnvironmentEnum, description: 'Those to this world only.' }),
  }),
})

/** The filter as readers take it. */
export const filterOf = (filter: typeof AnalyticsFilterInput.$inferInput | null | undefined): AnalyticsFilter => ({
  ...filter,
  connectionIds: filter?.connectionIds?.map((id) => rowId('Connection', id)) ?? null,
})

export const figuresType = builder.interfaceRef<Figures>('CallFigureSet').implement({
  description: 'What is counted of calls.',
  fields: (t) => ({
    calls: t.exposeInt('calls', { description: 'Calls made.' }),
    errors: t.exposeInt('errors', { description: 'Calls that failed.' }),
    errorRate: t.float({
      nullable: true,
      description: 'Share that failed, 0 to 1; null without calls.',
      resolve: ({ calls, errors }) => (calls === 0 ? null : errors / calls),
    }),
    averageMs: t.float({
      nullable: true,
      description: 'Mean latency in milliseconds; null without calls.',
      resolve: ({ calls, latencyTotalMs }) => (calls === 0 ? null : latencyTotalMs / calls),
    }),
    p50Ms: t.exposeFloat('p50Ms', {
      nullable: true,
      description: 'Half took at most this long; within 2 %; null without calls.',
    }),
    p95Ms: t.exposeFloat('p95Ms', { nullable: true, description: '95 % took at most this long; within 2 %.' }),
    p99Ms: t.exposeFloat('p99Ms', { nullable: true, description: '99 % took at most this long; within 2 %.' }),
    requestBytes: t.expose('requestBytes', { type: 'BigInt', description: 'Bytes of bodies sent.' }),
    responseBytes: t.expose('responseBytes', { type: 'BigInt', description: 'Bytes of bodies received.' }),
    costMicros: t.expose('costMicros', {
      type: 'BigInt',
      description:
        'What the calls themselves cost, in millionths of the organization’s currency. Transactions and subscriptions: see `costs`.',
    }),
    retries: t.exposeInt('retries', { description: 'Requests sent beyond the first of each call.' }),
    cached: t.exposeInt('cached', { description: 'Answered from the cache.' }),
    limited: t.exposeInt('limited', { description: 'Refused by a limit, the vendor’s or one of its own.' }),
  }),
})
