import type { SourceModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { calling, contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled } from './given.ts'
import { globalId, plainId, rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const overlapNote = 'Seconds the old one still holds, 0 to 2,592,000 (30 days). Default 86,400.'

const CreateSourceInput = builder.inputType('CreateSourceInput', {
  description: 'A new source.',
  fields: (t) => ({
    connectionId: t.id({ required: true, description: 'The connection whose webhooks are to arrive.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const UpdateSourceInput = builder.inputType('UpdateSourceInput', {
  description: 'Changes to a source; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The source.' }),
    version: t.int({
      description: 'Version the change was made against: refused with ConflictError when it is stale.',
    }),
    enabled: t.boolean({ description: 'Take webhooks, or ask the vendor to come back later.' }),
  }),
})

const DeleteSourceInput = builder.inputType('DeleteSourceInput', {
  description: 'Which source to remove. The vendor’s next webhook is refused.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The source.' }),
    name: t.string({ required: true, description: 'Name of its connection, repeated to be sure.' }),
  }),
})

const AddSourceSecretInput = builder.inputType('AddSourceSecretInput', {
  description: 'A signing secret or public key of the vendor.',
  fields: (t) => ({
    sourceId: t.id({ required: true, description: 'The source.' }),
    value: t.string({ required: true, description: 'As the vendor shows it. Sealed at once and never shown again.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const RetireSourceSecretInput = builder.inputType('RetireSourceSecretInput', {
  description: 'Which signing secret stops verifying, and when.',
  fields: (t) => ({
    sourceId: t.id({ required: true, description: 'The source.' }),
    secretId: t.id({ required: true, description: 'Uuid of the secret.' }),
    afterSeconds: t.int({ description: 'Seconds it still holds, up to 2,592,000 (30 days). Default 0.' }),
  }),
})

const RotateSourceTokenInput = builder.inputType('RotateSourceTokenInput', {
  description: 'Which source gets a new address.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The source.' }),
    overlapSeconds: t.int({ description: overlapNote }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const onceInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      id: t.id({ required: true, description: 'The source.' }),
      idempotencyKey: t.string({ description: keyNote }),
    }),
  })
const RegisterSourceInput = onceInput('RegisterSourceInput', 'Which source to register at its vendor.')
const UnregisterSourceInput = onceInput('UnregisterSourceInput', 'Whose registration to remove at the vendor.')

const RemoveSourceRuleInput = builder.inputType('RemoveSourceRuleInput', {
  description: 'Which rule to forget.',
  fields: (t) => ({
    sourceId: t.id({ required: true, description: 'The source.' }),
    ruleId: t.id({ required: true, description: 'Uuid of the rule.' }),
  }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The source as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<SourceModel> {
  const { id } = await changed
  // The same mutation may stand twice in one document, and secrets and rules are read apart from the row.
  ctx.refresh()
  const row = await ctx.loaders.source.load(id)
  if (row === null) throw new NotFoundError('source', id)
  return row
}

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  createSource: t.field({
    type: 'Source',
    description:
      'Opens an address for a connection’s webhooks. ConflictError when it has one or its provider sends none.',
    authScopes: { may: 'source:write' },
    errors: outcome(repeatable, 'source', 'The new source.'),
    args: { input: t.arg({ type: CreateSourceInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { connectionId, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.create(ctx.actor(), {
          connectionId: rowId('Connection', connectionId),
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  updateSource: t.field({
    type: 'Source',
    description: 'Switches a source on or off.',
    authScopes: { may: 'source:write' },
    errors: outcome(contended, 'source', 'The source as it is now.'),
    args: { input: t.arg({ type: UpdateSourceInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, ...rest } }, ctx) =>
      reread(ctx, ctx.commands.source.update(ctx.actor(), { ...filled(rest), id: rowId('Source', id) })),
  }),
  deleteSource: t.field({
    type: 'ID',
    description: 'Removes a source and its secrets. Events that arrived stay.',
    authScopes: { may: 'source:write' },
    complexity: 10,
    errors: outcome(calling, 'deletedId', 'Global id of what is gone.'),
    args: { input: t.arg({ type: DeleteSourceInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.source.delete(ctx.actor(), { id: rowId('Source', input.id), name: input.name })
      return globalId('Source', id)
    },
  }),
  addSourceSecret: t.field({
    type: 'Source',
    description: 'Adds a signing secret beside those that hold; at most ten hold at once.',
    authScopes: { may: 'source:write' },
    errors: outcome(repeatable, 'source', 'The source with the new hint.'),
    args: { input: t.arg({ type: AddSourceSecretInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { sourceId, value, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.addSecret(ctx.actor(), {
          sourceId: rowId('Source', sourceId),
          value,
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  retireSourceSecret: t.field({
    type: 'Source',
    description: 'Stops a signing secret from verifying, at once or later.',
    authScopes: { may: 'source:write' },
    errors: outcome(contended, 'source', 'The source as it is now.'),
    args: { input: t.arg({ type: RetireSourceSecretInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { sourceId, secretId, afterSeconds } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.retireSecret(ctx.actor(), {
          sourceId: rowId('Source', sourceId),
          secretId: plainId('secret', secretId),
          afterSeconds: afterSeconds ?? null,
        }),
      ),
  }),
  rotateSourceToken: t.field({
    type: 'Source',
    description:
      'Gives a source a new address. The old one holds for a while; a registration at the vendor is renewed.',
    authScopes: { may: 'source:write' },
    complexity: 10,
    errors: outcome(calling, 'source', 'The source with its new address.'),
    args: { input: t.arg({ type: RotateSourceTokenInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, overlapSeconds, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.rotateToken(ctx.actor(), {
          id: rowId('Source', id),
          overlapSeconds: overlapSeconds ?? null,
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  registerSource: t.field({
    type: 'Source',
    description:
      'Registers the address at the vendor through its API, or again. ConflictError where the vendor has none.',
    authScopes: { may: 'source:write' },
    complexity: 20,
    errors: outcome(calling, 'source', 'The source; `registration` tells how it went.'),
    args: { input: t.arg({ type: RegisterSourceInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.register(ctx.actor(), { id: rowId('Source', id), idempotencyKey: idempotencyKey ?? null }),
      ),
  }),
  unregisterSource: t.field({
    type: 'Source',
    description: 'Removes the registration at the vendor.',
    authScopes: { may: 'source:write' },
    complexity: 20,
    errors: outcome(calling, 'source', 'The source as it is now.'),
    args: { input: t.arg({ type: UnregisterSourceInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.unregister(ctx.actor(), {
          id: rowId('Source', id),
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  removeSourceRule: t.field({
    type: 'Source',
    description: 'Forgets what a vendor type was assigned to.',
    authScopes: { may: 'source:write' },
    errors: outcome(contended, 'source', 'The source as it is now.'),
    args: { input: t.arg({ type: RemoveSourceRuleInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { sourceId, ruleId } }, ctx) =>
      reread(
        ctx,
        ctx.commands.source.removeRule(ctx.actor(), {
          sourceId: rowId('Source', sourceId),
          ruleId: plainId('rule', ruleId),
        }),
      ),
  }),
}))
