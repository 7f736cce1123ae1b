import { builder } from './builder.ts'
import { CacheStateEnum, CallHeader, CallPurposeEnum, CallStep, headers, type KeptStep } from './call-parts.ts'
import { minorOfMicros } from './currency.ts'
import { CallErrorClassEnum, EnvironmentEnum } from './enums.ts'
import { InvalidInputError, type CallErrorClass } from './errors.ts'
import type { LiveCall, StreamBatch } from './events.ts'
import { CallBarType } from './figures.ts'
import { callMatcher, type CallFilter } from './load/call-filter.ts'
import { callPage, isRecentCount, mostRecent, recentKey } from './load/calls.ts'
import { columnsAsked, rowsOfList, rowsOfPage } from './load/columns.ts'
import { reachOf, reaches } from './load/reach.ts'
import { callStatistics, type CallStatistics } from './load/statistics.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('Call', {
  description: 'One call to a provider, as it was logged. Bodies are redacted and shortened before they are stored.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({
      extensions: { constant: true },
      description: 'Global id.',
      resolve: (row) => globalId('Call', row.id),
    }),
    uuid: t.exposeString('id', {
      extensions: { constant: true },
      description: 'The id as logs and the database write it.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it began.' }),
    connectionId: t.id({
      extensions: { columns: ['connectionId'], constant: true },
      description: 'Global id of the connection.',
      resolve: (row) => globalId('Connection', row.connectionId),
    }),
    connection: t.field({
      extensions: { columns: ['connectionId'] },
      type: 'Connection',
      nullable: true,
      description: 'The connection it went through; null when it is gone.',
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    provider: t.field({
      extensions: { columns: ['provider'], constant: true },
      type: 'Provider',
      nullable: true,
      description: 'Who was called.',
      resolve: (row, _args, { catalog }) => catalog.get(row.provider),
    }),
    environment: t.expose('environment', { type: EnvironmentEnum, description: 'Test world or the real one.' }),
    purpose: t.expose('purpose', { type: CallPurposeEnum, description: 'What it was made for.' }),
    operation: t.exposeString('operation', { description: 'Operation, probe or test step that made it.' }),
    method: t.exposeString('method', { description: 'HTTP method.' }),
    host: t.exposeString('host', { description: 'Host called.' }),
    path: t.exposeString('path', { description: 'Path and query, secrets removed.' }),
    status: t.exposeInt('status', { nullable: true, description: 'HTTP status of the answer; null when none came.' }),
    ok: t.exposeBoolean('ok', { description: 'It succeeded.' }),
    errorClass: t.field({
      extensions: { columns: ['errorClass'], constant: true },
      type: CallErrorClassEnum,
      nullable: true,
      description: 'Kind of failure; null when it succeeded.',
      resolve: (row) => row.errorClass as CallErrorClass | null,
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'What failed, in words; null when it succeeded.',
    }),
    latencyMs: t.exposeInt('latencyMs', { description: 'How long it took, retries included.' }),
    attempts: t.exposeInt('attempts', {
      description: 'Requests sent: 1 unless it was retried, 0 when it was held back.',
    }),
    requestBytes: t.exposeInt('requestBytes', { description: 'Size of the request body.' }),
    responseBytes: t.exposeInt('responseBytes', { description: 'Size of the answer’s body.' }),
    requestHead: t.field({
      type: [CallHeader],
      description: 'Headers sent.',
      complexity: 1,
      resolve: async (row, _args, { loaders }) => headers((await loaders.call.load(row.id))?.requestHead),
    }),
    requestBody: t.string({
      nullable: true,
      description: 'Body sent; null when there was none.',
      resolve: async (row, _args, { loaders }) => (await loaders.call.load(row.id))?.requestBody,
    }),
    responseHead: t.field({
      type: [CallHeader],
      description: 'Headers received.',
      complexity: 1,
      resolve: async (row, _args, { loaders }) => headers((await loaders.call.load(row.id))?.responseHead),
    }),
    responseBody: t.string({
      nullable: true,
      description: 'Body received; null when there was none.',
      resolve: async (row, _args, { loaders }) => (await loaders.call.load(row.id))?.responseBody,
    }),
    steps: t.field({
      extensions: { columns: ['steps'], constant: true },
      type: [CallStep],
      description: 'Where the time went, in order.',
      complexity: 1,
      resolve: (row) => row.steps as unknown as KeptStep[],
    }),
    cache: t.field({
      extensions: { columns: ['cache'], constant: true },
      type: CacheStateEnum,
      nullable: true,
      description: 'What the cache had to do with it; null when it could not answer this call.',
      resolve: (row) => row.cache as typeof CacheStateEnum.$inferType | null,
    }),
    actorKind: t.exposeString('actorKind', { description: 'USER, API_KEY or SYSTEM.' }),
    actorId: t.exposeString('actorId', {
      nullable: true,
      description: 'User id or API key id; null for the hub itself.',
    }),
    actorName: t.exposeString('actorName', { nullable: true, description: 'Who made it, by name.' }),
    ipAddress: t.exposeString('ipAddress', { nullable: true, description: 'Where the request for it came from.' }),
    correlationId: t.exposeString('correlationId', { description: 'Ties it to the request that led to it.' }),
    costMicros: t.expose('costMicros', {
      type: 'BigInt',
      nullable: true,
      description:
        'Price in millionths of the organization’s currency; null when the connection has no price per call.',
    }),
    costMinor: t.field({
      extensions: { columns: ['costMicros', 'organizationId'] },
      type: 'BigInt',
      nullable: true,
      description: 'The same rounded to minor units of the currency.',
      resolve: async ({ costMicros, organizationId }, _args, { loaders }) => {
        if (costMicros === null) return null
        const measures = await loaders.measures.load(organizationId)
        return measures === null ? null : minorOfMicros(costMicros, measures.currency)
      },
    }),
  }),
})

