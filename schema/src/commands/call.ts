import type { Actor } from '../context.ts'

export type CallMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/** A request somebody wants sent as it is, with the connection's credentials added. */
export interface CallProviderInput {
  readonly connectionId: string
  readonly method: CallMethod
  /** Below the host's base, starting with "/". May hold a query. */
  readonly path: string
  readonly query?: readonly (readonly [string, string])[] | null
  /** Credentials and headers of the connection between client and server are left out. */
  readonly headers?: readonly (readonly [string, string])[] | null
  /** At most one of the two is the body. */
  readonly json?: unknown
  readonly text?: string | null
  /** One of the provider's hosts. Default "api". */
  readonly host?: string | null
  /** Also goes to the vendor, where it has a header for it. */
  readonly idempotencyKey?: string | null
  /** 1 to 120,000. Default 30,000. */
  readonly timeoutMs?: number | null
}

/** What the vendor answered, whatever its status. */
export interface CallProviderAnswer {
  /** The logged call. */
  readonly id: string
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  /** Beginning of the body as text; null without a body or when it is no text. */
  readonly body: string | null
  /** There was more than `body` holds. */
  readonly cut: boolean
  /** Size of the body as far as it was read, in bytes. */
  readonly bytes: number
  /** Answered out of the log, because this key was used before: secrets are taken out and long bodies cut. */
  readonly repeated: boolean
}

/** Rules of calls that people and programs make themselves. */
export interface CallCommands {
  /**
   * Sends one request through the whole pipeline. Resolves with any answer of the vendor, also a refusal; throws
   * ProviderCallError when there was none, with the logged call in `callId`.
   */
  send(actor: Actor, input: CallProviderInput): Promise<CallProviderAnswer>
}
