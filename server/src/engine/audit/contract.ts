import type { Sql, Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'

export interface AuditEntryInput {
  /** noun.verb: "connection.created", "credential.used". */
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string | null
  /** State before and after, secrets already left out. Kept as JSON: dates and bigints become strings. */
  readonly before?: unknown
  readonly after?: unknown
}

export interface ChainVerdict {
  readonly ok: boolean
  /** Entries that fit, from the first on. */
  readonly entries: number
  /** Position of the first entry that was altered, removed or put in; null when all fit. */
  readonly brokenAt: number | null
}

/** Writes the hash chain of each organization. */
export interface Audit {
  /**
   * Joins the caller's transaction, a tenant's or of plain SQL: the change and its entry commit together. Takes the organization's chain until
   * commit, so call it late; and after LiveWriter.append, never before, or two transactions can wait for each other.
   */
  append(tx: Tx | Sql, actor: Actor, entry: AuditEntryInput): Promise<void>
  /**
   * For uses that change nothing (a secret opened): written soon, in batches, in order, durable before `flush` resolves.
   * While the database is away at most a few thousand wait in memory; beyond that equal ones are counted together.
   */
  note(actor: Actor, entry: AuditEntryInput): void
  /** Rejects when the database does; what was noted stays and is tried again. */
  flush(): Promise<void>
  /**
   * Recomputes an organization's chain. A chain that begins later than 1 must hold an entry of `trim` that vouches for
   * what came before. That its newest entries were cut off cannot be seen from the chain itself.
   */
  verify(organizationId: string): Promise<ChainVerdict>
  /**
   * Retention: removes whole calendar months (UTC) that ended before `before`, and leaves an entry "audit.trimmed" that
   * holds the last hash removed, so that the chain still verifies. Returns how many entries went.
   */
  trim(before: Date, signal?: AbortSignal): Promise<number>
  /** Flushes what was noted, as far as the database lets it, and stops. */
  close(): Promise<void>
}
