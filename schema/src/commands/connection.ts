import type { Actor } from '../context.ts'

/** Values of a provider's form fields, secret and plain mixed; the provider's form tells which is which. */
export type FieldValues = Readonly<Record<string, string>>

export interface CreateConnectionInput {
  readonly provider: string
  readonly name: string
  readonly environment: 'SANDBOX' | 'LIVE'
  /** Talk to the provider lab (demo and tests only). Default false. */
  readonly simulated?: boolean
  readonly baseUrl?: string | null
  /** Key of one of the provider's templates: its values hold where `fields` and `probeIntervalSeconds` say nothing. */
  readonly template?: string | null
  readonly fields?: FieldValues
  /** Seconds, 30 to 86,400. Default 300. */
  readonly probeIntervalSeconds?: number
  readonly idempotencyKey?: string | null
}

export interface UpdateConnectionInput {
  readonly id: string
  /** The version the change was made against; a mismatch is a ConflictError. */
  readonly version?: number | null
  readonly name?: string
  readonly baseUrl?: string | null
  /** Plain fields only; secrets go through setCredentials. */
  readonly settings?: FieldValues
  readonly probeIntervalSeconds?: number
}

/** What a test step did and found; stored as `Connection.lastTest`, secrets already redacted. */
export interface TestStep {
  readonly suite: string
  readonly name: string
  readonly ok: boolean
  readonly latencyMs: number
  /** "GET https://api.example.com/v1/balance" */
  readonly sent: string
  /** "401 Unauthorized" and the redacted, truncated answer. */
  readonly received: string
  readonly errorClass: string | null
  /** What to do about it, in plain words; null when ok. */
  readonly advice: string | null
  /** Form field to look at first; null when unknown. */
  readonly field: string | null
}

export interface TestReport {
  readonly ok: boolean
  readonly at: string
  readonly latencyMs: number
  readonly steps: readonly TestStep[]
  /** Scopes the credentials have, where the vendor tells. */
  readonly grantedScopes: readonly string[] | null
}

type Changed = Promise<{ readonly id: string }>

/**
 * Rules of connections. All throw NotFoundError for unknown or foreign ids; inputs are checked in full and rejected with
 * InvalidInputError; every change writes an audit entry in the same transaction; a repeated idempotency key answers as the first time.
 */
export interface ConnectionCommands {
  create(actor: Actor, input: CreateConnectionInput): Changed
  update(actor: Actor, input: UpdateConnectionInput): Changed
  /** Replaces the credentials: given fields are merged over the current ones, an empty string removes one. */
  setCredentials(actor: Actor, input: { id: string; fields: FieldValues; idempotencyKey?: string | null }): Changed
  /** Runs the provider's test suites (all, or those named) and stores the report. A failed test is a result, not an error. */
  test(actor: Actor, input: { id: string; suites?: readonly string[] | null; idempotencyKey?: string | null }): Changed
  /** Probes now, judges, and moves the health state. */
  probe(actor: Actor, input: { id: string; idempotencyKey?: string | null }): Changed
  pause(actor: Actor, input: { id: string }): Changed
  resume(actor: Actor, input: { id: string }): Changed
  /** `name` must repeat the connection's name: deleting cannot be undone. */
  delete(actor: Actor, input: { id: string; name: string }): Changed
  /** Begins an authorization: the person is sent to `url`, the vendor answers at /oauth/callback. */
  startOAuth(
    actor: Actor,
    input: { id: string; idempotencyKey?: string | null },
  ): Promise<{ readonly id: string; readonly url: string }>
}
