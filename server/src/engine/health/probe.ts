import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { ConnectionFacts, Fields, Provider } from '../../providers/provider.ts'
import type { Calls } from '../calls/contract.ts'
import { asCallError } from './words.ts'

/** What one probe saw. */
export interface Seen {
  readonly startedAt: Date
  readonly endedAt: Date
  readonly latencyMs: number
  /** Null when the vendor answered well. */
  readonly error: ProviderCallError | null
}

/** What a provider may know of a connection. */
export function factsOf(connection: Connection): ConnectionFacts {
  const { id, environment, baseUrl } = connection
  return { id, environment, baseUrl, settings: connection.settings as Fields }
}

/** Asks the vendor once, past breaker and pause, and judges nothing. */
export async function look(
  calls: Pick<Calls, 'bind'>,
  provider: Provider,
  connection: Connection,
  options: { actor: Actor; timeoutMs: number; now: () => Date },
): Promise<Seen> {
  const startedAt = options.now()
  const call = calls.bind(connection, {
    actor: options.actor,
    purpose: 'PROBE',
    operation: 'probe',
    timeoutMs: options.timeoutMs,
    retries: 0,
    force: true,
  })
  let error: ProviderCallError | null = null
  try {
    await provider.probe(call, factsOf(connection))
  } catch (thrown) {
    error = asCallError(thrown, provider)
  }
  const endedAt = options.now()
  return { startedAt, endedAt, latencyMs: Math.max(0, endedAt.getTime() - startedAt.getTime()), error }
}
