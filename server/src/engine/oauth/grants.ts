import type { Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Audit, AuditEntryInput } from '../audit/contract.ts'
import type { Sealed } from '../vault/contract.ts'
import { openNewest, type SecretReader } from './fields.ts'

/** What the vendor granted; sealed as one text. */
export interface TokenSet {
  readonly accessToken: string
  readonly refreshToken: string | null
  /** Null: the vendor named no end. */
  readonly expiresAt: Date | null
  readonly scopes: readonly string[]
}

/** A grant as its row tells, nothing opened. Generation 0: no token was ever got. */
export interface Grant {
  readonly generation: number
  readonly state: 'VALID' | 'RECONNECT'
  readonly refreshedAt: Date
  readonly failure: string | null
  /** Milliseconds since the last failed refresh; null after a good one. */
  readonly failedAgoMs: number | null
  /** Credentials were replaced after the failure, so it may no longer hold. */
  readonly secretsNewer: boolean
}

/** A token set with the generation it is. */
export interface HeldTokens extends TokenSet {
  readonly generation: number
  readonly refreshedAt: Date
}

/** Channel on which replicas hear that a connection's secrets changed; the payload is the connection's id. */
export const credentialsChannel = 'hub_credentials'

/** Longest one exchange keeps others waiting: a process that died with the lease is not waited for any longer. */
const leaseSeconds = 30

export interface GrantsOptions extends SecretReader {
  readonly audit: Audit
  readonly now: () => Date
  readonly newId: () => string
  /** Names this process in leases. */
  readonly owner: string
}

export type Grants = ReturnType<typeof createGrants>

/**
 * Grants in the database. The lease makes one refresh of many; the fence (generation and moment of the token set that was
 * read) lets a result replace only what it was made from. No transaction is open while a vendor is asked.
 */
