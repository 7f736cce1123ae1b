import { builder } from './builder.ts'
import { InboundStateEnum } from './enums.ts'
import type { LiveInboundEvent, StreamBatch } from './events.ts'
import { inboundConditions, inboundMatcher, type InboundFilter } from './load/inbound-filter.ts'
import { inboundPage } from './load/inbound-events.ts'
import { countedLogs, logStatistics } from './load/log-statistics.ts'
import { reachOf, reaches, within } from './load/reach.ts'
import { Where } from './load/where.ts'
import { LogStatisticsType, statisticsNote } from './log-statistics.ts'
import { defineNode, globalId, providerSlug, rowId } from './node.ts'
import type { Context } from './context.ts'
import type { InboundContent } from './loaders.ts'
import { pageCost, pageType } from './page.ts'
import { verdicts, type Verdict } from './webhook-states.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const VerdictEnum = builder.enumType('InboundVerdict', {
  description: 'Whether a request is proven to come from the vendor. Everything but VERIFIED is quarantined.',
  values: Object.fromEntries(
    Object.entries(verdicts).map(([name, description]) => [name, { value: name as Verdict, description }]),
  ) as Record<Verdict, { value: Verdict; description: string }>,
})

const InboundHeader = builder.objectRef<readonly [string, string]>('InboundHeader').implement({
  description: 'A header of an inbound request, secrets removed.',
  fields: (t) => ({
    name: t.string({ description: 'Its name, in lower case.', resolve: ([name]) => name }),
    value: t.string({ description: 'Its value.', resolve: ([, value]) => value }),
  }),
})

const headOf = (content: InboundContent | null): Record<string, string> =>
  (content?.head ?? {}) as Record<string, string>

/** Body for people, secrets taken out by name. */
async function textOf(row: LiveInboundEvent, { loaders, readers }: Context): Promise<string | null> {
  const content = await loaders.inboundContent.load(row.id)
  return content === null ? null : readers.inboundText(content.body, headOf(content)['content-type'])
}

