import type { Verify } from '../../webhook.ts'
import { bodyMac } from './body-mac.ts'

/** HMAC-SHA256 over the body in base64 (Shopify, WooCommerce, QuickBooks, Xero, FedEx). The first header that is there counts. */
export function bodyBase64(...headers: readonly [string, ...string[]]): Verify {
  return bodyMac({ headers, encoding: 'base64' })
}
