import type { ProviderCallError } from '@patchbay/schema/errors.ts'
import { isAlive, isFresh } from './freshness.ts'
import type { Grant, Grants, HeldTokens, TokenSet } from './grants.ts'
import { notConnected, notRenewed, reconnectRequired } from './refusals.ts'
import type { TokenContext, TokenOutcome, TokenProof } from './token-endpoint.ts'
import type { TokenRefusal } from './token-refusal.ts'

/** Longest wait for somebody else's refresh: two leases, in case the first holder died. */
const longestWaitMs = 60_000
/** How often those who wait look, when no bell rings. */
const lookMs = 250
/** After a failure the vendor is left alone: this long when there is no token to use meanwhile, doubled each time when there is. */
const quietMs = 1_000
const longestQuietMs = 60_000
/** Looks for the successor of a refresh token the vendor calls used. */
const raceLooks = 10
/** Attempts to store tokens that exist nowhere else. */
const storeAttempts = 20

export interface RefresherOptions {
  readonly grants: Grants
  readonly exchange: (context: TokenContext, proof: TokenProof) => Promise<TokenOutcome>
  readonly now: () => Date
  /** Resolves when the connection's secrets changed, at the latest after `ms`. */
  readonly change: (connectionId: string, ms: number) => Promise<void>
  /** Did the vendor refuse this very token. */
  readonly isRefused: (connectionId: string, tokens: HeldTokens) => boolean
}

/**
 * Gets a usable token set, renewing it exactly once however many callers and processes ask: whoever takes the lease asks
 * the vendor, all others wait for what comes of it.
 *
 * A failed refresh ends in one of three ways. Transient: the grant is kept, and its token used while it lives. Lost race:
 * somebody else's newer tokens are used. Terminal: the grant is marked RECONNECT, and its sealed row stays.
 */
