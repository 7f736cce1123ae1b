import { AnalyticsFilterInput, filterOf, GrainEnum, RangeInputType } from './analytics-parts.ts'
import { measures } from './analytics.ts'
import { builder } from './builder.ts'
import { CategoryEnum } from './enums.ts'
import {
  costItems,
  spendingOf,
  totalOf,
  type Cost,
  type CostGroup,
  type CostItem,
  type CostPoint,
  type Spending,
} from './load/analytics/costs.ts'
import { forecastOf, type Forecast } from './load/analytics/forecast.ts'
import { goneKey, type AnalyticsFilter } from './load/analytics/groups.ts'
import { before, rangeOf, type Range, type RangeInput } from './load/analytics/range.ts'
import { budgetsOf } from './load/prices.ts'
import { reachOf } from './load/reach.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const costParts = builder.interfaceRef<Cost>('CostParts').implement({
  description: 'Costs by what causes them, in millionths of the organization’s currency.',
  fields: (t) => ({
    callsMicros: t.expose('callsMicros', { type: 'BigInt', description: 'Prices per call.' }),
    transactionsMicros: t.expose('transactionsMicros', { type: 'BigInt', description: 'Prices per transaction.' }),
    subscriptionsMicros: t.expose('subscriptionsMicros', {
      type: 'BigInt',
      description: 'Prices per month, spread over the days of each month by the calendar.',
    }),
    totalMicros: t.field({ type: 'BigInt', description: 'All together.', resolve: totalOf }),
  }),
})

const CostTotals = builder.objectRef<Cost>('CostTotals').implement({
  description: 'Costs of a whole span.',
  interfaces: [costParts],
})

const CostPointType = builder.objectRef<CostPoint>('CostPoint').implement({
  description: 'Costs of one point.',
  interfaces: [costParts],
  fields: (t) => ({ at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }) }),
})

const CostItemType = builder.objectRef<CostItem & { readonly share: number }>('CostItem').implement({
  description: 'Costs of one group.',
  interfaces: [costParts],
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Stable key of the group.' }),
    label: t.string({
      description: 'What to call it.',
      resolve: async ({ groupBy, key }, _args, { loaders, catalog }) => {
        if (groupBy === 'CONNECTION') return (await loaders.connection.load(key))?.name ?? key
        return groupBy === 'PROVIDER' ? (catalog.get(key)?.name ?? key) : key
      },
    }),
    share: t.exposeFloat('share', { description: 'Of all costs of the span, 0 to 1.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Grouped by connection: the connection; null once it was deleted.',
      resolve: ({ groupBy, key }, _args, { loaders }) =>
        groupBy === 'CONNECTION' ? loaders.connection.load(key) : null,
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
  }),
})

const ForecastType = builder.objectRef<Forecast>('CostForecast').implement({
  description:
    'What this month will have cost: the month so far, and for the rest of it the mean of the last 14 complete days (fewer where the first cost is younger) and what subscriptions still come to.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Beginning of the month.' }),
    until: t.expose('until', { type: 'DateTime', description: 'Its end.' }),
    spentMicros: t.expose('spentMicros', { type: 'BigInt', description: 'So far.' }),
    dailyMeanMicros: t.expose('dailyMeanMicros', {
      type: 'BigInt',
      description: 'Calls and transactions of a day, on average.',
    }),
    meanDays: t.exposeInt('meanDays', { description: 'Days that mean is of; 0 when there is none yet.' }),
    subscriptionsToComeMicros: t.expose('subscriptionsToComeMicros', {
      type: 'BigInt',
      description: 'What subscriptions still come to.',
    }),
    totalMicros: t.expose('totalMicros', { type: 'BigInt', description: 'The month as a whole.' }),
  }),
})

interface CostsView {
  readonly range: Range
  readonly currency: string
  readonly input: RangeInput
  readonly filter: AnalyticsFilter
  readonly groupBy: CostGroup
  readonly spending: () => Promise<Spending>
}

