import type { CallRequest, OutgoingRequest, Provider } from '../../providers/provider.ts'
import type { OpenCredentials } from '../oauth/contract.ts'
import type { FetchRequest } from './fetch.ts'

/** A request before credentials, whoever made it: a provider's operation or a vendor's SDK. */
export interface Draft {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly json: unknown
  /** The provider's idempotency header travels with it. */
  readonly hasKey: boolean
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
        ? new URLSearchParams(request.form).toString()
        : (request.text ?? null)
  const headers = { ...defaults, ...(type ? { 'content-type': type } : {}), ...given }
  const key = keyFor(provider, request.method, request.idempotencyKey, headers, newKey)
  return {
    method: request.method,
    url,
    headers: { ...headers, ...key },
    body,
    json: request.json,
    hasKey: key !== null,
  }
}

/** The same for a vendor's SDK. Its own credentials never leave: it was built with a placeholder. */
export function draftOfFetch(provider: Provider, request: FetchRequest, url: URL, newKey: () => string): Draft {
  const { authorization: _placeholder, ...given } = lowerCase(request.headers)
  const { method, body } = request
  const headers = { ...defaults, ...given }
  const key = keyFor(provider, method, undefined, headers, newKey)
  return { method, url, headers: { ...headers, ...key }, body, json: parsed(body, headers), hasKey: key !== null }
}

/** Adds credentials; a fresh copy each time, because every attempt may carry other ones. */
export function authorized(provider: Provider, draft: Draft, opened: OpenCredentials): OutgoingRequest {
  const plain: OutgoingRequest = {
    method: draft.method,
    url: new URL(draft.url),
    headers: { ...draft.headers },
    body: draft.body,
    json: draft.json,
  }
  const signed = provider.authorize(plain, opened.fields, opened.accessToken)
  // A provider that put credentials into the parsed body need not write the text again.
  const isJsonOnly = signed.json !== draft.json && signed.body === draft.body && signed.json !== undefined
  return { ...signed, headers: lowerCase(signed.headers), body: isJsonOnly ? JSON.stringify(signed.json) : signed.body }
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

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function parsed(body: string | null, headers: Readonly<Record<string, string>>): unknown {
  if (body === null || !headers['content-type']?.includes('json')) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
