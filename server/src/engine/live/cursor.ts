import { InvalidInputError } from '@patchbay/schema/errors.ts'
import type { StreamName } from '@patchbay/schema/events.ts'

const shape = /^1:([a-z]+):(0|[1-9]\d{0,18})$/

/** The refusal of a cursor; `message` says what the client should do. */
export function cursorFault(message: string): InvalidInputError {
  return new InvalidInputError([{ path: 'after', message }])
}

/** Opaque position in a stream: right after the row numbered `seq`. */
export function formatCursor(stream: StreamName, seq: bigint): string {
  return Buffer.from(`1:${stream}:${seq}`).toString('base64url')
}

/** The position a cursor of `stream` names. Throws InvalidInputError for anything formatCursor did not make for this stream. */
export function parseCursor(stream: StreamName, cursor: string): bigint {
  const match = shape.exec(Buffer.from(cursor.slice(0, 100), 'base64url').toString())
  const seq = match?.[2] === undefined ? null : BigInt(match[2])
  if (!match || seq === null || seq > 9_223_372_036_854_775_807n) {
    throw cursorFault(
      'This is not a cursor of a live stream. Send back a cursor exactly as a batch carried it, or none.',
    )
  }
  if (match[1] !== stream) {
    throw cursorFault(`This cursor belongs to the stream "${match[1]}", not to "${stream}".`)
  }
  if (formatCursor(stream, seq) !== cursor) {
    throw cursorFault('This cursor was altered. Send back a cursor exactly as a batch carried it, or none.')
  }
  return seq
}
