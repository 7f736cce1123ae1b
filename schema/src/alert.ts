import type { AlertModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { AlertSeverityEnum } from './enums.ts'
import { InvalidInputError } from './errors.ts'
import type { StreamBatch } from './events.ts'
import { alertPage, type AlertFilter } from './load/alerts.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, readGlobalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('Alert', {
  description: 'Something an operator should know, written together with the change it tells of.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Alert', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    kind: t.exposeString('kind', { description: '`noun.verb`, for example `endpoint.down`.' }),
    severity: t.expose('severity', { type: AlertSeverityEnum, description: 'How urgent it is.' }),
    title: t.exposeString('title', { description: 'A few words.' }),
    text: t.exposeString('text', { description: 'What happened, and what to do.' }),
    subjectType: t.exposeString('subjectType', { description: 'What it is about: endpoint, source or connection.' }),
    subjectUuid: t.exposeString('subjectId', { description: 'Id of what it is about.' }),
    endpoint: t.field({
      type: 'Endpoint',
      nullable: true,
      description: 'The endpoint it is about; null when it is about something else, and without `endpoint:read`.',
      authScopes: { may: 'endpoint:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) =>
        row.subjectType === 'endpoint' ? loaders.endpoint.load(row.subjectId) : null,
    }),
    source: t.field({
      type: 'Source',
      nullable: true,
      description: 'The source it is about; null when it is about something else, and without `source:read`.',
      authScopes: { may: 'source:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) => (row.subjectType === 'source' ? loaders.source.load(row.subjectId) : null),
    }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection it is about; null when it is about something else.',
      resolve: (row, _args, { loaders }) =>
        row.subjectType === 'connection' ? loaders.connection.load(row.subjectId) : null,
    }),
  }),
})

const AlertPage = pageType('Alert', 'Alert', 'alerts')

defineNode('Alert', { scope: 'alert:read', load: (ctx, id) => ctx.loaders.alert.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AlertFilterInput = builder.inputType('AlertFilter', {
  description: 'Which alerts to show. Everything given must hold; within a list any may.',
  fields: (t) => ({
    severity: t.field({ type: [AlertSeverityEnum], description: 'Are this urgent.' }),
    kind: t.stringList({ description: 'Are of one of these kinds.' }),
    subjectId: t.id({ description: 'Are about this endpoint, source or connection.' }),
    since: t.field({ type: 'DateTime', description: 'At this instant or later.' }),
  }),
})

function subjectOf(id: string): string {
  const row = readGlobalId('Endpoint', id) ?? readGlobalId('Source', id) ?? readGlobalId('Connection', id)
  if (row === null)
    throw new InvalidInputError([
      { path: 'filter.subjectId', message: 'Not the id of an endpoint, source or connection.' },
    ])
  return row
}

const filterOf = (input: typeof AlertFilterInput.$inferInput | null | undefined): AlertFilter => ({
  ...input,
  subjectId: input?.subjectId == null ? null : subjectOf(input.subjectId),
})

const matcher =
  ({ severity, kind, subjectId, since }: AlertFilter) =>
  (row: AlertModel): boolean =>
    (severity == null || severity.includes(row.severity)) &&
    (kind == null || kind.includes(row.kind)) &&
    (subjectId == null || row.subjectId === subjectId) &&
    (since == null || row.at >= since)

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  alerts: t.connection(
    {
      type: 'Alert',
      nullable: true,
      description: 'Alerts of the organization, latest first.',
      authScopes: { may: 'alert:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: AlertFilterInput, description: 'Which to list. Default all.' }) },
      resolve: (_root, args, ctx) => alertPage(reachOf(ctx), args, filterOf(args.filter)),
    },
    AlertPage,
  ),
  alert: t.field({
    type: 'Alert',
    nullable: true,
    description: 'One alert; null when there is no such one here.',
    authScopes: { may: 'alert:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.alert.load(rowId('Alert', id)),
  }),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const AlertBatch = builder.objectRef<StreamBatch<AlertModel>>('AlertBatch').implement({
  description: 'Alerts that were raised together.',
  fields: (t) => ({
    alerts: t.field({
      type: ['Alert'],
      description: 'In the order they were raised.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes right after this batch.' }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than alerts arrive: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('alertRaised', (t) =>
  t.field({
    type: AlertBatch,
    description: 'Alerts, as they are raised.',
    authScopes: { may: 'alert:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap or repeat. Default from now on.',
      }),
      filter: t.arg({ type: AlertFilterInput, description: 'Which to show. Default all.' }),
    },
    subscribe: (_root, { after, filter }, ctx) =>
      ctx.live.subscribe('alerts', {
        organizationId: ctx.tenant().organizationId,
        after: after ?? null,
        filter: matcher(filterOf(filter)),
      }),
    resolve: async (batch, _args, ctx) => {
      ctx.refresh()
      if ((ctx.viewer?.connectionIds.length ?? 0) === 0 || batch.rows.length === 0) return batch
      // What a key narrowed to some connections may know of depends on the subject: the reader of pages decides.
      const found = await ctx.loaders.alert.loadMany(batch.rows.map((row) => row.id))
      return { ...batch, rows: batch.rows.filter((_row, n) => found[n] !== null && !(found[n] instanceof Error)) }
    },
  }),
)
