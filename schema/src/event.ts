import { builder } from './builder.ts'
import { toEnvelope } from './event-types/envelope.ts'
import { fits, type EventSource } from './event-types/form.ts'
import { eventTypes } from './event-types/index.ts'
import { eventPage, type EventFilter } from './load/events.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, providerSlug, rowId } from './node.ts'
import type { Context } from './context.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SourceKindEnum = builder.enumType('EventSourceKind', {
  description: 'What an event was made from.',
  values: {
    WEBHOOK: { description: 'A vendor’s webhook.' },
    HUB: { description: 'Something the hub itself noticed.' },
    TEST: { description: 'A person who tried an endpoint.' },
  },
})

const EventSourceType = builder.objectRef<EventSource>('EventSource').implement({
  description: 'Where an event comes from.',
  fields: (t) => ({
    kind: t.expose('kind', { type: SourceKindEnum, description: 'What it was made from.' }),
    vendorType: t.exposeString('vendorType', { nullable: true, description: 'The vendor’s type of it.' }),
    vendorEventId: t.exposeString('vendorEventId', { nullable: true, description: 'The vendor’s id of it.' }),
  }),
})

builder.objectType('Event', {
  description: 'Something that happened, in the hub’s own words. It never changes.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Event', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as consumers receive it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was recorded, or its webhook received.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened, by the vendor’s word.' }),
    type: t.exposeString('type', { description: '`noun.verb`, for example `payment.succeeded`.' }),
    eventType: t.field({
      type: 'EventType',
      nullable: true,
      description: 'What the type means; null when the catalogue no longer has it.',
      resolve: (row) => eventTypes.get(row.type),
    }),
    version: t.exposeInt('version', { description: 'Version of the type’s schema.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Where it happened; null for events of the hub itself, and when the connection is gone.',
      resolve: (row, _args, { loaders }) =>
        row.connectionId === null ? null : loaders.connection.load(row.connectionId),
    }),
    provider: t.field({
      type: 'Provider',
      nullable: true,
      description: 'Whose it is; null for events of the hub itself.',
      resolve: (row, _args, { catalog }) => (row.provider === null ? null : catalog.get(row.provider)),
    }),
    data: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What happened, by the type’s schema.',
      complexity: 2,
      resolve: async (row, _args, { loaders }) => (await loaders.eventContent.load(row.id))?.data,
    }),
    source: t.field({
      type: EventSourceType,
      nullable: true,
      description: 'Where it comes from.',
      resolve: async (row, _args, { loaders }) =>
        (await loaders.eventContent.load(row.id))?.source as EventSource | undefined,
    }),
    envelope: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What consumers receive by default.',
      complexity: 2,
      resolve: async (row, _args, { loaders }) => {
        const content = await loaders.eventContent.load(row.id)
        return content === null ? null : toEnvelope({ ...row, ...content })
      },
    }),
    inboundEvent: t.field({
      type: 'InboundEvent',
      nullable: true,
      description: 'The webhook it was made from; null when there was none, and without `inbound:read`.',
      authScopes: { may: 'inbound:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) =>
        row.inboundEventId === null ? null : loaders.inboundEvent.load(row.inboundEventId),
    }),
    run: t.exposeInt('run', { description: 'Run of the inbound event it belongs to.' }),
    ordinal: t.exposeInt('ordinal', { description: 'Place among the events of one inbound event, from 0.' }),
    orderKey: t.exposeString('orderKey', {
      nullable: true,
      description: 'Events of one key arrive in order at endpoints that ask for it, for example `order:1001`.',
    }),
    test: t.exposeBoolean('test', { description: 'Made by a person to try an endpoint.' }),
    deliveries: t.field({
      type: ['Delivery'],
      nullable: true,
      description: 'Its ways to the endpoints; null without `endpoint:read`.',
      authScopes: { may: 'endpoint:read' },
      unauthorizedResolver: () => null,
      complexity: { field: 2, multiplier: 5 },
      resolve: async (row, _args, { loaders }) => [...(await loaders.deliveriesOf.load(row.id))],
    }),
  }),
})

const EventPage = pageType('Event', 'Event', 'events')

defineNode('Event', { scope: 'event:read', load: (ctx, id) => ctx.loaders.event.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const EventFilterInput = builder.inputType('EventFilter', {
  description: 'Which events to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    type: t.stringList({ description: 'Are of one of these types: names, or patterns such as `payment.*`.' }),
    connectionId: t.idList({ description: 'Happened at one of these connections.' }),
    provider: t.idList({ description: 'Are of one of these providers (global ids or slugs).' }),
    orderKey: t.string({ description: 'Have this order key.' }),
    test: t.boolean({ description: 'Are, or are not, tests.' }),
    since: t.field({ type: 'DateTime', description: 'Recorded at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Recorded before this instant.' }),
  }),
})

/** Patterns as names: an index knows names only. A name the catalogue no longer has stays as it is. */
const namesOf = (patterns: readonly string[] | null | undefined): string[] | undefined =>
  patterns?.flatMap((pattern) =>
    pattern.endsWith('*') ? [...eventTypes.keys()].filter((name) => fits(pattern, name)) : [pattern],
  )

export const eventFilterOf = (
  ctx: Context,
  input: typeof EventFilterInput.$inferInput | null | undefined,
): EventFilter => ({
  ...input,
  type: namesOf(input?.type),
  connectionId: input?.connectionId?.map((id) => rowId('Connection', id)),
  provider: input?.provider?.map((id) => providerSlug(ctx, id) ?? ''),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  events: t.connection(
    {
      type: 'Event',
      nullable: true,
      description: 'Events of the organization, latest first.',
      authScopes: { may: 'event:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: EventFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: 'Uuid of an event, or its order key.' }),
      },
      resolve: (_root, args, ctx) => eventPage(reachOf(ctx), args, eventFilterOf(ctx, args.filter), args.search),
    },
    EventPage,
  ),
  event: t.field({
    type: 'Event',
    nullable: true,
    description: 'One event; null when there is no such one here or it is no longer kept.',
    authScopes: { may: 'event:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.event.load(rowId('Event', id)),
  }),
}))
