import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { apiKeyPage, countApiKeys, keyWarningDays, stateOf } from './load/api-keys.ts'
import { reachOf } from './load/reach.ts'
import type { ApiKeyHandover } from './loaders.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost } from './page.ts'
import { allows, roleScopes, scopes, type Role, type Scope } from './scopes.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const KeyEnvironmentEnum = builder.enumType('KeyEnvironment', {
  description: 'What an API key is for.',
  values: {
    DEVELOPMENT: { description: 'Reaches connections to sandboxes only. Begins with `pb_dev_`.' },
    PRODUCTION: { description: 'Reaches every connection it may. Begins with `pb_live_`.' },
  },
})

const ApiKeyStateEnum = builder.enumType('ApiKeyState', {
  description: 'What an API key is right now.',
  values: {
    ACTIVE: { description: 'Good.' },
    EXPIRING: { description: `Good, and ends within ${keyWarningDays} days.` },
    DUE: { description: `Good, and due for rotation, or within ${keyWarningDays} days.` },
    REVOKED: { description: 'Ended by a person.' },
    EXPIRED: { description: 'Ended by itself.' },
  },
})

const Handover = builder.objectRef<ApiKeyHandover>('ApiKeyHandover').implement({
  description: 'A successor that was made by itself and waits for the holder of the old key to fetch it.',
  fields: (t) => ({
    successor: t.field({
      type: 'ApiKey',
      nullable: true,
      description: 'The key that waits.',
      resolve: ({ successorId }, _args, { loaders }) => loaders.apiKey.load(successorId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when it waits.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be fetched.' }),
  }),
})

builder.objectType('ApiKey', {
  description: 'A key that programs show instead of signing in. The key itself is shown once, when it is made.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('ApiKey', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    prefix: t.exposeString('prefix', { description: 'Its first characters, to recognise it by.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    description: t.exposeString('description', { description: 'What it is for, in words.' }),
    role: t.expose('role', { type: RoleEnum, description: 'It never may more than this role.' }),
    scopes: t.exposeStringList('scopes', { description: 'As granted: `noun:action`, or `*` for all the role has.' }),
    permissions: t.stringList({
      description: 'What it may do, `noun:action`, with `*` written out.',
      resolve: ({ role, scopes: granted }) => allScopes.filter((scope) => allows(role, granted, scope)),
    }),
    allConnections: t.boolean({
      description: 'It is not narrowed to some connections; a development key still reaches sandboxes only.',
      resolve: ({ connectionIds }) => connectionIds.length === 0,
    }),
    connections: t.field({
      type: ['Connection'],
      description: 'Connections it is narrowed to, as far as they still exist; empty when it is not.',
      complexity: { field: 1, multiplier: 2 },
      resolve: async ({ connectionIds }, _args, { loaders }) => {
        const found = await Promise.all(connectionIds.map((id) => loaders.connection.load(id)))
        return found.filter((one) => one !== null)
      },
    }),
    environment: t.expose('environment', { type: KeyEnvironmentEnum, description: 'What it is for.' }),
    allowedNetworks: t.exposeStringList('allowedNetworks', {
      description: 'Addresses and networks (CIDR) it may be used from; empty: any.',
    }),
    ratePerMinute: t.exposeInt('ratePerMinute', {
      nullable: true,
      description: 'Requests a minute at most, over all replicas; null for no limit of its own.',
    }),
    temporary: t.exposeBoolean('temporary', { description: 'Made for a while: leaves the list when it has ended.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it ends; null: never.' }),
    rotationDays: t.exposeInt('rotationDays', { description: 'Days after which it is due for rotation; 0: never.' }),
    rotateAt: t.expose('rotateAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is due; null when never, or once it was replaced.',
    }),
    autoRotate: t.exposeBoolean('autoRotate', {
      description: 'A successor is made by itself when it is due, and waits to be fetched.',
    }),
    state: t.field({
      type: ApiKeyStateEnum,
      description: 'What it is right now.',
      resolve: (row, _args, { now }) => stateOf(row, now()),
    }),
    self: t.boolean({
      description: 'It is the key that asks.',
      resolve: (row, _args, { viewer }) => viewer?.kind === 'API_KEY' && viewer.id === row.id,
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to within a minute; null when never.',
    }),
    createdBy: t.string({
      nullable: true,
      description: 'Who made it, by name; null for the hub itself.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    replaces: t.field({
      type: 'ApiKey',
      nullable: true,
      description: 'The key it was made to replace.',
      resolve: ({ replacesId }, _args, { loaders }) => (replacesId === null ? null : loaders.apiKey.load(replacesId)),
    }),
    replacedBy: t.field({
      type: 'ApiKey',
      nullable: true,
      description: 'The key that was made to replace it.',
      resolve: (row, _args, { loaders }) => loaders.apiKeyReplacing.load(row.id),
    }),
    handover: t.field({
      type: Handover,
      nullable: true,
      description: 'Its successor, while that waits to be fetched.',
      resolve: (row, _args, { loaders }) => loaders.apiKeyHandover.load(row.id),
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null when it was not.',
    }),
    revokedBy: t.string({
      nullable: true,
      description: 'Who revoked it, by name.',
      resolve: ({ revokedById }, _args, { loaders }) =>
        revokedById === null ? null : loaders.userName.load(revokedById),
    }),
    revokedReason: t.exposeString('revokedReason', { nullable: true, description: 'Why, in words.' }),
    version: t.exposeInt('version', {
      description: 'Raised by every change; send it with an update to be refused when it is stale.',
    }),
  }),
})

