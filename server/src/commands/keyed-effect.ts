import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ProviderCallError } from '@patchbay/schema/errors.ts'
import { claim, fulfil, release, type OnceRequest } from './once.ts'
import { transact } from './transact.ts'

/** What is kept of a keyed effect's end. */
export interface Kept {
  /** By which `recall` finds it. */
  readonly id: string
  /** Writes it, in the transaction that marks the key as used. */
  readonly write?: (tx: Tx) => Promise<void>
}

/** An effect at a provider that an idempotency key names. */
export interface KeyedEffect<T> {
  /** The vendor repeats it safely, so that one whose end nobody knows may be tried again. */
  readonly harmless: boolean
  readonly run: () => Promise<T>
  /** What to keep of a success. */
  readonly keep: (result: T) => Promise<Kept>
  /** What to keep of a failure whose effect nobody knows; null keeps nothing, and the key may be used again. */
  readonly keepFailure: (error: ProviderCallError) => Promise<Kept | null>
  /** Answers a repeat with what was kept. */
  readonly recall: (id: string) => Promise<T>
}

/** Classes of failures before anything left the hub. */
const unsent: ReadonlySet<string> = new Set([
  'NOT_CONFIGURED',
  'CONNECTION_DISABLED',
  'RECONNECT_REQUIRED',
  'BREAKER_OPEN',
  'BUDGET_EXCEEDED',
  'RATE_LIMITED',
  'EGRESS_DENIED',
])

/**
 * Takes the key, carries out the effect, and remembers what it came to; a repeat is answered with that. What the vendor
 * repeats safely, or never saw, may be tried again with the same key; the rest stays as it ended.
 * @throws ConflictError when an earlier run was cut off and a repeat could do it twice
 */
export async function keyedEffect<T>(
  database: Database,
  actor: Actor,
  request: OnceRequest,
  effect: KeyedEffect<T>,
): Promise<T> {
  const claimed = await transact(database, actor, (tx) =>
    claim(tx, actor, request, async (again) => {
      if (again && !effect.harmless) throw unknownOutcome()
      return ''
    }),
  )
  if (claimed.repeated) return effect.recall(claimed.id)
  const settle = (kept: Kept | null) =>
    transact(database, actor, async (tx) => {
      if (kept === null) return release(tx, actor, request)
      await kept.write?.(tx)
      return fulfil(tx, actor, request, kept.id)
    })
  let result: T
  try {
    result = await effect.run()
  } catch (error) {
    const isOver = error instanceof ProviderCallError && !effect.harmless && !unsent.has(error.errorClass)
    await settle(isOver ? await effect.keepFailure(error) : null)
    throw error
  }
  await settle(await effect.keep(result))
  return result
}

function unknownOutcome(): ConflictError {
  return new ConflictError(
    'An earlier request with this key was cut off, and nobody knows whether it had its effect. Look at the provider; if nothing happened, send it with a new key.',
  )
}
