import type { Database } from '@patchbay/prisma/database.ts'
import type { HubReaders, Membership, Viewer } from '@patchbay/schema/context.ts'
import type { Role } from '@patchbay/schema/scopes.ts'
import type { Audit } from '../engine/audit/contract.ts'
import type { Calls } from '../engine/calls/contract.ts'

export interface ReadersOptions {
  readonly database: Database
  readonly calls: Pick<Calls, 'breaker'>
  readonly audit: Pick<Audit, 'verify'>
  readonly now: () => number
}

const popularityKeptMs = 60_000

/** Answers what one organization's tables cannot. */
export function createReaders({ database, calls, audit, now }: ReadersOptions): HubReaders {
  const { sql } = database.system
  let popularity: { readonly at: number; readonly counts: Promise<ReadonlyMap<string, number>> } | null = null

  async function count(): Promise<ReadonlyMap<string, number>> {
    const rows = await sql.query<{ provider: string; uses: number }>(
      `select provider, count(distinct "organizationId")::int as uses from "Connection" group by provider`,
    )
    return new Map(rows.map((row) => [row.provider, row.uses]))
  }

  return {
    breaker: (connectionId) => calls.breaker(connectionId),
    verifyAudit: (organizationId) => audit.verify(organizationId),

    async memberships(viewer: Viewer): Promise<readonly Membership[]> {
      // A super-admin acts in every organization; everybody else where they are a member.
      return sql
        .query<Membership & Record<string, unknown>>(
          `select o.id as "organizationId", o.name, o.demo, coalesce(m.role::text, 'OWNER') as role
         from "Organization" o
         left join "Member" m on m."organizationId" = o.id and m."userId" = $1
         where case when $2 then o.id = $3::uuid when $4 then true else m.id is not null end
         order by o."createdAt", o.id`,
          [viewer.id, viewer.kind === 'API_KEY', viewer.organizationId, viewer.superAdmin],
        )
        .then((rows) =>
          rows.map((row) => ({ ...row, role: viewer.kind === 'API_KEY' ? viewer.role : (row.role as Role) })),
        )
    },

    popularity() {
      if (popularity === null || now() - popularity.at > popularityKeptMs) {
        const counts = count()
        counts.catch(() => (popularity = null))
        popularity = { at: now(), counts }
      }
      return popularity.counts
    },
  }
}
