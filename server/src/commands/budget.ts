import type { Budget } from '@patchbay/prisma/generated/client.ts'
import type { BudgetCommands } from '@patchbay/schema/commands/budget.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  type FieldFault,
} from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { checkId, lockConnection, lockSet, transact } from './transact.ts'

const mostMicros = 10n ** 15n
const mostAlerts = 5
const defaultAlerts = [80, 100]

/** Rules of budgets. */
export function createBudgetCommands(hub: Collaborators): BudgetCommands {
  const { database, audit, costs, now, newId } = hub

  return {
    async set(actor, { idempotencyKey, version, ...input }) {
      const { monthlyMicros } = input
      const alertAtPercent = [...new Set(input.alertAtPercent ?? defaultAlerts)].sort((a, b) => a - b)
      const faults: FieldFault[] = []
      if (monthlyMicros < 1n || monthlyMicros > mostMicros)
        faults.push({ path: 'monthlyMicros', message: 'Use 1 to 10^15 millionths of the currency.' })
      if (alertAtPercent.length === 0 || alertAtPercent.length > mostAlerts)
        faults.push({ path: 'alertAtPercent', message: `Give 1 to ${mostAlerts} shares.` })
      if (alertAtPercent.some((percent) => !Number.isInteger(percent) || percent < 1 || percent > 500))
        faults.push({ path: 'alertAtPercent', message: 'Use whole percents from 1 to 500.' })
      if (faults.length > 0) throw new InvalidInputError(faults)
      const connectionId = input.connectionId ?? null
      requireReach(actor, connectionId)
      const change = { monthlyMicros, alertAtPercent, stop: input.stop ?? false }
      const asked = { connectionId, ...view(change) }
      const request = { operation: 'budget.set', key: idempotencyKey, hash: digest(hub.requestKey, asked) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const { organizationId } = actor
          if (connectionId !== null) await lockConnection(tx, actor, connectionId)
          await lockSet(tx, actor, 'budgets')
          const before = await tx.budget.findFirst({ where: { organizationId, connectionId } })
          if (version != null && before?.version !== version)
            throw new ConflictError('The budget changed meanwhile. Read it again and decide anew.')
          const at = now()
          const after =
            before === null
              ? await tx.budget.create({
                  data: { id: newId(), organizationId, connectionId, ...change, createdAt: at, updatedAt: at },
                })
              : await tx.budget.update({
                  where: { id: before.id },
                  data: { ...change, version: { increment: 1 }, updatedAt: at },
                })
          await costs.ring(tx, organizationId)
          await audit.append(tx, actor, {
            action: 'budget.set',
            subjectType: 'Budget',
            subjectId: after.id,
            ...(before === null ? {} : { before: view(before) }),
            after: { connectionId, ...view(after) },
          })
          return after.id
        }),
      )
      await costs.refresh(actor.organizationId)
      return { id: done.id }
    },

    async remove(actor, input) {
      const id = checkId('budget', input.id)
      await transact(database, actor, async (tx) => {
        await lockSet(tx, actor, 'budgets')
        const budget = await tx.budget.findUnique({ where: { id } })
        if (budget === null) throw new NotFoundError('budget', input.id)
        requireReach(actor, budget.connectionId, input.id)
        await tx.budget.delete({ where: { id } })
        await costs.ring(tx, actor.organizationId)
        await costs.settle(tx, budget)
        await audit.append(tx, actor, {
          action: 'budget.removed',
          subjectType: 'Budget',
          subjectId: id,
          before: { connectionId: budget.connectionId, ...view(budget) },
        })
      })
      await costs.refresh(actor.organizationId)
      return { id }
    },
  } satisfies BudgetCommands
}

const view = ({ monthlyMicros, alertAtPercent, stop }: Pick<Budget, 'monthlyMicros' | 'alertAtPercent' | 'stop'>) => ({
  monthlyMicros: String(monthlyMicros),
  alertAtPercent,
  stop,
})

/** A key narrowed to some connections has no say in the budget of all of them. */
function requireReach(actor: Actor, connectionId: string | null, budgetId?: string): void {
  if (actor.connectionIds.length === 0) return
  if (connectionId === null) throw new ForbiddenError('cost:write for all connections')
  if (!actor.connectionIds.includes(connectionId))
    throw budgetId === undefined ? new NotFoundError('connection', connectionId) : new NotFoundError('budget', budgetId)
}
