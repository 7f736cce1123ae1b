import type { Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'

export interface AuditEntryInput {
  /** noun.verb: "connection.created", "credential.used". */
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string | null
  /** State before and after, secrets already left out. */
  readonly before?: unknown
  readonly after?: unknown
}

/** Writes the hash chain. `append` joins the caller's transaction: the change and its entry commit together. */
export interface Audit {
  append(tx: Tx, actor: Actor, entry: AuditEntryInput): Promise<void>
  /** For uses that change nothing (a secret opened): written soon, in batches, in order, durable before `flush` resolves. */
  note(actor: Actor, entry: AuditEntryInput): void
  flush(): Promise<void>
  /** Recomputes an organization's chain; names the first entry that does not fit. */
  verify(organizationId: string): Promise<{ readonly ok: boolean; readonly entries: number; readonly brokenAt: number | null }>
}
