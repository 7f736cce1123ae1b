import { decode, type Encoding, headerOf, judge, mac, malformed, missing, type VerifyAtOnce } from './proof.ts'

export interface BodyHmacOptions {
  /** Lower case; of several the first that is there counts. */
  readonly header: string | readonly string[]
  readonly encoding: Encoding
  /** What stands before the signature in the header (`sha256=`). */
  readonly prefix?: string
  /** `hex`: the secret is hexadecimal and its bytes are the key (Printful v2). Default: the secret as text. */
  readonly key?: 'text' | 'hex'
  /** Signed text before the body (LinkedIn: `hmacsha256=`); some senders write it before the signature too. */
  readonly before?: string
}

/**
 * HMAC-SHA256 over the body, in one header. Base64: Shopify, WooCommerce, QuickBooks, Xero, FedEx. Hex behind a prefix:
 * Meta, Printify; base64 behind one: X. Hex with a hexadecimal key: Printful. Hex over a prefixed body: LinkedIn.
 * Nothing in it says when it was signed.
 */
export function bodyHmac({ header, encoding, prefix = '', key = 'text', before = '' }: BodyHmacOptions): VerifyAtOnce {
  const headers = typeof header === 'string' ? [header] : header
  return (request, facts) => {
    const value = headerOf(request, ...headers)
    if (value === null) return missing(`The header ${headers.join(' or ')} is not there.`)
    if (!value.startsWith(prefix)) return malformed(`The signature does not begin with ${prefix}`)
    const text = value.slice(value.startsWith(prefix + before) ? prefix.length + before.length : prefix.length)
    const shown = decode(text, encoding)
    if (shown === null) return malformed(`The signature is not 32 bytes in ${encoding}.`)
    const expected = (secret: string) => {
      const bytes = key === 'hex' ? decode(secret, 'hex', null) : secret
      return bytes === null ? [] : [mac(bytes, before, request.body)]
    }
    return judge({ shown: [shown], expected, digests: true }, facts)
  }
}
