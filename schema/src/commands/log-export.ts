import type { Actor } from '../context.ts'

/** What went out of a log, for the audit log. */
export interface ExportFacts {
  /** Name of the export, for example `calls`. */
  readonly log: string
  readonly format: 'csv' | 'ndjson'
  /** As it was asked for. */
  readonly filter: Readonly<Record<string, unknown>>
  readonly search: string | null
  readonly bodies: boolean
  readonly rows: number
  /** ABORTED: the reader went away. FAILED: the hub could not go on. */
  readonly outcome: 'COMPLETE' | 'ABORTED' | 'FAILED'
}

export interface LogExportCommands {
  /** Leaves an audit entry of an export that ended, however it ended. */
  note(actor: Actor, facts: ExportFacts): Promise<void>
}
