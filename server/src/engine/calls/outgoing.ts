import type { CallRequest, OutgoingRequest, Provider } from '../../providers/provider.ts'
import { formText } from '../../providers/shared/form-text.ts'
import type { StreamedBody } from '../egress/contract.ts'
import type { OpenCredentials } from '../oauth/contract.ts'
import type { RawRequest } from './contract.ts'
import type { FetchRequest } from './fetch.ts'
import { isIdempotent } from './retry.ts'
import { spellingsOfAll, type Spellings } from '../vault/secret-spellings.ts'

/** A request before credentials, whoever made it: a provider's operation or a vendor's SDK. */
export interface Draft {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | StreamedBody | null
  readonly json: unknown
  /** A repeat has the effect of one: by its method, by a key the vendor honours, or because it only reads. */
  readonly repeatable: boolean
}

/** A request with its credentials, as it leaves. */
export interface Outgoing extends Omit<OutgoingRequest, 'body'> {
  readonly body: Draft['body']
}

const defaults = { accept: 'application/json', 'user-agent': 'Patchbay' }

/** Turns a provider's request into what will leave. A request that is not idempotent gets a key where the vendor takes one. */
export function draftOf(provider: Provider, request: CallRequest, url: URL, newKey: () => string): Draft {
  const given = lowerCase(request.headers ?? {})
  const type =
    request.json !== undefined ? 'application/json' : request.form ? 'application/x-www-form-urlencoded' : undefined
  const body =
    request.json !== undefined
      ? JSON.stringify(request.json)
      : request.form
        ? formText(request.form)
        : (request.text ?? null)
  const headers = { ...defaults, ...(type ? { 'content-type': type } : {}), ...given }
  const key = keyFor(provider, request.method, request.idempotencyKey, headers, newKey)
  return {
    method: request.method,
    url,
    headers: { ...headers, ...key },
    body,
    json: request.json,
    repeatable: isIdempotent(request.method) || key !== null || request.safe === true,
  }
}

/** The same for a vendor's SDK. Its own credentials never leave: it was built with a placeholder. */
export function draftOfFetch(provider: Provider, request: FetchRequest, url: URL, newKey: () => string): Draft {
  const { authorization: _placeholder, ...given } = lowerCase(request.headers)
  const { method, body } = request
  const headers = { ...defaults, ...given }
  const key = keyFor(provider, method, undefined, headers, newKey)
  return {
    method,
    url,
    headers: { ...headers, ...key },
    body,
    json: parsed(body, headers),
    repeatable: isIdempotent(method) || key !== null,
  }
}

/** The same for a request somebody made by hand or through the proxy: nothing is added to it but a key. */
export function draftOfRaw(provider: Provider, request: RawRequest, url: URL, newKey: () => string): Draft {
  const { method, headers, body, idempotencyKey } = request
  const key = keyFor(provider, method, idempotencyKey, headers, newKey)
  return {
    method,
    url,
    headers: key === null ? headers : { ...headers, ...key },
    body,
    // Only for providers that look into it; whoever made the request read it whole for them.
    json: readsBody(provider) ? parsed(textOf(body), headers) : undefined,
    repeatable: isIdempotent(method) || key !== null || request.safe === true,
  }
}

/** `authorize` needs the whole body: credentials go into it, or a signature over it. */
export const readsBody = (provider: Provider): boolean => provider.readsBody ?? provider.entry.authKind === 'BODY'

function textOf(body: Draft['body']): string | null {
  return typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : null
}

/** Adds credentials; a fresh copy each time, because every attempt may carry other ones. */
export function authorized(provider: Provider, draft: Draft, opened: OpenCredentials): Outgoing {
  const { href } = draft.url
  try {
    const outgoing = signed(provider, draft, opened)
    if (outgoing.url !== draft.url || draft.url.href === href) return outgoing
    return { ...outgoing, url: new URL(draft.url) }
  } finally {
    // Credentials went into the address itself: the draft, which others read, gets its own back.
    if (draft.url.href !== href) draft.url.href = href
  }
}

function signed(provider: Provider, draft: Draft, opened: OpenCredentials): Outgoing {
  const body = readsBody(provider) ? textOf(draft.body) : typeof draft.body === 'string' ? draft.body : null
  const plain: OutgoingRequest = {
    method: draft.method,
    url: draft.url,
    headers: { ...draft.headers },
    body,
    json: draft.json,
  }
  const { method, url, headers: given, body: text, json } = provider.authorize(plain, opened.fields, opened.accessToken)
  const headers = lowerCase(given)
  // Bytes that nobody looked into go out as they came.
  if (text === body && json === draft.json) return { method, url, headers, body: draft.body, json }
  // A provider that put credentials into the parsed body need not write the text again.
  const isJsonOnly = json !== draft.json && text === body && json !== undefined
  return { method, url, headers, body: isJsonOnly ? JSON.stringify(json) : text, json }
}

const known = new WeakMap<OpenCredentials['fields'], { readonly token: string | null; readonly spellings: Spellings }>()

/** All spellings of the opened values, none of which may be in a line of the log. Remembered as long as the values are. */
export function spellingsIn(provider: Provider, opened: OpenCredentials): Spellings {
  const before = known.get(opened.fields)
  if (before !== undefined && before.token === opened.accessToken) return before.spellings
  const spellings = spellingsOfAll(secretsOf(provider, opened))
  known.set(opened.fields, { token: opened.accessToken, spellings })
  return spellings
}

/** Opened values that must stay out of every log line. */
export function secretsOf(provider: Provider, opened: OpenCredentials): string[] {
  const names = provider.entry.fields.filter((field) => field.kind === 'secret').map((field) => field.name)
  const values = [...names.map((name) => opened.fields[name]), opened.accessToken]
  return values.filter((value) => typeof value === 'string')
}

function keyFor(
  provider: Provider,
  method: string,
  given: string | undefined,
  headers: Readonly<Record<string, string>>,
  newKey: () => string,
): Record<string, string> | null {
  const name = provider.idempotencyHeader?.toLowerCase()
  if (name === undefined) return null
  const own = headers[name] ?? given
  if (own !== undefined) return { [name]: own }
  return method === 'POST' || method === 'PATCH' ? { [name]: newKey() } : null
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (isLowerCase(headers)) return headers
  const lower: Record<string, string> = {}
  for (const name in headers) lower[name.toLowerCase()] = headers[name] ?? ''
  return lower
}

function isLowerCase(headers: Readonly<Record<string, string>>): boolean {
  for (const name in headers) if (name !== name.toLowerCase()) return false
  return true
}

function parsed(body: string | null, headers: Readonly<Record<string, string>>): unknown {
  if (body === null || !headers['content-type']?.includes('json')) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