const CallPage = pageType('Call', 'Call', 'calls')

defineNode('Call', { scope: 'call:read', load: (ctx, id) => ctx.loaders.call.load(id) })

const CallStatisticsType = builder.objectRef<CallStatistics>('CallStatistics').implement({
  description: 'Figures of the calls a filter finds.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Beginning of the span.' }),
    until: t.expose('until', { type: 'DateTime', description: 'End of the span.' }),
    calls: t.exposeInt('calls', { description: 'Calls found.' }),
    errors: t.exposeInt('errors', { description: 'Those that failed.' }),
    errorRate: t.float({
      nullable: true,
      description: 'Share that failed, 0 to 1; null without calls.',
      resolve: (row) => (row.calls === 0 ? null : row.errors / row.calls),
    }),
    p50Ms: t.exposeInt('p50Ms', { nullable: true, description: 'Half took at most this long; null without calls.' }),
    p95Ms: t.exposeInt('p95Ms', { nullable: true, description: '95 % took at most this long; null without calls.' }),
    barSeconds: t.exposeInt('barSeconds', {
      description: 'Width of a bar: a minute for spans of two hours, more for longer ones.',
    }),
    bars: t.field({
      type: [CallBarType],
      description: 'Strip of at most 120 bars, oldest first, without gaps.',
      resolve: (row) => [...row.bars],
    }),
  }),
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const CallFilterInput = builder.inputType('CallFilter', {
  description: 'Which calls to show. Everything given must hold; within a list any may.',
  fields: (t) => ({
    connectionId: t.idList({ description: 'Went through one of these connections.' }),
    provider: t.stringList({ description: 'Went to one of these providers (slugs).' }),
    purpose: t.field({ type: [CallPurposeEnum], description: 'Were made for one of these.' }),
    ok: t.boolean({ description: 'Succeeded, or failed.' }),
    statusMin: t.int({ description: 'HTTP status at least this.' }),
    statusMax: t.int({ description: 'HTTP status at most this.' }),
    errorClass: t.field({ type: [CallErrorClassEnum], description: 'Failed in one of these ways.' }),
    method: t.stringList({ description: 'Used one of these HTTP methods.' }),
    operation: t.stringList({ description: 'Were made by one of these operations, probes or test steps.' }),
    cache: t.field({ type: [CacheStateEnum], description: 'Met the cache so.' }),
    actorKind: t.stringList({ description: 'Were caused by a USER, an API_KEY or the SYSTEM.' }),
    actorId: t.stringList({
      description: 'Were caused by one of these users or API keys (ids as audit entries show them).',
    }),
    latencyMin: t.int({ description: 'Took at least this many milliseconds, retries included.' }),
    since: t.field({ type: 'DateTime', description: 'At this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before this instant.' }),
  }),
})

