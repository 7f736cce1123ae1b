import type { Database } from '@patchbay/prisma/database.ts'
import type { CallProviderAnswer } from '@patchbay/schema/commands/call.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'

/**
 * Answers a repeat out of the log.
 * @throws ProviderCallError when the earlier request failed without an answer
 * @throws ConflictError when the log no longer holds it
 */
export async function recall(database: Database, actor: Actor, callId: string): Promise<CallProviderAnswer> {
  const row = await database.tenant(actor.organizationId).prisma.call.findFirst({ where: { id: callId } })
  if (row === null)
    throw new ConflictError('This key was used before, and the log no longer holds the answer. Use a new key.')
  if (row.status === null) {
    const failure = new ProviderCallError({
      errorClass: (row.errorClass ?? 'NETWORK') as CallErrorClass,
      message: row.errorMessage ?? 'The earlier request failed.',
      advice:
        'This is how the earlier request with the same key ended. Look at the provider before you send a new one.',
    })
    failure.callId = row.id
    throw failure
  }
  const body = row.responseBody
  return {
    id: row.id,
    status: row.status,
    headers: Object.entries((row.responseHead ?? {}) as Record<string, string>),
    body,
    // How the log marks what it shortened; the size alone tells nothing, since secrets were taken out.
    cut: body !== null && /… \[\d+ bytes\]$/.test(body),
    bytes: row.responseBytes,
    repeated: true,
  }
}
