import type { AlertModel, AlertNoticeModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { AlertSeverityEnum } from './enums.ts'
import { InvalidInputError, UnauthenticatedError } from './errors.ts'
import type { StreamBatch } from './events.ts'
import { alertPage, countAlerts, countUnseen, mostUnseen, type AlertFilter } from './load/alerts.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, readGlobalId, rowId } from './node.ts'
import { pageCost } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AlertStateEnum = builder.enumType('AlertState', {
  description: 'Whether somebody still has to look at an alert.',
  values: {
    OPEN: { description: 'Nobody has taken it.' },
    ACKNOWLEDGED: { description: 'Somebody deals with it: it escalates no more.' },
    RESOLVED: { description: 'It is over.' },
  },
})

const NoticeStateEnum = builder.enumType('AlertNoticeState', {
  description: 'What became of a notice.',
  values: {
    QUEUED: { description: 'It is to be sent, or to be tried again.' },
    SENT: { description: 'It got through.' },
    FAILED: { description: 'It was given up; `error` says why.' },
  },
})

const OccasionEnum = builder.enumType('AlertOccasion', {
  description: 'Why a channel is told of an alert.',
  values: {
    OPENED: { description: 'It was raised.' },
    REPEATED: { description: 'It happened again, after the quiet time of its rule.' },
    ESCALATED: { description: 'Nobody took it in time.' },
    RESOLVED: { description: 'It is over.' },
  },
})

const Notice = builder.objectRef<AlertNoticeModel>('AlertNotice').implement({
  description: 'One alert told to one channel.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    channel: t.field({
      type: 'AlertChannel',
      nullable: true,
      description: 'The channel; null when it is gone.',
      resolve: (row, _args, { loaders }) => loaders.alertChannel.load(row.channelId),
    }),
    rule: t.field({
      type: 'AlertRule',
      nullable: true,
      description: 'The rule that chose the channel; null when it is gone.',
      resolve: (row, _args, { loaders }) => (row.ruleId === null ? null : loaders.alertRule.load(row.ruleId)),
    }),
    occasion: t.field({
      type: OccasionEnum,
      description: 'Why it is told.',
      resolve: (row) => row.occasion as 'OPENED' | 'REPEATED' | 'ESCALATED' | 'RESOLVED',
    }),
    state: t.expose('state', { type: NoticeStateEnum, description: 'What became of it.' }),
    attempts: t.exposeInt('attempts', { description: 'How often it was tried.' }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next; null when it is not.',
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true, description: 'When it got through.' }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'What the last try said; null when there was no failure.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the channel was chosen.' }),
  }),
})

const about = (row: AlertModel, noun: string): boolean => row.subjectType.toLowerCase() === noun

builder.objectType('Alert', {
  description:
    'Something an operator should know, written together with the change it tells of. Repeats of an open alert count up in it.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Alert', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened first.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'When it happened last.' }),
    count: t.exposeInt('count', { description: 'How often it happened.' }),
    kind: t.exposeString('kind', { description: '`noun.verb`, for example `endpoint.down`.' }),
    severity: t.expose('severity', { type: AlertSeverityEnum, description: 'How urgent it is.' }),
    state: t.expose('state', { type: AlertStateEnum, description: 'Whether somebody still has to look.' }),
    title: t.exposeString('title', { description: 'A few words.' }),
    text: t.exposeString('text', { description: 'What happened, and what to do.' }),
    acknowledgedBy: t.exposeString('acknowledgedBy', { nullable: true, description: 'Name of whoever took it.' }),
    acknowledgedAt: t.expose('acknowledgedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When somebody took it.',
    }),
    resolvedAt: t.expose('resolvedAt', { type: 'DateTime', nullable: true, description: 'When it was over.' }),
    escalateAt: t.expose('escalateAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When whoever is next is told, unless somebody takes it before; null when nobody is.',
    }),
    silence: t.field({
      type: 'Silence',
      nullable: true,
      description: 'What kept it from the channels; null when nothing did.',
      resolve: (row, _args, { loaders }) => (row.silenceId === null ? null : loaders.silence.load(row.silenceId)),
    }),
    silenced: t.boolean({
      description: 'It was kept from the channels.',
      resolve: (row) => row.silenceId !== null,
    }),
    notices: t.field({
      type: [Notice],
      description: 'Who was told of it, oldest first.',
      complexity: { field: 1, multiplier: 5 },
      resolve: async (row, _args, { loaders }) => [...(await loaders.alertNotices.load(row.id))],
    }),
    subjectType: t.exposeString('subjectType', {
      description: 'What it is about, for example Endpoint, Source, Connection, ApiKey or AlertRule.',
    }),
    subjectUuid: t.exposeString('subjectId', { description: 'Id of what it is about.' }),
    endpoint: t.field({
      type: 'Endpoint',
      nullable: true,
      description: 'The endpoint it is about; null when it is about something else, and without `endpoint:read`.',
      authScopes: { may: 'endpoint:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) => (about(row, 'endpoint') ? loaders.endpoint.load(row.subjectId) : null),
    }),
    source: t.field({
      type: 'Source',
      nullable: true,
      description: 'The source it is about; null when it is about something else, and without `source:read`.',
      authScopes: { may: 'source:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) => (about(row, 'source') ? loaders.source.load(row.subjectId) : null),
    }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection it is about, also through a source or a rule; null when it is about none.',
      resolve: (row, _args, { loaders }) => {
        const id = row.connectionId ?? (about(row, 'connection') ? row.subjectId : null)
        return id === null ? null : loaders.connection.load(id)
      },
    }),
  }),
})