const ApiKeyPage = builder.connectionObject(
  {
    type: 'ApiKey',
    name: 'ApiKeyConnection',
    description: 'One page of API keys.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many keys the filter finds over all pages.',
        resolve: (page) => page.count?.() ?? 0,
      }),
    }),
  },
  { name: 'ApiKeyEdge', description: 'One of the API keys on a page, with its cursor.' },
)

defineNode('ApiKey', { scope: 'key:read', load: (ctx, id) => ctx.loaders.apiKey.load(id) })

const allScopes = Object.keys(scopes) as Scope[]
const ranked: readonly Role[] = ['VIEWER', 'OPERATOR', 'ADMIN', 'OWNER']

const KeyScope = builder.objectRef<Scope>('KeyScope').implement({
  description: 'A permission an API key can be given.',
  fields: (t) => ({
    scope: t.string({ description: '`noun:action`.', resolve: (scope) => scope }),
    noun: t.string({ description: 'What it is about.', resolve: (scope) => scope.slice(0, scope.indexOf(':')) }),
    action: t.string({ description: 'What it allows.', resolve: (scope) => scope.slice(scope.indexOf(':') + 1) }),
    description: t.string({ description: 'The same in words.', resolve: (scope) => scopes[scope] }),
    role: t.field({
      type: RoleEnum,
      description: 'Lowest role that has it.',
      resolve: (scope) => ranked.find((role) => roleScopes[role].includes(scope)) ?? 'OWNER',
    }),
  }),
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ApiKeyFilterInput = builder.inputType('ApiKeyFilter', {
  description: 'Which keys to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    state: t.field({
      type: [ApiKeyStateEnum],
      description: 'Are so. Left out, all but temporary keys that have ended.',
    }),
    environment: t.field({ type: [KeyEnvironmentEnum], description: 'Are for this.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  apiKeys: t.connection(
    {
      type: 'ApiKey',
      nullable: true,
      description: 'API keys of the organization, newest first.',
      authScopes: { may: 'key:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: ApiKeyFilterInput, description: 'Which to list.' }),
        search: t.arg.string({ description: 'A part of name, description, prefix or uuid.' }),
      },
      resolve: async (_root, args, ctx) => {
        const reach = reachOf(ctx)
        const filter = args.filter ?? {}
        const page = await apiKeyPage(reach, args, filter, args.search)
        return Object.assign(page, { count: () => countApiKeys(reach, filter, args.search) })
      },
    },
    ApiKeyPage,
  ),
  apiKey: t.field({
    type: 'ApiKey',
    nullable: true,
    description: 'One API key; null when there is no such one here.',
    authScopes: { may: 'key:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.apiKey.load(rowId('ApiKey', id)),
  }),
  keyScopes: t.field({
    type: [KeyScope],
    nullable: true,
    description: 'Permissions the viewer may give to an API key: those they hold.',
    authScopes: { may: 'key:read' },
    resolve: (_root, _args, { viewer }) =>
      viewer === null ? [] : allScopes.filter((scope) => allows(viewer.role, viewer.scopes, scope)),
  }),
}))
