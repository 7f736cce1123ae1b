import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { PatchbayError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'

/**
 * Asks the vendor to stop sending, before what it is asked with is gone. That it cannot be told keeps neither a source nor
 * a connection alive. What came of it, in words for the audit log.
 */
export async function removeAtVendor(
  { registration }: Pick<Collaborators, 'registration'>,
  connection: Connection,
  registrationIds: readonly string[],
  actor: Actor,
): Promise<string> {
  if (registrationIds.length === 0) return 'nothing was registered'
  try {
    await registration.unregister(connection, registrationIds, actor)
    return 'removed'
  } catch (error) {
    return error instanceof PatchbayError ? `not removed: ${error.message}` : 'not removed'
  }
}
