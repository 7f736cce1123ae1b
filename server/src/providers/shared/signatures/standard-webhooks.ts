import { decode, headerOf, judge, mac, malformed, missing, timeOf, type VerifyAtOnce } from './proof.ts'

/**
 * Standard Webhooks (https://www.standardwebhooks.com) and Svix, who call the headers differently: HMAC-SHA256 over
 * `id.time.body` with the bytes of a `whsec_` secret, `v1,<base64>` once or several times in one header.
 *
 * Not the package of that name, which stays the witness in tests: it turns a body to text before it signs, so that
 * different bytes can have one signature, and takes the time from the machine.
 */
export function standardWebhooks(...prefixes: readonly ('webhook' | 'svix')[]): VerifyAtOnce {
  const called = (part: string) => (prefixes.length > 0 ? prefixes : ['webhook']).map((prefix) => `${prefix}-${part}`)
  return (request, facts) => {
    const id = headerOf(request, ...called('id'))
    const time = headerOf(request, ...called('timestamp'))
    const value = headerOf(request, ...called('signature'))
    if (id === null || time === null || value === null)
      return missing(`One of the headers ${called('id').join(' or ')}, timestamp and signature is not there.`)
    // The parts are joined with ".": an id that holds one could be cut elsewhere.
    if (id.includes('.')) return malformed('The message’s id holds a full stop.')
    const at = timeOf(time, 'seconds')
    if (at === null) return malformed('The timestamp is no time in seconds.')
    // Other versions stand beside v1: v1a, Ed25519, which no vendor that writes to the hub uses alone.
    const shown = value.split(' ').flatMap((part) => decode(/^v1,(.+)$/.exec(part)?.[1] ?? '', 'base64') ?? [])
    if (shown.length === 0) return malformed('There is no signature of version v1 with 32 bytes in base64.')
    const expected = (secret: string) => {
      const key = keyOf(secret)
      return key === null ? [] : [mac(key, id, '.', time, '.', request.body)]
    }
    return judge({ shown, expected, at, digests: true }, facts)
  }
}

function keyOf(secret: string): Buffer | null {
  const text = secret.replace(/^whsec_/, '').replace(/=+$/, '')
  const key = Buffer.from(text, 'base64')
  return key.length > 0 && key.toString('base64').replace(/=+$/, '') === text ? key : null
}
