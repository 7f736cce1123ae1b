import { timingSafeEqual } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Role } from '@patchbay/schema/scopes.ts'
import type { Authenticated } from './contract.ts'
import type { KeyEnvironment } from './key-form.ts'
import { rangeOf, type Range } from './networks.ts'
import { Remember } from './remember.ts'
import { keysChannel } from './succession.ts'

export { hashApiKey, newApiKey, prefixOf } from './key-form.ts'

/** A good answer is remembered this long at most; a change rings and is known at once. */
const rememberMs = 500
const mostRemembered = 5_000
/** Keys of a form of their own (bootstrap keys that somebody chose) are read anew this often. */
const oddEveryMs = 60_000

/** A key as authentication needs it. */
export interface KnownKey {
  readonly viewer: Authenticated
  readonly prefix: string
  readonly networks: readonly Range[]
  /** Milliseconds since 1970; null for never. */
  readonly expiresAt: number | null
  readonly revoked: boolean
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly organizationId: string
  readonly hash: string
  readonly prefix: string
  readonly name: string
  readonly role: Role
  readonly scopes: readonly string[]
  readonly connectionIds: readonly string[]
  readonly environment: KeyEnvironment
  /** Sandboxes among its connections; null for a production key. */
  readonly sandboxes: readonly string[] | null
  readonly allowedNetworks: readonly string[]
  readonly ratePerMinute: number | null
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

// One statement whatever comes of it, so that a refusal takes as long for one reason as for another.
const statement = `
select k."id"::text as "id", k."organizationId"::text as "organizationId", k."hash", k."prefix", k."name", k."role"::text as "role",
  k."scopes", coalesce(k."connectionIds", '{}')::text[] as "connectionIds", k."environment"::text as "environment", k."allowedNetworks",
  k."ratePerMinute", k."expiresAt", k."revokedAt",
  case when k."environment" = 'DEVELOPMENT' then array(
    select c."id"::text from "Connection" c
    where c."organizationId" = k."organizationId" and c."environment" = 'SANDBOX'
      and (coalesce(k."connectionIds", '{}') = '{}' or c."id" = any(k."connectionIds")) order by 1) end as "sandboxes"
from "ApiKey" k where k."hash" = $1`

/** No connection has it: a key narrowed to this reaches none. */
const nowhere = '00000000-0000-0000-0000-000000000000'

/**
 * Connections a key reaches, as everything narrows by them (rules, readers, streams, the proxy): those it was narrowed
 * to, for a development key only the sandboxes among them. Empty means every one, so reaching none has an id of its own.
 */
export function reachOfKey(key: Pick<Row, 'connectionIds' | 'sandboxes'>): readonly string[] {
  if (key.sandboxes === null) return key.connectionIds
  return key.sandboxes.length === 0 ? [nowhere] : key.sandboxes
}

/** Looks keys up by their hashes, at most twice a second each. */
export class ApiKeys {
  readonly #database: Pick<Database, 'system' | 'listen'>
  readonly #now: () => number
  readonly #remembered: Remember<KnownKey>
  readonly #asking = new Map<string, Promise<KnownKey | null>>()
  #odd: { readonly until: number; readonly hashes: Promise<ReadonlySet<string>> } | null = null
  /** Raised by every ring: an answer asked for before it is not kept. */
  #rings = 0
  #stop: (() => Promise<void>) | null = null

  constructor(database: Pick<Database, 'system' | 'listen'>, now: () => number) {
    this.#database = database
    this.#now = now
    this.#remembered = new Remember({ milliseconds: rememberMs, limit: mostRemembered, now })
  }

  /** Listens for changes made by any replica. */
  async start(): Promise<void> {
    const forget = () => this.forget()
    this.#stop ??= await this.#database.listen(keysChannel, forget, forget)
  }

  async close(): Promise<void> {
    await this.#stop?.()
    this.#stop = null
  }

  forget(): void {
    this.#rings += 1
    this.#remembered.clear()
    this.#asking.clear()
    this.#odd = null
  }

  /** What is remembered of a key. */
  remembered(hash: string): KnownKey | undefined {
    return this.#remembered.get(hash)
  }

  /** Keeps an answer that proved good. */
  keep(hash: string, key: KnownKey, rings: number): void {
    if (rings === this.#rings) this.#remembered.set(hash, key)
  }

  get rings(): number {
    return this.#rings
  }

  /** Asks the database; those who ask for one key at once share the answer. */
  async find(hash: string): Promise<KnownKey | null> {
    const asking = this.#asking.get(hash)
    if (asking !== undefined) return asking
    const asked = this.#read(hash).finally(() => {
      if (this.#asking.get(hash) === asked) this.#asking.delete(hash)
    })
    this.#asking.set(hash, asked)
    return asked
  }

  /** Whether a text without the form of a key is one nevertheless: only the hub itself makes such keys. */
  async isOdd(hash: string): Promise<boolean> {
    const now = this.#now()
    if (this.#odd === null || this.#odd.until <= now) {
      const hashes = this.#database.system.sql
        .query<{ hash: string }>('select "hash" from "ApiKey" where "createdById" is null and "revokedAt" is null')
        .then((rows) => new Set(rows.map((row) => row.hash)))
      hashes.catch(() => (this.#odd = null))
      this.#odd = { until: now + oddEveryMs, hashes }
    }
    return (await this.#odd.hashes).has(hash)
  }

  async #read(hash: string): Promise<KnownKey | null> {
    const [row] = await this.#database.system.sql.query<Row>(statement, [hash])
    if (row === undefined || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return null
    const { id, name, organizationId, role, scopes, ratePerMinute, prefix, expiresAt, revokedAt } = row
    return {
      viewer: {
        kind: 'API_KEY',
        id,
        name,
        organizationId,
        role,
        scopes,
        connectionIds: reachOfKey(row),
        superAdmin: false,
        sessionId: null,
        key: { prefix, ratePerMinute },
      },
      prefix,
      // A network that cannot be read lets nobody in; it does not let everybody in.
      networks: row.allowedNetworks.map((text) => rangeOf(text) ?? noAddress),
      expiresAt: expiresAt?.getTime() ?? null,
      revoked: revokedAt !== null,
    }
  }
}

const noAddress = rangeOf('0.0.0.0/32') as Range
