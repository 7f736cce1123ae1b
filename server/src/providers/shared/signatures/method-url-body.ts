import { decode, headerOf, judge, mac, malformed, missing, timeOf, type VerifyAtOnce } from './proof.ts'

export interface MethodUrlBodyOptions {
  /** Header of the signature, lower case. */
  readonly signature: string
  /** Header of the time in milliseconds since 1970, lower case. */
  readonly timestamp: string
}

/** Escapes HubSpot undoes in the address before it signs. */
const escapes = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/**
 * HMAC-SHA256 in base64 over method, address, body and time (HubSpot v3). Its versions 1 and 2 hash secret and request
 * without HMAC, which lets whoever saw one request lengthen it: they are not accepted.
 */
export function methodUrlBody({ signature, timestamp }: MethodUrlBodyOptions): VerifyAtOnce {
  return (request, facts) => {
    const value = headerOf(request, signature)
    const time = headerOf(request, timestamp)
    if (value === null || time === null) return missing(`The header ${signature} or ${timestamp} is not there.`)
    const at = timeOf(time, 'milliseconds')
    if (at === null) return malformed(`The header ${timestamp} is no time in milliseconds.`)
    const shown = decode(value, 'base64')
    if (shown === null) return malformed('The signature is not 32 bytes in base64.')
    const url = request.url.replace(escapes, (escape) => decodeURIComponent(escape))
    return judge(
      {
        shown: [shown],
        expected: (secret) => [mac(secret, request.method, url, request.body, time)],
        at,
        digests: true,
      },
      facts,
    )
  }
}
