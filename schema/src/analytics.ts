import {
  AnalyticsFilterInput,
  CompareEnum,
  figuresType,
  filterOf,
  GrainEnum,
  GroupByEnum,
  RangeInputType,
} from './analytics-parts.ts'
import { businessType, connectionBusinessType, deliveryTrafficType, webhookTrafficType } from './analytics-business.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { CategoryEnum } from './enums.ts'
import { InvalidInputError } from './errors.ts'
import {
  Analytics,
  type AnalyticsInput,
  type Comparison,
  type Line,
  type Point,
  type Series,
} from './load/analytics/analytics.ts'
import { businessByConnection, businessOf, eventRows } from './load/analytics/business.ts'
import { goneKey } from './load/analytics/groups.ts'
import type { Measures } from './load/organizations.ts'
import type { Figures } from './load/analytics/rows.ts'
import { topConnections, type TopConnection } from './load/analytics/top.ts'
import { deliveryTraffic, webhookTraffic } from './load/analytics/traffic.ts'
import { reachOf } from './load/reach.ts'
import { below, selects } from './selects.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const FiguresType = builder.objectRef<Figures>('AnalyticsTotals').implement({
  description: 'Figures of a whole span.',
  interfaces: [figuresType],
})

const PointType = builder.objectRef<Point>('AnalyticsPoint').implement({
  description: 'Figures of one point.',
  interfaces: [figuresType],
  fields: (t) => ({ at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }) }),
})

/** Points of an answer cost as one field each: a chart asks for hundreds, read as few rows. */
const pointCost = { field: 5, multiplier: 2 }

const percentiles: ReadonlySet<string> = new Set(['p50Ms', 'p95Ms', 'p99Ms'])

const SeriesType = builder.objectRef<Series>('AnalyticsSeries').implement({
  description: 'Figures of one group.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Stable key of the group within its grouping.' }),
    label: t.string({
      description: 'What to call it. What was deleted meanwhile is called by its id, or `deleted`.',
      resolve: (series, _args, ctx) => labelOf(series, ctx),
    }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Grouped by connection or operation: the connection; null once it was deleted.',
      resolve: ({ groupBy, connectionId }, _args, { loaders }) =>
        groupBy === 'CONNECTION' || groupBy === 'OPERATION' ? loaders.connection.load(connectionId) : null,
    }),
    provider: t.field({
      type: 'Provider',
      nullable: true,
      description: 'Grouped by provider: the provider.',
      resolve: ({ groupBy, key }, _args, { catalog }) => (groupBy === 'PROVIDER' ? (catalog.get(key) ?? null) : null),
    }),
    category: t.field({
      type: CategoryEnum,
      nullable: true,
      description: 'Grouped by category: the category.',
      resolve: ({ groupBy, key }) =>
        groupBy === 'CATEGORY' && key !== goneKey ? (key as typeof CategoryEnum.$inferType) : null,
    }),
    operation: t.string({
      nullable: true,
      description: 'Grouped by operation: its name.',
      resolve: ({ groupBy, name }) => (groupBy === 'OPERATION' ? name : null),
    }),
    apiKey: t.field({
      type: 'ApiKey',
      nullable: true,
      description: 'Grouped by API key: the key; null for those who may not see keys.',
      authScopes: { may: 'key:read' },
      unauthorizedResolver: () => null,
      resolve: ({ groupBy, name }, _args, { loaders }) => (groupBy === 'API_KEY' ? loaders.apiKey.load(name) : null),
    }),
    points: t.field({
      type: [PointType],
      description: 'Oldest first, without gaps.',
      complexity: pointCost,
      resolve: async (series, _args, _ctx, info): Promise<Point[]> => [
        ...(await series.points(selects(info, percentiles))),
      ],
    }),
    totals: t.expose('totals', { type: FiguresType, description: 'The whole span.' }),
  }),
})

