import { joined } from '../egress/whole-body.ts'

/** Bytes of a passing body that are kept for the log; more than the log stores, so that what is cut was read whole before. */
const keptBytes = 16 * 1024

/** Listens to a body that nobody holds whole: its size and its beginning. */
export class Tap {
  readonly #chunks: Uint8Array[] = []
  #kept = 0
  /** Bytes that passed. */
  bytes = 0

  add(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength
    const room = keptBytes - this.#kept
    if (room <= 0) return
    // A copy: a slice would hold on to the whole chunk for as long as the row waits.
    const kept = Uint8Array.prototype.slice.call(chunk, 0, room)
    this.#chunks.push(kept)
    this.#kept += kept.byteLength
  }

  /** The same for a piece that is held in whole anyway until the call is over: of it no copy is made. */
  addHeld(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength
    const room = keptBytes - this.#kept
    if (room <= 0) return
    const kept = chunk.byteLength <= room ? chunk : chunk.subarray(0, room)
    this.#chunks.push(kept)
    this.#kept += kept.byteLength
  }

  /** The beginning of the body; null when nothing passed. */
  beginning(): Uint8Array | null {
    return this.bytes === 0 ? null : joined(this.#chunks)
  }
}
