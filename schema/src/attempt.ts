import { builder } from './builder.ts'
import { attemptPage, type AttemptFilter } from './load/attempts.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const OutcomeEnum = builder.enumType('AttemptOutcome', {
  description: 'How an attempt ended.',
  values: {
    OPEN: { description: 'Sent, not answered yet; or the hub was stopped meanwhile.' },
    DELIVERED: { description: 'The endpoint took it.' },
    FAILED: { description: 'It did not.' },
    LOST: { description: 'The hub stopped while it was open: the endpoint may have received it.' },
  },
})

const AttemptHeader = builder.objectRef<readonly [string, string]>('AttemptHeader').implement({
  description: 'A header of an attempt or its answer.',
  fields: (t) => ({
    name: t.string({ description: 'Its name, in lower case.', resolve: ([name]) => name }),
    value: t.string({ description: 'Its value.', resolve: ([, value]) => value }),
  }),
})

const headers = (head: unknown): (readonly [string, string])[] => Object.entries((head ?? {}) as Record<string, string>)

builder.objectType('Attempt', {
  description: 'One request to an endpoint.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Attempt', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it began.' }),
    delivery: t.field({
      type: 'Delivery',
      nullable: true,
      description: 'What it was sent for.',
      resolve: (row, _args, { loaders }) => loaders.delivery.load(row.deliveryId),
    }),
    endpoint: t.field({
      type: 'Endpoint',
      nullable: true,
      description: 'Where it was sent.',
      resolve: (row, _args, { loaders }) => loaders.endpoint.load(row.endpointId),
    }),
    round: t.exposeInt('round', { description: 'Attempt group: 1, and one more for every replay.' }),
    number: t.exposeInt('number', { description: 'Within the round, from 1.' }),
    outcome: t.expose('outcome', { type: OutcomeEnum, description: 'How it ended.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it is open.',
    }),
    status: t.exposeInt('status', { nullable: true, description: 'HTTP status of the answer; null when none came.' }),
    errorClass: t.exposeString('errorClass', {
      nullable: true,
      description: 'Kind of failure; null when there was none.',
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What happened and what follows from it, in words.',
    }),
    latencyMs: t.exposeInt('latencyMs', { nullable: true, description: 'How long it took; null while it is open.' }),
    requestBytes: t.exposeInt('requestBytes', { nullable: true, description: 'Size of the body sent.' }),
    requestHead: t.field({
      type: [AttemptHeader],
      description: 'Headers sent.',
      complexity: 1,
      resolve: async (row, _args, { loaders }) => headers((await loaders.attemptContent.load(row.id))?.requestHead),
    }),
    responseHead: t.field({
      type: [AttemptHeader],
      description: 'Headers received.',
      complexity: 1,
      resolve: async (row, _args, { loaders }) => headers((await loaders.attemptContent.load(row.id))?.responseHead),
    }),
    responseBody: t.string({
      nullable: true,
      description: 'Beginning of the answer, 4 kB at most; null when there was none.',
      resolve: async (row, _args, { loaders }) => (await loaders.attemptContent.load(row.id))?.responseBody,
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next one was planned for; null when none was.',
    }),
  }),
})

const AttemptPage = pageType('Attempt', 'Attempt', 'attempts')

defineNode('Attempt', { scope: 'endpoint:read', load: (ctx, id) => ctx.loaders.attempt.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AttemptFilterInput = builder.inputType('AttemptFilter', {
  description: 'Which attempts to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    deliveryId: t.idList({ description: 'Were made for one of these deliveries.' }),
    endpointId: t.idList({ description: 'Went to one of these endpoints.' }),
    outcome: t.field({ type: [OutcomeEnum], description: 'Ended so.' }),
    since: t.field({ type: 'DateTime', description: 'Began at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Began before this instant.' }),
  }),
})

export const attemptFilterOf = (input: typeof AttemptFilterInput.$inferInput | null | undefined): AttemptFilter => ({
  ...input,
  deliveryId: input?.deliveryId?.map((id) => rowId('Delivery', id)),
  endpointId: input?.endpointId?.map((id) => rowId('Endpoint', id)),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('attempts', (t) =>
  t.connection(
    {
      type: 'Attempt',
      nullable: true,
      description:
        'Requests to endpoints, latest first. An API key narrowed to connections has to name the deliveries.',
      authScopes: { may: 'endpoint:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: AttemptFilterInput, description: 'Which to list. Default all.' }) },
      resolve: (_root, args, ctx) => attemptPage(reachOf(ctx), args, attemptFilterOf(args.filter)),
    },
    AttemptPage,
  ),
)
