import { builder } from './builder.ts'
import type { LabBehaviour, LabCommands } from './commands/lab.ts'
import { FieldValue } from './connection-parts.ts'
import type { Context } from './context.ts'
import { contended, outcome } from './error-types.ts'
import { ConflictError, InvalidInputError } from './errors.ts'
import { filled, given } from './given.ts'
import { providerSlug } from './node.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const LabRefreshEnum = builder.enumType('LabRefresh', {
  description: 'How a simulated vendor answers a token refresh.',
  values: {
    OK: { description: 'With new tokens.' },
    TRANSIENT: { description: 'With a passing failure: trying again helps.' },
    LOST_RACE: { description: 'As if somebody else had refreshed just before.' },
    TERMINAL: { description: 'With an end for good: somebody has to connect again.' },
  },
})

const LabVendor = builder.objectRef<LabBehaviour>('LabVendor').implement({
  description: 'How one simulated vendor behaves (demo only).',
  fields: (t) => ({
    provider: t.field({
      type: 'Provider',
      nullable: true,
      description: 'The vendor it plays.',
      resolve: (row, _args, { catalog }) => catalog.get(row.provider),
    }),
    slug: t.string({ description: 'Short name of the vendor it plays.', resolve: (row) => row.provider }),
    latencyMs: t.exposeInt('latencyMs', { description: 'Added to every answer.' }),
    errorRate: t.exposeFloat('errorRate', { description: 'Share of answers that are 500, 0 to 1.' }),
    down: t.exposeBoolean('down', { description: 'Refuses calls with 503.' }),
    rateLimitPerMinute: t.exposeInt('rateLimitPerMinute', {
      nullable: true,
      description: 'Requests a minute before 429; null for no limit.',
    }),
    tokenLifetimeSeconds: t.exposeInt('tokenLifetimeSeconds', {
      description: 'Lifetime of access tokens it hands out.',
    }),
    refresh: t.expose('refresh', { type: LabRefreshEnum, description: 'How it answers a token refresh.' }),
    requests: t.exposeInt('requests', { description: 'Requests it has seen.' }),
    refreshes: t.exposeInt('refreshes', { description: 'Token refreshes it has seen.' }),
    workingFields: t.field({
      type: [FieldValue],
      description: 'Values of a connection form that it accepts. They open nothing but make-believe data.',
      resolve: (row) => Object.entries(row.workingFields).map(([name, value]) => ({ name, value })),
    }),
  }),
})

export const LabType = builder.objectRef<{ readonly vendors: readonly LabBehaviour[] }>('Lab').implement({
  description: 'The provider lab: local fakes of vendors, for demo and tests.',
  fields: (t) => ({
    vendors: t.field({ type: [LabVendor], description: 'Every simulated vendor.', resolve: (lab) => [...lab.vendors] }),
  }),
})

/** The lab's commands; ConflictError outside demo mode. */
export function labOf({ commands }: Context): LabCommands {
  if (commands.lab === null) throw new ConflictError('The provider lab runs in demo mode only.')
  return commands.lab
}

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SetLabBehaviourInput = builder.inputType('SetLabBehaviourInput', {
  description: 'How a simulated vendor should behave; what is left out stays.',
  fields: (t) => ({
    provider: t.id({ required: true, description: 'The vendor (global id or slug).' }),
    latencyMs: t.int({ description: 'Milliseconds added to every answer, 0 to 60,000.' }),
    errorRate: t.float({ description: 'Share of answers that are 500, 0 to 1.' }),
    down: t.boolean({ description: 'Refuse calls with 503.' }),
    rateLimitPerMinute: t.int({ description: 'Requests a minute before 429; null for no limit.' }),
    tokenLifetimeSeconds: t.int({ description: 'Lifetime of access tokens.' }),
    refresh: t.field({ type: LabRefreshEnum, description: 'How to answer a token refresh.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('lab', (t) =>
  t.field({
    type: LabType,
    nullable: true,
    description: 'The provider lab; null outside demo mode.',
    authScopes: { may: 'lab:write' },
    complexity: 10,
    resolve: async (_root, _args, { commands }) =>
      commands.lab === null ? null : { vendors: await commands.lab.list() },
  }),
)

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationFields((t) => ({
  setLabBehaviour: t.field({
    type: LabVendor,
    description: 'Changes how a simulated vendor behaves (demo only). Repeating it changes nothing more.',
    authScopes: { may: 'lab:write' },
    errors: outcome(contended, 'vendor', 'The vendor as it behaves now.'),
    args: { input: t.arg({ type: SetLabBehaviourInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input: { provider, rateLimitPerMinute, ...rest } }, ctx) => {
      const slug = providerSlug(ctx, provider)
      if (slug === null)
        throw new InvalidInputError([{ path: 'provider', message: `There is no provider ${provider}.` }])
      return labOf(ctx).change(ctx.actor(), { ...filled(rest), ...given({ rateLimitPerMinute }), provider: slug })
    },
  }),
  resetLab: t.field({
    type: LabType,
    description: 'Every simulated vendor back to calm (demo only). Repeating it changes nothing more.',
    authScopes: { may: 'lab:write' },
    errors: outcome(contended, 'lab', 'The lab at rest.'),
    resolve: async (_root, _args, ctx) => {
      const lab = labOf(ctx)
      await lab.reset(ctx.actor())
      return { vendors: await lab.list() }
    },
  }),
}))
