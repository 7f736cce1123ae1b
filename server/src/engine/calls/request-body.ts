import type { Readable } from 'node:stream'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { StreamedBody } from '../egress/contract.ts'

/** A body up to this size can be sent again; beyond it a failed request stays failed. In bytes. */
export const replayBytes = 64 * 1024

/** More than this hub takes. */
export class RequestTooLarge extends ProviderCallError {
  constructor(maxBytes: number) {
    super({
      errorClass: 'INVALID_REQUEST',
      message: `The body of the request has more than ${maxBytes} bytes.`,
      advice: 'Send less, or ask the operator of this hub to raise PATCHBAY_PROXY_MAX_BYTES.',
    })
  }
}

/** The caller stopped sending, or went away in the middle of it. */
export class RequestBrokenOff extends ProviderCallError {
  constructor() {
    super({
      errorClass: 'CANCELLED',
      message: 'The body of the request did not arrive whole.',
      advice: 'Send it again. The provider may have seen part of it.',
    })
  }
}

/** The part of an incoming request that a body is read from. */
export type Source = Pick<Readable, 'iterator' | 'on' | 'off' | 'pause' | 'destroyed'> & { readonly complete: boolean }

export interface SourceOptions {
  /** Announced size; null when it is sent in chunks. */
  readonly length: number | null
  readonly maxBytes: number
}

/** A body that is read from its sender while it goes to the vendor, at the vendor's pace. */
export class RequestBody implements StreamedBody {
  readonly length: number | null
  readonly #source: Source
  readonly #maxBytes: number
  #kept: Uint8Array[] | null = []
  #bytes = 0
  #isBegun = false
  #isWhole = false
  /** The next piece is the sender's to send: what is late now is not the vendor. */
  isWaiting = false

  constructor(source: Source, { length, maxBytes }: SourceOptions) {
    this.#source = source
    this.length = length
    this.#maxBytes = maxBytes
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#isBegun = true
    this.isWaiting = true
    try {
      // The sender's socket outlives a vendor that stops listening: there is an answer to send on it.
      for await (const chunk of this.#source.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        this.isWaiting = false
        this.#bytes += chunk.byteLength
        if (this.#bytes > this.#maxBytes) throw new RequestTooLarge(this.#maxBytes)
        if (this.#bytes > replayBytes) this.#kept = null
        this.#kept?.push(chunk)
        yield chunk
        this.isWaiting = true
      }
    } catch (error) {
      throw error instanceof ProviderCallError ? error : new RequestBrokenOff()
    } finally {
      this.isWaiting = false
    }
    if (!this.#source.complete) throw new RequestBrokenOff()
    this.#isWhole = true
  }

  again(): StreamedBody | Uint8Array | null {
    if (!this.#isBegun) return this
    return this.#isWhole && this.#kept !== null ? Buffer.concat(this.#kept) : null
  }
}

/**
 * Reads a body to its end, for requests that are small, or whose vendor wants credentials inside.
 * @throws RequestTooLarge
 * @throws RequestBrokenOff when it does not arrive within `withinMs`
 */
export function readWhole(source: Source, maxBytes: number, withinMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let bytes = 0
    const end = (settle: () => void) => {
      clearTimeout(timer)
      source.off('data', take).off('end', finish).off('close', lose).off('error', lose)
      settle()
    }
    const take = (chunk: Uint8Array) => {
      bytes += chunk.byteLength
      if (bytes <= maxBytes) return void chunks.push(chunk)
      source.pause()
      end(() => reject(new RequestTooLarge(maxBytes)))
    }
    const finish = () =>
      end(() => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    const lose = () => end(() => reject(new RequestBrokenOff()))
    const timer = setTimeout(lose, withinMs)
    source.on('data', take).on('end', finish).on('close', lose).on('error', lose)
  })
}
