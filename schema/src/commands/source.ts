import type { Actor } from '../context.ts'

type Changed = Promise<{ readonly id: string }>
interface Once {
  readonly idempotencyKey?: string | null
}

/**
 * Rules of sources. All throw NotFoundError for unknown or foreign ids, InvalidInputError with every fault, and write an
 * audit entry in the same transaction.
 */
export interface SourceCommands {
  /** Opens a URL for a connection's webhooks. ConflictError when it has one, or its provider sends none. */
  create(actor: Actor, input: { connectionId: string } & Once): Changed
  update(actor: Actor, input: { id: string; version?: number | null; enabled?: boolean }): Changed
  /** `name` must repeat the connection's name: the vendor's next webhook is refused. Events that arrived stay. */
  delete(actor: Actor, input: { id: string; name: string }): Changed
  /** Adds a signing secret (or public key) beside those that hold; at most ten hold at once. */
  addSecret(actor: Actor, input: { sourceId: string; value: string } & Once): Changed
  /** Stops a signing secret from verifying, at once or after `afterSeconds` (at most 30 days). */
  retireSecret(actor: Actor, input: { sourceId: string; secretId: string; afterSeconds?: number | null }): Changed
  /**
   * Gives the source a new URL. The old one holds for `overlapSeconds` (default 86,400, 0 to 30 days). A registration at
   * the vendor is renewed with the new URL. Returns the source.
   */
  rotateToken(actor: Actor, input: { id: string; overlapSeconds?: number | null } & Once): Changed
  /** Registers the URL at the vendor through its API, or again. ConflictError where the vendor has no API for it. */
  register(actor: Actor, input: { id: string } & Once): Changed
  /** Removes the registration at the vendor. */
  unregister(actor: Actor, input: { id: string } & Once): Changed
  /** Forgets what a vendor type was assigned to. */
  removeRule(actor: Actor, input: { sourceId: string; ruleId: string }): Changed
  /** The whole URL. The token in it is sealed, so this opens it; uses are audited. */
  readUrl(actor: Actor, id: string): Promise<string>
}
