import { decode, headerOf, judge, mac, malformed, missing, type VerifyAtOnce } from './proof.ts'

/**
 * HMAC-SHA256 in base64 over the form's fields written as JSON, in the order they came, the way Python writes it
 * (FreshBooks). Their senders are not all alike, and the same over the body as it came is as good a proof.
 */
export function formJson(header: string): VerifyAtOnce {
  return (request, facts) => {
    const value = headerOf(request, header)
    if (value === null) return missing(`The header ${header} is not there.`)
    const shown = decode(value, 'base64')
    if (shown === null) return malformed('The signature is not 32 bytes in base64.')
    const fields = new Map(new URLSearchParams(Buffer.from(request.body).toString()))
    const text = `{${[...fields].map(([name, field]) => `${quoted(name)}: ${quoted(field)}`).join(', ')}}`
    return judge(
      { shown: [shown], expected: (secret) => [mac(secret, text), mac(secret, request.body)], digests: true },
      facts,
    )
  }
}

/** A JSON string of ASCII only, as `json.dumps` writes it. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
