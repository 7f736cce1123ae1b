import type { AlertModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { contended, outcome } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { countUnseen } from './load/alerts.ts'
import { reachOf } from './load/reach.ts'
import { rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AcknowledgeAlertsInput = builder.inputType('AcknowledgeAlertsInput', {
  description: 'Which alerts you deal with.',
  fields: (t) => ({ ids: t.idList({ required: true, description: 'The alerts, 1 to 100.' }) }),
})

const ResolveAlertsInput = builder.inputType('ResolveAlertsInput', {
  description: 'Which alerts are over.',
  fields: (t) => ({
    ids: t.idList({ required: true, description: 'The alerts, 1 to 100.' }),
    note: t.string({ description: 'What was the matter, up to 500 characters; written below their words.' }),
  }),
})

const MarkAlertsSeenInput = builder.inputType('MarkAlertsSeenInput', {
  description: 'How far you have looked.',
  fields: (t) => ({ upTo: t.id({ description: 'The latest alert you saw. Default all there are.' }) }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const rowsOf = (ids: readonly string[]): string[] => [...new Set(ids.map((id) => rowId('Alert', id)))]

/** The alerts as they are now, for a mutation's answer. */
async function reread(ctx: Context, ids: readonly string[]): Promise<AlertModel[]> {
  ctx.refresh()
  const rows = await Promise.all(ids.map((id) => ctx.loaders.alert.load(id)))
  return rows.map((row, n) => {
    if (row === null) throw new NotFoundError('alert', ids[n] ?? '')
    return row
  })
}

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  acknowledgeAlerts: t.field({
    type: ['Alert'],
    description: 'Takes alerts: they escalate no more. Those that are taken or over already stay as they are.',
    authScopes: { may: 'alert:write' },
    complexity: 10,
    errors: outcome(contended, 'alerts', 'The alerts as they are now, in the order asked.'),
    args: { input: t.arg({ type: AcknowledgeAlertsInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const ids = rowsOf(input.ids)
      await ctx.commands.alert.acknowledge(ctx.actor(), { ids })
      return reread(ctx, ids)
    },
  }),
  resolveAlerts: t.field({
    type: ['Alert'],
    description: 'Closes alerts; whoever was told of them hears so. What happens after is a new alert.',
    authScopes: { may: 'alert:write' },
    complexity: 10,
    errors: outcome(contended, 'alerts', 'The alerts as they are now, in the order asked.'),
    args: { input: t.arg({ type: ResolveAlertsInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const ids = rowsOf(input.ids)
      await ctx.commands.alert.resolve(ctx.actor(), { ids, note: input.note ?? null })
      return reread(ctx, ids)
    },
  }),
  markAlertsSeen: t.field({
    type: 'Int',
    description: 'Remembers how far you have looked, on every device. It never goes back.',
    authScopes: { may: 'alert:read' },
    complexity: 5,
    errors: outcome(contended, 'unseen', 'Alerts that are still unseen.'),
    args: { input: t.arg({ type: MarkAlertsSeenInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { upTo } }, ctx) => {
      const actor = ctx.actor()
      await ctx.commands.alert.markSeen(actor, { upTo: upTo == null ? null : rowId('Alert', upTo) })
      return countUnseen(reachOf(ctx), actor.id ?? '')
    },
  }),
}))