export function createGrants(options: GrantsOptions) {
  const { database, vault, audit, now, newId, owner } = options
  const tenantOf = (connection: Connection) => database.tenant(connection.organizationId)

  async function seal(connection: Connection, tokens: TokenSet): Promise<{ id: string; sealed: Sealed }> {
    const id = newId()
    const binding = { organizationId: connection.organizationId, rowId: id, table: 'Credential' } as const
    return { id, sealed: await vault.seal(JSON.stringify(tokens), binding) }
  }

  /** The new row is there before the old one goes, and both with the grant's row: a crash leaves one of the two. */
  async function replaceRow(
    tx: Tx,
    connection: Connection,
    fresh: { id: string; sealed: Sealed },
    generation: number,
  ): Promise<void> {
    const { organizationId, id: connectionId } = connection
    const { keyId, wrappedKey, ciphertext } = fresh.sealed
    await tx.credential.deleteMany({ where: { connectionId, kind: 'GRANT' } })
    await tx.credential.create({
      data: {
        id: fresh.id,
        organizationId,
        connectionId,
        kind: 'GRANT',
        version: generation,
        keyId,
        wrappedKey: new Uint8Array(wrappedKey),
        ciphertext: new Uint8Array(ciphertext),
      },
    })
    await ring(tx, connectionId)
  }

  const ring = (tx: Tx, connectionId: string) =>
    tx.$executeRawUnsafe(`select pg_notify('${credentialsChannel}', $1)`, connectionId)

  const healthy = (tokens: TokenSet) => ({
    state: 'VALID' as const,
    scopes: [...tokens.scopes],
    expiresAt: tokens.expiresAt,
    refreshedAt: now(),
    leaseOwner: null,
    leaseUntil: null,
    failure: null,
    failedAt: null,
  })

  return {
    async read(connection: Connection): Promise<Grant | null> {
      const [row] = await tenantOf(connection).sql.query<Record<string, unknown> & Grant>(
        `select "generation", "state"::text as "state", "refreshedAt", "failure",
           (extract(epoch from now() - "failedAt") * 1000)::float8 as "failedAgoMs",
           coalesce("failedAt" < (select max("createdAt") from "Credential"
             where "connectionId" = $1::uuid and "kind" = 'FIELDS'), false) as "secretsNewer"
         from "Grant" where "connectionId" = $1::uuid`,
        [connection.id],
      )
      return row ?? null
    },

    /** For client credentials, where nobody has to agree first. */
    async ensure(connection: Connection): Promise<void> {
      await tenantOf(connection).sql.query(
        `insert into "Grant" ("connectionId", "organizationId", "generation", "scopes", "refreshedAt")
         values ($1::uuid, $2::uuid, 0, '{}', $3::timestamptz) on conflict do nothing`,
        [connection.id, connection.organizationId, now()],
      )
    },

    async open(connection: Connection, grant: Grant, actor: Actor): Promise<HeldTokens | null> {
      const newest = await openNewest(options, connection, actor, 'GRANT')
      if (newest === null) return null
      const stored = JSON.parse(newest.text) as Omit<TokenSet, 'expiresAt'> & { readonly expiresAt: string | null }
      const expiresAt = stored.expiresAt === null ? null : new Date(stored.expiresAt)
      return { ...stored, expiresAt, generation: newest.version, refreshedAt: grant.refreshedAt }
    },

    /** True for one caller at a time, by the database's clock. */
    async claim(connection: Connection, grant: Grant): Promise<boolean> {
      const claimed = await tenantOf(connection).sql.query(
        `update "Grant" set "leaseOwner" = $4, "leaseUntil" = now() + make_interval(secs => ${leaseSeconds})
         where "connectionId" = $1::uuid and "generation" = $2::int and "refreshedAt" = $3::timestamptz
           and ("leaseUntil" is null or "leaseUntil" < now())
         returning 1 as claimed`,
        [connection.id, grant.generation, grant.refreshedAt, owner],
      )
      return claimed.length === 1
    },

    /** Puts `tokens` in the place of `grant`. Null when somebody else did so first: then theirs count. */
    async replace(connection: Connection, grant: Grant, tokens: TokenSet): Promise<HeldTokens | null> {
      const fresh = await seal(connection, tokens)
      const { prisma } = tenantOf(connection)
      const { generation, refreshedAt } = grant
      const data = { ...healthy(tokens), generation: generation + 1 }
      const isStored = await prisma.$transaction(async (tx) => {
        const { count } = await tx.grant.updateMany({
          where: { connectionId: connection.id, generation, refreshedAt },
          data,
        })
        if (count === 1) await replaceRow(tx, connection, fresh, generation + 1)
        // Given up and healed by new client credentials: the reason it showed is gone.
        if (count === 1 && grant.state === 'RECONNECT')
          await tx.connection.updateMany({
            where: { id: connection.id, status: 'ERROR' },
            data: { status: 'ACTIVE', statusReason: null },
          })
        return count === 1
      })
      return isStored ? { ...tokens, generation: generation + 1, refreshedAt: data.refreshedAt } : null
    },

    /** Stores what a person agreed to, whatever was there before, and `work` with it. */
    async adopt(connection: Connection, tokens: TokenSet, work: (tx: Tx) => Promise<void>): Promise<void> {
      const fresh = await seal(connection, tokens)
      const { organizationId, id: connectionId } = connection
      const data = healthy(tokens)
      await tenantOf(connection).prisma.$transaction(async (tx) => {
        const { generation } = await tx.grant.upsert({
          where: { connectionId },
          create: { connectionId, organizationId, ...data, generation: 1 },
          update: { ...data, generation: { increment: 1 } },
        })
        await replaceRow(tx, connection, fresh, generation)
        await work(tx)
      })
    },

    /** A refresh failed and the grant is kept: gives the lease back and leaves word for those who wait. */
    async keep(connection: Connection, grant: Grant, failure: string): Promise<void> {
      await tenantOf(connection).sql.query(
        `with kept as (
           update "Grant" set "leaseOwner" = null, "leaseUntil" = null, "failure" = $4, "failedAt" = now()
           where "connectionId" = $1::uuid and "generation" = $2::int and "leaseOwner" = $3 returning 1)
         select pg_notify('${credentialsChannel}', $1::text) from kept`,
        [connection.id, grant.generation, owner, failure],
      )
    },

    /** The vendor refused for good. The sealed tokens stay where they are; the connection says what to do. False when the grant was replaced meanwhile. */
    async giveUp(connection: Connection, grant: Grant, actor: Actor, failure: string): Promise<boolean> {
      const { id: connectionId } = connection
      const entry: AuditEntryInput = {
        action: 'connection.reconnectRequired',
        subjectType: 'Connection',
        subjectId: connectionId,
        after: { reason: failure },
      }
      return tenantOf(connection).prisma.$transaction(async (tx) => {
        const where = { connectionId, generation: grant.generation, refreshedAt: grant.refreshedAt }
        const data = { state: 'RECONNECT', failure, leaseOwner: null, leaseUntil: null } as const
        const { count } = await tx.grant.updateMany({ where, data })
        if (count === 0) return false
        await tx.$executeRawUnsafe(
          `update "Grant" set "failedAt" = now() where "connectionId" = $1::uuid`,
          connectionId,
        )
        // A paused connection stays paused: whoever paused it decides when it comes back.
        await tx.connection.updateMany({
          where: { id: connectionId, status: { in: ['ACTIVE', 'TESTING', 'ERROR'] } },
          data: { status: 'ERROR', statusReason: failure },
        })
        await ring(tx, connectionId)
        await audit.append(tx, actor, entry)
        return true
      })
    },
  }
}
