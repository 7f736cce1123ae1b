import { decode, tooLarge } from './body.ts'
import type { EgressAnswer, EgressRequest } from './contract.ts'
import type { Taker } from './passage.ts'

const defaultMaxBytes = 5 * 1024 * 1024

/** The wanted beginning of an answer is there; the rest is not read. */
class Enough extends Error {}

/** Bodyless by definition, whatever their headers say (RFC 9110, 6.4.1). */
export const isBodyless = (method: string, status: number) => method === 'HEAD' || status === 204 || status === 304

/** Reads an answer to its end, or to its limit: as many bytes off the wire, and as many out of the decoder. */
export class WholeBody implements Taker {
  readonly #request: EgressRequest
  readonly #maxBytes: number
  readonly #chunks: Buffer[] = []
  #size = 0
  #status = 0
  #headers: Readonly<Record<string, string>> = {}

  constructor(request: EgressRequest) {
    this.#request = request
    this.#maxBytes = request.maxBytes ?? defaultMaxBytes
  }

  connected(): void {
    this.#request.onConnected?.()
  }

  head(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#request.onHead?.()
    this.#status = status
    this.#headers = flatten(headers)
  }

  data(chunk: Buffer): void {
    this.#size += chunk.byteLength
    this.#chunks.push(chunk)
    if (this.#size <= this.#maxBytes) return
    throw (this.#request.overflow ?? 'refuse') === 'refuse' ? tooLarge(this.#maxBytes) : new Enough()
  }

  end(): void {}

  /** The answer, once `done` says that the exchange has ended. */
  async answer(done: Promise<void>): Promise<EgressAnswer> {
    try {
      await done
    } catch (error) {
      if (!(error instanceof Enough)) throw error
    }
    const { overflow = 'refuse', method } = this.#request
    if (isBodyless(method, this.#status))
      return { status: this.#status, headers: this.#headers, body: new Uint8Array(), cut: false }
    const { 'content-encoding': encoding, 'content-length': length, ...rest } = this.#headers
    const raw = joined(this.#chunks).subarray(0, this.#maxBytes)
    const isCut = this.#size > this.#maxBytes
    // Where only the beginning counts, it is kept as it came.
    const body =
      overflow === 'cut' ? raw : await decode(raw, encoding, { maxBytes: this.#maxBytes, cut: overflow !== 'refuse' })
    return {
      status: this.#status,
      headers: encoding === undefined && length !== undefined ? { ...rest, 'content-length': length } : rest,
      body,
      cut: isCut || (overflow !== 'refuse' && body.byteLength >= this.#maxBytes),
    }
  }
}

/** All of it, without a copy where there is only one piece. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
}

/** One text per name; most heads have no more anyway, and are not copied. */
export function flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  if (isFlat(headers)) return headers
  const out: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) out[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return out
}

function isFlat(headers: Readonly<Record<string, unknown>>): headers is Readonly<Record<string, string>> {
  for (const name in headers) if (typeof headers[name] !== 'string') return false
  return true
}
