import type { Verify } from '../../webhook.ts'
import { bodyMac } from './body-mac.ts'

/**
 * HMAC-SHA256 in hex over a fixed text and the body (LinkedIn: `hmacsha256=`). The text belongs to what is signed, not to
 * the header, but some senders write it there too.
 */
export function prefixedBody(header: string, before: string): Verify {
  return bodyMac({ headers: [header], encoding: 'hex', before, prefix: before, prefixOptional: true })
}
