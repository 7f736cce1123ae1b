import { KeyEnvironmentEnum } from './api-key.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { RoleEnum } from './enums.ts'
import { contended, direct, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import type { ApiKeyRow } from './loaders.ts'
import { rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const fieldNotes = {
  name: 'Its name, 1 to 80 characters.',
  description: 'What it is for, up to 500 characters.',
  role: 'It never may more than this role. Left out, the lowest that has every scope named; `*` needs one.',
  scopes: 'What it may do, `noun:action` (see `keyScopes`), or `*` for all the role has; 1 to 100.',
  connections: 'Connections to narrow it to, at most 200; empty: every one.',
  allowedNetworks: 'Addresses and networks (CIDR) it may be used from, at most 50; empty: any.',
  ratePerMinute: 'Requests a minute at most, 1 to 600,000; null for no limit of its own.',
  expiresAt: 'When it ends; null: never. A temporary key ends within 30 days of being made.',
  rotationDays: 'Days after which it is due for rotation, 1 to 3,650; 0: never.',
  autoRotate: 'Make a successor by itself when it is due; the holder fetches it with the old key (`fetchSuccessor`).',
}

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new API key. Nobody gives more than they hold themselves.',
  fields: (t) => ({
    name: t.string({ required: true, description: fieldNotes.name }),
    description: t.string({ description: fieldNotes.description }),
    environment: t.field({ type: KeyEnvironmentEnum, description: 'What it is for. Default PRODUCTION.' }),
    role: t.field({ type: RoleEnum, description: fieldNotes.role }),
    scopes: t.stringList({ required: true, description: fieldNotes.scopes }),
    connections: t.idList({ description: fieldNotes.connections }),
    allowedNetworks: t.stringList({ description: fieldNotes.allowedNetworks }),
    ratePerMinute: t.int({ description: fieldNotes.ratePerMinute }),
    temporary: t.boolean({
      description: 'Made for a while: `expiresAt` is needed, and it leaves the list when it has ended. Default false.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: fieldNotes.expiresAt }),
    rotationDays: t.int({ description: `${fieldNotes.rotationDays} Default 90; a temporary key is never due.` }),
    autoRotate: t.boolean({ description: `${fieldNotes.autoRotate} Default false.` }),
    idempotencyKey: t.string({
      description: `${keyNote} The secret is not shown again: a repeat is a ConflictError that says so.`,
    }),
  }),
})

const UpdateApiKeyInput = builder.inputType('UpdateApiKeyInput', {
  description: 'Changes to an API key; what is left out stays. They hold on every replica within a second.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The key.' }),
    version: t.int({
      description: 'Version the change was made against: refused with ConflictError when it is stale.',
    }),
    name: t.string({ description: fieldNotes.name }),
    description: t.string({ description: fieldNotes.description }),
    role: t.field({ type: RoleEnum, description: fieldNotes.role }),
    scopes: t.stringList({ description: fieldNotes.scopes }),
    connections: t.idList({ description: fieldNotes.connections }),
    allowedNetworks: t.stringList({ description: fieldNotes.allowedNetworks }),
    ratePerMinute: t.int({ description: fieldNotes.ratePerMinute }),
    expiresAt: t.field({ type: 'DateTime', description: fieldNotes.expiresAt }),
    rotationDays: t.int({ description: fieldNotes.rotationDays }),
    autoRotate: t.boolean({ description: fieldNotes.autoRotate }),
  }),
})

const RotateApiKeyInput = builder.inputType('RotateApiKeyInput', {
  description: 'A successor with the same rights.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The key to replace.' }),
    overlapSeconds: t.int({
      description: 'Seconds the old key still works, 0 to 2,592,000 (30 days). Default 86,400.',
    }),
    idempotencyKey: t.string({
      description: `${keyNote} The secret is not shown again: a repeat is a ConflictError that says so.`,
    }),
  }),
})

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which key to end at once, and why.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The key.' }),
    reason: t.string({ required: true, description: 'Why, 1 to 500 characters.' }),
  }),
})

const RevokeAllApiKeysInput = builder.inputType('RevokeAllApiKeysInput', {
  description: 'The emergency stop: every key of the organization ends at once.',
  fields: (t) => ({
    confirm: t.string({ required: true, description: 'Name of the organization, repeated to be sure.' }),
    reason: t.string({ required: true, description: 'Why, 1 to 500 characters.' }),
    keepOwn: t.boolean({ description: 'Leave the key that asks. Default false; means nothing to a person.' }),
  }),
})

