import type { Sealed } from '../vault/contract.ts'
import type { ErasurePreview } from '@patchbay/schema/commands/erasure.ts'

/** A request to take a subject's data out of an organization's logs, ready to be stored. */
export interface ErasureDraft extends Sealed {
  readonly id: string
  /** Keyed hash of the subject, whatever its case. */
  readonly subjectHash: string
}

/** Takes one person's data out of the logs. */
export interface Erasures {
  /** Seals the subject for the row `id`; no transaction may be open. */
  draft(organizationId: string, subject: string): Promise<ErasureDraft>
  /** Keyed hash of a subject, to recognise a request. */
  hashOf(subject: string): string
  /** Counts rows that hold the subject, table by table, in bounded reads. */
  preview(organizationId: string, subject: string, signal?: AbortSignal): Promise<ErasurePreview['tables']>
  /** Carries an erasure out, from where it stood. Returns when it is done or aborted. */
  run(erasure: { readonly organizationId: string; readonly id: string }, signal: AbortSignal): Promise<void>
}
