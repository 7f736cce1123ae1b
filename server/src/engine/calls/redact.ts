import { hideFields, isSecretName, redactLoosely } from './redact-fields.ts'
import { readCoded } from './coded-text.ts'
import { spellingsOfAll, type Spellings } from '../vault/secret-spellings.ts'

/** Stands where a secret was. */
export const hidden = '[redacted]'

/** Bytes of a body kept in the log. */
export const keptBytes = 8 * 1024
/** Bodies beyond this are not parsed but cut first and searched as text. */
const parsedBytes = 512 * 1024
/** What is searched of such a body; enough to still fill the log after everything secret shrank. */
const searchedLength = 64 * 1024

/** Takes secrets out of what the log keeps. Knows the opened values of one call and forgets them with it. */
export interface Redactor {
  /** Opened values, wherever they stand and however they are spelled. */
  text(value: string): string
  /** Path and query. */
  path(url: URL): string
  headers(headers: Readonly<Record<string, string>>): Record<string, string>
  /** At most 8 KiB of text, or the size alone for what is not text. Null for no body. */
  body(body: string | Uint8Array | null, contentType: string | undefined, passed?: Passed): string | null
}

/** What is known of a body that was not read: it passed, and its beginning was kept. */
export interface Passed {
  /** Size of the whole. */
  readonly bytes?: number | undefined
  /** Its content coding. */
  readonly encoding?: string | undefined
}

/**
 * @param secrets opened values; those shorter than 6 characters would blank ordinary words and are left to the names of
 *   the fields they travel in
 * @param paths dotted paths of a provider's own secret fields, `*` for any key
 */
export function createRedactor(secrets: readonly string[], paths: readonly string[] = []): Redactor {
  return createSpelledRedactor(spellingsOfAll(secrets), paths)
}

/** Redactors that know no value, which is all that most rows need; by the paths they leave out. */
const nameless = new WeakMap<readonly string[], Redactor>()

/** Takes out what its name tells to be a secret, and no value. */
export function namesRedactor(paths: readonly string[]): Redactor {
  const before = nameless.get(paths)
  if (before !== undefined) return before
  const redactor = createSpelledRedactor([], paths)
  nameless.set(paths, redactor)
  return redactor
}

/** The same where the spellings are known already: finding them costs more than using them once. */
export function createSpelledRedactor(spellings: Spellings, paths: readonly string[] = []): Redactor {
  const longest = spellings[0]?.length ?? 0

  // A text with NUL or half a surrogate pair is nothing PostgreSQL stores.
  const text = (value: string) => {
    let clean = value.isWellFormed() && !value.includes('\u0000') ? value : stored(value)
    for (const spelling of spellings) if (clean.includes(spelling)) clean = clean.replaceAll(spelling, hidden)
    return clean
  }

  function structured(body: string, { isForm, isJson }: ContentType): string {
    if (isForm) return formText(body)
    if (!isJson && !/^\s*[[{]/.test(body)) return redactLoosely(body, hidden)
    try {
      return JSON.stringify(hideFields(JSON.parse(body), paths, hidden))
    } catch {
      return redactLoosely(body, hidden)
    }
  }

  return {
    text,
    path: (url) => text(url.pathname + (url.search === '' ? '' : `?${formText(url.search.slice(1))}`)),
    headers(headers) {
      const clean: Record<string, string> = {}
      for (const name in headers)
        clean[text(name.toLowerCase())] = isSecretName(name) ? hidden : text(redactLoosely(headers[name] ?? '', hidden))
      return clean
    },
    body(body, contentType = '', { bytes = sizeOf(body), encoding } = {}) {
      if (body === null || body.length === 0) return null
      const type = contentTypeOf(contentType)
      const read = type.isText ? asText(encoding === undefined ? body : readCoded(body, encoding)) : null
      if (read === null) return `[${type.name || 'binary'}, ${bytes} bytes]`
      // Cut before it came here, or now.
      const isPart = bytes > parsedBytes || (typeof body !== 'string' && body.byteLength < bytes)
      const safe = isPart ? redactLoosely(read.slice(0, searchedLength), hidden) : structured(read, type)
      const searched = text(safe.slice(0, searchedLength))
      // A cut may have gone through a secret, which is then no longer recognised: its beginning goes too.
      const isCut = isPart || safe.length > searchedLength
      return truncate(isCut ? searched.slice(0, Math.max(0, searched.length - longest)) : searched, bytes)
    },
  }
}

const stored = (text: string) => text.toWellFormed().replaceAll('\u0000', '\ufffd')

function sizeOf(body: string | Uint8Array | null): number {
  return body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

function formText(form: string): string {
  return form
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      if (at < 0) return pair
      return isSecretName(decoded(pair.slice(0, at))) ? `${pair.slice(0, at)}=${hidden}` : pair
    })
    .join('&')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const textTypes = /^$|^text\/|json|xml|x-www-form-urlencoded|javascript|graphql|csv|yaml/

/** What a content type says of a body. */
interface ContentType {
  /** In lower case, without parameters. */
  readonly name: string
  /** Multipart bodies count as none: their parts are files. */
  readonly isText: boolean
  readonly isJson: boolean
  readonly isForm: boolean
}

/** Vendors use the same few dozen over and over. */
const knownTypes = new Map<string, ContentType>()

function contentTypeOf(header: string): ContentType {
  const before = knownTypes.get(header)
  if (before !== undefined) return before
  const type = header.toLowerCase()
  const name = type.split(';')[0] ?? ''
  const isText = textTypes.test(name.trim())
  const known = { name, isText, isJson: type.includes('json'), isForm: type.includes('x-www-form-urlencoded') }
  if (knownTypes.size < 1_000 && header.length <= 128) knownTypes.set(header, known)
  return known
}

/** One for all: making one costs more than using it. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The body as text, or null when it is none. */
function asText(body: string | Uint8Array | null): string | null {
  if (body === null || typeof body === 'string') return body
  try {
    const text = utf8.decode(body)
    return text.includes('\u0000') ? null : text
  } catch {
    return null
  }
}

/** Cuts to 8 KiB of UTF-8, never inside a character. */
function truncate(text: string, bytes: number): string {
  // A character takes three bytes at most.
  if (text.length * 3 <= keptBytes) return text
  const coded = Buffer.from(text)
  if (coded.length <= keptBytes) return text
  const note = `… [${bytes} bytes]`
  let end = keptBytes - Buffer.byteLength(note)
  while (end > 0 && ((coded[end] ?? 0) & 0xc0) === 0x80) end--
  return coded.toString('utf8', 0, end) + note
}
