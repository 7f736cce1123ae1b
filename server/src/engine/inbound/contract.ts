import type { Sql } from '@patchbay/prisma/database.ts'
import type { Verification, WebhookSpec } from '../../providers/webhook.ts'
import type { NewEvent } from '../delivery/contract.ts'

/** A request at /hooks/{token}. */
export interface InboundRequest {
  readonly token: string
  readonly method: string
  /** With "?", or empty. */
  readonly search: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly ipAddress: string | null
  readonly correlationId: string
}

/** What the vendor is told. */
export interface InboundAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A source as the door needs it: from memory, at most seconds old, and forgotten when it changes. */
export interface OpenSource {
  readonly id: string
  readonly organizationId: string
  readonly connectionId: string
  readonly provider: string
  readonly enabled: boolean
  readonly spec: WebhookSpec
}

/** Receives what vendors send. */
export interface Inbound {
  /**
   * Verifies and stores one request; resolves after the commit. A 2xx means that the event is stored. 404 unknown token,
   * 413, 429 with Retry-After over the source's rate, 401 quarantined, 503 with Retry-After while the database is away.
   */
  receive(request: InboundRequest): Promise<InboundAnswer>
  /** Verifies a stored request again with the secrets that hold now. */
  verifyAgain(event: { readonly organizationId: string; readonly id: string }): Promise<Verification>
  /** Forget what is known of a source, here; every replica is rung by NOTIFY hub_sources. */
  forget(sourceId: string): void
  /** Waits for requests in hand. */
  close(): Promise<void>
}

/** Turns stored requests into events. One per worker process. */
export interface Router {
  start(): Promise<void>
  stop(timeoutMs: number): Promise<void>
}

/** A change of the hub's own data that an event calls for; runs in the transaction that records the event. */
export type Reaction = (sql: Sql, event: NewEvent) => Promise<void>
/** By event type. */
export type Reactions = Readonly<Record<string, readonly Reaction[]>>
