import type { EndpointLaneModel, EndpointModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { EndpointPayloadEnum, KeyAlgorithmEnum } from './enums.ts'
import { InvalidInputError } from './errors.ts'
import { explainBreaker, freshLane } from './explain/breaker.ts'
import { mostRecentDeliveries } from './load/deliveries.ts'
import { countedAtMost, countEndpoints, endpointPage } from './load/endpoints.ts'
import { reachOf } from './load/reach.ts'
import type { DeliveryBar, DeliveryFigures, KeyTrace } from './loaders.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost } from './page.ts'
import { hoursNote, spanKey } from './span.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const BreakerEnum = builder.enumType('EndpointBreakerState', {
  description: 'Whether deliveries go out to an endpoint.',
  values: {
    CLOSED: { description: 'They do.' },
    OPEN: { description: 'It failed too often: nothing is sent until the next trial.' },
    HALF_OPEN: { description: 'One delivery is trying.' },
    CATCHING_UP: { description: 'It works again: what waited is sent at a growing pace.' },
  },
})

const Breaker = builder
  .objectRef<{ readonly lane: EndpointLaneModel | null; readonly endpoint: EndpointModel }>('EndpointBreaker')
  .implement({
    description: 'How an endpoint is doing right now.',
    fields: (t) => ({
      state: t.field({
        type: BreakerEnum,
        description: 'Whether deliveries go out.',
        resolve: ({ lane }) => lane?.breaker ?? 'CLOSED',
      }),
      text: t.string({
        description: 'The same in words, with what happens next.',
        resolve: ({ lane }, _args, { now }) => explainBreaker(lane ?? freshLane, now()),
      }),
      since: t.field({
        type: 'DateTime',
        description: 'When this state began.',
        resolve: ({ lane, endpoint }) => lane?.breakerSince ?? endpoint.createdAt,
      }),
      failuresInRow: t.int({
        description: 'Attempts that failed one after the other.',
        resolve: ({ lane }) => lane?.failuresInRow ?? 0,
      }),
      failingSince: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When its last outage began: a replay since the outage begins here. Null when it never had one.',
        resolve: ({ lane }) => lane?.failingSince,
      }),
      probeAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it is tried again; null unless deliveries are held back.',
        resolve: ({ lane }) => (lane?.breaker === 'OPEN' ? lane.probeAt : null),
      }),
      quietUntil: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'It asked for a pause until then (Retry-After); null when it did not.',
        resolve: ({ lane }, _args, { now }) =>
          lane !== null && lane.quietUntil !== null && lane.quietUntil > now() ? lane.quietUntil : null,
      }),
      pace: t.float({
        nullable: true,
        description: 'Deliveries a second while it catches up; null otherwise.',
        resolve: ({ lane }) => lane?.pace,
      }),
    }),
  })

const Key = builder.objectRef<KeyTrace>('EndpointKey').implement({
  description: 'All that may be known of a signing key.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Its id, to retire it by.' }),
    algorithm: t.expose('algorithm', { type: KeyAlgorithmEnum, description: 'How it signs.' }),
    hint: t.exposeString('hint', { description: 'Masked, for example `whsec_…4242`.' }),
    publicKey: t.exposeString('publicKey', {
      nullable: true,
      description: 'Public half of an ed25519 key, `whpk_…`, which consumers verify with; null for HMAC.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    createdBy: t.string({
      nullable: true,
      description: 'Who made it, by name.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'It signs until then; null: until it is retired.',
    }),
  }),
})

const Bar = builder.objectRef<DeliveryBar>('DeliveryBar').implement({
  description: 'Attempts of one bar of an endpoint’s strip.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    delivered: t.exposeInt('delivered', { description: 'Attempts that succeeded.' }),
    failed: t.exposeInt('failed', { description: 'Attempts that failed.' }),
    dead: t.exposeInt('dead', { description: 'Deliveries given up.' }),
  }),
})

const Statistics = builder.objectRef<DeliveryFigures>('EndpointStatistics').implement({
  description: 'Attempts at an endpoint over a span, from the roll-ups per minute.',
  fields: (t) => ({
    attempts: t.exposeInt('attempts', { description: 'Requests sent.' }),
    delivered: t.exposeInt('delivered', { description: 'Those that succeeded.' }),
    failed: t.exposeInt('failed', { description: 'Those that failed.' }),
    dead: t.exposeInt('dead', { description: 'Deliveries given up.' }),
    successRate: t.float({
      nullable: true,
      description: 'Share of attempts that succeeded, 0 to 1; null without attempts.',
      resolve: ({ delivered, failed }) => (delivered + failed === 0 ? null : delivered / (delivered + failed)),
    }),
    p50Ms: t.exposeInt('p50Ms', { nullable: true, description: 'Half took at most this long; null without attempts.' }),
    p95Ms: t.exposeInt('p95Ms', { nullable: true, description: '95 % took at most this long; null without attempts.' }),
    barSeconds: t.exposeInt('barSeconds', { description: 'Width of a bar.' }),
    bars: t.field({
      type: [Bar],
      description: 'Strip of at most 120 bars, oldest first, without gaps.',
      resolve: (row) => [...row.bars],
    }),
  }),
})

