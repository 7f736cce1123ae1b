import type { Ending } from './ending.ts'

/** The one guarded way out. Throws EgressDenied (a ProviderCallError EGRESS_DENIED) for addresses that are not public. */
export interface Egress {
  /**
   * Sends one request. Redirects are answers, never followed. The name is resolved once, every address checked, and the
   * connection pinned to a checked address. `allowOrigins` (exact origins, the provider lab's) skip the address check.
   */
  send(request: EgressRequest): Promise<EgressAnswer>
  /**
   * The same without reading the answer: it is handed to `receiver` as it comes, content coding untouched, at the
   * receiver's pace. Resolves at the end of the answer. Keeps no time: `signal` ends it.
   */
  stream(request: StreamRequest, receiver: Receiver): Promise<void>
  /**
   * Says beforehand whether requests to a URL would be refused: throws EgressDenied for what `send` would never reach,
   * names that lead to a private address included. A name that cannot be looked up right now passes: `send` looks again.
   */
  check(url: URL): Promise<void>
  close(): Promise<void>
}

interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Its end cuts the exchange. */
  readonly signal?: AbortSignal | Ending | undefined
  /** The request has a socket of its own and leaves now. */
  readonly onConnected?: () => void
}

export interface EgressRequest extends Sent {
  readonly body: string | Uint8Array | null
  /** Whole exchange, headers to last byte, in milliseconds. */
  readonly timeoutMs: number
  /** Bytes of body read at most. Default 5 MiB. */
  readonly maxBytes?: number
  /**
   * What a longer body means: MALFORMED_ANSWER, or an answer whose body is cut there; `cut` keeps the bytes as they came,
   * `cut decoded` undoes their coding first. Default refuse.
   */
  readonly overflow?: 'refuse' | 'cut' | 'cut decoded'
  /** The answer's headers are there. */
  readonly onHead?: () => void
}

export interface EgressAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** There was more than `body`. */
  readonly cut?: boolean
}

/** A body that is read while it is sent. */
export interface StreamedBody extends AsyncIterable<Uint8Array> {
  /** Known size in bytes; without one it is sent in chunks. */
  readonly length: number | null
  /** The same body for another attempt: null when it is gone, because it was read and was too large to keep. */
  again(): StreamedBody | Uint8Array | null
  /** The next piece is its sender's to send: what is late now is not the vendor. */
  readonly isWaiting?: boolean
}

export interface StreamRequest extends Sent {
  readonly body: string | Uint8Array | StreamedBody | null
  /** A piece of a streamed body was written. */
  readonly onSent?: () => void
}

/** Takes an answer while it arrives. What it throws ends the exchange and is what `stream` throws. */
export interface Receiver {
  /** @param resume lets a body that was held back by `body` flow again */
  head(status: number, headers: Readonly<Record<string, string | string[]>>, resume: () => void): void
  /** False: nothing more until `resume` is called. */
  body(chunk: Uint8Array): boolean
}