async function labelOf({ groupBy, key, name, connectionId }: Series, { loaders, catalog }: Context): Promise<string> {
  switch (groupBy) {
    case 'CONNECTION':
      return (await loaders.connection.load(connectionId))?.name ?? connectionId
    case 'PROVIDER':
      return catalog.get(key)?.name ?? key
    case 'OPERATION':
      return name
    case 'API_KEY':
      return (await loaders.apiKey.load(name))?.name ?? name
    case 'CATEGORY':
    case 'NONE':
      return key
  }
}

const ComparisonType = builder.objectRef<Comparison>('AnalyticsComparison').implement({
  description: 'Figures of the span compared with.',
  fields: (t) => ({
    since: t.field({ type: 'DateTime', description: 'Beginning.', resolve: ({ range }) => range.since }),
    until: t.field({ type: 'DateTime', description: 'End.', resolve: ({ range }) => range.until }),
    points: t.field({
      type: [PointType],
      description: 'Oldest first; the nth belongs beside the nth of the span itself. Months may differ by a point.',
      complexity: pointCost,
      resolve: ({ points }) => [...points],
    }),
    totals: t.expose('totals', { type: FiguresType, description: 'The whole span.' }),
  }),
})

const connectionsOf = async (analytics: Analytics): Promise<readonly string[] | null> =>
  (await analytics.grouping()).whole.connectionIds

const AnalyticsType = builder.objectRef<Analytics>('Analytics').implement({
  description:
    'What happened in a span, in figures. Read from roll-ups that are written together with what they count.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description: 'Beginning, in what is kept so far back: whole minutes, hours or days.',
      resolve: ({ range }) => range.since,
    }),
    until: t.field({ type: 'DateTime', description: 'End.', resolve: ({ range }) => range.until }),
    grain: t.field({ type: GrainEnum, description: 'Width of the points.', resolve: ({ range }) => range.grain }),
    timeZone: t.string({ description: 'IANA zone of days and months.', resolve: ({ range }) => range.timeZone }),
    currency: t.exposeString('currency', { description: 'ISO 4217, of all costs.' }),
    totals: t.field({
      type: FiguresType,
      description: 'Everything together.',
      complexity: 3,
      resolve: async (analytics) => (await analytics.whole()).totals,
    }),
    points: t.field({
      type: [PointType],
      description: 'Everything together, oldest first, without gaps.',
      complexity: pointCost,
      resolve: async (analytics): Promise<Point[]> => [...((await analytics.whole()) as Line).points],
    }),
    previous: t.field({
      type: ComparisonType,
      nullable: true,
      description: 'Everything together in the span compared with; null without `compare`.',
      complexity: 3,
      resolve: (analytics) => analytics.previous(),
    }),
    series: t.field({
      type: [SeriesType],
      description: 'The busiest groups, busiest first.',
      complexity: { field: 5, multiplier: 5 },
      resolve: async (analytics, _args, _ctx, info) => [
        ...(await analytics.series(selects(below(info, 'points'), percentiles))),
      ],
    }),
    webhooks: t.field({
      type: webhookTrafficType,
      description: 'Webhooks received through the connections counted.',
      complexity: 3,
      authScopes: { may: 'source:read' },
      resolve: async (analytics) => webhookTraffic(analytics.reach, analytics.range, await connectionsOf(analytics)),
    }),
    deliveries: t.field({
      type: deliveryTrafficType,
      description: 'Deliveries to all endpoints, whatever the filter.',
      complexity: 3,
      authScopes: { may: 'endpoint:read' },
      resolve: ({ reach, range }) => deliveryTraffic(reach, range),
    }),
    business: t.field({
      type: businessType,
      description: 'What the events that came through the connections counted say of the business.',
      complexity: 3,
      authScopes: { may: 'event:read' },
      resolve: async (analytics) =>
        businessOf(await eventRows(analytics.reach, analytics.range, await connectionsOf(analytics)), analytics.range),
    }),
    businessByConnection: t.field({
      type: [connectionBusinessType],
      description: 'The same by connection, the one with the most events first; 50 at most.',
      complexity: { field: 3, multiplier: 5 },
      authScopes: { may: 'event:read' },
      resolve: async (analytics) =>
        businessByConnection(
          await eventRows(analytics.reach, analytics.range, await connectionsOf(analytics)),
          analytics.range,
        ),
    }),
  }),
})

