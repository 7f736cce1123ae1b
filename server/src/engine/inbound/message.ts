import type { WebhookMessage } from '../../providers/webhook.ts'

/** The parts of a request that a message is made of. */
export interface MessageParts {
  readonly headers: Readonly<Record<string, string>>
  /** With "?", or empty. */
  readonly search: string
  readonly body: Uint8Array
}

/** Parses a proven request. A body that is neither JSON nor a form has no parsed form, and its text is still there. */
export function messageOf({ headers, search, body }: MessageParts): WebhookMessage {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
  return { headers, query: queryOf(search), text, body: parse(text, headers['content-type'] ?? '') }
}

const noQuery = new URLSearchParams()

/** Parameters of an address. Nearly no vendor sends any, and whoever reads them changes nothing. */
export function queryOf(search: string): URLSearchParams {
  return search.length < 2 ? noQuery : new URLSearchParams(search)
}

function parse(text: string, contentType: string): unknown {
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return Object.fromEntries(new URLSearchParams(text))
  // Vendors send JSON under all sorts of types, text/plain among them: what parses is JSON.
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A text PostgreSQL stores: no NUL, no half of a surrogate pair. */
export function storable(text: string): string {
  // Nearly every text is: looking is cheaper than copying.
  if (text.isWellFormed() && !text.includes('\u0000')) return text
  return text.toWellFormed().replaceAll('\u0000', '\ufffd')
}

const unstorable = /\\u0000|\\ud[89a-f]/i

/** The same for every text inside a value of JSON; names of members too. */
export function storableJson(value: unknown): unknown {
  // One look at the whole text: what has nothing of the kind, which is nearly everything, is not copied.
  if (!unstorable.test(JSON.stringify(value) ?? '')) return value
  return clean(value)
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storable(name), clean(inner)]))
}
