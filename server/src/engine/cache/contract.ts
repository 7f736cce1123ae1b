import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { CacheFigures } from '@patchbay/schema/lane-views.ts'
import type { EgressAnswer } from '../egress/contract.ts'

/** What the cache needs to know of a connection. */
export type CachedConnection = Pick<Connection, 'id' | 'organizationId' | 'cacheTtlSeconds' | 'cacheStaleSeconds'>

/** A request before credentials. Header names in lower case. */
export interface CacheDraft {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

/** HIT: fresh, the vendor was not asked. STALE: its time is over and the vendor fails. REVALIDATED: the vendor says it still holds. */
export type CacheState = 'HIT' | 'STALE' | 'MISS' | 'REVALIDATED'

/** An answer that is passed on while it arrives. */
export interface StreamedAnswer extends Omit<EgressAnswer, 'body'> {
  readonly body: ReadableStream<Uint8Array>
}
export type AnyAnswer = EgressAnswer | StreamedAnswer

export interface CachedAnswer<A> {
  readonly answer: A
  /** Null when the cache had nothing to do with it: not a read, or caching is off. */
  readonly state: CacheState | null
  /** Seconds since the vendor made the answer; 0 for a new one. */
  readonly ageSeconds: number
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
   * with the vendor's answer (a 304 to them included) and throws ProviderCallError where the call failed; a kept answer
   * may then stand in. `fetch` of a refusal the caller wants to see anyway throws too.
   */
  through(
    connection: CachedConnection,
    draft: CacheDraft,
    fetch: (revalidate: Revalidation) => Promise<EgressAnswer>,
  ): Promise<CachedAnswer<EgressAnswer>>
  /** The same where the body may be a stream: it is passed on while up to 1 MiB of it is kept aside. */
  throughStream(
    connection: CachedConnection,
    draft: CacheDraft,
    fetch: (revalidate: Revalidation) => Promise<AnyAnswer>,
  ): Promise<CachedAnswer<AnyAnswer>>
  /** Forgets what this process keeps of a connection. Other replicas hear it through the connection's lane. */
  purge(connectionId: string): void
  /** Figures of this process since it started. */
  figures(connectionId: string): CacheFigures
}
