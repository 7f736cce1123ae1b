/** The one guarded way out. Throws EgressDenied (a ProviderCallError EGRESS_DENIED) for addresses that are not public. */
export interface Egress {
  /**
   * Sends one request. Redirects are answers, never followed. The name is resolved once, every address checked, and the
   * connection pinned to a checked address. `allowOrigins` (exact origins, the provider lab's) skip the address check.
   */
  send(request: EgressRequest): Promise<EgressAnswer>
  /**
   * Says beforehand whether requests to a URL would be refused: throws EgressDenied for what `send` would never reach,
   * names that lead to a private address included. A name that cannot be looked up right now passes: `send` looks again.
   */
  check(url: URL): Promise<void>
  close(): Promise<void>
}

export interface EgressRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
  /** Whole exchange, headers to last byte, in milliseconds. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Bytes of body read at most. Default 5 MiB. */
  readonly maxBytes?: number
  /** What a longer body means: MALFORMED_ANSWER, or an answer whose body is cut there. Default refuse. */
  readonly overflow?: 'refuse' | 'cut'
}

export interface EgressAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
