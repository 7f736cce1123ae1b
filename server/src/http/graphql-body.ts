import type { IncomingMessage } from 'node:http'

/** The body of a request cannot be an operation, in words. */
export class BodyFault extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Bytes a body may have. */
export const bodyLimit = 1024 * 1024
/** How long a caller may go on sending after it was refused, so that it gets to read why. */
const drainMs = 5_000

/**
 * Reads an operation from a POST body. Only JSON is taken: a form of another site can send text and forms with a person's
 * cookie, but no JSON. Throws BodyFault.
 */
export async function readOperation(request: IncomingMessage): Promise<object> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json' && type !== 'application/graphql+json')
    throw new BodyFault(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the operation as application/json.')
  let body: unknown
  try {
    body = JSON.parse(await readText(request))
  } catch (error) {
    if (error instanceof BodyFault) throw error
    throw new BodyFault(400, 'BAD_REQUEST', 'The body is not valid JSON.')
  }
  if (Array.isArray(body))
    throw new BodyFault(400, 'BATCHING_NOT_SUPPORTED', 'Send one operation per request, not a list.')
  if (typeof body !== 'object' || body === null || Object.keys(body).length === 0)
    throw new BodyFault(400, 'BAD_REQUEST', 'The body must be a JSON object with a `query`.')
  return body
}

/** Counts what really arrives: a body without a declared length is held to the same limit, and never more is kept. */
function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= bodyLimit) return void chunks.push(chunk)
      if (chunks.length === 0) return
      chunks.length = 0
      setTimeout(() => request.destroy(), drainMs).unref()
      reject(new BodyFault(413, 'BODY_TOO_LARGE', `A request body may have ${bodyLimit} bytes.`))
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
    request.once('close', () => {
      if (!request.complete) reject(new BodyFault(400, 'BAD_REQUEST', 'The body ended early.'))
    })
  })
}
