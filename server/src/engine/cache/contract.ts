import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { CacheFigures } from '@patchbay/schema/lane-views.ts'
import type { EgressAnswer } from '../egress/contract.ts'

/** What the cache needs to know of a connection. Answers kept for an earlier version (other credentials, another host) are gone. */
export type CachedConnection = Pick<Connection, 'id' | 'version' | 'cacheTtlSeconds' | 'cacheStaleSeconds'>

/** A request before credentials. Header names in lower case. */
export interface CacheDraft {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** HIT: fresh, the vendor was not asked. STALE: its time is over and the vendor fails. REVALIDATED: the vendor says it still holds. */
export type CacheState = 'HIT' | 'STALE' | 'MISS' | 'REVALIDATED'

export interface CachedAnswer {
  readonly answer: EgressAnswer
  /** Null when the cache had nothing to do with it: not a read, or caching is off. */
  readonly state: CacheState | null
  /** Seconds since the vendor made the answer; 0 for a new one. */
  readonly ageSeconds: number
}

/** What a fetch came back with. `passed`: it went on to its caller as it came, `body` is not the whole and nothing is kept. */
export interface FetchedAnswer extends EgressAnswer {
  readonly passed?: boolean
}

/** Headers that ask the vendor whether a kept answer still holds (If-None-Match, If-Modified-Since); empty without one. */
export type Revalidation = Readonly<Record<string, string>>

/**
 * Answers to reads, kept per connection in the memory of this process, as RFC 9111 has it for a private cache: what one
 * credential may read is shared by everyone who may use the connection, and never by another connection.
 */
export interface AnswerCache {
  /**
   * Answers from memory, or by `fetch`. Callers of one address wait for one fetch. `fetch` gets headers to add, resolves
   * with the vendor's answer (a 304 to them included) and throws ProviderCallError where the call failed, also by a
   * refusal; a kept answer may then stand in. It calls `letGo` once it knows that its answer will not be kept: whoever
   * waits then fetches without it. A change (POST, PUT, PATCH, DELETE) that succeeded makes kept answers of its path old.
   */
  through(
    connection: CachedConnection,
    draft: CacheDraft,
    fetch: (revalidate: Revalidation, letGo: () => void) => Promise<FetchedAnswer>,
  ): Promise<CachedAnswer>
  /** Whether an answer would be kept, as far as its headers tell: worth reading to the end before it is passed on. */
  wants(
    connection: CachedConnection,
    draft: CacheDraft,
    status: number,
    headers: Readonly<Record<string, string>>,
  ): boolean
  /** Forgets what this process keeps of a connection. Other replicas hear it through the connection's lane. */
  purge(connectionId: string): void
  /** Figures of this process since it started. */
  figures(connectionId: string): CacheFigures
  /** Bytes kept of all connections, for metrics. */
  readonly bytes: number
  close(): void
}
