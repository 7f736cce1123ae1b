import type { Verify } from '../../webhook.ts'
import { decode, type Encoding, headerOf, judge, mac, malformed, missing } from './proof.ts'

export interface BodyMacOptions {
  /** Lower case; the first that is there counts. */
  readonly headers: readonly string[]
  readonly encoding: Encoding
  /** What stands before the signature in the header. */
  readonly prefix?: string
  /** May the prefix be left out. Default false. */
  readonly prefixOptional?: boolean
  /** Signed text before the body. */
  readonly before?: string
  /** Key of a secret; null when the secret cannot be one. Default: the secret as text. */
  readonly keyOf?: (secret: string) => string | Uint8Array | null
}

/** HMAC-SHA256 over the body, in one header: what the families C to F have in common. Nothing in it says when. */
export function bodyMac(options: BodyMacOptions): Verify {
  const { headers, encoding, prefix = '', before = '', keyOf = (secret) => secret } = options
  return (request, facts) => {
    const value = headerOf(request, ...headers)
    if (value === null) return missing(`The header ${headers.join(' or ')} is not there.`)
    const prefixed = value.startsWith(prefix)
    if (!prefixed && options.prefixOptional !== true) return malformed(`The signature does not begin with ${prefix}`)
    const shown = decode(prefixed ? value.slice(prefix.length) : value, encoding)
    if (shown === null) return malformed(`The signature is not 32 bytes in ${encoding}.`)
    const expected = (secret: string) => {
      const key = keyOf(secret)
      return key === null ? [] : [mac(key, before, request.body)]
    }
    return judge({ shown: [shown], expected }, facts)
  }
}