/** The same, parsed; undefined when it is no JSON. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}

builder.objectType('InboundEvent', {
  description: 'One request that came in at a source, as it was stored, and what became of it.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('InboundEvent', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was received.' }),
    source: t.field({
      type: 'Source',
      nullable: true,
      description: 'Where it came in; null when that is gone, and without `source:read`.',
      authScopes: { may: 'source:read' },
      unauthorizedResolver: () => null,
      resolve: (row, _args, { loaders }) => loaders.source.load(row.sourceId),
    }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Whose webhook it is; null when the connection is gone.',
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    provider: t.field({
      type: 'Provider',
      nullable: true,
      description: 'Who sent it, or is said to have.',
      resolve: (row, _args, { catalog }) => catalog.get(row.provider),
    }),
    vendorEventId: t.exposeString('vendorEventId', {
      nullable: true,
      description: 'The vendor’s id of the event; null where the vendor has none.',
    }),
    vendorType: t.exposeString('vendorType', {
      nullable: true,
      description: 'The vendor’s type; null when it cannot be read.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it happened, by the vendor’s word.',
    }),
    state: t.expose('state', { type: InboundStateEnum, description: 'Where it stands.' }),
    verdict: t.field({
      type: VerdictEnum,
      description: 'Whether it is proven to come from the vendor.',
      resolve: (row) => row.verdict as Verdict,
    }),
    verdictText: t.exposeString('verdictText', { description: 'The verdict in words.' }),
    method: t.exposeString('method', { description: 'HTTP method.' }),
    query: t.string({
      nullable: true,
      description: 'Query of the address, secrets removed.',
      resolve: async (row, _args, { loaders }) => (await loaders.inboundContent.load(row.id))?.query,
    }),
    headers: t.field({
      type: [InboundHeader],
      description: 'Headers, secrets removed.',
      complexity: 1,
      resolve: async (row, _args, { loaders }) => Object.entries(headOf(await loaders.inboundContent.load(row.id))),
    }),
    body: t.string({
      nullable: true,
      description: 'Body as text, secrets taken out by the names of their fields.',
      complexity: 2,
      resolve: (row, _args, ctx) => textOf(row, ctx),
    }),
    json: t.string({
      nullable: true,
      description: 'The same body set out for reading, when it is JSON; else null.',
      complexity: 2,
      resolve: async (row, _args, ctx) => {
        const value = parsed(await textOf(row, ctx))
        return value === undefined ? null : JSON.stringify(value, null, 2)
      },
    }),
    rawBody: t.string({
      nullable: true,
      description: 'The exact bytes in base64; null without `inbound:raw`. Reading them is noted in the audit log.',
      authScopes: { may: 'inbound:raw' },
      unauthorizedResolver: () => null,
      complexity: 20,
      resolve: async (row, _args, ctx) =>
        Buffer.from(await ctx.commands.inboundEvent.readRaw(ctx.actor(), row.id)).toString('base64'),
    }),
    bytes: t.exposeInt('bytes', { description: 'Size of the body.' }),
    ipAddress: t.exposeString('ipAddress', { nullable: true, description: 'Where it came from.' }),
    correlationId: t.exposeString('correlationId', { description: 'Ties it to log lines.' }),
    attempts: t.exposeInt('attempts', { description: 'Routing attempts of this run.' }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker takes it (again); null when nothing is planned.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why routing failed last, in words; null when it did not.',
    }),
    run: t.exposeInt('run', { description: '1, and one more for every replay.' }),
    assignedType: t.exposeString('assignedType', {
      nullable: true,
      description: 'Type of the hub’s catalogue that a person assigned.',
    }),
    assignedMapping: t.string({
      nullable: true,
      description: 'JSONata a person assigned with it.',
      resolve: async (row, _args, { loaders }) => (await loaders.inboundContent.load(row.id))?.assignedMap,
    }),
    eventCount: t.exposeInt('events', { description: 'Events it became in its latest run.' }),
    events: t.field({
      type: ['Event'],
      nullable: true,
      description: 'Events it became, run by run; null without `event:read`.',
      authScopes: { may: 'event:read' },
      unauthorizedResolver: () => null,
      complexity: { field: 2, multiplier: 2 },
      resolve: async (row, _args, { loaders }) => [...(await loaders.eventsOf.load(row.id))],
    }),
    routedAt: t.expose('routedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it became events last; null when it did not.',
    }),
  }),
})

const InboundPage = pageType('InboundEvent', 'InboundEvent', 'inbound events')

defineNode('InboundEvent', { scope: 'inbound:read', load: (ctx, id) => ctx.loaders.inboundEvent.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const InboundFilterInput = builder.inputType('InboundEventFilter', {
  description: 'Which inbound events to show. Everything given must hold; within a list any may.',
  fields: (t) => ({
    sourceId: t.idList({ description: 'Came in at one of these sources.' }),
    connectionId: t.idList({ description: 'Are webhooks of one of these connections.' }),
    provider: t.idList({ description: 'Come from one of these providers (global ids or slugs).' }),
    state: t.field({ type: [InboundStateEnum], description: 'Stand so.' }),
    inbox: t.boolean({ description: 'Are, or are not, in the inbox: verified, and a person has to look.' }),
    vendorType: t.stringList({ description: 'Have one of these types of the vendor.' }),
    verdict: t.field({ type: [VerdictEnum], description: 'Were judged so.' }),
    method: t.stringList({ description: 'Used one of these HTTP methods.' }),
    since: t.field({ type: 'DateTime', description: 'Received at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Received before this instant.' }),
  }),
})

export const inboundFilterOf = (
  ctx: Context,
  input: typeof InboundFilterInput.$inferInput | null | undefined,
): InboundFilter => ({
  ...input,
  sourceId: input?.sourceId?.map((id) => rowId('Source', id)),
  connectionId: input?.connectionId?.map((id) => rowId('Connection', id)),
  provider: input?.provider?.map((id) => providerSlug(ctx, id) ?? ''),
})

const searchNote =
  'Uuid of an inbound event, the vendor’s id of a verified one; or words in type, id, verdict, error, correlation id or address, all of them, which without `since` look through the last seven days.'

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  inboundEvents: t.connection(
    {
      type: 'InboundEvent',
      nullable: true,
      description: 'What vendors sent, latest first.',
      authScopes: { may: 'inbound:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: InboundFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: searchNote }),
      },
      resolve: (_root, args, ctx) => inboundPage(reachOf(ctx), args, inboundFilterOf(ctx, args.filter), args.search),
    },
    InboundPage,
  ),
  inboundEvent: t.field({
    type: 'InboundEvent',
    nullable: true,
    description: 'One inbound event; null when there is no such one here or it is no longer kept.',
    authScopes: { may: 'inbound:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.inboundEvent.load(rowId('InboundEvent', id)),
  }),
  inboundEventStatistics: t.field({
    type: LogStatisticsType,
    nullable: true,
    description: `Figures and a strip of the inbound events a filter finds. ${statisticsNote}`,
    authScopes: { may: 'inbound:read' },
    complexity: { field: 20, multiplier: 1 },
    args: {
      filter: t.arg({ type: InboundFilterInput, description: 'Which to count. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    resolve: (_root, args, ctx) => {
      const reach = reachOf(ctx)
      const filter = inboundFilterOf(ctx, args.filter)
      return logStatistics(reach, countedLogs.inbound, filter, (span) =>
        inboundConditions(within(new Where(), reach, '"connectionId"'), { ...filter, ...span }, args.search, ctx.now()),
      )
    },
  }),
}))

builder.objectField('Source', 'inboundEvents', (t) =>
  t.connection(
    {
      type: 'InboundEvent',
      nullable: true,
      description: 'What came in here, latest first; null without `inbound:read`.',
      authScopes: { may: 'inbound:read' },
      unauthorizedResolver: () => null,
      complexity: pageCost,
      args: { filter: t.arg({ type: InboundFilterInput, description: 'Which to list. Default all.' }) },
      resolve: (row, args, ctx) =>
        inboundPage(reachOf(ctx), args, { ...inboundFilterOf(ctx, args.filter), sourceId: [row.id] }),
    },
    InboundPage,
  ),
)

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const InboundBatch = builder.objectRef<StreamBatch<LiveInboundEvent>>('InboundEventBatch').implement({
  description: 'Inbound events that arrived or changed together.',
  fields: (t) => ({
    inboundEvents: t.field({
      type: ['InboundEvent'],
      description: 'Each as it is now, in the order of their latest changes.',
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

builder.subscriptionField('inboundEventReceived', (t) =>
  t.field({
    type: InboundBatch,
    description:
      'Inbound events, as they arrive and whenever their state changes. An event that changed several times while you were away comes once, as it is now.',
    authScopes: { may: 'inbound:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap. Default from now on.',
      }),
      filter: t.arg({ type: InboundFilterInput, description: 'Which to show. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    subscribe: (_root, { after, filter, search }, ctx) => {
      const reach = reachOf(ctx)
      const matches = inboundMatcher(inboundFilterOf(ctx, filter), search)
      return ctx.live.subscribe('inbound', {
        organizationId: reach.tenant.organizationId,
        after: after ?? null,
        filter: (row) => reaches(reach, row.connectionId) && matches(row),
      })
    },
    resolve: (batch, _args, ctx) => {
      ctx.refresh()
      return batch
    },
  }),
)
