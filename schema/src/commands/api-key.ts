import type { Actor } from '../context.ts'
import type { Role } from '../scopes.ts'

type Changed = Promise<{ readonly id: string }>
interface Once {
  readonly idempotencyKey?: string | null
}

export type KeyEnvironment = 'DEVELOPMENT' | 'PRODUCTION'

/** What can be changed about a key at any time. */
export interface ApiKeyFields {
  /** 1 to 80 characters. */
  readonly name: string
  /** At most 500 characters. */
  readonly description?: string
  /** `noun:action`, or `*` for everything the role may do; 1 to 100. */
  readonly scopes: readonly string[]
  /** Absent: the lowest role that holds every scope. `*` needs one. */
  readonly role?: Role | null
  /** Empty: every connection; at most 200. */
  readonly connectionIds?: readonly string[]
  /** Addresses and networks (CIDR), at most 50; empty: any. */
  readonly allowedNetworks?: readonly string[]
  /** Requests a minute, 1 to 600,000; null for no limit. */
  readonly ratePerMinute?: number | null
  /** Null for never. A temporary key always ends: from 1 minute to 30 days after it was made. */
  readonly expiresAt?: Date | null
  /** Days until rotation is due, 1 to 3,650; 0 for never. Default 90. */
  readonly rotationDays?: number
  /** Make the successor by itself when due. Default false. */
  readonly autoRotate?: boolean
}

/** A key that was just made. The secret is shown this once. */
export interface NewApiKey {
  readonly id: string
  readonly secret: string
}

/**
 * Rules of API keys. Nobody gives more than they hold: not more scopes, connections, networks, time or rate, and not out
 * of a development key into production. Whoever cannot give what a key holds may neither change nor rotate it.
 */
export interface ApiKeyCommands {
  /** @throws ConflictError for a repeat by idempotency key: the secret was shown in the first answer and is not kept. */
  create(
    actor: Actor,
    input: ApiKeyFields & { readonly environment?: KeyEnvironment; readonly temporary?: boolean } & Once,
  ): Promise<NewApiKey>
  update(actor: Actor, input: { id: string; version?: number | null } & Partial<ApiKeyFields>): Changed
  /** Makes a successor with the same rights; the old key lives on for `overlapSeconds`, 0 to 2,592,000 (default 86,400), then ends. */
  rotate(actor: Actor, input: { id: string; overlapSeconds?: number | null } & Once): Promise<NewApiKey>
  /** Ends a key at once, on every replica. */
  revoke(actor: Actor, input: { id: string; reason: string }): Changed
  /** Ends every key of the organization. `organizationName` must repeat its name. Returns how many ended. */
  revokeAll(
    actor: Actor,
    input: { organizationName: string; reason: string; keepOwn?: boolean },
  ): Promise<{ readonly revoked: number }>
  /** For the holder of a key whose successor waits: hands it over, once. The actor is the old key. */
  fetchSuccessor(
    actor: Actor,
    input: { prefix?: string | null },
  ): Promise<NewApiKey & { readonly prefix: string; readonly endsAt: Date }>
}
