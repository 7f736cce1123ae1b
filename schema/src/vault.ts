import { builder } from './builder.ts'
import type { VaultState } from './commands/vault.ts'
import { keyNote, outcome, repeatable } from './error-types.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const VaultType = builder.objectRef<VaultState>('Vault').implement({
  description: 'State of the master keys that wrap every stored secret. Never a key.',
  fields: (t) => ({
    primaryKeyId: t.exposeString('primaryKeyId', { description: 'Id of the key new secrets are wrapped with.' }),
    keyIds: t.field({
      type: ['String'],
      description: 'Ids of all configured keys.',
      resolve: (state) => [...state.keyIds],
    }),
    remaining: t.exposeInt('remaining', {
      description: 'Secrets of this organization still wrapped with another than the primary key.',
    }),
    rotating: t.exposeBoolean('rotating', { description: 'They are being re-wrapped right now.' }),
  }),
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const RotateMasterKeyInput = builder.inputType('RotateMasterKeyInput', {
  description: 'Starts re-wrapping under the primary key.',
  fields: (t) => ({ idempotencyKey: t.string({ description: keyNote }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('vault', (t) =>
  t.field({
    type: VaultType,
    nullable: true,
    description: 'State of the master keys.',
    authScopes: { may: 'vault:write' },
    resolve: (_root, _args, ctx) => ctx.commands.vault.state(ctx.actor()),
  }),
)

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationField('rotateMasterKey', (t) =>
  t.field({
    type: VaultType,
    description:
      'Re-wraps every secret under the primary master key, in the background. A kill does not stop it: it goes on at the next start.',
    authScopes: { may: 'vault:write' },
    complexity: 20,
    errors: outcome(repeatable, 'vault', 'State of the keys as the rotation begins.'),
    args: { input: t.arg({ type: RotateMasterKeyInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input }, ctx) => {
      await ctx.commands.vault.rotate(ctx.actor(), { idempotencyKey: input.idempotencyKey ?? null })
      return ctx.commands.vault.state(ctx.actor())
    },
  }),
)
