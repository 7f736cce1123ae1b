import type { AppendTx } from '../live/contract.ts'

export interface AlertInput {
  readonly organizationId: string
  /** noun.verb: "endpoint.down". */
  readonly kind: string
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL'
  readonly subjectType: string
  readonly subjectId: string
  /** A few words. */
  readonly title: string
  /** What happened, and what to do. */
  readonly text: string
}

/** Tells operators of what changed. */
export interface Alerts {
  /** Joins the caller's transaction, so that a change and its alert commit together. Takes the stream's lock: call it late, before the audit entry. */
  raise(tx: AppendTx, alerts: readonly AlertInput[]): Promise<void>
}
