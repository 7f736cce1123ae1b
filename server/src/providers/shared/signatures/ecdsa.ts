import type { Verify } from '../../webhook.ts'
import { knownKeys } from './known-key.ts'
import { decode, headerOf, judgeAge, malformed, missing, timeOf } from './proof.ts'

export interface EcdsaOptions {
  /** Lower case. */
  readonly signatureHeader: string
  /** Lower case; seconds since 1970. */
  readonly timestampHeader: string
  /** How old the signed time may be, in milliseconds, where late tries carry the time of the first. Default: the hub's. */
  readonly windowMs?: number
}

/** ECDSA on P-256 over time and body without anything between them; the source's secret is the vendor's public key (SendGrid). */
export function ecdsa({ signatureHeader, timestampHeader, windowMs }: EcdsaOptions): Verify {
  const judgeKeys = knownKeys('p256')
  return (request, facts) => {
    const value = headerOf(request, signatureHeader)
    const time = headerOf(request, timestampHeader)
    if (value === null || time === null) return missing(`${signatureHeader} or ${timestampHeader} is not there.`)
    const at = timeOf(time, 'seconds')
    if (at === null) return malformed(`The header ${timestampHeader} is no time in seconds.`)
    const signature = decode(value, 'base64', null)
    if (signature === null) return malformed('The signature is not base64.')
    const judged = judgeKeys(signature, [time, request.body], facts)
    return judged.verdict === 'VERIFIED' ? judgeAge(at, facts, windowMs) : judged
  }
}
