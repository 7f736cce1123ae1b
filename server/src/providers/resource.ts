import type { Deletions, Increment } from '@patchbay/schema/capabilities/resources.ts'
import type { Call, ConnectionFacts } from './provider.ts'

/** Which page of a resource is asked for. `since` and `limit` are the same for every page of one walk. */
export interface PullAsk {
  /** `cursor` of the page before; null for the first. */
  readonly cursor: string | null
  /**
   * ISO 8601 instant: what happened at or after it, in the sense of the resource's `incremental`, where NONE pays no heed to
   * it. Null asks for all there is.
   */
  readonly since: string | null
  /**
   * Things to ask the vendor for, 1 to 100. A page may hold fewer, even none while there are more pages; and more where
   * records are parts of things.
   */
  readonly limit: number
}

/** One record as the vendor has it now. */
export interface PulledRecord {
  /** Stays the same for as long as the record lives, and is unique among those of its resource and connection. */
  readonly externalId: string
  /** `externalId` of the record it is a part of (a variant's product); null for what stands by itself. */
  readonly parentId: string | null
  /** ISO 8601 in UTC; null where the vendor does not say. */
  readonly updatedAt: string | null
  /** The vendor says that it is gone. */
  readonly deleted: boolean
  /** In the shape that `resourceModels` has for the category; null for what is gone without the vendor telling more of it. */
  readonly data: unknown
}

export interface PulledPage {
  readonly records: readonly PulledRecord[]
  /** Where the next page begins; null says that this was the last. */
  readonly cursor: string | null
}

/**
 * How a resource is pulled. A walk from the first page to the last is no snapshot: what changes meanwhile may come twice, or not
 * at all. Nothing is lost when the next walk asks since the moment this one began, less `lagSeconds`.
 */
export interface ResourceSpec {
  readonly incremental: Increment
  readonly deletions: Deletions
  /** How late the vendor may tell of what happened. Default 0. */
  readonly lagSeconds?: number
  /** How far back `since` may lie; whoever was away for longer asks for all of it. Default: any time. */
  readonly reachSeconds?: number
  /** Pure but for `call`. @throws ProviderCallError INVALID_REQUEST for a cursor that is not of this resource */
  readonly pull: (call: Call, ask: PullAsk, connection: ConnectionFacts) => Promise<PulledPage>
}
