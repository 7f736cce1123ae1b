import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { NotFoundError } from '@patchbay/schema/errors.ts'

/**
 * Refuses connections the actor may not call over. The one place for it: every call passes here, whichever door it came
 * through. A connection outside an API key's list looks like one that is not there.
 * @throws NotFoundError
 */
export function requireReach(
  actor: Actor,
  connection: Pick<Connection, 'id' | 'organizationId' | 'environment'>,
): void {
  const { connectionIds, organizationId } = actor
  const isListed = connectionIds.length === 0 || connectionIds.includes(connection.id)
  if (organizationId !== connection.organizationId || !isListed) throw new NotFoundError('connection', connection.id)
}
