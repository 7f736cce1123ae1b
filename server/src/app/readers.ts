import type { Database } from '@patchbay/prisma/database.ts'
import { measureLogs } from '@patchbay/prisma/logs.ts'
import type { HubReaders, Membership, StorageReport, Viewer } from '@patchbay/schema/context.ts'
import type { Role } from '@patchbay/schema/scopes.ts'
import type { Audit } from '../engine/audit/contract.ts'
import type { Config } from '../config.ts'
import { inboundText } from './inbound-text.ts'

export interface ReadersOptions {
  readonly database: Database
  readonly gateway: Pick<HubReaders, 'limits' | 'cache'>
  readonly audit: Pick<Audit, 'verify'>
  readonly retention: Pick<Config['retention'], 'callDays' | 'eventDays'>
  readonly now: () => number
}

/** How long an answer that costs something is good for. */
const keptMs = 60_000
/** Fewer rows than this say nothing of what one of them takes. */
const tellingRows = 1_000

/** The last answer, until it is too old. A failed one is not kept. */
function kept<T>(now: () => number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null
  return () => {
    if (last === null || now() - last.at > keptMs) {
      const answer = read()
      answer.catch(() => (last = null))
      last = { at: now(), answer }
    }
    return last.answer
  }
}

/** Answers what one organization's tables cannot. */
export function createReaders({ database, gateway, audit, retention, now }: ReadersOptions): HubReaders {
  const { sql } = database.system
  const popularity = kept(now, async (): Promise<ReadonlyMap<string, number>> => {
    const rows = await sql.query<{ provider: string; uses: number }>(
      `select provider, count(distinct "organizationId")::int as uses from "Connection" group by provider`,
    )
    return new Map(rows.map((row) => [row.provider, row.uses]))
  })

  const storage = kept(now, async (): Promise<StorageReport> => {
    const at = new Date(now())
    const measured = await measureLogs(database, at)
    return {
      at,
      bytes: measured.bytes,
      logs: measured.logs.map(({ log, bytes, rows, rowsPerDay }) => {
        const keptDays = log === 'Call' ? retention.callDays : retention.eventDays
        const forecastBytes = rows < tellingRows ? bytes : (bytes / rows) * rowsPerDay * keptDays
        return { name: log, bytes, rows, rowsPerDay, keptDays, forecastBytes }
      }),
    }
  })

  return {
    ...gateway,
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

    popularity,
    inboundText,
    storage,
  }
}
