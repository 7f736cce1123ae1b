import type { Verify } from '../../webhook.ts'
import { bodyMac } from './body-mac.ts'
import type { Encoding } from './proof.ts'

/** HMAC-SHA256 over the body behind `sha256=`, in hex (Meta, Printify) or base64 (X). */
export function bodyPrefixed(header: string, encoding: Encoding = 'hex'): Verify {
  return bodyMac({ headers: [header], encoding, prefix: 'sha256=' })
}
