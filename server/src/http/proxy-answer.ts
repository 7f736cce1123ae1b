import type { ServerResponse } from 'node:http'
import type { AnswerReceiver, CallNotes } from '../engine/calls/contract.ts'
import { returnedHeaders } from '../engine/calls/passing.ts'

/**
 * An answer of a vendor is shown by a browser without being a page of this hub: it runs no script and reads no session,
 * and is only what it says it is.
 */
const harmless = ['content-security-policy', "sandbox; default-src 'none'", 'x-content-type-options', 'nosniff']

const smallBytes = 16 * 1024

export interface AnswerFacts {
  readonly correlationId: string
  readonly connectionId: string
  /** The hub is going down, or the request was not read to its end. */
  readonly isLast: () => boolean
}

/** Writes a vendor's answer to its caller, at the caller's pace. */
export function passOn(response: ServerResponse, { correlationId, connectionId, isLast }: AnswerFacts): AnswerReceiver {
  function begin(status: number, headers: Parameters<typeof returnedHeaders>[0], notes: CallNotes): void {
    const head = returnedHeaders(headers)
    head.push(...harmless, 'x-correlation-id', correlationId, 'x-patchbay-connection', connectionId)
    note(head, notes)
    if (isLast()) head.push('connection', 'close')
    response.writeHead(status, head)
  }

  // Text goes out in one write with the head; Node writes bytes apart from it.
  const pass = (chunk: Uint8Array): boolean =>
    Buffer.isBuffer(chunk) && chunk.byteLength <= smallBytes
      ? response.write(chunk.toString('latin1'), 'latin1')
      : response.write(chunk)

  return {
    head(status, headers, notes, resume) {
      response.on('drain', resume)
      begin(status, headers, notes)
    },
    body: pass,
    whole(status, headers, notes, body) {
      begin(status, headers, notes)
      if (body.byteLength === 0) return
      pass(body)
      // It leaves now and by itself: Node would keep it for the end of the answer and write it together with nothing.
      response.socket?.uncork()
    },
  }
}

function note(head: string[], { callId, attempts, cache, ageSeconds, standing }: CallNotes): void {
  head.push('x-patchbay-call', callId, 'x-patchbay-attempts', String(attempts))
  if (cache !== null) head.push('x-patchbay-cache', cache)
  if (cache !== null && ageSeconds > 0) head.push('age', String(Math.floor(ageSeconds)))
  if (standing === null) return
  const seconds = Math.max(0, Math.ceil((standing.resetsAt.getTime() - Date.now()) / 1000))
  head.push('x-patchbay-limit', String(standing.limit), 'x-patchbay-remaining', String(standing.remaining))
  head.push('x-patchbay-reset', String(seconds))
}
