import type { ApiKeyCommands } from '@patchbay/schema/commands/api-key.ts'
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { prefixOf } from '../engine/people/key-form.ts'
import { dueKey } from '../engine/people/key-rotation.ts'
import type { Collaborators } from './collaborators.ts'
import { rightsOf } from './rights.ts'
import { transact } from './transact.ts'

/** Hands the successor that was made by itself to the holder of the old key, once. */
export function createFetchSuccessor(hub: Collaborators): ApiKeyCommands['fetchSuccessor'] {
  const { database, audit, vault } = hub

  return async (actor, { prefix = null }) => {
    const { id, organizationId } = actor
    if (actor.kind !== 'API_KEY' || id === null) throw new ForbiddenError('the old key itself')
    const { prisma } = database.tenant(organizationId)
    const own = await prisma.apiKey.findUniqueOrThrow({ where: { id } })
    if (prefix !== null && prefix !== own.prefix)
      throw new InvalidInputError([{ path: 'prefix', message: 'The key that asks begins otherwise.' }])
    const sealed = await prisma.apiKeySuccessor.findUnique({ where: { apiKeyId: id } })
    if (sealed === null) throw await nothingWaits(id)
    // A vault may live elsewhere: it is asked before the transaction, not inside.
    const secret = await vault.open(sealed, { organizationId, rowId: sealed.id, table: 'ApiKeySuccessor' })
    const fetched = await transact(database, actor, async (tx) => {
      await rightsOf(tx, actor, false)
      const { count } = await tx.apiKeySuccessor.deleteMany({ where: { id: sealed.id } })
      // Two askers at once: one of them has it.
      if (count === 0) return null
      await hub.alerts.settle(tx, organizationId, [dueKey(id)], 'The successor was fetched.')
      await audit.append(tx, actor, {
        action: 'api-key.successorFetched',
        subjectType: 'ApiKey',
        subjectId: sealed.successorId,
        after: { replacesId: id },
      })
      return { id: sealed.successorId, prefix: prefixOf(secret), secret, endsAt: sealed.expiresAt }
    })
    if (fetched === null) throw await nothingWaits(id)
    return fetched

    async function nothingWaits(old: string): Promise<Error> {
      const successor = await prisma.apiKey.findFirst({ where: { replacesId: old }, select: { id: true } })
      return successor === null
        ? new NotFoundError('successor of the key', old)
        : new ConflictError(
            'The successor of this key was handed over before, and is not kept. If it got lost, have somebody with key:write rotate the key by hand.',
          )
    }
  }
}
