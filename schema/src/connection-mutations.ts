import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { EnvironmentEnum } from './enums.ts'
import { calling, contended, direct, keyNote, outcome, repeatable } from './error-types.ts'
import { InvalidInputError, NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import type { ConnectionRow } from './loaders.ts'
import { globalId, providerSlug, rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const FieldValueInput = builder.inputType('FieldValueInput', {
  description: 'A value of a connection form, secret or plain.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Field of the provider’s form.' }),
    value: t.string({ required: true, description: 'Its value. An empty text removes it.' }),
  }),
})

const record = (values: readonly { name: string; value: string }[] | null | undefined): Record<string, string> =>
  Object.fromEntries((values ?? []).map(({ name, value }) => [name, value]))

const CreateConnectionInput = builder.inputType('CreateConnectionInput', {
  description: 'A new connection.',
  fields: (t) => ({
    provider: t.id({ required: true, description: 'Provider to connect to (global id or slug).' }),
    name: t.string({ required: true, description: 'Name for people, 1 to 80 characters.' }),
    environment: t.field({ type: EnvironmentEnum, required: true, description: 'Test world or the real one.' }),
    simulated: t.boolean({ description: 'Talk to the provider lab (demo only). Default false.' }),
    baseUrl: t.string({ description: 'Overrides the API host, for self-hosted vendors.' }),
    template: t.string({
      description:
        'Key of one of the provider’s templates: its values hold where `fields` and `probeIntervalSeconds` say nothing.',
    }),
    fields: t.field({
      type: [FieldValueInput],
      description: 'Values of the provider’s form. Secrets are sealed and never shown again.',
    }),
    probeIntervalSeconds: t.int({ description: 'Time between probes, 30 to 86,400. Default 300.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const UpdateConnectionInput = builder.inputType('UpdateConnectionInput', {
  description: 'Changes to a connection; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    version: t.int({
      description: 'Version the change was made against: refused with ConflictError when it is stale.',
    }),
    name: t.string({ description: 'New name.' }),
    baseUrl: t.string({ description: 'New API host; null for the usual one.' }),
    settings: t.field({ type: [FieldValueInput], description: 'New plain values; secrets go through setCredentials.' }),
    probeIntervalSeconds: t.int({ description: 'New time between probes, 30 to 86,400.' }),
  }),
})

