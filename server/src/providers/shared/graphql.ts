import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import type { Words } from './failure.ts'
import { at, textAt } from './failure.ts'

/** Points that are missing, at the rate they come back: https://shopify.dev/docs/api/usage/rate-limits */
function throttleWait(body: unknown): number | undefined {
  const cost = at(body, 'extensions', 'cost')
  const missing = Number(at(cost, 'requestedQueryCost')) - Number(at(cost, 'throttleStatus', 'currentlyAvailable'))
  const wait = (missing / Number(at(cost, 'throttleStatus', 'restoreRate'))) * 1000
  return Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : undefined
}

/**
 * Finds failures inside a GraphQL answer of status 200: errors of the query, and `userErrors` of a mutation. Null when all
 * is well.
 * @param classes what the vendor's error codes mean; other codes are INVALID_REQUEST
 */
export function readGraphql(body: unknown, classes: Readonly<Record<string, CallErrorClass>>): Words | null {
  const message = textAt(body, 'errors', 0, 'message')
  if (message !== undefined) {
    const code = textAt(body, 'errors', 0, 'extensions', 'code') ?? ''
    const errorClass = classes[code] ?? 'INVALID_REQUEST'
    if (errorClass !== 'RATE_LIMITED') return { errorClass, message, vendorCode: code }
    const wait = throttleWait(body)
    // Throttled means not begun, so a repeat is safe even for a mutation.
    return { errorClass, message, vendorCode: code, retry: true, ...(wait === undefined ? {} : { retryAfterMs: wait }) }
  }
  const data = at(body, 'data')
  for (const payload of typeof data === 'object' && data !== null ? Object.values(data) : []) {
    const refused = textAt(payload, 'userErrors', 0, 'message')
    if (refused !== undefined)
      return {
        errorClass: 'INVALID_REQUEST',
        message: refused,
        vendorCode: textAt(payload, 'userErrors', 0, 'code') ?? 'USER_ERROR',
      }
  }
  return null
}
