import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Call, Provider } from '../../providers/provider.ts'
import type { EgressAnswer } from '../egress/contract.ts'

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

/** The call pipeline. */
export interface Calls {
  /** A call function bound to one connection, for a provider's operation, probe or test. Throws ProviderCallError when used and refused. */
  bind(connection: Connection, options: BindOptions): Call
  /** The same pipeline shaped as `fetch`, for a vendor's own SDK. */
  bindFetch(connection: Connection, options: BindOptions): typeof fetch
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
