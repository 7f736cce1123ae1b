import type { Sql, Tx } from '@patchbay/prisma/database.ts'

/** Payload by queue name. */
export interface JobTypes {
  'health.plan': Record<string, never>
  'health.probe': { readonly organizationId: string; readonly connectionId: string }
  'source.register': { readonly organizationId: string; readonly sourceId: string }
  /** Queues registrations that are due or about to expire. */
  'source.plan': Record<string, never>
  'delivery.replay': { readonly organizationId: string; readonly replayId: string }
  'erasure.run': { readonly organizationId: string; readonly erasureId: string }
  'vault.rotate': { readonly organizationId: string }
  /** Windows of limits that are over. */
  'limits.sweep': Record<string, never>
  /** Rules on figures. */
  'alerts.measure': Record<string, never>
  /** What budgets say of the month so far. */
  'costs.watch': Record<string, never>
  /** Credentials that are due. */
  'alerts.remind': Record<string, never>
  'data.retention': Record<string, never>
  /** Judges the use of API keys. */
  'keys.watch': Record<string, never>
  /** Rotation policy of API keys. */
  'keys.keep': Record<string, never>
}
export type JobName = keyof JobTypes

export interface SendOptions {
  /** Seconds from now, or an instant. */
  readonly startAfter?: number | Date
  /** At most one queued job per key; a second one is dropped, also while the first is running and not yet queued again. */
  readonly singletonKey?: string
  /** Commit the job with the caller's rows. An organization's transaction may only send jobs of that organization. */
  readonly sql?: Sql | Pick<Tx, '$queryRawUnsafe'>
}

/** A job that failed as often as its queue allows. */
export interface DeadLetter {
  readonly id: string
  readonly queue: string
  readonly data: unknown
  /** Message of the last failure. */
  readonly error: string | null
  readonly at: Date
}

/** The queue: pg-boss on the hub's own database. */
export interface Jobs {
  /** Makes or upgrades the queue's tables. Call it before anything else. */
  start(): Promise<void>
  send<N extends JobName>(name: N, data: JobTypes[N], options?: SendOptions): Promise<void>
  /**
   * Registers the worker of a queue. Only in the worker role. Retries and dead letters are the queue's business. The
   * signal is aborted when the job has run out of its time, or the hub stops without waiting longer.
   */
  work<N extends JobName>(
    name: N,
    handler: (data: JobTypes[N], signal: AbortSignal) => Promise<void>,
    options?: { concurrency?: number },
  ): Promise<void>
  /** Sends an empty job at every match of the cron expression (UTC), once for all replicas. */
  schedule<N extends JobName>(name: N, cron: string): Promise<void>
  /** Latest dead letters, newest first. They are kept for 14 days. */
  deadLetters(limit: number): Promise<DeadLetter[]>
  /** Stops taking jobs and waits for those in hand, at most `timeoutMs`; what is not done by then runs again elsewhere. */
  stop(timeoutMs: number): Promise<void>
}
