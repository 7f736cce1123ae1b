import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { LimitUse } from '@patchbay/schema/lane-views.ts'

/** What a limit needs to know of a connection. `version` tells when its own limits changed. */
export type LimitedConnection = Pick<
  Connection,
  'id' | 'organizationId' | 'provider' | 'environment' | 'name' | 'version'
>

/** The window with the least room, for headers of an answer. */
export interface LimitStanding {
  readonly limit: number
  readonly remaining: number
  readonly resetsAt: Date
  /** "MINUTE", "HOUR", "DAY", "MONTH", or a fixed span of the vendor: "10s". */
  readonly window: string
}

export interface TakeOptions {
  /** Counts the call and never refuses it: probes and tests. Default false. */
  readonly force?: boolean
}

/**
 * Limits of calls per connection, exact over all replicas: what is granted together never exceeds a limit. Points are
 * leased in blocks from shared windows and spent in this process.
 */
export interface CallLimits {
  /**
   * Takes one call from every window of the connection, or from none. Null where no limit applies.
   * @throws ProviderCallError RATE_LIMITED with `retryAfterMs` when a window is used up or the vendor asked for silence;
   *   UNAVAILABLE when the windows cannot be read and nothing leased is left
   */
  take(connection: LimitedConnection, actor: Actor, options?: TakeOptions): Promise<LimitStanding | null>
  /**
   * The same where nobody has to be asked, without waiting; undefined, and nothing taken, where somebody has.
   * @throws as `take`
   */
  takeNow?(connection: LimitedConnection): LimitStanding | null | undefined
  /** Every window with its use, over all replicas; leased and unspent calls count as used. In the order of `connections`. */
  standing(connections: readonly LimitedConnection[]): Promise<readonly (readonly LimitUse[])[]>
  /** Reads the vendor's own word from an answer: Retry-After, limit headers. Header names in lower case. Never throws. */
  heard(connection: LimitedConnection, headers: Readonly<Record<string, string>>, status: number): void
  /** Reads the connection's limits anew with the next call; leased points are given up. */
  forget(connectionId: string): void
  /** Resolves when everything that was to be told (alerts, events, silences) is committed. */
  flush(): Promise<void>
  /** Gives unspent points back and tells what is to be told. */
  close(): Promise<void>
}
