import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Verification, VerifyFacts, WebhookRequest } from '../../webhook.ts'

// What every family shares: reading what a request shows, comparing it, and judging its age. All of it fails closed.

/** A verification that waits for nothing. */
export type VerifyAtOnce = (request: WebhookRequest, facts: VerifyFacts) => Verification

export type Encoding = 'hex' | 'base64'

/** More signatures than this in one request are no rotation of keys but work for nothing. */
const signatureLimit = 16

/** What a request shows, and what it should show. */
export interface Claim {
  /** Signatures or tokens of the request, decoded. */
  readonly shown: readonly Uint8Array[]
  /** What somebody who knows the secret would show, in every spelling the vendor uses; empty when it cannot be a key. */
  readonly expected: (secret: string) => readonly Uint8Array[]
  /** Signed time in milliseconds since 1970; absent where the vendor signs none. */
  readonly at?: number
  /** Both are digests: their length is no secret, so they are compared as they are. */
  readonly digests?: true
}

/** Value of the first of these headers that is there and not empty. */
export function headerOf(request: WebhookRequest, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined
    if (value !== undefined && value !== '') return value
  }
  return null
}

/** Bytes of a signature in exactly this encoding and of exactly this length; null for everything else. */
export function decode(text: string, encoding: Encoding, length: number | null = 32): Buffer | null {
  const bytes = Buffer.from(text, encoding)
  // Buffer stops at, or skips, what it cannot read: only what is written the same way again was read whole.
  const whole = encoding === 'hex' ? text.toLowerCase() : text
  return bytes.length > 0 && bytes.toString(encoding) === whole && (length === null || bytes.length === length)
    ? bytes
    : null
}

/** HMAC-SHA256 over the parts, one after the other. */
export function mac(key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

/** Are both the same, in a time that tells nothing of either: digests are compared, so not even lengths show. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
}

/** The same for digests of one kind: there is no length to hide, and no need to hash what is hashed. */
function sameDigest(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other)
}

/** Milliseconds since 1970 of a signed time, or null when it is written otherwise. */
export function timeOf(text: string, unit: 'seconds' | 'milliseconds' | 'iso'): number | null {
  if (unit === 'iso') {
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : NaN
    return Number.isNaN(at) ? null : at
  }
  if (!/^\d{1,15}$/.test(text)) return null
  return unit === 'seconds' ? Number(text) * 1000 : Number(text)
}

export const missing = (detail: string): Verification => ({ verdict: 'MISSING_PROOF', detail })
export const malformed = (detail: string): Verification => ({ verdict: 'MALFORMED_PROOF', detail })

/**
 * Compares everything shown with everything expected, all of it whatever was found before, then looks at the age.
 * @param windowMs how old a signed time may be, where the vendor sends late with the time of the first try
 */
export function judge(claim: Claim, facts: VerifyFacts, windowMs?: number): Verification {
  if (claim.shown.length > signatureLimit) return malformed(`It carries more than ${signatureLimit} signatures.`)
  // An empty secret is a key that everybody knows.
  const secrets = facts.secrets.filter((secret) => secret !== '')
  if (secrets.length === 0) return { verdict: 'NO_SECRET' }
  const matches = claim.digests ? sameDigest : same
  let usable = false
  let fits = false
  for (const secret of secrets)
    for (const expected of claim.expected(secret)) {
      usable = true
      for (const shown of claim.shown) fits = matches(shown, expected) || fits
    }
  if (!usable) return { verdict: 'BAD_KEY', detail: 'The source’s secret is not in the form this vendor hands out.' }
  if (!fits) return { verdict: 'BAD_SIGNATURE' }
  return claim.at === undefined ? { verdict: 'VERIFIED' } : judgeAge(claim.at, facts, windowMs)
}

/** VERIFIED unless the signed time lies too far from now, to either side. */
export function judgeAge(at: number, facts: VerifyFacts, windowMs?: number): Verification {
  if (facts.toleranceMs === null) return { verdict: 'VERIFIED' }
  const age = facts.now - at
  if (age > (windowMs ?? facts.toleranceMs))
    return { verdict: 'STALE', detail: `It was signed ${spanWords(age)} before it arrived.` }
  if (-age > facts.toleranceMs)
    return { verdict: 'STALE', detail: `It is dated ${spanWords(-age)} ahead of this hub’s clock.` }
  return { verdict: 'VERIFIED' }
}

function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`
}