const AlertPage = builder.connectionObject(
  {
    type: 'Alert',
    name: 'AlertConnection',
    description: 'One page of alerts.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many alerts the filter finds over all pages.',
        resolve: (page) => page.count?.() ?? 0,
      }),
    }),
  },
  { name: 'AlertEdge', description: 'One of the alerts on a page, with its cursor.' },
)

defineNode('Alert', { scope: 'alert:read', load: (ctx, id) => ctx.loaders.alert.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AlertFilterInput = builder.inputType('AlertFilter', {
  description: 'Which alerts to show. Everything given must hold; within a list any may.',
  fields: (t) => ({
    severity: t.field({ type: [AlertSeverityEnum], description: 'Are this urgent.' }),
    state: t.field({ type: [AlertStateEnum], description: 'Are in this state.' }),
    kind: t.stringList({ description: 'Are of one of these kinds.' }),
    connectionId: t.id({ description: 'Are about this connection, also through a source or a rule.' }),
    subjectId: t.id({ description: 'Are about this endpoint, source or connection.' }),
    silenced: t.boolean({ description: 'Were kept from the channels, or were not.' }),
    since: t.field({ type: 'DateTime', description: 'Happened last at this instant or later.' }),
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

export const alertFilterOf = (input: typeof AlertFilterInput.$inferInput | null | undefined): AlertFilter => ({
  ...input,
  connectionId: input?.connectionId == null ? null : rowId('Connection', input.connectionId),
  subjectId: input?.subjectId == null ? null : subjectOf(input.subjectId),
})

const matcher =
  ({ state, severity, kind, connectionId, subjectId, silenced, since }: AlertFilter) =>
  (row: AlertModel): boolean =>
    (state == null || state.includes(row.state)) &&
    (severity == null || severity.includes(row.severity)) &&
    (kind == null || kind.includes(row.kind)) &&
    (connectionId == null || row.connectionId === connectionId || row.subjectId === connectionId) &&
    (subjectId == null || row.subjectId === subjectId) &&
    (silenced == null || (row.silenceId !== null) === silenced) &&
    (since == null || row.lastAt >= since)

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  alerts: t.connection(
    {
      type: 'Alert',
      nullable: true,
      description: 'Alerts of the organization, latest first.',
      authScopes: { may: 'alert:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: AlertFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: 'Words in title, text or kind; or the uuid of an alert.' }),
      },
      resolve: async (_root, args, ctx) => {
        const reach = reachOf(ctx)
        const filter = alertFilterOf(args.filter)
        const page = await alertPage(reach, args, filter, args.search)
        return Object.assign(page, { count: () => countAlerts(reach, filter, args.search) })
      },
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
  unseenAlerts: t.int({
    nullable: true,
    description: `Alerts of the bell that nobody took and that the viewer has not looked at since they changed last; ${mostUnseen.toLocaleString('en')} at most.`,
    authScopes: { may: 'alert:read' },
    complexity: 2,
    resolve: (_root, _args, ctx) => {
      if (ctx.viewer === null) throw new UnauthenticatedError()
      return countUnseen(reachOf(ctx), ctx.viewer.id)
    },
  }),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const AlertBatch = builder.objectRef<StreamBatch<AlertModel>>('AlertBatch').implement({
  description: 'Alerts that were raised or changed together.',
  fields: (t) => ({
    alerts: t.field({
      type: ['Alert'],
      description: 'As they are now, in the order they changed. One that changed before comes again.',
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
    description:
      'Alerts, as they are raised and whenever they change: counted up, silenced, taken, resolved, told to the bell. Replace what you have by id.',
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
        filter: matcher(alertFilterOf(filter)),
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
