import { decode, headerOf, judge, mac, malformed, missing, timeOf, type VerifyAtOnce } from './proof.ts'

export interface TimestampedHexOptions {
  /** Lower case. */
  readonly header: string
  /** What the signature is called in it: `v1` (Stripe, Mailchimp; the default) or `s` (TikTok). Others are ignored. */
  readonly signature?: string
}

/**
 * `t=<seconds>,v1=<hex>` in one header: HMAC-SHA256 over `t.body`, the secret as text. One of several signatures fits
 * while the vendor changes secrets.
 */
export function timestampedHex({ header, signature = 'v1' }: TimestampedHexOptions): VerifyAtOnce {
  const begins = `${signature}=`
  return (request, facts) => {
    const value = headerOf(request, header)
    if (value === null) return missing(`The header ${header} is not there.`)
    const times: string[] = []
    const texts: string[] = []
    for (const part of value.split(',')) {
      const pair = part.trim()
      if (pair.startsWith('t=') || pair === 't') times.push(pair.slice(2))
      else if (pair.startsWith(begins)) texts.push(pair.slice(begins.length))
    }
    const [time] = times
    const at = time === undefined || times.length > 1 ? null : timeOf(time, 'seconds')
    if (time === undefined || at === null) return malformed(`The header ${header} names no single time in seconds.`)
    const shown = texts.flatMap((text) => decode(text, 'hex') ?? [])
    if (shown.length === 0) return malformed(`The header ${header} holds no signature ${signature} of 64 hex digits.`)
    return judge({ shown, expected: (secret) => [mac(secret, `${time}.`, request.body)], at, digests: true }, facts)
  }
}