const TopConnectionType = builder.objectRef<TopConnection>('ConnectionRank').implement({
  description: 'A connection that stands out.',
  fields: (t) => ({
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection; null once it was deleted.',
      resolve: ({ connectionId }, _args, { loaders }) => loaders.connection.load(connectionId),
    }),
    share: t.exposeFloat('share', {
      description: 'Of all calls, errors or costs of the span, 0 to 1; of the slowest one when asked by latency.',
    }),
    figures: t.expose('figures', { type: FiguresType, description: 'Its figures.' }),
  }),
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const TopByEnum = builder.enumType('TopConnectionsBy', {
  description: 'What makes a connection stand out.',
  values: {
    CALLS: { description: 'Most calls.' },
    ERRORS: { description: 'Most failed calls.' },
    LATENCY: { description: 'Highest p95; of those with at least 20 calls.' },
    COST: { description: 'Dearest calls.' },
  },
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Time zone and currency of the reader's organization. */
export async function measures(ctx: Context): Promise<Measures> {
  const found = await ctx.loaders.measures.load(ctx.tenant().organizationId)
  return found ?? { timeZone: 'UTC', currency: 'USD' }
}

builder.queryFields((t) => ({
  analytics: t.field({
    type: AnalyticsType,
    nullable: true,
    description: 'Figures of a span. What is asked below is read, and nothing else.',
    authScopes: { may: 'analytics:read' },
    complexity: 5,
    args: {
      range: t.arg({ type: RangeInputType, required: true, description: 'The span.' }),
      grain: t.arg({ type: GrainEnum, description: 'Width of the points. Default AUTO.' }),
      groupBy: t.arg({ type: GroupByEnum, description: 'What `series` are told apart by. Default NONE.' }),
      filter: t.arg({ type: AnalyticsFilterInput, description: 'Which connections to count. Default all.' }),
      compare: t.arg({ type: CompareEnum, description: 'What to compare with. Default NONE.' }),
      top: t.arg.int({ description: 'Series at most, 1 to 50. Default 8.' }),
    },
    resolve: async (_root, args, ctx) => {
      const input: AnalyticsInput = {
        range: args.range,
        grain: args.grain ?? 'AUTO',
        groupBy: args.groupBy ?? 'NONE',
        filter: filterOf(args.filter),
        compare: args.compare ?? 'NONE',
        top: args.top ?? 8,
      }
      return new Analytics(reachOf(ctx), input, await measures(ctx))
    },
  }),
  topConnections: t.field({
    type: [TopConnectionType],
    nullable: true,
    description: 'Connections that stand out in a span.',
    authScopes: { may: 'analytics:read' },
    complexity: { field: 5, multiplier: 5 },
    args: {
      range: t.arg({ type: RangeInputType, required: true, description: 'The span.' }),
      by: t.arg({ type: TopByEnum, required: true, description: 'What makes one stand out.' }),
      filter: t.arg({ type: AnalyticsFilterInput, description: 'Which connections to look at. Default all.' }),
      first: t.arg.int({ description: 'How many, 1 to 50. Default 5.' }),
    },
    resolve: async (_root, { range, by, filter, first }, ctx) => {
      if (first != null && (first < 1 || first > 50))
        throw new InvalidInputError([{ path: 'first', message: `1 to 50 connections, not ${first}.` }])
      const { timeZone } = await measures(ctx)
      return [
        ...(await topConnections(reachOf(ctx), { range, by, filter: filterOf(filter), first: first ?? 5, timeZone })),
      ]
    },
  }),
}))
