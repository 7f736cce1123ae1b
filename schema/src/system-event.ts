import type { SystemEventModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { AlertSeverityEnum } from './enums.ts'
import type { StreamBatch } from './events.ts'
import { countedLogs, logStatistics } from './load/log-statistics.ts'
import { reachOf, within } from './load/reach.ts'
import { systemEventConditions, systemEventMatcher, systemEventPage } from './load/system-events.ts'
import { Where } from './load/where.ts'
import { LogStatisticsType, statisticsNote } from './log-statistics.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('SystemEvent', {
  description:
    'What the hub itself did or met: starts and stops, retention, faults that mend themselves. Facts of the whole hub belong to its oldest organization.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('SystemEvent', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    kind: t.exposeString('kind', { description: '`noun.verb`, for example `hub.started`.' }),
    severity: t.expose('severity', { type: AlertSeverityEnum, description: 'How urgent it is.' }),
    text: t.exposeString('text', { description: 'What happened, in words.' }),
    facts: t.expose('facts', { type: 'JSON', description: 'The same as data: counts, versions, names of parts.' }),
  }),
})

const SystemEventPage = pageType('SystemEvent', 'SystemEvent', 'system events')

defineNode('SystemEvent', { scope: 'system:read', load: (ctx, id) => ctx.loaders.systemEvent.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SystemEventFilterInput = builder.inputType('SystemEventFilter', {
  description: 'Which system events to show. Everything given must hold; within a list any may.',
  fields: (t) => ({
    kind: t.stringList({ description: 'Are of one of these kinds; `hub.*` stands for every kind of that noun.' }),
    severity: t.field({ type: [AlertSeverityEnum], description: 'Are this urgent.' }),
    since: t.field({ type: 'DateTime', description: 'At this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before this instant.' }),
  }),
})

const searchNote = 'Words in kind, text or facts, all of them; or the uuid of a system event.'

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  systemEvents: t.connection(
    {
      type: 'SystemEvent',
      nullable: true,
      description: 'What the hub itself did, latest first.',
      authScopes: { may: 'system:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: SystemEventFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: searchNote }),
      },
      resolve: (_root, args, ctx) => systemEventPage(reachOf(ctx), args, args.filter ?? {}, args.search),
    },
    SystemEventPage,
  ),
  systemEvent: t.field({
    type: 'SystemEvent',
    nullable: true,
    description: 'One system event; null when there is no such one here or it is no longer kept.',
    authScopes: { may: 'system:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.systemEvent.load(rowId('SystemEvent', id)),
  }),
  systemEventStatistics: t.field({
    type: LogStatisticsType,
    nullable: true,
    description: `Figures and a strip of the system events a filter finds. ${statisticsNote}`,
    authScopes: { may: 'system:read' },
    complexity: { field: 20, multiplier: 1 },
    args: {
      filter: t.arg({ type: SystemEventFilterInput, description: 'Which to count. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    resolve: (_root, { filter, search }, ctx) => {
      const reach = reachOf(ctx)
      return logStatistics(reach, countedLogs.system, filter ?? {}, (span) =>
        systemEventConditions(within(new Where(), reach, null), { ...filter, ...span }, search),
      )
    },
  }),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const SystemEventBatch = builder.objectRef<StreamBatch<SystemEventModel>>('SystemEventBatch').implement({
  description: 'System events that were written together.',
  fields: (t) => ({
    systemEvents: t.field({
      type: ['SystemEvent'],
      description: 'In the order they were written.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', {
      description: 'Resumes right after this batch, events the filter left out included.',
    }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than events arrive: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('systemEventAdded', (t) =>
  t.field({
    type: SystemEventBatch,
    description: 'System events, as they happen.',
    authScopes: { may: 'system:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap or repeat. Default from now on.',
      }),
      filter: t.arg({ type: SystemEventFilterInput, description: 'Which to show. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    subscribe: (_root, { after, filter, search }, ctx) =>
      ctx.live.subscribe('system', {
        organizationId: ctx.tenant().organizationId,
        after: after ?? null,
        filter: systemEventMatcher(filter ?? {}, search),
      }),
    resolve: (batch, _args, ctx) => {
      ctx.refresh()
      return batch
    },
  }),
)
