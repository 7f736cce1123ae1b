import type { Database } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'

export interface FloodOptions {
  readonly database: Database
  readonly alerts: Alerts
  readonly now: () => Date
}

/** Refused attempts within an hour that are worth a word: with one key, or from one network with keys nobody has. */
export const floodRules = { perKey: 50, perNetwork: 100 } as const

/** Attempts are looked at that went on this lately, so that a flood is told once for each minute it lasts, and then no more. */
const lateMs = 2 * 60_000
const mostTold = 20

interface FloodRow extends Record<string, unknown> {
  readonly organizationId: string
  readonly apiKeyId: string | null
  readonly name: string | null
  readonly network: string
  readonly attempts: number
  readonly reasons: string
}

/** Tells of floods of refused keys. An alert that is still open counts on. */
export async function watchFloods({ database, alerts, now }: FloodOptions): Promise<number> {
  const at = now().getTime()
  const rows = await database.system.sql.query<FloodRow>(
    `select r."organizationId"::text as "organizationId", r."apiKeyId"::text as "apiKeyId", min(k."name") as "name",
       ${networkOf} as "network", sum(r."attempts")::int as "attempts", string_agg(distinct lower(r."reason"), ', ') as "reasons"
     from "ApiKeyRefusal" r left join "ApiKey" k on k."id" = r."apiKeyId"
     where r."hour" >= $1::timestamptz and r."reason" <> 'SCOPE'
     group by r."organizationId", r."apiKeyId", 4
     having max(r."lastAt") >= $2::timestamptz
       and sum(r."attempts") >= case when r."apiKeyId" is null then ${floodRules.perNetwork} else ${floodRules.perKey} end
     order by 5 desc limit ${mostTold}`,
    [new Date(Math.floor(at / 3_600_000) * 3_600_000).toISOString(), new Date(at - lateMs).toISOString()],
  )
  for (const [organizationId, floods] of Map.groupBy(rows, (row) => row.organizationId))
    await database.system.sql.transaction((tx) =>
      alerts.raise(
        tx,
        floods.map(({ apiKeyId, name, network, attempts, reasons }) => ({
          organizationId,
          kind: 'key.refused',
          severity: 'WARNING',
          subjectType: apiKeyId === null ? 'Organization' : 'ApiKey',
          subjectId: apiKeyId ?? organizationId,
          title: apiKeyId === null ? `Bad API keys from ${network}` : `${name ?? 'An API key'}: many refused attempts`,
          text:
            apiKeyId === null
              ? `${attempts} attempts since the hour began, all refused (${reasons}). Addresses that fail are slowed down by themselves; good keys are not affected.`
              : `${attempts} attempts since the hour began were refused (${reasons}). Somebody still uses an old key, or has got hold of one.`,
          dedupeKey: `key.refused:${apiKeyId ?? network}`,
        })),
      ),
    )
  return rows.length
}

/** The network of an address in SQL: attempts with a known key count together wherever they come from. */
const networkOf = `case when r."apiKeyId" is not null then '' when r."ipAddress" ~ '^[0-9.]+(/[0-9]+)?$'
  then regexp_replace(r."ipAddress", '\\.[0-9]+(/[0-9]+)?$', '.0/24')
  when r."ipAddress" ~ '^[0-9a-f:]+(/[0-9]+)?$' then host(network(set_masklen(split_part(r."ipAddress", '/', 1)::inet, 48))) || '/48'
  else r."ipAddress" end`