const FetchSuccessorInput = builder.inputType('FetchSuccessorInput', {
  description: 'Which successor to hand over: that of the key that asks.',
  fields: (t) => ({
    prefix: t.string({ description: 'First characters of the asking key, when you want them checked.' }),
  }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The key as it is now, for a mutation's answer. */
async function reread(ctx: Context, id: string): Promise<ApiKeyRow> {
  // The same mutation may stand twice in one document.
  ctx.refresh()
  const row = await ctx.loaders.apiKey.load(id)
  if (row === null) throw new NotFoundError('api key', id)
  return row
}

interface MadeKey {
  readonly apiKey: ApiKeyRow
  readonly secret: string
}

const madeKey = (name: string, description: string) =>
  builder.objectRef<MadeKey>(name).implement({
    description,
    fields: (t) => ({
      apiKey: t.expose('apiKey', { type: 'ApiKey', description: 'The new key.' }),
      secret: t.exposeString('secret', { description: 'The key itself, shown this once: only its hash is kept.' }),
    }),
  })

const CreateApiKeySuccess = madeKey('CreateApiKeySuccess', 'The key is there.')
const RotateApiKeySuccess = madeKey('RotateApiKeySuccess', 'The successor is there; the old key has an end.')

const RevokeAllSuccess = builder.objectRef<{ readonly revoked: number }>('RevokeAllApiKeysSuccess').implement({
  description: 'They have ended.',
  fields: (t) => ({ revoked: t.exposeInt('revoked', { description: 'How many keys ended.' }) }),
})

interface Fetched {
  readonly id: string
  readonly prefix: string
  readonly secret: string
  readonly endsAt: Date
}

const FetchSuccessorSuccess = builder.objectRef<Fetched>('FetchSuccessorSuccess').implement({
  description: 'The successor, handed over.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Id of the successor.' }),
    prefix: t.exposeString('prefix', { description: 'Its first characters.' }),
    secret: t.exposeString('secret', { description: 'The key itself, handed over this once.' }),
    oldKeyEndsAt: t.expose('endsAt', { type: 'DateTime', description: 'Until when the old key works.' }),
  }),
})

const idsOf = (ids: readonly string[] | null | undefined) =>
  ids == null ? {} : { connectionIds: ids.map((id) => rowId('Connection', id)) }

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  createApiKey: t.field({
    type: CreateApiKeySuccess,
    description: 'Creates an API key. The key itself is shown this once.',
    authScopes: { may: 'key:write' },
    complexity: 10,
    errors: direct(repeatable),
    args: { input: t.arg({ type: CreateApiKeyInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { name, scopes, connections, ratePerMinute, expiresAt, ...rest } }, ctx) => {
      const { id, secret } = await ctx.commands.apiKey.create(ctx.actor(), {
        ...filled(rest),
        ...given({ ratePerMinute, expiresAt }),
        ...idsOf(connections),
        name,
        scopes,
      })
      return { apiKey: await reread(ctx, id), secret }
    },
  }),
  updateApiKey: t.field({
    type: 'ApiKey',
    description: 'Changes an API key.',
    authScopes: { may: 'key:write' },
    complexity: 10,
    errors: outcome(contended, 'apiKey', 'The key as it is now.'),
    args: { input: t.arg({ type: UpdateApiKeyInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { id, connections, ratePerMinute, expiresAt, ...rest } }, ctx) => {
      const changed = await ctx.commands.apiKey.update(ctx.actor(), {
        ...filled(rest),
        ...given({ ratePerMinute, expiresAt }),
        ...idsOf(connections),
        id: rowId('ApiKey', id),
      })
      return reread(ctx, changed.id)
    },
  }),
  rotateApiKey: t.field({
    type: RotateApiKeySuccess,
    description: 'Makes a successor with the same rights; the old key works on for a while, then ends.',
    authScopes: { may: 'key:write' },
    complexity: 10,
    errors: direct(repeatable),
    args: { input: t.arg({ type: RotateApiKeyInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { id, ...rest } }, ctx) => {
      const made = await ctx.commands.apiKey.rotate(ctx.actor(), { ...filled(rest), id: rowId('ApiKey', id) })
      return { apiKey: await reread(ctx, made.id), secret: made.secret }
    },
  }),
  revokeApiKey: t.field({
    type: 'ApiKey',
    description: 'Ends an API key at once, on every replica.',
    authScopes: { may: 'key:write' },
    errors: outcome(contended, 'apiKey', 'The key as it is now.'),
    args: { input: t.arg({ type: RevokeApiKeyInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { id, reason } }, ctx) => {
      const revoked = await ctx.commands.apiKey.revoke(ctx.actor(), { id: rowId('ApiKey', id), reason })
      return reread(ctx, revoked.id)
    },
  }),
  revokeAllApiKeys: t.field({
    type: RevokeAllSuccess,
    description: 'Ends every API key of the organization at once: the emergency stop.',
    authScopes: { may: 'key:write' },
    complexity: 20,
    errors: direct(contended),
    args: { input: t.arg({ type: RevokeAllApiKeysInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { confirm, reason, keepOwn } }, ctx) =>
      ctx.commands.apiKey.revokeAll(ctx.actor(), { organizationName: confirm, reason, keepOwn: keepOwn ?? false }),
  }),
  fetchSuccessor: t.field({
    type: FetchSuccessorSuccess,
    description:
      'Hands the successor of the asking key over, once. Needs no permission but the old key itself, while its successor waits.',
    authScopes: { signedIn: true },
    complexity: 10,
    errors: direct(contended),
    args: { input: t.arg({ type: FetchSuccessorInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { prefix } }, ctx) =>
      ctx.commands.apiKey.fetchSuccessor(ctx.actor(), { prefix: prefix ?? null }),
  }),
}))
