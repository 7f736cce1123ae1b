import type { ReplayModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { StreamBatch } from './events.ts'
import { reachesReplay, replayOf, replayPage, replayReach } from './load/replays.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ReplayStateEnum = builder.enumType('ReplayState', {
  description: 'Whether a replay is over.',
  values: {
    RUNNING: { description: 'It goes on.' },
    DONE: { description: 'Everything was queued or left out.' },
    CANCELLED: { description: 'A person stopped it; what was queued stays queued.' },
  },
})

builder.objectType('Replay', {
  description: 'A person’s order to send deliveries again.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Replay', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was ordered.' }),
    createdBy: t.exposeString('createdByName', { nullable: true, description: 'Who ordered it, by name.' }),
    state: t.expose('state', { type: ReplayStateEnum, description: 'Whether it is over.' }),
    filter: t.field({ type: 'JSON', description: 'What was asked for.', resolve: (row) => row.filter }),
    total: t.exposeInt('total', { description: 'Deliveries the filter found when it began.' }),
    queued: t.exposeInt('queued', { description: 'Queued so far.' }),
    skipped: t.exposeInt('skipped', { description: 'Left out so far.' }),
    progress: t.float({
      description: 'Share that was queued or left out, 0 to 1.',
      resolve: ({ total, queued, skipped, state }) =>
        state === 'DONE' || total === 0 ? 1 : Math.min(1, (queued + skipped) / total),
    }),
    delivered: t.int({
      description: 'Those of its deliveries that arrived.',
      complexity: 3,
      resolve: async (row, _args, { loaders }) => (await loaders.replayCounts.load(row.id)).delivered,
    }),
    failed: t.int({
      description: 'Those that were given up or skipped.',
      complexity: 3,
      resolve: async (row, _args, { loaders }) => (await loaders.replayCounts.load(row.id)).failed,
    }),
    waiting: t.int({
      description: 'Those still on their way.',
      complexity: 3,
      resolve: async (row, _args, { loaders }) => (await loaders.replayCounts.load(row.id)).waiting,
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it goes on.',
    }),
  }),
})

const ReplayPage = pageType('Replay', 'Replay', 'replays')

defineNode('Replay', { scope: 'endpoint:read', load: replayOf })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ReplayListFilter = builder.inputType('ReplayFilter', {
  description: 'Which replays to list.',
  fields: (t) => ({ state: t.field({ type: [ReplayStateEnum], description: 'Stand so.' }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  replays: t.connection(
    {
      type: 'Replay',
      nullable: true,
      description: 'Replays of the organization, latest first.',
      authScopes: { may: 'endpoint:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: ReplayListFilter, description: 'Which to list. Default all.' }) },
      resolve: (_root, args, ctx) => replayPage(replayReach(ctx), args, args.filter ?? {}),
    },
    ReplayPage,
  ),
  replay: t.field({
    type: 'Replay',
    nullable: true,
    description: 'One replay; null when there is no such one here.',
    authScopes: { may: 'endpoint:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, ctx) => replayOf(ctx, rowId('Replay', id)),
  }),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const ReplayBatch = builder.objectRef<StreamBatch<ReplayModel>>('ReplayBatch').implement({
  description: 'Replays that began or moved on together.',
  fields: (t) => ({
    replays: t.field({
      type: ['Replay'],
      description: 'Each as it is now.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes right after this batch.' }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than replays move: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('replayChanged', (t) =>
  t.field({
    type: ReplayBatch,
    description: 'Progress of replays.',
    authScopes: { may: 'endpoint:read' },
    args: {
      after: t.arg.string({ description: 'Cursor of an earlier batch: continue without gap. Default from now on.' }),
      id: t.arg.id({ description: 'Only this replay. Default all.' }),
    },
    subscribe: (_root, { after, id }, ctx) => {
      const reach = replayReach(ctx)
      const only = id == null ? null : rowId('Replay', id)
      return ctx.live.subscribe('replays', {
        organizationId: reach.tenant.organizationId,
        after: after ?? null,
        filter: (row) => (only === null || row.id === only) && reachesReplay(reach, row),
      })
    },
    resolve: (batch, _args, ctx) => {
      ctx.refresh()
      return batch
    },
  }),
)
