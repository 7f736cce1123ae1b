import { builder } from './builder.ts'
import type { ChannelTrial } from './commands/alert-channel.ts'
import type { Context } from './context.ts'
import { contended, direct, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import { channelPage, type ChannelRow } from './load/alert-rules.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ChannelKindEnum = builder.enumType('AlertChannelKind', {
  description: 'How a channel tells people.',
  values: {
    EMAIL: { description: 'Mail, through an email connection or the hub’s own SMTP server.' },
    SLACK: { description: 'An incoming webhook as Slack, Mattermost and others have it.' },
    EVENT: { description: 'The hub’s event `hub.alert`, delivered to endpoints that ask for it.' },
    IN_APP: { description: 'The bell of the admin. Every organization has one.' },
  },
})

builder.objectType('AlertChannel', {
  description: 'A way alerts reach people.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('AlertChannel', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    kind: t.expose('kind', { type: ChannelKindEnum, description: 'How it tells people.' }),
    enabled: t.exposeBoolean('enabled', { description: 'It is used.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'EMAIL: the connection it goes through; null: the hub’s own SMTP server.',
      resolve: (row, _args, { loaders }) =>
        row.connectionId === null ? null : loaders.connection.load(row.connectionId),
    }),
    recipients: t.exposeStringList('recipients', { description: 'EMAIL: who gets it.' }),
    hint: t.exposeString('hint', {
      nullable: true,
      description: 'SLACK: host and last characters of the address, which itself is never shown.',
    }),
    lastSentAt: t.expose('lastSentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When something got through last; null when nothing did yet.',
    }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'What the last failure said; null after a success.',
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
    createdBy: t.string({
      nullable: true,
      description: 'Who made it, by name; null when the hub did.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
})

const ChannelPage = pageType('AlertChannel', 'AlertChannel', 'alert channels')

defineNode('AlertChannel', { scope: 'alert:read', load: (ctx, id) => ctx.loaders.alertChannel.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const notes = {
  name: 'What people call it, 1 to 100 characters, unlike any other channel’s.',
  recipients: 'EMAIL: 1 to 20 addresses.',
  connectionId: 'EMAIL: an email connection it goes through; null: the hub’s own SMTP server.',
  url: 'SLACK: address of the incoming webhook, HTTPS. Sealed at once and never shown again.',
}

const CreateAlertChannelInput = builder.inputType('CreateAlertChannelInput', {
  description: 'A new channel.',
  fields: (t) => ({
    name: t.string({ required: true, description: notes.name }),
    kind: t.field({
      type: ChannelKindEnum,
      required: true,
      description: 'How it tells people. The bell is there already.',
    }),
    enabled: t.boolean({ description: 'Use it. Default true.' }),
    recipients: t.stringList({ description: notes.recipients }),
    connectionId: t.id({ description: notes.connectionId }),
    url: t.string({ description: notes.url }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const UpdateAlertChannelInput = builder.inputType('UpdateAlertChannelInput', {
  description: 'Changes to a channel; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The channel.' }),
    version: t.int({
      description: 'Version the change was made against: refused with ConflictError when it is stale.',
    }),
    name: t.string({ description: notes.name }),
    enabled: t.boolean({ description: 'Use it.' }),
    recipients: t.stringList({ description: notes.recipients }),
    connectionId: t.id({ description: notes.connectionId }),
    url: t.string({ description: notes.url }),
  }),
})

const DeleteAlertChannelInput = builder.inputType('DeleteAlertChannelInput', {
  description: 'Which channel to delete. No rule may name it any more.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The channel.' }) }),
})

const TestAlertChannelInput = builder.inputType('TestAlertChannelInput', {
  description: 'Which channel to try.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The channel; one that is switched off may be tried as well.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  alertChannels: t.connection(
    {
      type: 'AlertChannel',
      nullable: true,
      description: 'Ways alerts reach people, newest first.',
      authScopes: { may: 'alert:read' },
      complexity: pageCost,
      args: {
        kind: t.arg({ type: [ChannelKindEnum], description: 'Only of these kinds.' }),
        search: t.arg.string({ description: 'A part of name or uuid.' }),
      },
      resolve: (_root, args, ctx) => channelPage(reachOf(ctx), args, args.kind, args.search),
    },
    ChannelPage,
  ),
  alertChannel: t.field({
    type: 'AlertChannel',
    nullable: true,
    description: 'One channel; null when there is no such one here.',
    authScopes: { may: 'alert:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.alertChannel.load(rowId('AlertChannel', id)),
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The channel as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<ChannelRow> {
  const { id } = await changed
  ctx.refresh()
  const row = await ctx.loaders.alertChannel.load(id)
  if (row === null) throw new NotFoundError('alert channel', id)
  return row
}

const Trial = builder.objectRef<ChannelTrial & { readonly channel: ChannelRow }>('TestAlertChannelSuccess').implement({
  description: 'A test message was tried.',
  fields: (t) => ({
    channel: t.expose('channel', { type: 'AlertChannel', description: 'The channel as it is now.' }),
    ok: t.exposeBoolean('ok', { description: 'It got through.' }),
    message: t.exposeString('message', { description: 'What was sent and where, or what is wrong and what to do.' }),
  }),
})

const connectionOf = (id: string | null | undefined) =>
  id === undefined ? undefined : id === null ? null : rowId('Connection', id)
const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  createAlertChannel: t.field({
    type: 'AlertChannel',
    description: 'Makes a channel. Nothing is sent until a rule names it; try it with `testAlertChannel`.',
    authScopes: { may: 'rule:write' },
    complexity: 10,
    errors: outcome(repeatable, 'channel', 'The new channel.'),
    args: { input: t.arg({ type: CreateAlertChannelInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { name, kind, connectionId, ...rest } }, ctx) =>
      reread(
        ctx,
        ctx.commands.alertChannel.create(ctx.actor(), {
          ...filled(rest),
          name,
          kind,
          connectionId: connectionOf(connectionId) ?? null,
        }),
      ),
  }),
  updateAlertChannel: t.field({
    type: 'AlertChannel',
    description: 'Changes a channel.',
    authScopes: { may: 'rule:write' },
    complexity: 10,
    errors: outcome(contended, 'channel', 'The channel as it is now.'),
    args: { input: t.arg({ type: UpdateAlertChannelInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, connectionId, ...rest } }, ctx) =>
      reread(
        ctx,
        ctx.commands.alertChannel.update(ctx.actor(), {
          ...filled(rest),
          ...given({ connectionId: connectionOf(connectionId) }),
          id: rowId('AlertChannel', id),
        }),
      ),
  }),
  deleteAlertChannel: t.field({
    type: 'ID',
    description: 'Deletes a channel and what it was told. The bell can only be switched off.',
    authScopes: { may: 'rule:write' },
    errors: outcome(contended, 'deletedId', 'Global id of what is gone.'),
    args: { input: t.arg({ type: DeleteAlertChannelInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.alertChannel.delete(ctx.actor(), { id: rowId('AlertChannel', input.id) })
      return globalId('AlertChannel', id)
    },
  }),
  testAlertChannel: t.field({
    type: Trial,
    description: 'Really sends a test message through a channel and says what happened.',
    authScopes: { may: 'rule:write' },
    complexity: 20,
    errors: direct(repeatable),
    args: { input: t.arg({ type: TestAlertChannelInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const trial = await ctx.commands.alertChannel.test(ctx.actor(), {
        id: rowId('AlertChannel', input.id),
        idempotencyKey: input.idempotencyKey ?? null,
      })
      return { ...trial, channel: await reread(ctx, Promise.resolve({ id: trial.channelId })) }
    },
  }),
}))
