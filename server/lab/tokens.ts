import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Tokens of the simulated vendors carry what they mean and a signature, so that they outlive a restart of the lab. The
 * secret is no secret: it guards nothing but make-believe data.
 */
const labSecret = 'patchbay-lab: simulated vendors only'

export interface TokenClaims {
  readonly vendor: string
  readonly kind: 'access' | 'refresh' | 'code'
  readonly client: string
  readonly scopes: readonly string[]
  /** Names this one token. */
  readonly id: string
  /** Milliseconds since 1970; null lives for ever. */
  readonly expiresAt: number | null
  /** Codes only: where the person goes back to and the PKCE challenge. */
  readonly redirectUri?: string
  readonly challenge?: string | null
}

const mark = (text: string) => createHmac('sha256', labSecret).update(text).digest('base64url')

/** A token that starts as the vendor's own do. */
export function signToken(prefix: string, claims: TokenClaims): string {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${prefix}${body}.${mark(body)}`
}

/** What a token says; null when it is not one of ours, of another vendor or kind. Expiry is for the caller to judge. */
export function readToken(
  prefix: string,
  vendor: string,
  kind: TokenClaims['kind'],
  token: string | null,
): TokenClaims | null {
  if (token === null || !token.startsWith(prefix)) return null
  const [body = '', signature = ''] = token.slice(prefix.length).split('.')
  const expected = Buffer.from(mark(body))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as TokenClaims
  return claims.vendor === vendor && claims.kind === kind ? claims : null
}

export const isExpired = (claims: TokenClaims, now: number): boolean =>
  claims.expiresAt !== null && claims.expiresAt <= now
