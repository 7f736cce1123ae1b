import type { GraphQLResolveInfo } from 'graphql'
import { builder } from './builder.ts'
import { CredentialHintType, FieldValue, GrantType, TestReportType } from './connection-parts.ts'
import type { Context } from './context.ts'
import { CategoryEnum, ConnectionStatusEnum, EnvironmentEnum, HealthStateEnum } from './enums.ts'
import { NotFoundError } from './errors.ts'
import { connectionPage, countConnections, type ConnectionFilter } from './load/connections.ts'
import { isRecentCount, type RecentAsk } from './load/calls.ts'
import { aheadOf, columnsAsked, rowsOfPage } from './load/columns.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, providerSlug, rowId } from './node.ts'
import { pageCost } from './page.ts'
import { allows } from './scopes.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('Connection', {
  description: 'An organization’s configured link to a provider. Its health, calls and incidents hang on it.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Connection', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    name: t.exposeString('name', { description: 'Name people gave it.' }),
    provider: t.field({
      extensions: { columns: ['provider'] },
      type: 'Provider',
      description: 'What it connects to.',
      resolve: (row, _args, { catalog }) => {
        const entry = catalog.get(row.provider)
        if (entry === undefined) throw new NotFoundError('provider', row.provider)
        return entry
      },
    }),
    category: t.field({
      extensions: { columns: ['category'] },
      type: CategoryEnum,
      description: 'What its provider is for.',
      resolve: (row) => row.category as typeof CategoryEnum.$inferType,
    }),
    environment: t.expose('environment', { type: EnvironmentEnum, description: 'Test world or the real one.' }),
    status: t.expose('status', { type: ConnectionStatusEnum, description: 'What an operator decided or has to do.' }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description: 'Why, in words, when the status needs one.',
    }),
    simulated: t.exposeBoolean('simulated', { description: 'Talks to the provider lab instead of the vendor.' }),
    baseUrl: t.exposeString('baseUrl', {
      nullable: true,
      description: 'Overrides the provider’s API host; null for the usual one.',
    }),
    settings: t.field({
      extensions: { columns: ['settings'] },
      type: [FieldValue],
      description: 'Plain values of the connection form.',
      resolve: (row) =>
        Object.entries((row.settings ?? {}) as Record<string, string>).map(([name, value]) => ({ name, value })),
    }),
    credentialHints: t.field({
      type: [CredentialHintType],
      description: 'Masked traces of the stored secrets.',
      complexity: { field: 1, multiplier: 5 },
      resolve: async (row, _args, { loaders }) => [...(await loaders.credentialHints.load(row.id))],
    }),
    grant: t.field({
      type: GrantType,
      nullable: true,
      description: 'Its OAuth grant; null when it has none.',
      resolve: (row, _args, { loaders }) => loaders.grant.load(row.id),
    }),
    health: t.expose('health', { type: HealthStateEnum, description: 'What the probes found.' }),
    healthSince: t.expose('healthSince', { type: 'DateTime', description: 'When the health state began.' }),
    healthReason: t.exposeString('healthReason', { nullable: true, description: 'What led to it, in words.' }),
    lastProbeAt: t.expose('lastProbeAt', { type: 'DateTime', nullable: true, description: 'When it was last probed.' }),
    lastLatencyMs: t.exposeInt('lastLatencyMs', { nullable: true, description: 'How long the last probe took.' }),
    probeIntervalSeconds: t.exposeInt('probeIntervalSeconds', { description: 'Time between probes.' }),
    nextProbeAt: t.expose('nextProbeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next probe is due; null while nothing is planned.',
    }),
    lastTest: t.field({
      extensions: { columns: ['lastTestAt'] },
      type: TestReportType,
      nullable: true,
      description: 'What the last test found; null when it was never tested.',
      complexity: 2,
      resolve: (row, _args, { loaders }) => (row.lastTestAt === null ? null : loaders.lastTest.load(row.id)),
    }),
    version: t.exposeInt('version', {
      description: 'Raised by every change; send it with an update to be refused when it is stale.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

const ConnectionPage = builder.connectionObject(
  {
    type: 'Connection',
    name: 'ConnectionConnection',
    description: 'One page of connections.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many connections the filter finds over all pages.',
        resolve: (page) => page.count?.() ?? 0,
      }),
    }),
  },
  { name: 'ConnectionEdge', description: 'One of the connections on a page, with its cursor.' },
)

defineNode('Connection', { scope: 'connection:read', load: (ctx, id) => ctx.loaders.connection.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ConnectionFilterInput = builder.inputType('ConnectionFilter', {
  description: 'Which connections to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    status: t.field({ type: [ConnectionStatusEnum], description: 'Have one of these statuses.' }),
    health: t.field({ type: [HealthStateEnum], description: 'Are in one of these health states.' }),
    category: t.field({ type: [CategoryEnum], description: 'Their provider is for one of these.' }),
    environment: t.field({ type: [EnvironmentEnum], description: 'Talk to one of these worlds.' }),
    provider: t.idList({ description: 'Connect to one of these providers (global ids or slugs).' }),
    simulated: t.boolean({ description: 'Talk, or do not talk, to the provider lab.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Provider ids of a filter become slugs; an unknown one finds nothing. */
const slugs = (ctx: Context, ids: readonly string[] | null | undefined): string[] | undefined =>
  ids?.map((id) => providerSlug(ctx, id) ?? '')

/** Recent calls of the rows, when the query asks for them and the viewer may see them: they come with the page. */
function recentAhead(ctx: Context, info: GraphQLResolveInfo): RecentAsk | null {
  const ahead = aheadOf(info, rowsOfPage, 'recentCalls')
  const count = ahead?.args['first']
  return ahead !== null && isRecentCount(count) && mayReadCalls(ctx) ? { count, columns: ahead.columns } : null
}

const mayReadCalls = ({ viewer }: Context): boolean =>
  viewer !== null && allows(viewer.role, viewer.scopes, 'call:read')

builder.queryFields((t) => ({
  connections: t.connection(
    {
      type: 'Connection',
      nullable: true,
      description: 'Connections of the organization, newest first.',
      authScopes: { may: 'connection:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: ConnectionFilterInput, description: 'Which to list. Default all.' }),
        search: t.arg.string({ description: 'Words in name or provider, or a part of the uuid.' }),
      },
      resolve: async (_root, args, ctx, info) => {
        const reach = reachOf(ctx)
        const filter: ConnectionFilter = { ...args.filter, provider: slugs(ctx, args.filter?.provider) }
        const page = await connectionPage(reach, args, {
          filter,
          search: args.search,
          columns: columnsAsked(info, rowsOfPage),
          recent: recentAhead(ctx, info),
        })
        return Object.assign(page, { count: () => countConnections(reach, filter, args.search) })
      },
    },
    ConnectionPage,
  ),
  connection: t.field({
    type: 'Connection',
    nullable: true,
    description: 'One connection; null when there is no such one here.',
    authScopes: { may: 'connection:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, ctx) => ctx.loaders.connection.load(rowId('Connection', id)),
  }),
}))
