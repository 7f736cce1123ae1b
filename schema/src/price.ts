import type { PriceModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { pricesOf } from './load/prices.ts'
import { reachOf } from './load/reach.ts'
import { globalId, rowId } from './node.ts'
import { defineNode } from './node.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const PriceKindEnum = builder.enumType('PriceKind', {
  description: 'What is paid for.',
  values: {
    PER_CALL: { description: 'Each request sent, repeats included.' },
    PER_TRANSACTION: { description: 'Each business transaction, by its event: a payment taken, a label made.' },
    PER_MONTH: { description: 'A subscription, spread over the days of its month.' },
  },
})

const PricePhaseEnum = builder.enumType('PricePhase', {
  description: 'Where a price stands.',
  values: {
    PLANNED: { description: 'It has not begun.' },
    HOLDS: { description: 'It holds now.' },
    ENDED: { description: 'It is over.' },
  },
})

builder.objectType('Price', {
  description: 'What a connection costs. Prices are never rewritten: a new one begins where the old one ends.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Price', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'What it is a price of.',
      resolve: ({ connectionId }, _args, { loaders }) => loaders.connection.load(connectionId),
    }),
    kind: t.expose('kind', { type: PriceKindEnum, description: 'What is paid for.' }),
    amountMicros: t.expose('amountMicros', {
      type: 'BigInt',
      description: 'Millionths of the organization’s currency: 30 cents are 300,000.',
    }),
    sharePpm: t.exposeInt('sharePpm', {
      description:
        'Of a transaction’s amount besides, in millionths: 2.9 % is 29,000. Taken of amounts in the organization’s currency.',
    }),
    appliesTo: t.exposeString('appliesTo', {
      nullable: true,
      description: 'This operation or event type only; null for all that have no price of their own.',
    }),
    phase: t.field({
      type: PricePhaseEnum,
      description: 'Where it stands.',
      resolve: (row, _args, { now }) => phaseOf(row, now()),
    }),
    since: t.expose('since', { type: 'DateTime', description: 'When it begins.' }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends; null when nobody knows.',
    }),
    createdBy: t.string({
      nullable: true,
      description: 'Who set it, by name; null when the hub did.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was set.' }),
  }),
})

function phaseOf({ since, until }: PriceModel, now: Date): 'PLANNED' | 'HOLDS' | 'ENDED' {
  if (until !== null && until <= now) return 'ENDED'
  return since > now ? 'PLANNED' : 'HOLDS'
}

defineNode('Price', { scope: 'analytics:read', load: (ctx, id) => ctx.loaders.price.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const PriceInput = builder.inputType('PriceInput', {
  description: 'A price of a connection.',
  fields: (t) => ({
    kind: t.field({ type: PriceKindEnum, required: true, description: 'What is paid for.' }),
    amountMicros: t.field({
      type: 'BigInt',
      required: true,
      description: 'Millionths of the organization’s currency, 0 to 10^15: 30 cents are 300,000.',
    }),
    sharePpm: t.int({
      description: 'PER_TRANSACTION: millionths of the amount besides, 0 to 1,000,000. Default 0.',
    }),
    appliesTo: t.string({
      description: 'PER_CALL: this operation only. PER_TRANSACTION: this event type only. Default all.',
    }),
  }),
})

const SetPricesInput = builder.inputType('SetPricesInput', {
  description: 'Prices to begin. Those of the same kind, for the same operation or event type, end where these begin.',
  fields: (t) => ({
    connectionId: t.id({ required: true, description: 'The connection.' }),
    prices: t.field({ type: [PriceInput], required: true, description: '1 to 50 prices.' }),
    since: t.field({
      type: 'DateTime',
      description: 'When they begin, at most a year ahead. Default now. What was counted before keeps its price.',
    }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const RemovePriceInput = builder.inputType('RemovePriceInput', {
  description: 'Which price to end.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The price.' }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  prices: t.field({
    type: ['Price'],
    nullable: true,
    description:
      'Prices that hold or are planned, by connection and kind; with `history` also those that ended. 500 at most.',
    authScopes: { may: 'analytics:read' },
    complexity: { field: 3, multiplier: 5 },
    args: {
      connectionId: t.arg.id({ description: 'Of this connection. Default all.' }),
      history: t.arg.boolean({ description: 'Those that ended as well. Default false.' }),
    },
    resolve: async (_root, { connectionId, history }, ctx) => [
      ...(await pricesOf(reachOf(ctx), {
        connectionId: connectionId == null ? null : rowId('Connection', connectionId),
        history: history ?? false,
      })),
    ],
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationFields((t) => ({
  setPrices: t.field({
    type: ['Price'],
    description: 'Begins prices of a connection.',
    authScopes: { may: 'cost:write' },
    complexity: 5,
    errors: outcome(repeatable, 'prices', 'Prices of the connection that hold or are planned.'),
    args: { input: t.arg({ type: SetPricesInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input: { prices, since, idempotencyKey, ...input } }, ctx) => {
      const connectionId = rowId('Connection', input.connectionId)
      await ctx.commands.price.set(ctx.actor(), {
        prices: prices.map(({ sharePpm, appliesTo, ...price }) => ({
          ...price,
          connectionId,
          sharePpm: sharePpm ?? null,
          appliesTo: appliesTo ?? null,
          since: since ?? null,
        })),
        idempotencyKey: idempotencyKey ?? null,
      })
      ctx.refresh()
      return [...(await pricesOf(reachOf(ctx), { connectionId, history: false }))]
    },
  }),
  removePrice: t.field({
    type: ['Price'],
    description: 'Ends a price now; one that has not begun goes altogether.',
    authScopes: { may: 'cost:write' },
    complexity: 5,
    errors: outcome(contended, 'prices', 'Prices of the connection that hold or are planned.'),
    args: { input: t.arg({ type: RemovePriceInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input }, ctx) => {
      const { connectionId } = await ctx.commands.price.remove(ctx.actor(), { id: rowId('Price', input.id) })
      ctx.refresh()
      return [...(await pricesOf(reachOf(ctx), { connectionId, history: false }))]
    },
  }),
}))
