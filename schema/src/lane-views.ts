import type { CalendarWindow } from './calendar.ts'

// What people see of a connection's way out: limits, breaker, cache.

/** One window of calls and how much of it is used. */
export interface LimitUse {
  /** Null for a span of the vendor that no calendar knows: then `seconds` says how long it is. */
  readonly window: CalendarWindow | null
  readonly seconds: number | null
  /** Calls allowed in the window. */
  readonly limit: number
  readonly used: number
  readonly remaining: number
  readonly resetsAt: Date
  /** Whose limit holds; BOTH when both name the same number. */
  readonly source: 'VENDOR' | 'OWN' | 'BOTH'
  readonly vendorLimit: number | null
  readonly ownLimit: number | null
  /** The own limit stands instead of the vendor's, also when it is higher. */
  readonly replacesVendor: boolean
  /** What the vendor says of its limit, in words. */
  readonly note: string | null
}

/** A circuit breaker as people see it. */
export interface BreakerView {
  readonly state: 'CLOSED' | 'OPEN' | 'HALF_OPEN'
  /** Null when closed. */
  readonly openedAt: Date | null
  /** When it opened, or was closed again; null when it never opened. */
  readonly since: Date | null
  /** Why it opened, or who closed it, in words. */
  readonly reason: string | null
  /** Earliest trial while it is open. */
  readonly retryAt: Date | null
}

/** Kept answers of a connection, as one process of the hub counts them since it started. */
export interface CacheFigures {
  readonly entries: number
  readonly bytes: number
  readonly hits: number
  readonly misses: number
  /** Answers that stood in although their time was over. */
  readonly stale: number
  /** Answers the vendor said still hold. */
  readonly revalidated: number
}
