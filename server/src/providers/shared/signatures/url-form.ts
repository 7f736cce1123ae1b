import { createHmac, hash } from 'node:crypto'
import type { WebhookRequest } from '../../webhook.ts'
import { decode, headerOf, judge, malformed, missing, same, type VerifyAtOnce } from './proof.ts'

const digestParameter = 'bodySHA256'

/**
 * HMAC-SHA1 in base64 over the address and the form's parameters, sorted and without anything between them (Twilio). A
 * body that is no form is not signed itself: its digest is a parameter of the address, and the address is signed.
 */
export function urlForm(header: string): VerifyAtOnce {
  return (request, facts) => {
    const value = headerOf(request, header)
    if (value === null) return missing(`The header ${header} is not there.`)
    const shown = decode(value, 'base64', 20)
    if (shown === null) return malformed('The signature is not 20 bytes in base64.')
    const digest = request.query.get(digestParameter)
    const form = digest === null ? formText(request) : ''
    if (form === null) return missing('Nothing in it vouches for the body: it is no form, and its digest is not given.')
    if (digest !== null && !fitsDigest(digest, request.body))
      return { verdict: 'BAD_SIGNATURE', detail: 'The body is not the one whose digest the address gives.' }
    const sign = (secret: string, url: string) =>
      createHmac('sha1', secret)
        .update(url + form)
        .digest()
    return judge(
      { shown: [shown], expected: (secret) => spellings(request.url).map((url) => sign(secret, url)), digests: true },
      facts,
    )
  }
}

/** Twilio may or may not write the port of the scheme. */
function spellings(url: string): readonly string[] {
  const [, origin = '', rest = ''] = /^([^/]+\/\/[^/?#]+)(.*)$/s.exec(url) ?? []
  if (/:\d+$/.test(origin)) return [url, origin.replace(/:\d+$/, '') + rest]
  return [url, `${origin}:${url.startsWith('https:') ? 443 : 80}${rest}`]
}

/** Names and values in order of the names; equal names give each value once. Null for a body that is no form. */
function formText({ headers, body }: WebhookRequest): string | null {
  if (body.length === 0) return ''
  if (!/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) return null
  // Grouped in one pass: a mebibyte holds a quarter of a million names.
  const form = Map.groupBy(new URLSearchParams(Buffer.from(body).toString()), ([name]) => name)
  const written = (name: string) => [...new Set(form.get(name)?.map(([, value]) => name + value))].sort().join('')
  return [...form.keys()].sort().map(written).join('')
}

function fitsDigest(digest: string, body: Uint8Array): boolean {
  const bytes = decode(digest, 'hex')
  return bytes !== null && same(bytes, hash('sha256', body, 'buffer'))
}