export const callFilterOf = (input: typeof CallFilterInput.$inferInput | null | undefined): CallFilter => ({
  ...input,
  connectionId: input?.connectionId?.map((id) => rowId('Connection', id)),
})

const searchNote =
  'Beginnings of words in method, host, path, operation or error message, all of them; or the uuid of a call.'

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectFields('Connection', (t) => ({
  recentCalls: t.field({
    type: ['Call'],
    nullable: true,
    description: 'Its latest calls, latest first; null without `call:read`.',
    authScopes: { may: 'call:read' },
    unauthorizedResolver: () => null,
    complexity: ({ first }) => ({ field: 1, multiplier: first ?? 5 }),
    args: { first: t.arg.int({ defaultValue: 5, required: true, description: `Calls to show, 1 to ${mostRecent}.` }) },
    resolve: (row, { first }, { loaders }, info) => {
      if (!isRecentCount(first))
        throw new InvalidInputError([{ path: 'first', message: `From 1 to ${mostRecent}, not ${first}.` }])
      const key = recentKey(row.id, { count: first, columns: columnsAsked(info, rowsOfList) })
      return (row.recentCalls?.get(key) ?? loaders.recentCalls.load(key)) as LiveCall[] | Promise<LiveCall[]>
    },
  }),
  calls: t.connection(
    {
      type: 'Call',
      nullable: true,
      description: 'Its calls, latest first; null without `call:read`.',
      authScopes: { may: 'call:read' },
      unauthorizedResolver: () => null,
      complexity: pageCost,
      args: {
        filter: t.arg({ type: CallFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: searchNote }),
      },
      resolve: (row, args, ctx, info) => {
        const filter = { ...callFilterOf(args.filter), connectionId: [row.id] }
        return callPage(reachOf(ctx), args, filter, args.search, columnsAsked(info, rowsOfPage))
      },
    },
    CallPage,
  ),
}))

builder.queryFields((t) => ({
  calls: t.connection(
    {
      type: 'Call',
      nullable: true,
      description: 'Logged calls of the organization, latest first.',
      authScopes: { may: 'call:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: CallFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: searchNote }),
      },
      resolve: (_root, args, ctx, info) =>
        callPage(reachOf(ctx), args, callFilterOf(args.filter), args.search, columnsAsked(info, rowsOfPage)),
    },
    CallPage,
  ),
  call: t.field({
    type: 'Call',
    nullable: true,
    description: 'One call; null when there is no such one here or it is no longer kept.',
    authScopes: { may: 'call:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.call.load(rowId('Call', id)),
  }),
  callStatistics: t.field({
    type: CallStatisticsType,
    nullable: true,
    description: 'Figures and a strip of the calls a filter finds. Without `since` of the last hour; 92 days at most.',
    authScopes: { may: 'call:read' },
    complexity: { field: 20, multiplier: 1 },
    args: {
      filter: t.arg({ type: CallFilterInput, description: 'Which to count. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    resolve: (_root, { filter, search }, ctx) => callStatistics(reachOf(ctx), callFilterOf(filter), search),
  }),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const CallBatch = builder.objectRef<StreamBatch<LiveCall>>('CallBatch').implement({
  description: 'Calls that were logged together.',
  fields: (t) => ({
    calls: t.field({
      extensions: { constant: true },
      type: ['Call'],
      description: 'In the order they were logged.',
      resolve: (batch) => batch.rows as LiveCall[],
    }),
    cursor: t.exposeString('cursor', {
      description: 'Resumes right after this batch, calls the filter left out included.',
    }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than calls arrive: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('callLogged', (t) =>
  t.field({
    // A logged call never changes: `constant` marks what it answers alike to everybody, see server/src/http/graphql-rows.ts.
    extensions: { rows: true },
    type: CallBatch,
    description: 'Calls, as they are logged.',
    authScopes: { may: 'call:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap or repeat. Default from now on.',
      }),
      filter: t.arg({ type: CallFilterInput, description: 'Which to show. Default all.' }),
      search: t.arg.string({ description: searchNote }),
    },
    subscribe: (_root, { after, filter, search }, ctx) => {
      const reach = reachOf(ctx)
      const matches = callMatcher(callFilterOf(filter), search)
      return ctx.live.subscribe('calls', {
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
