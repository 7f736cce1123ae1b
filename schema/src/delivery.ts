import type { DeliveryModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { DeliveryStateEnum } from './enums.ts'
import { fits } from './event-types/form.ts'
import { eventTypes } from './event-types/index.ts'
import type { StreamBatch } from './events.ts'
import { deliveryPage } from './load/deliveries.ts'
import { connectionsOf } from './load/connections.ts'
import { deliveryConditions, deliveryMatcher, type DeliveryFilter } from './load/delivery-filter.ts'
import { countedLogs, logStatistics } from './load/log-statistics.ts'
import { reachOf, reaches, within } from './load/reach.ts'
import { replayOf } from './load/replays.ts'
import { Where } from './load/where.ts'
import { LogStatisticsType, statisticsNote } from './log-statistics.ts'
import { defineNode, globalId, providerSlug, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('Delivery', {
  description: 'One event on its way to one endpoint.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Delivery', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When its event was recorded.' }),
    event: t.field({
      type: 'Event',
      nullable: true,
      description: 'What is delivered; null when it is no longer kept, and without `event:read`.',
      authScopes: { may: 'event:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) => loaders.event.load(row.eventId),
    }),
    eventType: t.exposeString('eventType', { description: 'Type of the event.' }),
    endpoint: t.field({
      type: 'Endpoint',
      nullable: true,
      description: 'Where it goes.',
      resolve: (row, _args, { loaders }) => loaders.endpoint.load(row.endpointId),
    }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Where the event happened; null for events of the hub itself.',
      resolve: (row, _args, { loaders }) =>
        row.connectionId === null ? null : loaders.connection.load(row.connectionId),
    }),
    orderKey: t.exposeString('orderKey', {
      nullable: true,
      description: 'What is kept in order where that is asked for.',
    }),
    state: t.expose('state', { type: DeliveryStateEnum, description: 'Where it stands.' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it was skipped, waits or was given up, in words; null otherwise.',
    }),
    round: t.exposeInt('round', { description: 'Attempt group: 1, and one more for every replay.' }),
    roundAt: t.expose('roundAt', { type: 'DateTime', description: 'When the present round began.' }),
    attemptCount: t.exposeInt('attempts', { description: 'Attempts of the present round.' }),
    attempts: t.field({
      type: ['Attempt'],
      description: 'Attempts of every round, oldest first; the latest 100.',
      complexity: { field: 2, multiplier: 5 },
      resolve: async (row, _args, { loaders }) => [...(await loaders.attemptsOf.load(row.id))],
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt is due; null when none is planned or one is open.',
      resolve: (row) => (row.state === 'SENDING' ? null : row.nextAttemptAt),
    }),
    lastAttemptAt: t.expose('lastAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last attempt began; null before the first.',
    }),
    lastStatus: t.exposeInt('lastStatus', {
      nullable: true,
      description: 'HTTP status of the last answer; null when none came.',
    }),
    lastErrorClass: t.exposeString('lastErrorClass', {
      nullable: true,
      description: 'Kind of the last failure; null when there was none.',
    }),
    lastLatencyMs: t.exposeInt('lastLatencyMs', { nullable: true, description: 'How long the last attempt took.' }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the endpoint took it; null when it did not.',
    }),
    replay: t.field({
      type: 'Replay',
      nullable: true,
      description: 'The replay that began the present round; null for the first.',
      resolve: (row, _args, ctx) => (row.replayId === null ? null : replayOf(ctx, row.replayId)),
    }),
    test: t.exposeBoolean('test', { description: 'Made by a person to try the endpoint.' }),
  }),
})

const DeliveryPage = pageType('Delivery', 'Delivery', 'deliveries')

