/** What can keep the data room from opening or from answering. Codes are stable: they appear in logs and in the troubleshooting guide. */
export type DatabaseFaultCode =
  | 'CLOSED'
  | 'DATABASE_IN_USE'
  | 'DATABASE_NEWER'
  | 'DATABASE_UNREADABLE'
  | 'MIGRATION_EDITED'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_UNFINISHED'
  | 'STATEMENT_NESTED'
  | 'TRANSACTION_ABORTED'

/** A fault of the database itself, in words that say what to do. */
export class DatabaseFault extends Error {
  readonly code: DatabaseFaultCode

  constructor(code: DatabaseFaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseFault'
    this.code = code
  }
}