const SetCredentialsInput = builder.inputType('SetCredentialsInput', {
  description: 'New secrets of a connection.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    fields: t.field({ type: [FieldValueInput], required: true, description: 'Values to set over the current ones.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const TestConnectionInput = builder.inputType('TestConnectionInput', {
  description: 'Which connection to test, and how far.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    suites: t.stringList({ description: 'Suites to run: connection, permissions, webhook, sample. Default all.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const ProbeConnectionInput = builder.inputType('ProbeConnectionInput', {
  description: 'Which connection to probe now.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const idInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({ id: t.id({ required: true, description: 'The connection.' }) }),
  })
const PauseConnectionInput = idInput('PauseConnectionInput', 'Which connection to pause.')
const ResumeConnectionInput = idInput('ResumeConnectionInput', 'Which connection to resume.')

const DeleteConnectionInput = builder.inputType('DeleteConnectionInput', {
  description: 'Which connection to delete. This cannot be undone.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    name: t.string({ required: true, description: 'Its name, repeated to be sure.' }),
  }),
})

const StartOAuthInput = builder.inputType('StartOAuthInput', {
  description: 'Which connection to authorize at its vendor.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The connection as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<ConnectionRow> {
  const { id } = await changed
  const row = await ctx.loaders.connection.clear(id).load(id)
  if (row === null) throw new NotFoundError('connection', id)
  return row
}

const StartOAuthSuccess = builder
  .objectRef<{ readonly url: string; readonly connection: ConnectionRow }>('StartOAuthSuccess')
  .implement({
    description: 'The authorization has begun.',
    fields: (t) => ({
      url: t.exposeString('url', { description: 'Where to send the person; valid for ten minutes, once.' }),
      connection: t.expose('connection', { type: 'Connection', description: 'The connection.' }),
    }),
  })

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  createConnection: t.field({
    type: 'Connection',
    description: 'Creates a connection. With all required fields it is probed at once; else it waits for credentials.',
    authScopes: { may: 'connection:write' },
    errors: outcome(repeatable, 'connection', 'The new connection.'),
    args: { input: t.arg({ type: CreateConnectionInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) => {
      const { fields, simulated, probeIntervalSeconds, provider, ...rest } = input
      const slug = providerSlug(ctx, provider)
      if (slug === null)
        throw new InvalidInputError([{ path: 'provider', message: `There is no provider ${provider}.` }])
      return reread(
        ctx,
        ctx.commands.connection.create(ctx.actor(), {
          ...given(rest),
          ...filled({ simulated, probeIntervalSeconds }),
          provider: slug,
          fields: record(fields),
        }),
      )
    },
  }),
  updateConnection: t.field({
    type: 'Connection',
    description: 'Changes name, host, plain settings or probe interval.',
    authScopes: { may: 'connection:write' },
    errors: outcome(contended, 'connection', 'The connection as it is now.'),
    args: { input: t.arg({ type: UpdateConnectionInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, version, name, baseUrl, settings, probeIntervalSeconds } }, ctx) =>
      reread(
        ctx,
        ctx.commands.connection.update(ctx.actor(), {
          ...filled({ version, name, probeIntervalSeconds }),
          ...given({ baseUrl }),
          ...(settings == null ? {} : { settings: record(settings) }),
          id: rowId('Connection', id),
        }),
      ),
  }),
  setCredentials: t.field({
    type: 'Connection',
    description: 'Sets secrets. They are sealed at once; only a masked hint can be read afterwards.',
    authScopes: { may: 'credential:write' },
    errors: outcome(repeatable, 'connection', 'The connection with its new hints.'),
    args: { input: t.arg({ type: SetCredentialsInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(
        ctx,
        ctx.commands.connection.setCredentials(ctx.actor(), {
          id: rowId('Connection', input.id),
          fields: record(input.fields),
          idempotencyKey: input.idempotencyKey ?? null,
        }),
      ),
  }),
  testConnection: t.field({
    type: 'Connection',
    description: 'Runs the provider’s test suites. A failed test is a result (`lastTest`), not an error.',
    authScopes: { may: 'connection:test' },
    complexity: 20,
    errors: outcome(calling, 'connection', 'The connection with its report in `lastTest`.'),
    args: { input: t.arg({ type: TestConnectionInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.connection.test(ctx.actor(), { ...given(input), id: rowId('Connection', input.id) })),
  }),
  probeConnection: t.field({
    type: 'Connection',
    description: 'Probes now and judges the answer.',
    authScopes: { may: 'connection:test' },
    complexity: 10,
    errors: outcome(calling, 'connection', 'The connection with its health after the probe.'),
    args: { input: t.arg({ type: ProbeConnectionInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.connection.probe(ctx.actor(), { ...given(input), id: rowId('Connection', input.id) })),
  }),
  pauseConnection: t.field({
    type: 'Connection',
    description: 'Pauses a connection: no calls, no probes.',
    authScopes: { may: 'connection:write' },
    errors: outcome(contended, 'connection', 'The paused connection.'),
    args: { input: t.arg({ type: PauseConnectionInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.connection.pause(ctx.actor(), { id: rowId('Connection', input.id) })),
  }),
  resumeConnection: t.field({
    type: 'Connection',
    description: 'Takes a paused connection back into use.',
    authScopes: { may: 'connection:write' },
    errors: outcome(contended, 'connection', 'The resumed connection.'),
    args: { input: t.arg({ type: ResumeConnectionInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.connection.resume(ctx.actor(), { id: rowId('Connection', input.id) })),
  }),
  deleteConnection: t.field({
    type: 'ID',
    description: 'Deletes a connection with its secrets and history. Audit entries stay.',
    authScopes: { may: 'connection:write' },
    errors: outcome(contended, 'deletedId', 'Global id of what is gone.'),
    args: { input: t.arg({ type: DeleteConnectionInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.connection.delete(ctx.actor(), {
        id: rowId('Connection', input.id),
        name: input.name,
      })
      return globalId('Connection', id)
    },
  }),
  startOAuth: t.field({
    type: StartOAuthSuccess,
    description: 'Begins an OAuth authorization: send the person to `url`; the vendor answers to this hub.',
    authScopes: { may: 'credential:write' },
    errors: direct(calling),
    args: { input: t.arg({ type: StartOAuthInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const id = rowId('Connection', input.id)
      const { url } = await ctx.commands.connection.startOAuth(ctx.actor(), {
        id,
        idempotencyKey: input.idempotencyKey ?? null,
      })
      return { url, connection: await reread(ctx, Promise.resolve({ id })) }
    },
  }),
}))
