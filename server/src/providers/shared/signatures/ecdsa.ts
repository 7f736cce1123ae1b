import { knownKeys } from './known-key.ts'
import { decode, headerOf, judgeAge, malformed, missing, timeOf, type VerifyAtOnce } from './proof.ts'

export interface TimestampedEcdsaOptions {
  /** Header of the signature, lower case. */
  readonly signature: string
  /** Header of the time in seconds since 1970, lower case. */
  readonly timestamp: string
  /** How old the signed time may be, in milliseconds, where late tries carry the time of the first. Default: the hub's. */
  readonly windowMs?: number
}

/** ECDSA on P-256 over time and body without anything between them; the source's secret is the vendor's public key (SendGrid). */
export function timestampedEcdsa({ signature, timestamp, windowMs }: TimestampedEcdsaOptions): VerifyAtOnce {
  const judgeKeys = knownKeys('p256')
  return (request, facts) => {
    const value = headerOf(request, signature)
    const time = headerOf(request, timestamp)
    if (value === null || time === null) return missing(`${signature} or ${timestamp} is not there.`)
    const at = timeOf(time, 'seconds')
    if (at === null) return malformed(`The header ${timestamp} is no time in seconds.`)
    const bytes = decode(value, 'base64', null)
    if (bytes === null) return malformed('The signature is not base64.')
    const judged = judgeKeys(bytes, [time, request.body], facts)
    return judged.verdict === 'VERIFIED' ? judgeAge(at, facts, windowMs) : judged
  }
}
