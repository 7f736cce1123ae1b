import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'

/**
 * Refuses calls over a connection that is paused or has no credentials. ERROR and TESTING let calls through: the state is
 * about the past, and the vendor has the last word.
 */
export function requireOpen(connection: Pick<Connection, 'status' | 'name'>, force: boolean): void {
  if (force) return
  if (connection.status === 'DISABLED')
    throw new ProviderCallError({
      errorClass: 'CONNECTION_DISABLED',
      message: `The connection "${connection.name}" is paused.`,
      advice: 'Resume the connection to let calls through again.',
    })
  if (connection.status === 'NOT_CONFIGURED')
    throw new ProviderCallError({
      errorClass: 'NOT_CONFIGURED',
      message: `The connection "${connection.name}" has no credentials yet.`,
      advice: 'Fill in the credentials of the connection and test it.',
    })
}
