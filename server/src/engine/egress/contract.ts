/** The one guarded way out. Throws EgressDenied (a ProviderCallError EGRESS_DENIED) for addresses that are not public. */
export interface Egress {
  /**
   * Sends one request. Redirects are answers, never followed. The name is resolved once, every address checked, and the
   * connection pinned to a checked address. `allowOrigins` (exact origins, the provider lab's) skip the address check.
   */
  send(request: EgressRequest): Promise<EgressAnswer>
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
  /** Bytes of body read at most; more is MALFORMED_ANSWER. Default 5 MiB. */
  readonly maxBytes?: number
}

export interface EgressAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
