import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Call, Provider } from '../../providers/provider.ts'
import type { CacheState } from '../cache/contract.ts'
import type { EgressAnswer, StreamedBody } from '../egress/contract.ts'
import type { Ending } from '../egress/ending.ts'
import type { LimitStanding } from '../limits/contract.ts'

export type CallPurpose = 'OPERATION' | 'PROXY' | 'PROBE' | 'TEST' | 'OAUTH' | 'SYNC'

/** What one exchange looked like, for test reports: already redacted and truncated. */
export interface Exchange {
  readonly sent: string
  readonly received: string
  readonly latencyMs: number
}

export interface BindOptions {
  readonly actor: Actor
  readonly purpose: CallPurpose
  /** Operation, probe or test step, as the log names it. */
  readonly operation: string
  /** Whole call including retries, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
  /** Attempts after the first. Default 3; probes and tests use 0. */
  readonly retries?: number
  /** Ignore the breaker and the paused state (tests and probes: they are how a connection comes back). Default false. */
  readonly force?: boolean
  readonly onExchange?: (exchange: Exchange) => void
}

/** Breaker of a connection as people see it. */
export interface BreakerView {
  readonly state: 'CLOSED' | 'OPEN' | 'HALF_OPEN'
  readonly openedAt: Date | null
}

/** A request as somebody made it, by hand or through the proxy. */
export interface RawRequest {
  readonly method: string
  /** Name of one of the provider's hosts. */
  readonly host: string
  /** Below the host's base, starting with "/", with its query. */
  readonly path: string
  /** Names in lower case; without credentials and without what belongs to one connection. */
  readonly headers: Readonly<Record<string, string>>
  /** A streamed body cannot be sent twice: such a request is not repeated. */
  readonly body: string | Uint8Array | StreamedBody | null
  /** Goes into the provider's header for it, where the request has none of its own. */
  readonly idempotencyKey?: string
  /** A POST that only reads. */
  readonly safe?: boolean
  /** Its end is the caller's going away. */
  readonly signal?: Ending
}

/** What the pipeline knows of a call once there is an answer. */
export interface CallNotes {
  /** Row in the log. */
  readonly callId: string
  readonly attempts: number
  /** Null when the cache had nothing to do with it. */
  readonly cache: CacheState | null
  /** Age of an answer out of the cache, in seconds; 0 for a new one. */
  readonly ageSeconds: number
  /** Null where no limit applies. */
  readonly standing: LimitStanding | null
}

/** Takes the answer of a streamed call. What it throws ends the call. */
export interface AnswerReceiver {
  /** @param resume lets a body that was held back by `body` flow again */
  head(status: number, headers: Readonly<Record<string, string | string[]>>, notes: CallNotes, resume: () => void): void
  /** False: nothing more until `resume` is called. */
  body(chunk: Uint8Array): boolean
  /** In place of both, for an answer that was read before it is passed on. */
  whole(status: number, headers: Readonly<Record<string, string | string[]>>, notes: CallNotes, body: Uint8Array): void
}

/** The call pipeline. */
export interface Calls {
  /** A call function bound to one connection, for a provider's operation, probe or test. Throws ProviderCallError when used and refused. */
  bind(connection: Connection, options: BindOptions): Call
  /** The same pipeline shaped as `fetch`, for a vendor's own SDK. */
  bindFetch(connection: Connection, options: BindOptions): typeof fetch
  /**
   * Sends a request as it was made and reads the answer, 1 MiB of it at most. Any status is an answer. Throws
   * ProviderCallError when there is none, with the logged call in `callId`.
   */
  send(connection: Connection, options: BindOptions, request: RawRequest): Promise<EgressAnswer & CallNotes>
  /**
   * The same, and the answer is passed on while it arrives. Resolves when the receiver has all of it. The time limit counts
   * until the answer begins; from then on, and while a streamed body is being sent, it is the longest silence.
   */
  stream(connection: Connection, options: BindOptions, request: RawRequest, receiver: AnswerReceiver): Promise<void>
  breaker(connectionId: string): BreakerView
  resetBreaker(connectionId: string): void
  /** Resolves when every call so far is in the log. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** A request that brings its own credentials: the token exchanges of OAuth. */
export interface PlainRequest {
  readonly host: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly purpose: CallPurpose
  readonly operation: string
  readonly actor: Actor
  /** Every secret value inside, so that the log shows none. */
  readonly secrets: readonly string[]
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** The pipeline's first and last steps alone: address, guard, log. No credentials, breaker or retry. */
export interface PlainCalls {
  /** Address of a page or endpoint of the vendor, or of its lab twin. */
  urlOf(provider: Provider, connection: Connection, place: { readonly host: string; readonly path: string }): URL
  /** Any status is an answer. Throws ProviderCallError when there is none. */
  send(provider: Provider, connection: Connection, request: PlainRequest): Promise<EgressAnswer>
}
