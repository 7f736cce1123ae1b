import type { HeldTokens } from './grants.ts'

const leastMarginMs = 60_000
const marginShare = 0.1

/**
 * Whether a token is still good to hand out: it lives at least 60 s, or a tenth of its life. A token that lives shorter
 * than two minutes altogether is renewed half-way, or every call would renew it.
 */
export function isFresh(tokens: HeldTokens, now: Date): boolean {
  if (tokens.expiresAt === null) return true
  const lifeMs = tokens.expiresAt.getTime() - tokens.refreshedAt.getTime()
  const marginMs = Math.min(Math.max(leastMarginMs, lifeMs * marginShare), lifeMs / 2)
  return tokens.expiresAt.getTime() - now.getTime() > marginMs
}

/** Whether the vendor still takes a token, were it only for this one call. */
export function isAlive(tokens: HeldTokens, now: Date): boolean {
  return tokens.expiresAt === null || tokens.expiresAt.getTime() > now.getTime()
}
