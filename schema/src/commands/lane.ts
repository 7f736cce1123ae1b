import type { CalendarWindow } from '../calendar.ts'
import type { Actor } from '../context.ts'

/** Most calls a limit may name. */
export const mostCalls = 1_000_000_000
/** Longest an answer may be used again, and may stand in after that, in seconds. */
export const longestTtlSeconds = 31_536_000
export const longestStaleSeconds = 2_592_000

export interface OwnLimitInput {
  readonly window: CalendarWindow
  /** 1 to 1,000,000,000. */
  readonly calls: number
  /** Holds instead of the vendor's limit of this window, also when it is higher. Default false: the lower one holds. */
  readonly replacesVendor?: boolean | null | undefined
}

type Changed = Promise<{ readonly id: string }>

/**
 * Rules of connections' ways out: limits, cache, breaker. All throw NotFoundError for unknown or foreign connections and
 * InvalidInputError with every fault; every change writes an audit entry in the same transaction and tells all replicas.
 */
export interface LaneCommands {
  /** Own limits of a connection: these and no others. `version` given and stale is a ConflictError. */
  setLimits(actor: Actor, input: { id: string; version?: number | null; limits: readonly OwnLimitInput[] }): Changed
  /** What is left out stays. `ttlSeconds` 0 is off, null follows the vendor's headers. */
  setCaching(
    actor: Actor,
    input: { id: string; version?: number | null; ttlSeconds?: number | null; staleSeconds?: number },
  ): Changed
  /** Answers kept so far are not used again, in any process. */
  purgeCache(actor: Actor, input: { id: string }): Changed
  /** Closes the circuit breaker and ends a silence the vendor asked for, in every process. */
  resetBreaker(actor: Actor, input: { id: string }): Changed
}