const CostsType = builder.objectRef<CostsView>('Costs').implement({
  description: 'What a span cost.',
  fields: (t) => ({
    since: t.field({ type: 'DateTime', description: 'Beginning.', resolve: ({ range }) => range.since }),
    until: t.field({ type: 'DateTime', description: 'End.', resolve: ({ range }) => range.until }),
    grain: t.field({ type: GrainEnum, description: 'Width of the points.', resolve: ({ range }) => range.grain }),
    currency: t.exposeString('currency', { description: 'ISO 4217.' }),
    totals: t.field({
      type: CostTotals,
      description: 'Everything together.',
      complexity: 3,
      resolve: async ({ spending }) => (await spending()).totals,
    }),
    previousTotals: t.field({
      type: CostTotals,
      description: 'Everything together in the span before, as long.',
      complexity: 3,
      resolve: async ({ range, input, filter }, _args, ctx) =>
        (await spendingOf(reachOf(ctx), before(range, 'PREVIOUS', input.preset), filter)).totals,
    }),
    points: t.field({
      type: [CostPointType],
      description: 'Oldest first, without gaps.',
      complexity: { field: 5, multiplier: 2 },
      resolve: async ({ spending }) => [...(await spending()).points],
    }),
    items: t.field({
      type: [CostItemType],
      description: 'By group, dearest first.',
      complexity: { field: 3, multiplier: 5 },
      resolve: async ({ spending, groupBy }, _args, ctx) => {
        const { byConnection, totals } = await spending()
        const whole = Number(totalOf(totals))
        const items = await costItems(reachOf(ctx), byConnection, groupBy)
        return items.map((item) => ({ ...item, share: whole === 0 ? 0 : Number(totalOf(item)) / whole }))
      },
    }),
    forecast: t.field({
      type: ForecastType,
      description: 'This month to its end, whatever the span.',
      complexity: 5,
      resolve: async ({ range, filter }, _args, ctx) => forecastOf(reachOf(ctx), range.timeZone, filter),
    }),
    budget: t.field({
      type: 'Budget',
      nullable: true,
      description: 'The organization’s budget, or that of the one connection the filter names.',
      complexity: 3,
      resolve: async ({ filter }, _args, ctx) => {
        const wanted = filter.connectionIds?.length === 1 ? filter.connectionIds[0] : null
        return (await budgetsOf(reachOf(ctx))).find(({ connectionId }) => connectionId === wanted) ?? null
      },
    }),
  }),
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const CostGroupEnum = builder.enumType('CostGroupBy', {
  description: 'What costs are told apart by.',
  values: {
    CONNECTION: { description: 'Connection.' },
    PROVIDER: { description: 'Provider.' },
    CATEGORY: { description: 'What providers are for.' },
  },
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  costs: t.field({
    type: CostsType,
    nullable: true,
    description: 'What a span cost: calls, transactions and subscriptions by the prices that held.',
    authScopes: { may: 'analytics:read' },
    complexity: 5,
    args: {
      range: t.arg({ type: RangeInputType, required: true, description: 'The span.' }),
      grain: t.arg({ type: GrainEnum, description: 'Width of the points, HOUR or wider. Default AUTO.' }),
      groupBy: t.arg({ type: CostGroupEnum, description: 'What `items` are told apart by. Default CONNECTION.' }),
      filter: t.arg({ type: AnalyticsFilterInput, description: 'Which connections to count. Default all.' }),
    },
    resolve: async (_root, args, ctx) => {
      const { timeZone, currency } = await measures(ctx)
      const reach = reachOf(ctx)
      const filter = filterOf(args.filter)
      const range = rangeOf(args.range, args.grain ?? 'AUTO', { now: reach.now(), timeZone, finest: 'HOUR' })
      let read: Promise<Spending> | undefined
      const spending = () => (read ??= spendingOf(reach, range, filter))
      return { range, currency, input: args.range, filter, groupBy: args.groupBy ?? 'CONNECTION', spending }
    },
  }),
}))
