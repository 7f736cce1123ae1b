import type { CallProviderInput } from '@patchbay/schema/commands/call.ts'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'
import type { RawRequest } from '../engine/calls/contract.ts'
import { passedHeaders, passedPath } from '../engine/calls/passing.ts'

const longestPath = 8_000
const longestMs = 120_000
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
// eslint-disable-next-line no-control-regex -- these are what a header value may not hold (RFC 9110, 5.5)
const headerValue = /^[^\u0000-\u0008\u000a-\u001f\u007f]{0,8000}$/

/** @throws InvalidInputError with every fault */
export function checkCall(input: Omit<CallProviderInput, 'idempotencyKey'>): void {
  const faults: FieldFault[] = []
  const fault = (path: string, message: string) => faults.push({ path, message })
  // eslint-disable-next-line no-control-regex -- a path with these would not be one line of a request
  if (!/^\/[^\u0000-\u0020]*$/.test(input.path) || input.path.length > longestPath)
    fault('path', `Begin with "/", use no blanks, and at most ${longestPath} characters.`)
  if (input.json !== undefined && input.json !== null && input.text != null)
    fault('text', 'Send either `json` or `text`, not both.')
  const { timeoutMs } = input
  if (timeoutMs != null && !(timeoutMs >= 1 && timeoutMs <= longestMs))
    fault('timeoutMs', `From 1 to ${longestMs.toLocaleString('en')} milliseconds.`)
  for (const [n, [name, value]] of (input.headers ?? []).entries()) {
    if (!headerName.test(name)) fault(`headers.${n}.name`, 'This is no name of a header.')
    if (!headerValue.test(value)) fault(`headers.${n}.value`, 'A header is one line of at most 8,000 characters.')
  }
  if (faults.length > 0) throw new InvalidInputError(faults)
}

/** The request as the pipeline takes it. */
export function rawRequest(input: CallProviderInput, key: string | null): RawRequest {
  const given: Record<string, string> = {}
  for (const [name, value] of input.headers ?? []) {
    const lower = name.toLowerCase()
    given[lower] = given[lower] === undefined ? value : `${given[lower]}, ${value}`
  }
  // The hub reads the answer itself, so it says what it can decode.
  const { 'accept-encoding': _coding, ...headers } = passedHeaders(given)
  const isJson = input.json !== undefined && input.json !== null
  const body = isJson ? JSON.stringify(input.json) : (input.text ?? null)
  const type = isJson ? 'application/json' : 'text/plain; charset=utf-8'
  const query = (input.query ?? []).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  const path =
    query.length === 0 ? input.path : `${input.path}${input.path.includes('?') ? '&' : '?'}${query.join('&')}`
  return {
    method: input.method,
    host: input.host ?? 'api',
    path: passedPath(path),
    headers: {
      accept: '*/*',
      'user-agent': 'Patchbay',
      ...(body === null ? {} : { 'content-type': type }),
      ...headers,
    },
    body,
    ...(key === null ? {} : { idempotencyKey: key }),
  }
}

/** A body as text; null without one and for what is no text. The last character of a cut one may be missing. */
export function textOf(body: Uint8Array): string | null {
  if (body.byteLength === 0) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: true })
    return text.includes('\u0000') ? null : text
  } catch {
    return null
  }
}
