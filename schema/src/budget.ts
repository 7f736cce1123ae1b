import type { BudgetModel } from '@patchbay/prisma/generated/models.ts'
import { measures } from './analytics.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { totalOf } from './load/analytics/costs.ts'
import { forecastOf, monthToDate } from './load/analytics/forecast.ts'
import { budgetsOf } from './load/prices.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const BudgetStateEnum = builder.enumType('BudgetState', {
  description: 'Where a budget stands this month.',
  values: {
    WITHIN: { description: 'There is room.' },
    NEAR: { description: 'The first of its alerts was raised.' },
    EXCEEDED: { description: 'It is used up; calls go on.' },
    STOPPED: { description: 'It is used up, and calls are refused. Probes and tests go on.' },
  },
})

/** What was used of a budget this month. */
async function usedOf({ connectionId }: BudgetModel, ctx: Context): Promise<bigint> {
  const { timeZone } = await measures(ctx)
  const filter = connectionId === null ? {} : { connectionIds: [connectionId] }
  return totalOf((await monthToDate(reachOf(ctx), timeZone, filter)).totals)
}

const shareOf = (used: bigint, { monthlyMicros }: BudgetModel): number => Number(used) / Number(monthlyMicros)

builder.objectType('Budget', {
  description: 'The most a month may cost.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Budget', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Of this connection; null for the whole organization.',
      resolve: ({ connectionId }, _args, { loaders }) =>
        connectionId === null ? null : loaders.connection.load(connectionId),
    }),
    monthlyMicros: t.expose('monthlyMicros', {
      type: 'BigInt',
      description: 'Millionths of the organization’s currency.',
    }),
    alertAtPercent: t.exposeIntList('alertAtPercent', {
      description: 'Shares that raise an alert, once a month each.',
    }),
    stop: t.exposeBoolean('stop', { description: 'Calls are refused once it is used up.' }),
    state: t.field({
      type: BudgetStateEnum,
      description: 'Where it stands.',
      complexity: 3,
      resolve: async (row, _args, ctx) => {
        const share = shareOf(await usedOf(row, ctx), row)
        if (share >= 1) return row.stop ? 'STOPPED' : 'EXCEEDED'
        return share * 100 >= Math.min(...row.alertAtPercent) ? 'NEAR' : 'WITHIN'
      },
    }),
    usedMicros: t.field({
      type: 'BigInt',
      description: 'Used this month: calls, transactions and subscriptions.',
      complexity: 3,
      resolve: usedOfRow,
    }),
    usedShare: t.float({
      description: 'The same as a share of the budget; over 1 when exceeded.',
      complexity: 3,
      resolve: async (row, _args, ctx) => shareOf(await usedOf(row, ctx), row),
    }),
    forecastMicros: t.field({
      type: 'BigInt',
      description: 'What the month will have cost, as `costs { forecast }` says.',
      complexity: 5,
      resolve: async ({ connectionId }, _args, ctx) => {
        const { timeZone } = await measures(ctx)
        const filter = connectionId === null ? {} : { connectionIds: [connectionId] }
        return (await forecastOf(reachOf(ctx), timeZone, filter)).totalMicros
      },
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
})

function usedOfRow(row: BudgetModel, _args: object, ctx: Context): Promise<bigint> {
  return usedOf(row, ctx)
}

defineNode('Budget', { scope: 'analytics:read', load: (ctx, id) => ctx.loaders.budget.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SetBudgetInput = builder.inputType('SetBudgetInput', {
  description: 'The budget of a connection or of the organization: made, or changed where there is one.',
  fields: (t) => ({
    connectionId: t.id({ description: 'Of this connection. Default of the whole organization.' }),
    monthlyMicros: t.field({
      type: 'BigInt',
      required: true,
      description: 'Millionths of the organization’s currency, 1 to 10^15.',
    }),
    alertAtPercent: t.intList({ description: 'Shares that raise an alert, 1 to 500 percent. Default 80 and 100.' }),
    stop: t.boolean({ description: 'Refuse calls once it is used up. Default false.' }),
    version: t.int({ description: 'As it was read: refuses when it changed since. Default: whatever there is.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const RemoveBudgetInput = builder.inputType('RemoveBudgetInput', {
  description: 'Which budget to remove.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The budget.' }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  budgets: t.field({
    type: ['Budget'],
    nullable: true,
    description: 'All budgets, the organization’s first.',
    authScopes: { may: 'analytics:read' },
    complexity: { field: 3, multiplier: 5 },
    resolve: async (_root, _args, ctx) => [...(await budgetsOf(reachOf(ctx)))],
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationFields((t) => ({
  setBudget: t.field({
    type: 'Budget',
    description: 'Makes the budget of a connection or of the organization, or changes it.',
    authScopes: { may: 'cost:write' },
    complexity: 5,
    errors: outcome(repeatable, 'budget', 'The budget.'),
    args: { input: t.arg({ type: SetBudgetInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input: { connectionId, ...input } }, ctx) => {
      const { id } = await ctx.commands.budget.set(ctx.actor(), {
        connectionId: connectionId == null ? null : rowId('Connection', connectionId),
        monthlyMicros: input.monthlyMicros,
        alertAtPercent: input.alertAtPercent ?? null,
        stop: input.stop ?? null,
        version: input.version ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
      })
      ctx.refresh()
      const row = await ctx.loaders.budget.load(id)
      if (row === null) throw new NotFoundError('budget', id)
      return row
    },
  }),
  removeBudget: t.field({
    type: 'ID',
    description: 'Removes a budget; what it stopped goes on.',
    authScopes: { may: 'cost:write' },
    complexity: 5,
    errors: outcome(contended, 'removedId', 'Global id of the budget that is gone.'),
    args: { input: t.arg({ type: RemoveBudgetInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.budget.remove(ctx.actor(), { id: rowId('Budget', input.id) })
      return globalId('Budget', id)
    },
  }),
}))
