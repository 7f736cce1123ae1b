import type { SavedDashboardModel } from '@patchbay/prisma/generated/models.ts'
import { CompareEnum, GrainEnum, GroupByEnum, PresetEnum } from './analytics-parts.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import type { DashboardPanel } from './dashboard-panels.ts'
import { CategoryEnum, EnvironmentEnum } from './enums.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled } from './given.ts'
import { reachOf } from './load/reach.ts'
import { savedDashboardPage } from './load/saved-dashboards.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ChartEnum = builder.enumType('DashboardChart', {
  description: 'How a panel shows its figures.',
  values: {
    LINE: { description: 'Lines over time.' },
    BAR: { description: 'Bars over time, or of groups.' },
    DOUGHNUT: { description: 'Shares of groups.' },
    STACK: { description: 'Areas over time, on top of each other.' },
    NUMBER: { description: 'One number, compared.' },
    TABLE: { description: 'A row for each group.' },
  },
})

const MeasureEnum = builder.enumType('DashboardMeasure', {
  description: 'What a panel shows.',
  values: {
    CALLS: { description: 'Calls.' },
    ERRORS: { description: 'Failed calls.' },
    ERROR_RATE: { description: 'Share of failed calls.' },
    LATENCY_P50: { description: 'Latency half of the calls stay within.' },
    LATENCY_P95: { description: 'Latency 95 % stay within.' },
    LATENCY_P99: { description: 'Latency 99 % stay within.' },
    BYTES: { description: 'Bytes sent and received.' },
    COST: { description: 'Costs.' },
    RETRIES: { description: 'Repeated requests.' },
    CACHED: { description: 'Calls answered from the cache.' },
    LIMITED: { description: 'Calls refused by a limit.' },
    WEBHOOKS: { description: 'Webhooks received.' },
    DELIVERIES: { description: 'Deliveries made.' },
    ORDERS: { description: 'Orders that came in.' },
    TRANSACTIONS: { description: 'Payments taken.' },
    UPTIME: { description: 'Uptime strips of connections.' },
  },
})

const PanelType = builder.objectRef<DashboardPanel>('DashboardPanel').implement({
  description: 'One panel of a dashboard: what `analytics` is asked for it, and how it is shown.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'Above it.' }),
    chart: t.expose('chart', { type: ChartEnum, description: 'How it shows its figures.' }),
    measure: t.expose('measure', { type: MeasureEnum, description: 'What it shows.' }),
    preset: t.expose('preset', { type: PresetEnum, description: 'Of which span.' }),
    grain: t.expose('grain', { type: GrainEnum, description: 'In points of this width.' }),
    groupBy: t.expose('groupBy', { type: GroupByEnum, description: 'Told apart by this.' }),
    compare: t.expose('compare', { type: CompareEnum, description: 'Compared with this.' }),
    top: t.exposeInt('top', { description: 'Groups at most.' }),
    width: t.exposeInt('width', { description: 'Columns of twelve it is wide.' }),
    connectionIds: t.idList({
      description: 'Global ids of the connections it is about; empty for all.',
      resolve: ({ connectionIds }) => connectionIds.map((id) => globalId('Connection', id)),
    }),
    providers: t.exposeStringList('providers', { description: 'Slugs of the providers it is about; empty for all.' }),
    categories: t.expose('categories', { type: [CategoryEnum], description: 'Categories; empty for all.' }),
    environment: t.expose('environment', {
      type: EnvironmentEnum,
      nullable: true,
      description: 'World; null for both.',
    }),
  }),
})

const isOwn = (row: SavedDashboardModel, { viewer }: Context): boolean => viewer?.id === row.createdById

