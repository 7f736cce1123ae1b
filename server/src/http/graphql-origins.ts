import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets pages of the named origins read answers, with the session cookie. Answers a preflight itself and returns true then.
 * Other origins get no header, so browsers keep the answer from them.
 */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): boolean {
  const { origin } = request.headers
  if (origins.length > 0) response.setHeader('vary', 'origin')
  if (origin !== undefined && origins.includes(origin)) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-allow-credentials', 'true')
    response.setHeader('access-control-expose-headers', 'x-correlation-id, retry-after')
  }
  if (request.method !== 'OPTIONS') return false
  response.setHeader('access-control-allow-methods', 'GET, POST')
  response.setHeader('access-control-allow-headers', 'authorization, content-type, x-correlation-id')
  response.setHeader('access-control-max-age', '600')
  response.writeHead(204).end()
  return true
}