builder.objectType('Endpoint', {
  description: 'A subscriber’s address, what it asks for and how it is doing.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Endpoint', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    url: t.exposeString('url', { description: 'Where deliveries go.' }),
    description: t.exposeString('description', { description: 'What people wrote about it.' }),
    eventTypes: t.exposeStringList('eventTypes', {
      description: 'What it asks for: types, patterns such as `payment.*`, or `*`.',
    }),
    typesChangedAt: t.expose('typesChangedAt', { type: 'DateTime', description: 'Since when it asks for these.' }),
    enabled: t.exposeBoolean('enabled', { description: 'Deliveries go out; else they are skipped, with the reason.' }),
    disabledReason: t.exposeString('disabledReason', {
      nullable: true,
      description: 'Why it is off, in words; null when it is on.',
    }),
    disabledAt: t.expose('disabledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was switched off; null when it is on.',
    }),
    ratePerSecond: t.exposeFloat('ratePerSecond', {
      nullable: true,
      description: 'Requests a second at most; null for no limit.',
    }),
    schedule: t.intList({
      nullable: true,
      description: 'Seconds before each attempt; null takes the hub’s.',
      resolve: (row) => (row.schedule.length === 0 ? null : row.schedule),
    }),
    strictOrder: t.exposeBoolean('strictOrder', { description: 'Events of one key arrive one after the other.' }),
    payload: t.expose('payload', { type: EndpointPayloadEnum, description: 'What makes the body.' }),
    payloadText: t.exposeString('payloadText', {
      nullable: true,
      description: 'GraphQL document or JSONata expression; null for the envelope.',
    }),
    keys: t.field({
      type: [Key],
      description: 'Signing keys that hold, newest first. Each signs every delivery.',
      complexity: { field: 1, multiplier: 2 },
      resolve: async (row, _args, { loaders, now }) =>
        (await loaders.endpointKeys.load(row.id)).filter(({ expiresAt }) => expiresAt === null || expiresAt > now()),
    }),
    breaker: t.field({
      type: Breaker,
      description: 'How it is doing right now.',
      resolve: async (endpoint, _args, { loaders }) => ({
        endpoint,
        lane: await loaders.endpointLane.load(endpoint.id),
      }),
    }),
    waitingCount: t.int({
      description: `Deliveries still to be sent; counted up to ${countedAtMost}.`,
      complexity: 3,
      resolve: (row, _args, { loaders }) => loaders.endpointWaiting.load(row.id),
    }),
    statistics: t.field({
      type: Statistics,
      description: 'Attempts of the last hours.',
      complexity: 5,
      args: { hours: t.arg.int({ defaultValue: 24, required: true, description: hoursNote }) },
      resolve: (row, { hours }, { loaders }) => loaders.endpointFigures.load(spanKey(row.id, hours)),
    }),
    recentDeliveries: t.field({
      type: ['Delivery'],
      description: 'Its latest deliveries, latest first.',
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? 5 }),
      args: {
        first: t.arg.int({
          defaultValue: 5,
          required: true,
          description: `Deliveries to show, 1 to ${mostRecentDeliveries}.`,
        }),
      },
      resolve: async (row, { first }, { loaders }) => {
        if (first < 1 || first > mostRecentDeliveries)
          throw new InvalidInputError([{ path: 'first', message: `From 1 to ${mostRecentDeliveries}, not ${first}.` }])
        return [...(await loaders.recentDeliveries.load(`${row.id}:${first}`))]
      },
    }),
    version: t.exposeInt('version', {
      description: 'Raised by every change; send it with an update to be refused when it is stale.',
    }),
    createdBy: t.string({
      nullable: true,
      description: 'Who made it, by name.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was deleted: it stays for the history of its deliveries. Null while it is in use.',
    }),
  }),
})

const EndpointPage = builder.connectionObject(
  {
    type: 'Endpoint',
    name: 'EndpointConnection',
    description: 'One page of endpoints.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many endpoints the filter finds over all pages.',
        resolve: (page) => page.count?.() ?? 0,
      }),
    }),
  },
  { name: 'EndpointEdge', description: 'One of the endpoints on a page, with its cursor.' },
)

defineNode('Endpoint', { scope: 'endpoint:read', load: (ctx, id) => ctx.loaders.endpoint.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const EndpointFilterInput = builder.inputType('EndpointFilter', {
  description: 'Which endpoints to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    enabled: t.boolean({ description: 'Are on, or off.' }),
    breaker: t.field({ type: [BreakerEnum], description: 'Are doing so.' }),
    payload: t.field({ type: [EndpointPayloadEnum], description: 'Make their body so.' }),
    eventType: t.string({ description: 'Ask for this type of event.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  endpoints: t.connection(
    {
      type: 'Endpoint',
      nullable: true,
      description: 'Endpoints of the organization, newest first; deleted ones are left out.',
      authScopes: { may: 'endpoint:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: EndpointFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: 'A part of address, description or uuid.' }),
      },
      resolve: async (_root, args, ctx) => {
        const reach = reachOf(ctx)
        const filter = args.filter ?? {}
        const page = await endpointPage(reach, args, filter, args.search)
        return Object.assign(page, { count: () => countEndpoints(reach, filter, args.search) })
      },
    },
    EndpointPage,
  ),
  endpoint: t.field({
    type: 'Endpoint',
    nullable: true,
    description: 'One endpoint, a deleted one too; null when there is no such one here.',
    authScopes: { may: 'endpoint:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.endpoint.load(rowId('Endpoint', id)),
  }),
}))
