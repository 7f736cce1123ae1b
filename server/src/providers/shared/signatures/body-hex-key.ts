import type { Verify } from '../../webhook.ts'
import { bodyMac } from './body-mac.ts'
import { decode } from './proof.ts'

/** HMAC-SHA256 over the body in hex; the secret is hex too, and its bytes are the key (Printful v2). */
export function bodyHexKey(header: string): Verify {
  return bodyMac({ headers: [header], encoding: 'hex', keyOf: (secret) => decode(secret, 'hex', null) })
}
