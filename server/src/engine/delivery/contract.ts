import type { Sql, Tx } from '@patchbay/prisma/database.ts'
import type { AppendTx } from '../live/contract.ts'
import type { EventSource } from '@patchbay/schema/event-types/form.ts'
import type { KeyAlgorithm, PayloadKind } from '@patchbay/schema/commands/endpoint.ts'

/** An event about to be recorded. Its id must hold the millisecond of `at` (newId of app/ids.ts). */
export interface NewEvent {
  readonly id: string
  readonly at: Date
  readonly organizationId: string
  readonly type: string
  readonly version: number
  readonly occurredAt: Date
  readonly connectionId: string | null
  readonly provider: string | null
  readonly data: unknown
  readonly source: EventSource
  readonly inboundEventId: string | null
  readonly ordinal: number
  readonly run: number
  readonly orderKey: string | null
  readonly test: boolean
}

/** A transaction that reads and writes: Prisma's, or plain SQL on a hot path. */
export type RecordTx = Pick<Tx, '$executeRawUnsafe' | '$queryRawUnsafe'> | Sql

/** Hands an event to whom it concerns. */
export interface FanOut {
  /**
   * Writes events and one delivery per endpoint that asks for their type, in the caller's transaction, and rings the
   * dispatchers at commit. A repeat of the same events changes nothing (unique keys). Disabled endpoints get a SKIPPED
   * delivery with the reason. `only` names the one endpoint that gets them, whatever its types. Takes the lock of the
   * stream `deliveries`: call it late.
   */
  record(
    tx: RecordTx,
    events: readonly NewEvent[],
    options?: { readonly only?: string },
  ): Promise<{ readonly events: number; readonly deliveries: number }>
}

/** Sends what is due. One per worker process. */
export interface Dispatcher {
  start(): Promise<void>
  /** Takes nothing new and waits for open attempts, at most `timeoutMs`; what is open then runs again when its lease ends. */
  stop(timeoutMs: number): Promise<void>
  /** Attempts open in this process, for metrics. */
  readonly open: number
}

/** What a delivery's body is made of. */
export interface PayloadSource {
  readonly organizationId: string
  readonly eventId: string
  /** Text of the envelope, JSON. */
  readonly envelope: string
  readonly payload: PayloadKind
  readonly payloadText: string | null
}

/** MADE: send it. NOTHING: the mapping yields nothing, skip. FAULT: it cannot be made, and trying again will not help. */
export type Payload =
  | { readonly outcome: 'MADE'; readonly body: string }
  | { readonly outcome: 'NOTHING' }
  | { readonly outcome: 'FAULT'; readonly message: string }

/** Makes payloads: envelope, GraphQL document, JSONata. */
export interface Payloads {
  /** What is wrong with a text before it is saved; null when nothing is. */
  check(payload: PayloadKind, text: string | null): Promise<string | null>
  /** Bounded in time and memory whatever the expression. Throws only when the database is away. */
  make(source: PayloadSource): Promise<Payload>
  /** A JSONata expression over any JSON value: assigned inbound events. */
  map(expression: string, value: unknown): Promise<{ readonly value: unknown } | { readonly fault: string }>
  close(): Promise<void>
}

/** Asks the hub's own schema as a reader of one organization. */
export interface QueryRunner {
  /** Faults of a document, in words; empty when it may be saved: one query operation, within depth and cost. */
  check(document: string): readonly string[]
  run(
    organizationId: string,
    document: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly data: unknown; readonly errors: readonly string[] }>
}

/** Signing keys of an endpoint. */
export interface EndpointKeys {
  /**
   * Headers webhook-id, webhook-timestamp, webhook-signature over exactly these bytes, one signature per key that holds,
   * newest first. Throws NoSigningKey when none holds, VaultError when one does not open.
   */
  sign(
    endpoint: { readonly id: string; readonly organizationId: string },
    message: { readonly id: string; readonly at: Date; readonly body: string },
  ): Promise<Readonly<Record<string, string>>>
  /**
   * A new key, sealed but not stored yet: sealing may ask a key service, so call it before the transaction and `store`
   * inside, which also rings every replica. `secret` is what the consumer needs and is shown once.
   */
  create(key: {
    readonly organizationId: string
    readonly endpointId: string
    readonly algorithm: KeyAlgorithm
    readonly createdById: string | null
  }): Promise<{ readonly id: string; readonly secret: string; store(tx: AppendTx): Promise<void> }>
  /** Forget opened keys of an endpoint. */
  forget(endpointId: string): void
}
