import type { IncomingMessage } from 'node:http'
import { UnauthenticatedError } from '@patchbay/schema/errors.ts'
import type { Authenticated, People, Proof } from '../engine/people/contract.ts'
import type { Exchange } from './exchange.ts'

/** How keys of this hub begin; nothing else is taken for one where a vendor's token would stand. */
const ours = /^pb_[A-Za-z0-9_-]{16,}$/

/** Where vendors' own SDKs put their token, besides `Authorization`. */
const tokenHeaders = [
  'x-patchbay-key',
  'x-shopify-access-token',
  'x-api-key',
  'api-key',
  'x-auth-token',
  'x-access-token',
  'private-token',
] as const

/** Who is asking, and the key they showed, which must not travel further; null for a session. */
export interface Caller {
  readonly viewer: Authenticated
  readonly key: string | null
}

/**
 * The caller of a proxied request. A key may stand wherever the vendor's SDK puts its own: `Authorization: Bearer` first,
 * then `x-patchbay-key`, then the vendor's header or the user name or password of `Authorization: Basic`.
 * @throws UnauthenticatedError without a proof, or with one that is refused
 */
export async function callerOf(
  people: Pick<People, 'authenticate'>,
  request: IncomingMessage,
  { ipAddress }: Exchange,
): Promise<Caller> {
  const key = keyOf(request)
  let headers = noHeaders
  if (key !== null) headers = headersOf(key)
  else if (request.headers.cookie !== undefined) {
    requireOwnPage(request)
    headers = new Headers()
    headers.set('cookie', request.headers.cookie)
    if (request.headers.origin !== undefined) headers.set('origin', request.headers.origin)
  }
  const proof: Proof = { headers, ipAddress }
  const viewer = await people.authenticate(proof)
  if (viewer === null)
    throw new UnauthenticatedError('Send an API key of this hub: as a bearer token, or where the provider’s own goes.')
  return { viewer, key }
}

const noHeaders = new Headers()
/** Headers that show a key, made once: whoever has one sends it with every request. */
const shown = new Map<string, Headers>()
const mostShown = 1_000

function headersOf(key: string): Headers {
  let headers = shown.get(key)
  if (headers === undefined) {
    headers = new Headers({ authorization: `Bearer ${key}` })
    if (shown.size >= mostShown) shown.clear()
    shown.set(key, headers)
  }
  return headers
}

function keyOf({ headers }: IncomingMessage): string | null {
  const { authorization } = headers
  const bearer = /^(?:Bearer|Token) +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (bearer !== undefined && ours.test(bearer)) return bearer
  for (const name of tokenHeaders) {
    const value = headers[name]
    if (typeof value === 'string' && ours.test(value)) return value
  }
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    const found = [user, rest.join(':')].find((part) => ours.test(part))
    if (found !== undefined) return found
  }
  // Refused with the words for a key that is not known, which tell more than "sign in".
  return bearer ?? null
}

/**
 * A session counts only for what a page of this hub asks by itself: a link or a foreign page must not make a browser send a
 * request to a vendor. The origin's own check is the sign-in's (People).
 */
function requireOwnPage({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site']
  const isOwn = site === undefined ? headers.origin !== undefined : site === 'same-origin'
  if (isOwn && headers['sec-fetch-mode'] !== 'navigate') return
  throw new UnauthenticatedError('A session counts only for requests of this hub’s own pages. Send an API key instead.')
}
