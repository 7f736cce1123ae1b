import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { contended, outcome } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import { LimitWindowEnum } from './lane.ts'
import type { ConnectionRow } from './loaders.ts'
import { rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const CallLimitInput = builder.inputType('CallLimitInput', {
  description: 'An own limit of calls.',
  fields: (t) => ({
    window: t.field({ type: LimitWindowEnum, required: true, description: 'Its window; each at most once.' }),
    calls: t.int({ required: true, description: 'Calls allowed in a window: 1 to 1,000,000,000.' }),
    replacesVendor: t.boolean({
      description:
        'Holds instead of the vendor’s limit of this window, for accounts with another plan. Default false: the lower of the two holds.',
    }),
  }),
})

const versionNote = 'Version the change was made against: refused with ConflictError when it is stale.'

const SetCallLimitsInput = builder.inputType('SetCallLimitsInput', {
  description: 'Own limits of a connection.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    version: t.int({ description: versionNote }),
    limits: t.field({
      type: [CallLimitInput],
      required: true,
      description: 'These and no others; an empty list leaves the vendor’s alone.',
    }),
  }),
})

const SetCachingInput = builder.inputType('SetCachingInput', {
  description: 'How long answers to reads are kept; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The connection.' }),
    version: t.int({ description: versionNote }),
    ttlSeconds: t.int({
      description: 'How long an answer is used again: 0 never, null as the vendor’s headers say, at most a year.',
    }),
    staleSeconds: t.int({
      description: 'How long after that it may stand in while the vendor fails: 0 never, at most 30 days.',
    }),
  }),
})

const PurgeCacheInput = builder.inputType('PurgeCacheInput', {
  description: 'Whose kept answers to forget.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The connection.' }) }),
})

const ResetBreakerInput = builder.inputType('ResetBreakerInput', {
  description: 'Whose circuit breaker to close.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The connection.' }) }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The connection as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<ConnectionRow> {
  const { id } = await changed
  ctx.loaders.lane.clear(id)
  const row = await ctx.loaders.connection.clear(id).load(id)
  if (row === null) throw new NotFoundError('connection', id)
  return row
}

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  setCallLimits: t.field({
    type: 'Connection',
    description: 'Sets a connection’s own limits of calls, on top of the vendor’s.',
    authScopes: { may: 'limit:write' },
    errors: outcome(contended, 'connection', 'The connection with its limits.'),
    args: { input: t.arg({ type: SetCallLimitsInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, version, limits } }, ctx) =>
      reread(
        ctx,
        ctx.commands.lane.setLimits(ctx.actor(), { ...filled({ version }), id: rowId('Connection', id), limits }),
      ),
  }),
  setCaching: t.field({
    type: 'Connection',
    description: 'Sets how long answers to reads are kept.',
    authScopes: { may: 'limit:write' },
    errors: outcome(contended, 'connection', 'The connection with its cache.'),
    args: { input: t.arg({ type: SetCachingInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, version, staleSeconds, ttlSeconds } }, ctx) =>
      reread(
        ctx,
        ctx.commands.lane.setCaching(ctx.actor(), {
          ...filled({ version, staleSeconds }),
          ...given({ ttlSeconds }),
          id: rowId('Connection', id),
        }),
      ),
  }),
  purgeCache: t.field({
    type: 'Connection',
    description: 'Forgets the kept answers of a connection in every process of the hub.',
    authScopes: { may: 'limit:write' },
    errors: outcome(contended, 'connection', 'The connection with its empty cache.'),
    args: { input: t.arg({ type: PurgeCacheInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.lane.purgeCache(ctx.actor(), { id: rowId('Connection', input.id) })),
  }),
  resetBreaker: t.field({
    type: 'Connection',
    description:
      'Closes the circuit breaker by hand in every process, and ends a silence the vendor asked for, so that calls pass again.',
    authScopes: { may: 'limit:write' },
    errors: outcome(contended, 'connection', 'The connection.'),
    args: { input: t.arg({ type: ResetBreakerInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.lane.resetBreaker(ctx.actor(), { id: rowId('Connection', input.id) })),
  }),
}))
