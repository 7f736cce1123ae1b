import { randomUUID } from 'node:crypto'

/**
 * A new id: UUID version 7 (RFC 9562), milliseconds first, so that new rows land at the end of their index. Unguessable
 * enough to name a row, never to open anything. Its random bits are those of a version 4, which Node draws in bulk: every
 * request is given an id, and asking the system for 16 bytes each time showed.
 */
export function newId(now: number = Date.now()): string {
  if (now !== millisecond) {
    const time = now.toString(16).padStart(12, '0')
    millisecond = now
    beginning = `${time.slice(0, 8)}-${time.slice(8)}-7`
  }
  return beginning + randomUUID().slice(15)
}

/** How ids of this millisecond begin: a busy hub makes a dozen in one. */
let beginning = ''
let millisecond = Number.NaN
