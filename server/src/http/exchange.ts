import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** What the hub knows of a request before any door opens. */
export interface Exchange {
  /** Taken from `x-correlation-id` when it is well formed, else new; sent back under the same name. */
  readonly correlationId: string
  /** The client's address, read through trusted proxies only. */
  readonly ipAddress: string | null
  /** The hub is going down: the connection ends with this answer. */
  readonly closing: boolean
}

/** Answers one request to its end. */
export type Door = (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => unknown

/** Takes over a connection that asked to become a WebSocket. */
export type UpgradeDoor = (request: IncomingMessage, socket: Duplex, head: Buffer, exchange: Exchange) => unknown

const wellFormed = /^[A-Za-z0-9._:-]{8,128}$/

/** The caller's correlation id, when it can stand in a log line and a header. */
export function correlationOf(request: IncomingMessage, newId: () => string): string {
  const given = request.headers['x-correlation-id'] ?? request.headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : newId()
}

/** Answers with JSON in the shape of the REST doors: `{ error: { code, message } }`. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(JSON.stringify({ error: { code, message } }))
}
