import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import type { LiveInboundEvent } from './events.ts'
import { rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AssignInboundEventInput = builder.inputType('AssignInboundEventInput', {
  description: 'What an event of the inbox means.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The inbound event.' }),
    eventType: t.string({ required: true, description: 'A type of the hub’s catalogue.' }),
    mapping: t.string({
      description: 'JSONata over the vendor’s payload that makes the data. Without it the payload is taken as it is.',
    }),
    remember: t.boolean({ description: 'Do the same for every later event of this vendor type here. Default false.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const onceInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      id: t.id({ required: true, description: 'The inbound event.' }),
      idempotencyKey: t.string({ description: keyNote }),
    }),
  })
const VerifyInboundEventInput = onceInput('VerifyInboundEventInput', 'Which quarantined event to verify again.')
const ReplayInboundEventInput = onceInput('ReplayInboundEventInput', 'Which event to route again.')

const DiscardInboundEventsInput = builder.inputType('DiscardInboundEventsInput', {
  description: 'Which events to put aside for good.',
  fields: (t) => ({
    ids: t.idList({ required: true, description: 'The inbound events.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The event as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<LiveInboundEvent> {
  const { id } = await changed
  ctx.refresh()
  const row = await ctx.loaders.inboundEvent.load(id)
  if (row === null) throw new NotFoundError('inbound event', id)
  return row
}

const inputNote = 'What to do.'
const nowNote = 'The inbound event as it is now.'

builder.mutationFields((t) => ({
  assignInboundEvent: t.field({
    type: 'InboundEvent',
    description: 'Says what an event of the inbox means, and routes it. ConflictError unless it is verified.',
    authScopes: { may: 'inbound:write' },
    complexity: 5,
    errors: outcome(repeatable, 'inboundEvent', nowNote),
    args: { input: t.arg({ type: AssignInboundEventInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, eventType, mapping, remember, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.inboundEvent.assign(ctx.actor(), {
          id: rowId('InboundEvent', id),
          eventType,
          mapping: mapping ?? null,
          remember: remember ?? false,
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  verifyInboundEvent: t.field({
    type: 'InboundEvent',
    description:
      'Verifies a quarantined event with the secrets that hold now. It is routed when it fits; else its verdict is updated.',
    authScopes: { may: 'inbound:write' },
    complexity: 5,
    errors: outcome(repeatable, 'inboundEvent', nowNote),
    args: { input: t.arg({ type: VerifyInboundEventInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.inboundEvent.verify(ctx.actor(), {
          id: rowId('InboundEvent', id),
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  replayInboundEvent: t.field({
    type: 'InboundEvent',
    description: 'Routes a verified event again, as a new run: new events, new deliveries.',
    authScopes: { may: 'inbound:write' },
    complexity: 5,
    errors: outcome(repeatable, 'inboundEvent', nowNote),
    args: { input: t.arg({ type: ReplayInboundEventInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, idempotencyKey } }, ctx) =>
      reread(
        ctx,
        ctx.commands.inboundEvent.replay(ctx.actor(), {
          id: rowId('InboundEvent', id),
          idempotencyKey: idempotencyKey ?? null,
        }),
      ),
  }),
  discardInboundEvents: t.field({
    type: ['InboundEvent'],
    description: 'Puts events of the inbox or the quarantine aside for good.',
    authScopes: { may: 'inbound:write' },
    complexity: { field: 5, multiplier: 10 },
    errors: outcome(repeatable, 'inboundEvents', 'The events as they are now.'),
    args: { input: t.arg({ type: DiscardInboundEventsInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { ids, idempotencyKey } }, ctx) => {
      const changed = await ctx.commands.inboundEvent.discard(ctx.actor(), {
        ids: ids.map((id) => rowId('InboundEvent', id)),
        idempotencyKey: idempotencyKey ?? null,
      })
      ctx.refresh()
      const rows = await ctx.loaders.inboundEvent.loadMany([...changed.ids])
      return rows.filter((row): row is LiveInboundEvent => row !== null && !(row instanceof Error))
    },
  }),
}))
