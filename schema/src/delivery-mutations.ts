import type { DeliveryModel, ReplayModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { ReplayFilter } from './commands/delivery.ts'
import type { Context } from './context.ts'
import { DeliveryStateEnum } from './enums.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { given } from './given.ts'
import { rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ReplayFilterInput = builder.inputType('ReplayFilterInput', {
  description:
    'Which deliveries to send again. Everything given must hold. At least one of ids, endpointId, since or sinceOutageOf.',
  fields: (t) => ({
    ids: t.idList({ description: 'These deliveries.' }),
    endpointId: t.id({ description: 'Go to this endpoint.' }),
    eventTypes: t.stringList({ description: 'Carry one of these types: names, or patterns such as `payment.*`.' }),
    states: t.field({ type: [DeliveryStateEnum], description: 'Stand so.' }),
    since: t.field({ type: 'DateTime', description: 'Recorded at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Recorded before this instant.' }),
    sinceOutageOf: t.id({ description: 'Everything this endpoint did not get since its last outage began.' }),
  }),
})

const ReplayDeliveriesInput = builder.inputType('ReplayDeliveriesInput', {
  description: 'What to send again.',
  fields: (t) => ({
    filter: t.field({ type: ReplayFilterInput, required: true, description: 'Which deliveries.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const CancelReplayInput = builder.inputType('CancelReplayInput', {
  description: 'Which replay to stop.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The replay.' }) }),
})

const CancelDeliveriesInput = builder.inputType('CancelDeliveriesInput', {
  description: 'Which deliveries to give up.',
  fields: (t) => ({ ids: t.idList({ required: true, description: 'The deliveries.' }) }),
})

const filterOf = (input: typeof ReplayFilterInput.$inferInput): ReplayFilter => ({
  ...given(input),
  ids: input.ids?.map((id) => rowId('Delivery', id)) ?? null,
  endpointId: input.endpointId == null ? null : rowId('Endpoint', input.endpointId),
  sinceOutageOf: input.sinceOutageOf == null ? null : rowId('Endpoint', input.sinceOutageOf),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const Skip = builder.objectRef<readonly [string, number]>('ReplaySkip').implement({
  description: 'Why some deliveries are left out of a replay.',
  fields: (t) => ({
    reason: t.string({ description: 'In words.', resolve: ([reason]) => reason }),
    count: t.int({ description: 'How many.', resolve: ([, count]) => count }),
  }),
})

interface Preview {
  readonly total: number
  readonly skips: Readonly<Record<string, number>>
  readonly sample: readonly string[]
}

const ReplayPreviewType = builder.objectRef<Preview>('ReplayPreview').implement({
  description: 'What a replay would do, counted before it begins.',
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'Deliveries the filter finds.' }),
    skips: t.field({
      type: [Skip],
      description: 'How many would be left out, and why.',
      resolve: (preview) => Object.entries(preview.skips),
    }),
    sample: t.field({
      type: ['Delivery'],
      description: 'Up to five that would be sent.',
      complexity: { field: 1, multiplier: 5 },
      resolve: async (preview, _args, { loaders }) => found(await loaders.delivery.loadMany([...preview.sample])),
    }),
  }),
})

const found = (rows: readonly (DeliveryModel | Error | null)[]): DeliveryModel[] =>
  rows.filter((row): row is DeliveryModel => row !== null && !(row instanceof Error))

builder.queryField('previewReplay', (t) =>
  t.field({
    type: ReplayPreviewType,
    nullable: true,
    description: 'Counts what a replay would send again, and what it would leave out.',
    authScopes: { may: 'delivery:write' },
    complexity: 20,
    args: { filter: t.arg({ type: ReplayFilterInput, required: true, description: 'Which deliveries.' }) },
    resolve: (_root, { filter }, ctx) => ctx.commands.delivery.previewReplay(ctx.actor(), filterOf(filter)),
  }),
)

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The replay as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<ReplayModel> {
  const { id } = await changed
  ctx.refresh()
  const row = await ctx.loaders.replay.load(id)
  if (row === null) throw new NotFoundError('replay', id)
  return row
}

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  replayDeliveries: t.field({
    type: 'Replay',
    description:
      'Sends deliveries again, each as a new round of attempts. Runs in the background; follow `replayChanged`.',
    authScopes: { may: 'delivery:write' },
    complexity: 20,
    errors: outcome(repeatable, 'replay', 'The replay as it begins.'),
    args: { input: t.arg({ type: ReplayDeliveriesInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(
        ctx,
        ctx.commands.delivery.replay(ctx.actor(), {
          filter: filterOf(input.filter),
          idempotencyKey: input.idempotencyKey ?? null,
        }),
      ),
  }),
  cancelReplay: t.field({
    type: 'Replay',
    description: 'Stops a running replay; what was queued stays queued.',
    authScopes: { may: 'delivery:write' },
    errors: outcome(contended, 'replay', 'The replay as it is now.'),
    args: { input: t.arg({ type: CancelReplayInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      reread(ctx, ctx.commands.delivery.cancelReplay(ctx.actor(), { id: rowId('Replay', input.id) })),
  }),
  cancelDeliveries: t.field({
    type: ['Delivery'],
    description: 'Gives up waiting deliveries: they go to the dead letters.',
    authScopes: { may: 'delivery:write' },
    complexity: { field: 5, multiplier: 10 },
    errors: outcome(contended, 'deliveries', 'The deliveries as they are now.'),
    args: { input: t.arg({ type: CancelDeliveriesInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { ids } = await ctx.commands.delivery.cancel(ctx.actor(), {
        ids: input.ids.map((id) => rowId('Delivery', id)),
      })
      ctx.refresh()
      return found(await ctx.loaders.delivery.loadMany([...ids]))
    },
  }),
}))

builder.objectField('Replay', 'skips', (t) =>
  t.field({
    type: [Skip],
    description: 'Deliveries that were left out, and why.',
    resolve: (row) => Object.entries((row.skips ?? {}) as Record<string, number>),
  }),
)