defineNode('Delivery', { scope: 'endpoint:read', load: (ctx, id) => ctx.loaders.delivery.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const DeliveryFilterInput = builder.inputType('DeliveryFilter', {
  description: 'Which deliveries to show. Everything given must hold; within a list any may.',
  fields: (t) => ({
    endpointId: t.idList({ description: 'Go to one of these endpoints.' }),
    eventId: t.idList({ description: 'Carry one of these events.' }),
    connectionId: t.idList({ description: 'Carry an event of one of these connections.' }),
    provider: t.idList({
      description: 'Carry an event of a connection to one of these providers (global ids or slugs).',
    }),
    replayId: t.id({ description: 'Were sent again by this replay.' }),
    state: t.field({ type: [DeliveryStateEnum], description: 'Stand so.' }),
    eventType: t.stringList({ description: 'Carry one of these types: names, or patterns such as `payment.*`.' }),
    statusMin: t.int({ description: 'Last answer had this HTTP status or a higher one.' }),
    statusMax: t.int({ description: 'Last answer had this HTTP status or a lower one.' }),
    errorClass: t.stringList({ description: 'Failed last in one of these ways.' }),
    test: t.boolean({ description: 'Are, or are not, tests.' }),
    since: t.field({ type: 'DateTime', description: 'Recorded at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Recorded before this instant.' }),
  }),
})

/** Patterns as names: an index knows names only. */
const namesOf = (patterns: readonly string[] | null | undefined): string[] | undefined =>
  patterns?.flatMap((pattern) =>
    pattern.endsWith('*') ? [...eventTypes.keys()].filter((name) => fits(pattern, name)) : [pattern],
  )

/** A delivery does not name its provider: its connections are looked up first, so that pages and streams say the same. */
export async function deliveryFilterOf(
  ctx: Context,
  input: typeof DeliveryFilterInput.$inferInput | null | undefined,
): Promise<DeliveryFilter> {
  const filter = filterOf(input)
  if (input?.provider == null) return filter
  const slugs = input.provider.map((id) => providerSlug(ctx, id) ?? '')
  const theirs = await connectionsOf(reachOf(ctx), slugs)
  return { ...filter, connectionId: filter.connectionId?.filter((id) => theirs.includes(id)) ?? theirs }
}

const filterOf = (input: typeof DeliveryFilterInput.$inferInput | null | undefined): DeliveryFilter => ({
  ...input,
  endpointId: input?.endpointId?.map((id) => rowId('Endpoint', id)),
  eventId: input?.eventId?.map((id) => rowId('Event', id)),
  connectionId: input?.connectionId?.map((id) => rowId('Connection', id)),
  replayId: input?.replayId == null ? null : rowId('Replay', input.replayId),
  eventType: namesOf(input?.eventType),
})

const searchNote = 'Uuid of a delivery or of an event; or words in type, reason or order key, all of them.'

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  deliveries: t.connection(
    {
      type: 'Delivery',
      nullable: true,
      description: 'Deliveries of the organization, latest event first. Dead letters are those in the state DEAD.',
      authScopes: { may: 'endpoint:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: DeliveryFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: searchNote }),
      },
      resolve: async (_root, args, ctx) =>
        deliveryPage(reachOf(ctx), args, await deliveryFilterOf(ctx, args.filter), args.search),
    },
    DeliveryPage,
  ),
  delivery: t.field({
    type: 'Delivery',
    nullable: true,
    description: 'One delivery; null when there is no such one here or it is no longer kept.',
    authScopes: { may: 'endpoint:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.delivery.load(rowId('Delivery', id)),
  }),
  deliveryStatistics: t.field({
    type: LogStatisticsType,
    nullable: true,
    description: `Figures and a strip of the deliveries a filter finds. ${statisticsNote}`,
    authScopes: { may: 'endpoint:read' },
    complexity: { field: 20, multiplier: 1 },
    args: {
      filter: t.arg({ type: DeliveryFilterInput, description: 'Which to count. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    resolve: async (_root, args, ctx) => {
      const reach = reachOf(ctx)
      const filter = await deliveryFilterOf(ctx, args.filter)
      return logStatistics(reach, countedLogs.deliveries, filter, (span) =>
        deliveryConditions(within(new Where(), reach, '"connectionId"'), { ...filter, ...span }, args.search),
      )
    },
  }),
}))

builder.objectField('Endpoint', 'deliveries', (t) =>
  t.connection(
    {
      type: 'Delivery',
      description: 'What goes there, latest event first.',
      complexity: pageCost,
      args: { filter: t.arg({ type: DeliveryFilterInput, description: 'Which to list. Default all.' }) },
      resolve: async (row, args, ctx) =>
        deliveryPage(reachOf(ctx), args, { ...(await deliveryFilterOf(ctx, args.filter)), endpointId: [row.id] }),
    },
    DeliveryPage,
  ),
)

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const DeliveryBatch = builder.objectRef<StreamBatch<DeliveryModel>>('DeliveryBatch').implement({
  description: 'Deliveries that were made or changed together.',
  fields: (t) => ({
    deliveries: t.field({
      type: ['Delivery'],
      description: 'Each as it is now, in the order of their latest changes.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', {
      description: 'Resumes right after this batch, deliveries the filter left out included.',
    }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than deliveries change: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('deliveryChanged', (t) =>
  t.field({
    type: DeliveryBatch,
    description:
      'Deliveries, as they are made and whenever their state changes. One that changed several times while you were away comes once, as it is now.',
    authScopes: { may: 'endpoint:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap. Default from now on.',
      }),
      filter: t.arg({ type: DeliveryFilterInput, description: 'Which to show. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    subscribe: async (_root, { after, filter, search }, ctx) => {
      const reach = reachOf(ctx)
      const matches = deliveryMatcher(await deliveryFilterOf(ctx, filter), search)
      return ctx.live.subscribe('deliveries', {
        organizationId: reach.tenant.organizationId,
        after: after ?? null,
        filter: (row) =>
          (row.connectionId === null ? reach.connectionIds.length === 0 : reaches(reach, row.connectionId)) &&
          matches(row),
      })
    },
    resolve: (batch, _args, ctx) => {
      ctx.refresh()
      return batch
    },
  }),
)
