import type { HealthTransitionModel } from '@patchbay/prisma/generated/models.ts'
import { asked, rowsOfPage } from './asked.ts'
import { builder } from './builder.ts'
import { CallErrorClassEnum, HealthStateEnum } from './enums.ts'
import { InvalidInputError, type CallErrorClass } from './errors.ts'
import type { StreamBatch } from './events.ts'
import { CallFiguresType } from './figures.ts'
import { healthStrip, historyDays, transitionPage, uptime } from './load/health.ts'
import { mine, reachOf, reaches } from './load/reach.ts'
import { instantSlice } from './load/slice.ts'
import type { HealthCell, LatencyPoint, Uptime } from './loaders.ts'
import { globalId, rowId } from './node.ts'
import { byInstant, pageCost, pageType, readPage } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const UptimeType = builder.objectRef<Uptime>('Uptime').implement({
  description: 'Share of known time a connection was not DOWN, 0 to 1; null while nothing is known.',
  fields: (t) => ({
    day: t.exposeFloat('day', { nullable: true, description: 'Last 24 hours.' }),
    week: t.exposeFloat('week', { nullable: true, description: 'Last 7 days.' }),
    month: t.exposeFloat('month', { nullable: true, description: 'Last 30 days.' }),
    quarter: t.exposeFloat('quarter', { nullable: true, description: 'Last 90 days.' }),
  }),
})

const HealthCellType = builder.objectRef<HealthCell>('HealthCell').implement({
  description: 'One day (UTC) of the health strip.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'Its beginning.' }),
    to: t.expose('to', { type: 'DateTime', description: 'Its end.' }),
    state: t.expose('state', {
      type: HealthStateEnum,
      description: 'Worst state of the day; UNKNOWN where nothing is known.',
    }),
  }),
})

const LatencyPointType = builder.objectRef<LatencyPoint>('LatencyPoint').implement({
  description: 'Response time of one probe.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    latencyMs: t.exposeInt('latencyMs', { description: 'How long it took.' }),
    ok: t.exposeBoolean('ok', { description: 'It passed.' }),
  }),
})

const Probe = builder.prismaObject('Probe', {
  description: 'One look at whether a provider answers.',
  select: { id: true },
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    ok: t.exposeBoolean('ok', { description: 'It passed.' }),
    latencyMs: t.exposeInt('latencyMs', { description: 'How long it took.' }),
    errorClass: t.field({
      type: CallErrorClassEnum,
      nullable: true,
      description: 'Kind of failure; null when it passed.',
      select: { errorClass: true },
      resolve: (row) => row.errorClass as CallErrorClass | null,
    }),
    message: t.exposeString('message', { nullable: true, description: 'What failed, in words; null when it passed.' }),
    state: t.expose('state', { type: HealthStateEnum, description: 'Health of the connection once it was judged.' }),
  }),
})

// Whole rows: the live stream brings its own, which must not be read again.
const HealthTransition = builder.prismaObject('HealthTransition', {
  description: 'A change of a connection’s health.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    connectionId: t.id({
      description: 'Global id of the connection.',
      resolve: (row) => globalId('Connection', row.connectionId),
    }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection as it is now; null when it is gone.',
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    from: t.expose('from', { type: HealthStateEnum, description: 'State before.' }),
    to: t.expose('to', { type: HealthStateEnum, description: 'State after.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'What led to it, in words.' }),
  }),
})

const ProbePage = pageType('Probe', Probe, 'probes')
const TransitionPage = pageType('HealthTransition', HealthTransition, 'health changes')

const latestFirst = byInstant<{ readonly id: string; readonly at: Date }>((row) => row.at)

/** Refuses sizes outside 1 to `most`, so that a strip cannot be asked for without end. */
function size(name: string, value: number, most: number): number {
  if (value < 1 || value > most)
    throw new InvalidInputError([{ path: name, message: `From 1 to ${most}, not ${value}.` }])
  return value
}

builder.objectFields('Connection', (t) => ({
  uptime: t.field({
    type: UptimeType,
    description: 'How much of the time it was not DOWN.',
    complexity: 3,
    resolve: async (row, _args, { loaders, now }) => uptime(await loaders.healthSpans.load(row.id), now()),
  }),
  healthStrip: t.field({
    type: [HealthCellType],
    description: 'One cell per day, oldest first, ending today.',
    complexity: { field: 3, multiplier: 10 },
    args: {
      days: t.arg.int({ defaultValue: historyDays, required: true, description: `Days to show, 1 to ${historyDays}.` }),
    },
    resolve: async (row, { days }, { loaders, now }) =>
      healthStrip(await loaders.healthSpans.load(row.id), size('days', days, historyDays), now()),
  }),
  latency: t.field({
    type: [LatencyPointType],
    description: 'Response times of the latest probes, oldest first.',
    complexity: { field: 3, multiplier: 10 },
    args: { last: t.arg.int({ defaultValue: 60, required: true, description: 'Probes to show, 1 to 300.' }) },
    resolve: async (row, { last }, { loaders }) => [
      ...(await loaders.latency.load(`${row.id}:${size('last', last, 300)}`)),
    ],
  }),
  figures: t.field({
    type: CallFiguresType,
    description: 'Its calls of the last 24 hours.',
    complexity: 3,
    resolve: (row, _args, { loaders }) => loaders.figures.load(row.id),
  }),
  probes: t.connection(
    {
      type: Probe,
      description: 'Its probes, latest first.',
      complexity: pageCost,
      resolve: ({ id }, args, ctx, info) => {
        const query = asked(ctx, info, { id: true, at: true }, rowsOfPage)
        return readPage(args, latestFirst, (slice) => {
          const { within, ...order } = instantSlice('at', slice, 'desc')
          return ctx
            .tenant()
            .prisma.probe.findMany({ ...query, ...order, where: { ...mine(ctx), connectionId: id, AND: within } })
        })
      },
    },
    ProbePage,
  ),
  transitions: t.connection(
    {
      type: HealthTransition,
      description: 'Changes of its health, latest first.',
      complexity: pageCost,
      resolve: (row, args, ctx) => transitionPage(reachOf(ctx), args, row.id),
    },
    TransitionPage,
  ),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const HealthBatchType = builder.objectRef<StreamBatch<HealthTransitionModel>>('ConnectionHealthBatch').implement({
  description: 'Health changes that arrived together.',
  fields: (t) => ({
    changes: t.field({
      type: [HealthTransition],
      description: 'Changes in the order they happened.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes right after this batch.' }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than changes arrive: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('connectionHealthChanged', (t) =>
  t.field({
    type: HealthBatchType,
    description: 'Changes of connections’ health, as they happen.',
    authScopes: { may: 'connection:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap or repeat. Default from now on.',
      }),
      connectionId: t.arg.id({ description: 'Only this connection. Default all.' }),
    },
    subscribe: (_root, { after, connectionId }, ctx) => {
      const only = connectionId == null ? null : rowId('Connection', connectionId)
      const reach = reachOf(ctx)
      return ctx.live.subscribe('health', {
        organizationId: reach.tenant.organizationId,
        after: after ?? null,
        filter: (row) => (only === null || row.connectionId === only) && reaches(reach, row.connectionId),
      })
    },
    resolve: (batch, _args, ctx) => {
      ctx.refresh()
      return batch
    },
  }),
)
