import { hidden } from '../engine/calls/redact.ts'
import { isSecretName, hideFields, redactLoosely } from '../engine/calls/redact-fields.ts'

/** Bodies are never larger than the door lets in, so that this bounds no real one; it bounds the search in text. */
const searchedLength = 1024 * 1024

/**
 * Body of an inbound request as a person reads it: the values of secret names taken out, nothing else changed or cut. A
 * body without secrets stays as it is to the letter: numbers too long for JavaScript among them.
 */
export function inboundText(body: Uint8Array, contentType = ''): string {
  const type = contentType.toLowerCase()
  const text = Buffer.from(body).toString('utf8')
  if (text.includes('\u0000') || text.includes('\ufffd'))
    return `[${type.split(';')[0] || 'binary'}, ${body.byteLength} bytes]`
  if (type.includes('x-www-form-urlencoded')) return formText(text)
  if (/json/.test(type) || /^\s*[[{]/.test(text)) {
    try {
      const value = JSON.parse(text) as unknown
      const whole = JSON.stringify(value)
      const safe = JSON.stringify(hideFields(value, [], hidden))
      return safe === whole ? text : safe
    } catch {
      // Broken JSON is searched as text.
    }
  }
  return redactLoosely(text.slice(0, searchedLength), hidden)
}

function formText(form: string): string {
  return form
    .split('&')
    .map((pair) => {
      const [name = '', value] = pair.split('=', 2)
      return value !== undefined && isSecretName(decoded(name)) ? `${name}=${hidden}` : pair
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
