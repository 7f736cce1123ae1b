import { decode, headerOf, judge, mac, malformed, missing, type VerifyAtOnce } from './proof.ts'

/** HMAC-SHA256 in base64 over the address, exactly as the vendor was told it, and the body (Square). */
export function urlBody(header: string): VerifyAtOnce {
  return (request, facts) => {
    const value = headerOf(request, header)
    if (value === null) return missing(`The header ${header} is not there.`)
    const shown = decode(value, 'base64')
    if (shown === null) return malformed('The signature is not 32 bytes in base64.')
    return judge(
      { shown: [shown], expected: (secret) => [mac(secret, request.url, request.body)], digests: true },
      facts,
    )
  }
}