builder.objectType('SavedDashboard', {
  description: 'Panels somebody put together.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('SavedDashboard', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    shared: t.exposeBoolean('shared', { description: 'Everybody of the organization sees it.' }),
    own: t.boolean({
      description: 'The viewer made it, and may change it.',
      resolve: (row, _args, ctx) => isOwn(row, ctx),
    }),
    panels: t.field({
      type: [PanelType],
      description: 'In their order.',
      complexity: { field: 1, multiplier: 6 },
      resolve: ({ panels }) => panels as unknown as DashboardPanel[],
    }),
    createdBy: t.string({
      nullable: true,
      description: 'Who made it, by name.',
      resolve: ({ createdById }, _args, { loaders }) => loaders.userName.load(createdById),
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
})

const DashboardPage = pageType('SavedDashboard', 'SavedDashboard', 'saved dashboards')

defineNode('SavedDashboard', {
  scope: 'analytics:read',
  load: async (ctx, id) => {
    const row = await ctx.loaders.savedDashboard.load(id)
    return row !== null && (row.shared || isOwn(row, ctx)) ? row : null
  },
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const PanelInput = builder.inputType('DashboardPanelInput', {
  description: 'One panel of a dashboard.',
  fields: (t) => ({
    title: t.string({ required: true, description: '1 to 80 characters.' }),
    chart: t.field({ type: ChartEnum, required: true, description: 'How it shows its figures.' }),
    measure: t.field({ type: MeasureEnum, required: true, description: 'What it shows.' }),
    preset: t.field({ type: PresetEnum, required: true, description: 'Of which span.' }),
    grain: t.field({ type: GrainEnum, description: 'In points of this width. Default AUTO.' }),
    groupBy: t.field({ type: GroupByEnum, description: 'Told apart by this. Default NONE.' }),
    compare: t.field({ type: CompareEnum, description: 'Compared with this. Default NONE.' }),
    top: t.int({ description: 'Groups at most, 1 to 50. Default 8.' }),
    width: t.int({ description: 'Columns of twelve it is wide, 3 to 12. Default 6.' }),
    connectionIds: t.idList({ description: 'About these connections. Default all.' }),
    providers: t.stringList({ description: 'About these providers (slugs). Default all.' }),
    categories: t.field({ type: [CategoryEnum], description: 'About these categories. Default all.' }),
    environment: t.field({ type: EnvironmentEnum, description: 'About this world. Default both.' }),
  }),
})

const SaveDashboardInput = builder.inputType('SaveDashboardInput', {
  description: 'A dashboard to save.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 80 characters.' }),
    shared: t.boolean({ description: 'Let everybody of the organization see it. Default false.' }),
    panels: t.field({ type: [PanelInput], required: true, description: '1 to 24 panels.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const UpdateDashboardInput = builder.inputType('UpdateDashboardInput', {
  description: 'What to change of a dashboard; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The dashboard.' }),
    version: t.int({ description: 'As it was read: refuses when it changed since.' }),
    name: t.string({ description: '1 to 80 characters.' }),
    shared: t.boolean({ description: 'Let everybody of the organization see it.' }),
    panels: t.field({ type: [PanelInput], description: '1 to 24 panels, instead of those there are.' }),
  }),
})

const DeleteDashboardInput = builder.inputType('DeleteDashboardInput', {
  description: 'Which dashboard to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The dashboard.' }) }),
})

/** Panels as the rules take them: row ids, defaults filled in. */
const panelsOf = (panels: readonly (typeof PanelInput.$inferInput)[]): DashboardPanel[] =>
  panels.map(({ title, chart, measure, preset, ...rest }) => ({
    title,
    chart,
    measure,
    preset,
    grain: rest.grain ?? 'AUTO',
    groupBy: rest.groupBy ?? 'NONE',
    compare: rest.compare ?? 'NONE',
    top: rest.top ?? 8,
    width: rest.width ?? 6,
    connectionIds: (rest.connectionIds ?? []).map((id) => rowId('Connection', id)),
    providers: [...(rest.providers ?? [])],
    categories: [...(rest.categories ?? [])],
    environment: rest.environment ?? null,
  }))

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  savedDashboards: t.connection(
    {
      type: 'SavedDashboard',
      nullable: true,
      description: 'The viewer’s own dashboards and shared ones, newest first.',
      authScopes: { may: 'analytics:read' },
      complexity: pageCost,
      args: { search: t.arg.string({ description: 'Words of the name.' }) },
      resolve: (_root, args, ctx) => savedDashboardPage(reachOf(ctx), args, ctx.viewer?.id ?? '', args.search),
    },
    DashboardPage,
  ),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The dashboard as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<SavedDashboardModel> {
  const { id } = await changed
  ctx.refresh()
  const row = await ctx.loaders.savedDashboard.load(id)
  if (row === null) throw new NotFoundError('dashboard', id)
  return row
}

builder.mutationFields((t) => ({
  saveDashboard: t.field({
    type: 'SavedDashboard',
    description: 'Saves a dashboard.',
    authScopes: { may: 'analytics:read' },
    complexity: 5,
    errors: outcome(repeatable, 'dashboard', 'The dashboard.'),
    args: { input: t.arg({ type: SaveDashboardInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input: { name, shared, panels, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.savedDashboard.save(ctx.actor(), {
          name,
          shared: shared ?? null,
          panels: panelsOf(panels),
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  updateDashboard: t.field({
    type: 'SavedDashboard',
    description: 'Changes a dashboard. Only who made it may.',
    authScopes: { may: 'analytics:read' },
    complexity: 5,
    errors: outcome(contended, 'dashboard', 'The dashboard as it is now.'),
    args: { input: t.arg({ type: UpdateDashboardInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input: { id, panels, ...rest } }, ctx) =>
      reread(
        ctx,
        ctx.commands.savedDashboard.update(ctx.actor(), {
          id: rowId('SavedDashboard', id),
          ...filled(rest),
          ...(panels == null ? {} : { panels: panelsOf(panels) }),
        }),
      ),
  }),
  deleteDashboard: t.field({
    type: 'ID',
    description: 'Deletes a dashboard. Only who made it may.',
    authScopes: { may: 'analytics:read' },
    complexity: 5,
    errors: outcome(contended, 'removedId', 'Global id of the dashboard that is gone.'),
    args: { input: t.arg({ type: DeleteDashboardInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.savedDashboard.delete(ctx.actor(), { id: rowId('SavedDashboard', input.id) })
      return globalId('SavedDashboard', id)
    },
  }),
}))
