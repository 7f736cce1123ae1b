import type { Sql } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Verification, WebhookSpec } from '../../providers/webhook.ts'
import type { NewEvent } from '../delivery/contract.ts'

/** A request at /hooks/{token}. */
export interface InboundRequest {
  readonly token: string
  readonly method: string
  /** With "?", or empty. */
  readonly search: string
  /** Lower-case names, repeated ones joined. */
  readonly headers: Readonly<Record<string, string>>
  /** Reads the exact bytes, once it is known that somebody wants them. Null when there are more than 1 MiB. */
  readonly read: () => Promise<Uint8Array | null>
  readonly ipAddress: string | null
  readonly correlationId: string
}

/** What the vendor is told. */
export interface InboundAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Value of a source's secret, opened. */
export interface OpenSecret {
  readonly value: string
  /** Milliseconds since 1970 from which it is refused; null: it holds. */
  readonly until: number | null
}

/** A source as the door needs it: from memory, at most seconds old, and forgotten when it changes. */
export interface OpenSource {
  readonly id: string
  readonly organizationId: string
  readonly connection: Connection
  readonly provider: Provider
  readonly spec: WebhookSpec
  /** Why nothing is taken for now; null when everything is. */
  readonly paused: string | null
  /** What verifies, newest first. */
  readonly secrets: readonly OpenSecret[]
  readonly registrationIds: readonly string[]
}

/** A source as one of its tokens finds it. */
export interface FoundSource extends OpenSource {
  /** From then on the token is refused, in milliseconds since 1970; null: it holds. */
  readonly tokenUntil: number | null
}

/** Receives what vendors send. */
export interface Inbound {
  /**
   * Verifies and stores one request; resolves after the commit. A 2xx means that the event is stored. 404 unknown token,
   * 413, 429 with Retry-After over the source's rate, 401 quarantined, 503 with Retry-After while the source is paused or
   * the database is away.
   */
  receive(request: InboundRequest): Promise<InboundAnswer>
  /** Verifies a stored request again with the secrets that hold now. */
  verifyAgain(event: { readonly organizationId: string; readonly id: string }): Promise<Verification>
  /** Forget what is known of a source, here; every replica is rung by NOTIFY hub_sources. */
  forget(sourceId: string): void
  /** Requests not yet committed, for metrics. */
  readonly waiting: number
  /** Starts hearing of changed sources. Before that nothing is kept in memory. */
  start(): Promise<void>
  /** Waits for requests in hand. */
  close(): Promise<void>
}

/** Registers sources at vendors. */
export interface Registration {
  /** Registers or renews now, and stores the outcome; does nothing when nothing is due. */
  register(organizationId: string, sourceId: string, signal?: AbortSignal): Promise<void>
  /** Removes what is registered. Throws ProviderCallError when the vendor refuses. */
  unregister(connection: Connection, ids: readonly string[], actor: Actor): Promise<void>
  /** Queues what falls due and notes what expired; called by the schedule. Returns how many were queued. */
  plan(): Promise<number>
}

/** Turns stored requests into events. One per worker process. */
export interface Router {
  start(): Promise<void>
  /** There may be something to route. */
  kick(): void
  stop(timeoutMs: number): Promise<void>
}

/** A change of the hub's own data that an event calls for; runs in the transaction that records the event. */
export type Reaction = (sql: Sql, event: NewEvent) => Promise<void>
/** By event type. */
export type Reactions = Readonly<Record<string, readonly Reaction[]>>