export function createRefresher(options: RefresherOptions) {
  const { grants, exchange, now, change, isRefused } = options
  /** Failures in a row as this process saw them, and the last one. */
  const failures = new Map<string, { readonly count: number; readonly error: ProviderCallError }>()

  const isUsable = (connectionId: string, tokens: HeldTokens | null): tokens is HeldTokens =>
    tokens !== null && isAlive(tokens, now()) && !isRefused(connectionId, tokens)

  async function settle(context: TokenContext): Promise<HeldTokens> {
    const { connection, provider, spec, actor } = context
    for (let waitedMs = 0; ; waitedMs += lookMs) {
      const grant = await findGrant(context)
      if (grant === null) throw notConnected(provider)
      if (grant.state === 'RECONNECT' && !grant.secretsNewer) throw reconnectRequired(provider, grant.failure)
      const tokens = grant.generation > 0 ? await grants.open(connection, grant, actor) : null
      if (tokens && isFresh(tokens, now()) && !isRefused(connection.id, tokens)) return tokens
      if (spec.grant === 'authorization_code' && tokens?.refreshToken == null) return lastResort(context, grant, tokens)
      if (isQuiet(connection.id, grant, tokens)) {
        const error =
          failures.get(connection.id)?.error ?? notRenewed(provider, grant.failure ?? 'it failed a moment ago.')
        return orThrow(connection.id, tokens, error)
      }
      if (await grants.claim(connection, grant)) {
        const renewed = await renew(context, grant, tokens)
        if (renewed) return renewed
        continue
      }
      if (waitedMs > longestWaitMs)
        return orThrow(connection.id, tokens, notRenewed(provider, 'another process of this hub is still renewing it.'))
      await change(connection.id, lookMs)
    }
  }

  async function findGrant({ connection, spec }: TokenContext): Promise<Grant | null> {
    const found = await grants.read(connection)
    if (found !== null || spec.grant === 'authorization_code') return found
    await grants.ensure(connection)
    return grants.read(connection)
  }

  /** Asks the vendor, under the lease. Null: somebody else's result is there, look again. */
  async function renew(context: TokenContext, grant: Grant, tokens: HeldTokens | null): Promise<HeldTokens | null> {
    const { connection, spec } = context
    const refreshToken = spec.grant === 'authorization_code' ? (tokens?.refreshToken ?? null) : null
    const proof: TokenProof =
      refreshToken === null ? { kind: 'client' } : { kind: 'refresh', refreshToken, scopes: tokens?.scopes ?? [] }
    const outcome = await exchange(context, proof).catch(async (error: unknown) => {
      await grants.keep(connection, grant, 'the hub itself failed.')
      throw error
    })
    if (outcome.refusal) return refused(context, grant, tokens, outcome.refusal)
    failures.delete(connection.id)
    return storeFirmly(context, grant, outcome.tokens)
  }

  /** New tokens may exist nowhere but here, so a database hiccup must not lose them; they are used only once stored. */
  async function storeFirmly({ connection }: TokenContext, grant: Grant, tokens: TokenSet): Promise<HeldTokens | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await grants.replace(connection, grant, tokens)
      } catch (error) {
        if (attempt === storeAttempts) throw error
        await change(connection.id, lookMs)
      }
    }
  }

  async function refused(
    context: TokenContext,
    grant: Grant,
    tokens: HeldTokens | null,
    refusal: TokenRefusal,
  ): Promise<HeldTokens | null> {
    const { connection, provider, actor, spec } = context
    const { kind, error, usedBefore } = refusal
    if (kind === 'grant' && (await isReplaced(context, grant, usedBefore))) return null
    const isTerminal = spec.grant === 'authorization_code' && (kind === 'client' || kind === 'grant')
    // Its successor may still turn up (a process of this hub may be storing it), so the last word waits for the token's end.
    const mayHeal = kind === 'grant' && usedBefore && isUsable(connection.id, tokens)
    if (isTerminal && !mayHeal) {
      if (!(await grants.giveUp(connection, grant, actor, error.message))) return null
      throw reconnectRequired(provider, error.message)
    }
    failures.set(connection.id, { count: (failures.get(connection.id)?.count ?? 0) + 1, error })
    await grants.keep(connection, grant, error.message)
    return orThrow(connection.id, tokens, error)
  }

  /** The token was refused; did that happen because somebody else had just put a newer one in its place. */
  async function isReplaced({ connection }: TokenContext, grant: Grant, isLikely: boolean): Promise<boolean> {
    for (let look = 0; ; look++) {
      const current = await grants.read(connection)
      if (current === null || current.generation !== grant.generation) return true
      if (!isLikely || look === raceLooks) return false
      await change(connection.id, lookMs)
    }
  }

  /** Nothing to renew with: the token serves to its end, then a person is needed. */
  async function lastResort(context: TokenContext, grant: Grant, tokens: HeldTokens | null): Promise<HeldTokens> {
    const { connection, provider, actor } = context
    if (tokens !== null && isAlive(tokens, now())) return tokens
    const reason = `The authorization at ${provider.entry.name} has run out.`
    await grants.giveUp(connection, grant, actor, reason)
    throw reconnectRequired(provider, reason)
  }

  /** After a failure the vendor is left alone for a while, the longer the less it is needed. */
  function isQuiet(connectionId: string, grant: Grant, tokens: HeldTokens | null): boolean {
    if (grant.failedAgoMs === null || grant.secretsNewer) return false
    const { count = 1 } = failures.get(connectionId) ?? {}
    const pauseMs = isUsable(connectionId, tokens) ? Math.min(longestQuietMs, quietMs * 2 ** count) : quietMs
    return grant.failedAgoMs < pauseMs
  }

  /** The old token while it serves, otherwise the failure. */
  function orThrow(connectionId: string, tokens: HeldTokens | null, error: ProviderCallError): HeldTokens {
    if (isUsable(connectionId, tokens)) return tokens
    throw error
  }

  return { settle, forget: (connectionId: string) => void failures.delete(connectionId) }
}
