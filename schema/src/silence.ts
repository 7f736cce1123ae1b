import type { SilenceModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { silencePage } from './load/alert-rules.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SilenceKindEnum = builder.enumType('SilenceKind', {
  description: 'Why alerts are kept quiet.',
  values: {
    MUTE: { description: 'Somebody has heard enough for a while.' },
    MAINTENANCE: { description: 'Planned work on connections.' },
  },
})

const SilencePhaseEnum = builder.enumType('SilencePhase', {
  description: 'Where a silence stands.',
  values: {
    PLANNED: { description: 'It has not begun.' },
    ACTIVE: { description: 'It keeps alerts quiet now.' },
    ENDED: { description: 'It is over.' },
  },
})

const phaseOf = ({ startsAt, endsAt, endedAt }: SilenceModel, now: Date): 'PLANNED' | 'ACTIVE' | 'ENDED' => {
  if (endedAt !== null || endsAt <= now) return 'ENDED'
  return startsAt > now ? 'PLANNED' : 'ACTIVE'
}

builder.objectType('Silence', {
  description: 'Alerts that match are kept, and told to nobody.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Silence', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    kind: t.expose('kind', { type: SilenceKindEnum, description: 'Why.' }),
    phase: t.field({
      type: SilencePhaseEnum,
      description: 'Where it stands.',
      resolve: (row, _args, { now }) => phaseOf(row, now()),
    }),
    reason: t.exposeString('reason', { description: 'In words.' }),
    kinds: t.exposeStringList('kinds', { description: 'Kinds of alerts, or patterns; empty: all.' }),
    connections: t.field({
      type: ['Connection'],
      description: 'Of these connections; empty: of everything.',
      complexity: { field: 1, multiplier: 3 },
      resolve: async (row, _args, { loaders }) =>
        (await Promise.all(row.connectionIds.map((id) => loaders.connection.load(id)))).filter((one) => one !== null),
    }),
    everything: t.boolean({
      description: 'It is about every connection, and what has none.',
      resolve: (row) => row.connectionIds.length === 0,
    }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'When it ends by itself.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When somebody ended it before.' }),
    createdBy: t.exposeString('createdByName', { nullable: true, description: 'Who asked for it, by name.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
  }),
})

const SilencePage = pageType('Silence', 'Silence', 'silences')

defineNode('Silence', { scope: 'alert:read', load: (ctx, id) => ctx.loaders.silence.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SilenceFilterInput = builder.inputType('SilenceFilter', {
  description: 'Which silences to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    phase: t.field({ type: [SilencePhaseEnum], description: 'Stand here.' }),
    kind: t.field({ type: [SilenceKindEnum], description: 'Are of this kind.' }),
    connectionId: t.id({ description: 'Are about this connection, or about everything.' }),
  }),
})

const reasonNote = 'Why, 1 to 500 characters: others see it.'

const MuteAlertsInput = builder.inputType('MuteAlertsInput', {
  description: 'What to keep quiet from now on. Name kinds, connections or both.',
  fields: (t) => ({
    kinds: t.stringList({ description: 'Kinds of alerts, or patterns such as `connection.*`. Default all.' }),
    connectionIds: t.idList({ description: 'Of these connections. Default of everything.' }),
    minutes: t.int({ required: true, description: 'For so long: 1 to 43,200 (30 days).' }),
    reason: t.string({ required: true, description: reasonNote }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const PlanMaintenanceInput = builder.inputType('PlanMaintenanceInput', {
  description: 'Planned work.',
  fields: (t) => ({
    connectionIds: t.idList({ required: true, description: 'Connections that may fail meanwhile, 1 to 100.' }),
    startsAt: t.field({ type: 'DateTime', required: true, description: 'When it begins, within a year.' }),
    endsAt: t.field({ type: 'DateTime', required: true, description: 'When it ends, at most 30 days later.' }),
    reason: t.string({ required: true, description: reasonNote }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const EndSilenceInput = builder.inputType('EndSilenceInput', {
  description: 'Which silence to end now.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The silence.' }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  silences: t.connection(
    {
      type: 'Silence',
      nullable: true,
      description: 'What keeps alerts quiet, newest first.',
      authScopes: { may: 'alert:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: SilenceFilterInput, description: 'Which to list. Default all.' }) },
      resolve: (_root, args, ctx) =>
        silencePage(reachOf(ctx), args, {
          ...args.filter,
          connectionId: args.filter?.connectionId == null ? null : rowId('Connection', args.filter.connectionId),
        }),
    },
    SilencePage,
  ),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The silence as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<SilenceModel> {
  const { id } = await changed
  ctx.refresh()
  const row = await ctx.loaders.silence.load(id)
  if (row === null) throw new NotFoundError('silence', id)
  return row
}

const connectionsOf = (ids: readonly string[] | null | undefined) => (ids ?? []).map((id) => rowId('Connection', id))
const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  muteAlerts: t.field({
    type: 'Silence',
    description: 'Keeps alerts quiet for a while: they are kept, and told to nobody.',
    authScopes: { may: 'alert:write' },
    complexity: 5,
    errors: outcome(repeatable, 'silence', 'The silence.'),
    args: { input: t.arg({ type: MuteAlertsInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(
        ctx,
        ctx.commands.silence.mute(ctx.actor(), {
          kinds: input.kinds ?? [],
          connectionIds: connectionsOf(input.connectionIds),
          minutes: input.minutes,
          reason: input.reason,
          idempotencyKey: input.idempotencyKey ?? null,
        }),
      ),
  }),
  planMaintenance: t.field({
    type: 'Silence',
    description: 'Plans work on connections: their alerts are told to nobody meanwhile.',
    authScopes: { may: 'alert:write' },
    complexity: 5,
    errors: outcome(repeatable, 'silence', 'The maintenance window.'),
    args: { input: t.arg({ type: PlanMaintenanceInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { connectionIds, idempotencyKey, ...rest } }, ctx) =>
      reread(
        ctx,
        ctx.commands.silence.plan(ctx.actor(), {
          ...rest,
          connectionIds: connectionsOf(connectionIds),
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  endSilence: t.field({
    type: 'Silence',
    description: 'Ends a silence now. What it kept quiet and still goes on is told.',
    authScopes: { may: 'alert:write' },
    complexity: 5,
    errors: outcome(contended, 'silence', 'The silence, ended.'),
    args: { input: t.arg({ type: EndSilenceInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.silence.end(ctx.actor(), { id: rowId('Silence', input.id) })),
  }),
}))
