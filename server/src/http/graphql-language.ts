import type { ServerResponse } from 'node:http'
import { languages, type Language } from '@patchbay/schema/catalog.ts'
import { parseAccept } from 'hono/utils/accept'

/**
 * The language that is wanted most among those the hub has, from an `Accept-Language` header (RFC 9110, 12.5.4); a region
 * does not matter (`ar-AE` is Arabic). English where none is wanted or known.
 */
export function languageOf(header: string | undefined): Language {
  const [fallback] = languages
  if (header === undefined) return fallback
  for (const { type, q } of parseAccept(header)) {
    if (q <= 0) continue
    const [primary] = type.toLowerCase().split('-')
    const found = primary === '*' ? fallback : languages.find((language) => language === primary)
    if (found !== undefined) return found
  }
  return fallback
}

/** Says in which language an answer is, and that another header would have brought another. */
export function sayLanguage(response: ServerResponse, language: Language): void {
  response.setHeader('content-language', language)
  response.appendHeader('vary', 'accept-language')
}
