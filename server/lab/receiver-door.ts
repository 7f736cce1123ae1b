import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Receiver } from './receiver.ts'
import { react } from './receiver-behaviour.ts'

export interface Visit {
  readonly raw: IncomingMessage
  readonly response: ServerResponse
  readonly headers: Readonly<Record<string, string>>
  /** Reads the whole body; null when there is too much of it. */
  readonly read: () => Promise<string | null>
  /** Milliseconds since 1970, by the lab's clock. */
  readonly now: number
}

/** Takes one webhook and answers as the receiver was told to. */
export async function receive(receiver: Receiver, visit: Visit): Promise<void> {
  const { raw, response, headers, now } = visit
  const at = new Date(now).toISOString()
  const behaviour = receiver.next()
  const reaction = react(behaviour, now)
  if (reaction.kind === 'CUT' && behaviour.cut === 'BEFORE_READING') {
    receiver.answered(receiver.arrive(at, headers, ''), 'CUT')
    raw.socket.destroy()
    return
  }
  const body = await visit.read()
  if (body === null) return answer(response, 413, {})
  const arrival = receiver.arrive(at, headers, body)
  switch (reaction.kind) {
    case 'CUT':
      receiver.answered(arrival, 'CUT')
      raw.socket.destroy()
      return
    case 'HANG':
      receiver.answered(arrival, 'HANG')
      return
    case 'ANSWER': {
      const gone = reaction.delayMs > 0 && (await leaves(response, reaction.delayMs))
      if (gone) return receiver.answered(arrival, 'GONE')
      receiver.answered(arrival, reaction.status)
      answer(response, reaction.status, reaction.headers)
    }
  }
}

/** Waits; true as soon as the caller leaves. */
async function leaves(response: ServerResponse, ms: number): Promise<boolean> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  return wait(ms, false, { signal: left.signal }).catch(() => true)
}

function answer(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  const empty = status === 204 || status === 304
  const body = JSON.stringify({ simulated: true, status })
  response.writeHead(status, {
    ...(empty ? {} : { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) }),
    ...headers,
    'x-patchbay-lab': 'simulated',
  })
  response.end(empty ? '' : body)
}
