import type { VaultCommands } from '@patchbay/schema/commands/vault.ts'
import { rotationState } from '../engine/vault/rotation.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { transact } from './transact.ts'

const started = ['vault.rotationRequested', 'vault.rotationStarted']

/** Rules of the master keys: what an owner may see and set going. */
export function createVaultCommands(hub: Collaborators): VaultCommands {
  const { database, vault, audit } = hub

  return {
    async state(actor) {
      const tenant = database.tenant(actor.organizationId)
      const { primaryKeyId, keyIds, remaining } = await rotationState(tenant.sql, vault)
      const latest = await tenant.prisma.auditEntry.findFirst({
        where: { action: { in: [...started, 'vault.rotationFinished'] } },
        orderBy: { position: 'desc' },
        select: { action: true },
      })
      return {
        primaryKeyId,
        keyIds,
        remaining,
        rotating: remaining > 0 && latest !== null && started.includes(latest.action),
      }
    },

    async rotate(actor, { idempotencyKey }) {
      const { organizationId } = actor
      const { primaryKeyId } = vault
      const request = { operation: 'vault.rotate', key: idempotencyKey, hash: digest(hub.requestKey, {}) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await audit.append(tx, actor, {
            action: 'vault.rotationRequested',
            subjectType: 'vault',
            subjectId: primaryKeyId,
            after: { primaryKeyId },
          })
          await hub.jobs.send('vault.rotate', { organizationId }, { singletonKey: organizationId, sql: tx })
          return primaryKeyId
        }),
      )
      return { id: done.id }
    },
  } satisfies VaultCommands
}
