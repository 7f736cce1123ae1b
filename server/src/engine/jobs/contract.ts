import type { Sql } from '@patchbay/prisma/database.ts'

/** Payload by queue name. */
export interface JobTypes {
  'health.plan': Record<string, never>
  'health.probe': { readonly organizationId: string; readonly connectionId: string }
  'vault.rotate': { readonly organizationId: string }
  'data.retention': Record<string, never>
}
export type JobName = keyof JobTypes

export interface SendOptions {
  /** Seconds from now, or an instant. */
  readonly startAfter?: number | Date
  /** At most one queued job per key. */
  readonly singletonKey?: string
  /** Commit the job with the caller's rows. */
  readonly sql?: Sql
}

/** The queue: pg-boss on the hub's own database. */
export interface Jobs {
  send<N extends JobName>(name: N, data: JobTypes[N], options?: SendOptions): Promise<void>
  /** Registers the worker of a queue. Only in the worker role. Retries and dead letters are the queue's business. */
  work<N extends JobName>(name: N, handler: (data: JobTypes[N], signal: AbortSignal) => Promise<void>, options?: { concurrency?: number }): Promise<void>
  schedule<N extends JobName>(name: N, cron: string): Promise<void>
  /** Stops taking jobs and waits for those in hand, at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>
}
