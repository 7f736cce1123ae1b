import type { IncomingMessage } from 'node:http'
import type { Inbound, InboundAnswer } from '../engine/inbound/contract.ts'
import type { Door, Exchange } from './exchange.ts'

/** Largest webhook, in bytes, however it is sent. */
export const hookLimit = 1024 * 1024

const address = /^\/hooks\/([A-Za-z0-9_-]{20,128})(\?.*)?$/s

/**
 * /hooks/{token}: where vendors deliver. Plain Node on purpose: no other door sees as many requests. Answers carry no
 * details; what there is to know of a request is in the log of its source.
 */
export function inboundDoor(inbound: Pick<Inbound, 'receive'>): Door {
  return async (request, response, exchange) => {
    let answer: InboundAnswer
    try {
      answer = await ask(inbound, request, exchange)
    } catch (error) {
      // Whoever cut the line is not there to be told.
      if (request.destroyed) return
      throw error
    }
    if (response.destroyed) return
    const { status, headers, body } = answer
    // One list of names and values: Node writes it as it is, and would take an object apart first.
    const head = ['x-correlation-id', exchange.correlationId, 'cache-control', 'no-store']
    head.push('content-length', String(Buffer.byteLength(body)))
    for (const [name, value] of Object.entries(headers)) if (name !== 'connection') head.push(name, value)
    // What was not read would have to be read before the next request.
    if (!request.complete || exchange.closing || headers['connection'] === 'close') head.push('connection', 'close')
    response.writeHead(status, head)
    response.end(body)
  }
}

const refusal = (status: number, headers: Record<string, string> = {}): InboundAnswer => ({ status, headers, body: '' })

function ask(
  inbound: Pick<Inbound, 'receive'>,
  request: IncomingMessage,
  { correlationId, ipAddress }: Exchange,
): Promise<InboundAnswer> | InboundAnswer {
  const { method = 'GET', url = '/' } = request
  if (method !== 'POST' && method !== 'GET') return refusal(405, { allow: 'GET, POST' })
  if (Number(request.headers['content-length'] ?? 0) > hookLimit) return refusal(413)
  const [, token, search = ''] = address.exec(url) ?? []
  if (token === undefined) return refusal(404)
  return inbound.receive({
    token,
    method,
    search,
    headers: flat(request),
    read: () => readBody(request),
    ipAddress,
    correlationId,
  })
}

/** One text per name. Node has joined repeated headers already, but for `set-cookie`. */
function flat({ headers }: IncomingMessage): Record<string, string> {
  // The only header that Node gives as a list. Without it nothing has to be copied, which is nearly always.
  if (headers['set-cookie'] === undefined) return headers as Record<string, string>
  const flattened: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flattened[name] = typeof value === 'string' ? value : value.join(', ')
  return flattened
}

/** The whole body, or null when it turns out too large. Rejects when the sender goes away. */
function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes > hookLimit) {
        request.pause()
        resolve(null)
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    // Every request closes in the end; an error, with its stack, is only made for one that was cut. Node raises none of its
    // own where nobody listens for it.
    request.on('close', () => {
      if (!request.complete) reject(new Error('the sender went away'))
    })
  })
}
